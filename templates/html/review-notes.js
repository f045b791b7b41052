// Comments and the sign-off form: kept in the page, exported in the format that docs/sign-off.md defines.
const MOST_COMMENTS = 1000;
const TRICKY = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

// Signed text must read as it is: what hides or turns text round is left out of lines, and shown in paragraphs.
const cleanLine = (text, most = 200) => {
  const plain = text.normalize("NFC").replace(TRICKY, (c) => ("\u200c\u200d".includes(c) ? c : /\s/.test(c) ? " " : ""));
  return [...plain.replace(/\s+/g, " ")].slice(0, most).join("").replace(/^[\s\u200c\u200d]+|[\s\u200c\u200d]+$/g, "");
};
const cleanParagraphs = (text) => {
  const plain = text.normalize("NFC").replace(/\r\n?/g, "\n");
  const shown = plain.replace(TRICKY, (c) => ("\u200c\u200d\u200e\u200f\u061c\n\t".includes(c) ? c : "\ufffd"));
  return [...shown].slice(0, 10000).join("").trim();
};

// A memory that survives a reload where the browser allows it, and lasts as long as the page where it does not.
const makeMemory = (key) => {
  let store = null;
  try {
    store = window.localStorage;
    store.setItem(`${key}:try`, "1");
    store.removeItem(`${key}:try`);
  } catch {
    store = null;
  }
  return {
    isLasting: store !== null,
    read: () => {
      try {
        return JSON.parse(store.getItem(key)) || {};
      } catch {
        return {};
      }
    },
    write: (value) => {
      try {
        store.setItem(key, JSON.stringify(value));
        return true;
      } catch {
        return false;
      }
    },
  };
};

const secondsOf = (text) => {
  if (!/^\d{1,5}(:[0-5]?\d){0,2}(\.\d{1,3})?$/.test(text.trim())) return null;
  return text.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
};

const filesWord = (count) => (count === 1 ? "1 file" : `${count} files`);

const makeNotes = (data, hooks) => {
  const byId = (id) => document.getElementById(id);
  const memory = makeMemory(`release-review:${data.identity}`);
  const fields = ["s-person", "s-role", "s-decision", "s-scope", "s-date", "s-remarks", "l-set", "l-heard", "l-room", "l-chain", "c-author"];
  const stored = memory.read();
  const isComment = (c) => c && typeof c.text === "string" && typeof c.author === "string" && Number.isInteger(c.severity);
  let comments = Array.isArray(stored.comments) ? stored.comments.filter(isComment).slice(0, MOST_COMMENTS) : [];

  const trackOf = (comment) => data.tracks.find((t) => t.key === comment.track) || null;
  const placeOf = (comment) => {
    if (comment.time === null) return null;
    const track = trackOf(comment);
    return (track ? track.at : 0) + comment.time;
  };

  const keep = () => {
    const values = Object.fromEntries(fields.map((id) => [id, byId(id).value]));
    const isKept = memory.isLasting && memory.write({ comments, fields: values });
    byId("kept").textContent = isKept
      ? "Comments and the form are kept in this browser, for this build; nothing is sent. Save them as a file and give it back."
      : "This browser keeps nothing for this page: save the review file before you close it. Nothing is sent.";
  };

  const element = (name, text, className = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const listComments = () => {
    const list = byId("comment-list");
    list.replaceChildren(
      ...comments.map((comment, number) => {
        const item = document.createElement("li");
        const track = trackOf(comment);
        const where = `${track ? `${track.number} ${isolated(track.title)}` : "The whole release"}${comment.time === null ? "" : `, ${clock(comment.time, 1)}`}`;
        const at = placeOf(comment);
        if (at !== null) {
          const hear = element("button", hooks.hasSound ? "Hear" : "Show", "small-word");
          hear.type = "button";
          hear.setAttribute("aria-label", `${hear.textContent}: comment ${number + 1}`);
          hear.addEventListener("click", () => hooks.goTo(Math.max(at - 2, 0)));
          item.append(hear);
        }
        const name = element("bdi", where);
        const place = document.createElement("strong");
        place.append(name);
        const author = element("bdi", comment.author);
        const by = element("span", `severity ${comment.severity}, `, "quiet");
        by.append(author);
        const remove = element("button", "Remove", "small-word");
        remove.type = "button";
        remove.setAttribute("aria-label", `Remove comment ${number + 1}`);
        remove.addEventListener("click", () => {
          comments = comments.filter((other) => other !== comment);
          changed("Comment removed");
          list.focus();
        });
        const text = element("p", "", "comment-text");
        text.append(element("bdi", comment.text));
        item.append(place, by, remove, text);
        return item;
      }),
    );
    document.querySelector(".comments").classList.toggle("has-some", comments.length > 0);
  };

  // Files of a set that the approval covers; null where it covers none of them.
  const coveredFiles = (set) => {
    const { kind, target, track } = scope();
    if (kind === "target" && target !== set.target) return null;
    const files = kind === "track" ? set.files.filter((file) => file.track === track) : set.files;
    return files.length ? files : null;
  };
  const heardFiles = () => {
    const chosen = byId("l-set").value === "" ? null : data.heard[Number(byId("l-set").value)];
    return chosen ? coveredFiles(chosen) : [];
  };
  const offerSets = () => {
    [...byId("l-set").options].forEach((option) => {
      option.disabled = option.value !== "" && coveredFiles(data.heard[Number(option.value)]) === null;
    });
    if (byId("l-set").selectedOptions[0].disabled) byId("l-set").value = "";
  };

  const scope = () => {
    const value = byId("s-scope").value;
    const at = value.indexOf(":");
    const kind = at < 0 ? value : value.slice(0, at);
    const name = at < 0 ? null : value.slice(at + 1);
    return { kind, target: kind === "target" ? name : null, track: kind === "track" ? name : null };
  };

  const isDecided = () => byId("s-decision").value !== "";
  const approval = () => {
    const files = heardFiles() || [];
    const listening = files.map((file) => ({
      path: file.path,
      sha256: file.sha256,
      heard: byId("l-heard").value,
      room: cleanLine(byId("l-room").value, 500),
      chain: cleanLine(byId("l-chain").value, 500),
      date: byId("s-date").value,
      events: [],
    }));
    return {
      person: cleanLine(byId("s-person").value),
      role: cleanLine(byId("s-role").value),
      decision: byId("s-decision").value,
      remarks: cleanParagraphs(byId("s-remarks").value),
      date: byId("s-date").value,
      scope: scope(),
      listening,
    };
  };

  const problems = () => {
    if (!isDecided()) return [];
    const said = approval();
    const found = [];
    if (!said.person) found.push("your name");
    if (!said.role) found.push("your role");
    if (!/^\d{4}-\d{2}-\d{2}$/.test(said.date)) found.push("the date");
    if (heardFiles() === null) found.push("files in the listening record that the approval covers");
    const heard = said.listening[0];
    if (heard && !heard.room) found.push("the room or headphones of the listening record");
    if (heard && !heard.chain) found.push("the playback chain of the listening record");
    return found;
  };

  const review = () => ({
    format: "release-review",
    version: 1,
    build: { identity: data.identity, title: data.title, artist: data.artist, catalogue_number: data.catalogue_number },
    comments: comments.map((c) => ({
      time: c.time,
      where: { target: data.target, track: trackOf(c) ? c.track : null },
      severity: c.severity,
      text: c.text,
      author: c.author,
    })),
    approval: isDecided() && !problems().length ? approval() : null,
  });

  const signoffText = () => {
    const said = approval();
    const words = { approved: "APPROVED", "approved-with-notes": "APPROVED WITH NOTES", rejected: "REJECTED", "": "not decided" };
    const covers = byId("s-scope").selectedOptions[0].textContent;
    const lines = [
      `${words[said.decision]}: ${data.title}, ${data.artist}${data.catalogue_number ? ` (${data.catalogue_number})` : ""}`,
      `Covers: ${covers}`,
      `Build (SHA-256 of release.json): ${data.identity}`,
      `By: ${said.person || "…"}, ${said.role || "…"}, ${said.date || "…"}`,
    ];
    if (said.listening.length) {
      lines.push(`Heard: ${data.heard[Number(byId("l-set").value)].folder} (${filesWord(said.listening.length)}), ${[said.listening[0].heard.replaceAll("-", " "), said.listening[0].room, said.listening[0].chain].filter(Boolean).join("; ")}`);
    }
    if (said.remarks) lines.push(`Remarks: ${said.remarks}`);
    lines.push(`Comments: ${comments.length}`);
    return lines.join("\n");
  };

  const showText = () => {
    offerSets();
    byId("s-text").value = signoffText();
    byId("s-date-told").textContent = isDecided() ? byId("s-date").value : ""; // on paper: as ISO 8601, or a line for the pen
  };

  const changed = (words) => {
    listComments();
    keep();
    showText();
    hooks.onChange();
    if (words) hooks.say(words);
  };

  const takeTime = () => {
    const at = hooks.now();
    const track = hooks.trackAt(at);
    byId("c-track").value = String(data.tracks.indexOf(track));
    byId("c-time").value = clock(at - track.at, 1);
  };

  const addComment = (event) => {
    event.preventDefault();
    const track = byId("c-track").value === "" ? null : data.tracks[Number(byId("c-track").value)];
    const isTimed = byId("c-time").value.trim() !== "";
    const time = isTimed ? secondsOf(byId("c-time").value) : null;
    const most = track ? track.end - track.at : data.seconds;
    let fault = "";
    if (isTimed && time === null) fault = "The time is not read: write it as m:ss.s, with seconds below 60.";
    else if (isTimed && time > most) fault = `The time lies beyond ${track ? `track ${track.number}` : "the end"}, which is ${clock(most, 1)} long.`;
    byId("c-problem").textContent = fault;
    if (fault) {
      byId("c-time").setAttribute("aria-invalid", "true");
      byId("c-time").focus();
      return;
    }
    byId("c-time").removeAttribute("aria-invalid");
    const [text, author] = [cleanParagraphs(byId("c-text").value), cleanLine(byId("c-author").value)];
    if (!text || !author || comments.length >= MOST_COMMENTS) {
      hooks.say(comments.length >= MOST_COMMENTS ? "A review holds at most 1000 comments" : "A comment needs a text and a name");
      return;
    }
    comments.push({ time, track: track ? track.key : null, severity: Number(byId("c-severity").value), text, author });
    comments.sort((one, two) => (placeOf(one) === null ? -1 : placeOf(one)) - (placeOf(two) === null ? -1 : placeOf(two)));
    byId("c-text").value = "";
    changed("Comment added");
  };

  const save = (event) => {
    event.preventDefault();
    const missing = problems();
    byId("s-problem").textContent = missing.length ? `The sign-off still needs ${missing.join(", ")}.` : "";
    if (missing.length) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${JSON.stringify(review(), null, 1)}\n`], { type: "application/json" }));
    link.download = `review-${data.identity.slice(0, 8)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    const isSigned = isDecided();
    byId("s-saved").textContent = isSigned
      ? "Saved: your comments and the sign-off."
      : "Saved: comments only, no sign-off in it. Choose a decision, and save again, to sign off.";
  };

  const copy = () => {
    const area = byId("s-text");
    area.focus();
    area.select();
    const done = () => hooks.say("Sign-off text copied");
    if (navigator.clipboard) navigator.clipboard.writeText(area.value).then(done, () => hooks.say("Selected: copy it with the keyboard"));
    else if (document.execCommand("copy")) done();
  };

  const start = () => {
    data.heard.forEach((set, number) => {
      byId("l-set").append(new Option(`${set.folder} (${filesWord(set.files.length)})`, String(number)));
    });
    const day = new Date();
    byId("s-date").value = [day.getFullYear(), String(day.getMonth() + 1).padStart(2, "0"), String(day.getDate()).padStart(2, "0")].join("-");
    Object.entries(stored.fields || {}).forEach(([id, value]) => {
      if (fields.includes(id) && typeof value === "string") byId(id).value = value;
    });
    byId("comment-form").addEventListener("submit", addComment);
    byId("c-now").addEventListener("click", takeTime);
    byId("signoff-form").addEventListener("submit", save);
    byId("s-copy").addEventListener("click", copy);
    fields.forEach((id) =>
      byId(id).addEventListener("input", () => {
        keep();
        showText();
      }),
    );
    changed("");
  };

  return {
    start,
    takeTime,
    review,
    marks: () => comments.map((c) => ({ at: placeOf(c), text: c.text })).filter((mark) => mark.at !== null),
  };
};
