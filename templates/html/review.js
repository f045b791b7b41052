// Brings player, picture and notes together.
(() => {
  const byId = (id) => document.getElementById(id);
  const element = byId("data");
  const data = JSON.parse(element.textContent);
  const bytes = { outline: bytesOf(data.outline), lufs: bytesOf(data.lufs), peaks: bytesOf(data.peaks), spectra: bytesOf(data.spectra) };
  element.remove();
  const sounds = [...document.querySelectorAll(".sound")];
  const audios = sounds.map((_, number) => byId(number ? "audio-before" : "audio"));
  const slider = byId("position");
  const rows = [...document.querySelectorAll("tr[data-track]")];
  const LEAD_IN_S = 6;
  const slots = { a: 0, b: Math.min(1, data.tracks.length - 1) };
  let places = {}; // where each of A and B was left
  let slot = "a";
  let shown = null;
  let isFollowing = false;
  let heardAt = 0;

  const say = (words) => {
    byId("said").textContent = words;
  };

  const gainWords = () => {
    if (!player.isMatched()) return "";
    const gain = player.gainDb();
    return ` · matched, ${gain < -0.05 ? `−${Math.abs(gain).toFixed(1)}` : "0.0"} dB`;
  };

  const showTrack = (track) => {
    shown = track;
    byId("now-number").textContent = track.number;
    byId("now-title").textContent = track.title;
    rows.forEach((row) => {
      if (data.tracks[Number(row.dataset.track)] === track) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
  };

  const show = () => {
    const now = player.now();
    const track = player.trackAt(now);
    if (track !== shown) showTrack(track);
    player.applyGain();
    const unit = data.units.filter((u) => u.at <= now + 0.005).pop();
    const part = data.units.length > 1 ? ` · ${unit.name}` : "";
    byId("now-time").textContent = clock(now - track.at, 1);
    byId("now-all").textContent = `${clock(now)} of ${clock(Math.round(data.seconds))}${part}${player.revision() ? " · previous build" : ""}${gainWords()}`;
    if (document.activeElement !== slider || player.isPlaying()) slider.value = now;
    slider.setAttribute("aria-valuetext", `track ${track.number}, ${track.title}, ${clock(now - track.at)}`);
    picture.refresh();
    spectrum.refresh(player.isPlaying());
  };

  // The window turns over when the sound plays out of it, and stays where somebody has moved it.
  const turn = () => {
    const { from, to } = picture.view();
    const now = player.now();
    if (heardAt <= to && now > to && now - heardAt < 1) picture.show(now, now + to - from);
    heardAt = now;
  };
  const follow = () => {
    turn();
    show();
    isFollowing = player.isPlaying();
    if (isFollowing) requestAnimationFrame(follow);
  };

  // What was gone to, in the player and in its list, until the player is sent elsewhere.
  const mark = (row, words) => {
    document.querySelectorAll(".rows li[aria-current], .finding li[aria-current]").forEach((item) => item.removeAttribute("aria-current"));
    byId("now-what").textContent = words;
    if (!row) return;
    filter.reveal(row);
    row.setAttribute("aria-current", "true");
  };

  const onChange = () => {
    if (audios.length) {
      byId("play-shape").setAttribute("d", player.isPlaying() ? "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z" : "M7 4.5v15l13-7.5z");
      byId("play-word").textContent = player.isPlaying() ? "Pause" : "Play";
    }
    if (player.isPlaying() && !isFollowing) follow();
    else show();
  };

  const player = makePlayer(data, audios, () => onChange(), say);
  const goTo = (at, words, row, what) => {
    player.seek(at, true);
    mark(row || null, what || words || "");
    const { from, to } = picture.view();
    if (at < from || at > to) picture.show(at - (to - from) * 0.15, at + (to - from) * 0.85);
    const track = player.trackAt(player.now());
    say(words || `Track ${track.number}, ${track.title}, ${clock(player.now() - track.at)}`);
  };

  const notes = makeNotes(data, {
    now: () => player.now(),
    trackAt: (at) => player.trackAt(at),
    goTo,
    say,
    hasSound: audios.length > 0,
    onChange: () => picture.refresh(),
  });

  const filter = makeFilter(say);

  const hundredths = (values, at, unit) => {
    const value = values[Math.min(Math.max(Math.floor(at * data.steps_per_second), 0), values.length - 1)];
    return value === -32768 ? `– ${unit}` : `${(value / 100).toFixed(1).replace("-", "−")} ${unit}`;
  };

  const picture = makePicture(byId("canvas"), data, bytes, {
    now: () => player.now(),
    comments: () => notes.marks(),
    onPick: goTo,
    onHover: (at, lufs, peaks) => {
      if (at < 0 || at > data.seconds) return;
      const track = player.trackAt(at);
      byId("readout").textContent = `${track.number} ${isolated(track.title)}, ${clock(at - track.at, 2)} · short-term ${hundredths(lufs, at, "LUFS")} · true peak ${hundredths(peaks, at, "dBTP")}`;
    },
    onWindow: (from, to) => {
      byId("window").textContent = `${clock(from, 1)} to ${clock(to, 1)}`;
    },
  });

  const spectrum = makeSpectrum(byId("spectrum-canvas"), data, bytes.spectra, {
    now: () => player.now(),
    trackAt: (at) => player.trackAt(at),
  });
  const holdSpectrum = () => {
    const isHeld = spectrum.hold();
    byId("spectrum-hold").setAttribute("aria-pressed", String(isHeld));
    say(isHeld ? "Spectrum held" : "Spectrum follows");
  };

  const stepTrack = (by) => {
    const now = player.now();
    const here = data.tracks.indexOf(player.trackAt(now));
    const isInside = by < 0 && now - data.tracks[here].at > 2;
    goTo(data.tracks[isInside ? here : Math.min(Math.max(here + by, 0), data.tracks.length - 1)].at);
  };
  const transitionRow = (item) => document.querySelector(`[data-transition="${data.transitions.indexOf(item)}"]`);
  const findingRow = (place) => [...document.querySelectorAll("[data-places]")].find((row) => row.dataset.places.split(" ").includes(String(place)));
  const nextTransition = () => {
    const next = data.transitions.find((t) => t.at - LEAD_IN_S > player.now() + 0.1) || data.transitions[0];
    if (next) goTo(Math.max(next.at - LEAD_IN_S, 0), next.words, transitionRow(next));
  };
  const nextFinding = () => {
    const own = data.findings.filter((f) => f.has_moment).sort((one, two) => one.at - two.at);
    const next = own.find((f) => f.at - 2 > player.now() + 0.1) || own[0];
    const row = next && findingRow(next.place);
    if (next) goTo(Math.max(next.at - 2, 0), next.words, row, row ? row.closest(".finding").querySelector("h3").textContent : "");
  };
  const setMatch = () => {
    player.setMatched(!player.isMatched());
    byId("match").setAttribute("aria-pressed", String(player.isMatched()));
    say(player.isMatched() ? "Loudness matched" : "Levels as delivered");
  };
  const setRevision = () => {
    player.setRevision(player.revision() ? 0 : 1);
    byId("revision").setAttribute("aria-pressed", String(player.revision() === 1));
    say(player.revision() ? "Previous build" : "This build");
    show();
  };
  const showSlots = () => {
    document.querySelectorAll("[data-slot]").forEach((button) => {
      button.setAttribute("aria-pressed", String(slots[button.dataset.slot] === Number(button.dataset.track)));
    });
  };
  const setSlot = (name, track) => {
    slots[name] = track;
    delete places[name];
    showSlots();
    say(`${name.toUpperCase()} is track ${data.tracks[track].number}`);
  };
  // Each of the two goes on where it was left; at first, both at their loudest.
  const switchSlot = () => {
    const current = data.tracks[slots[slot]];
    if (player.trackAt(player.now()) === current) places[slot] = player.now();
    slot = slot === "a" ? "b" : "a";
    const other = data.tracks[slots[slot]];
    goTo(slot in places ? places[slot] : other.loudest, `${slot.toUpperCase()}: track ${other.number}, ${other.title}`);
    byId("switch-word").textContent = `A/B: ${slot.toUpperCase()}`;
  };
  const commentHere = () => {
    notes.takeTime();
    byId("c-text").focus();
    byId("comments").scrollIntoView();
  };

  const keys = {
    n: () => stepTrack(1),
    p: () => stepTrack(-1),
    j: nextTransition,
    f: nextFinding,
    m: setMatch,
    x: switchSlot,
    s: holdSpectrum,
    c: commentHere,
    "+": () => picture.zoom(2),
    "=": () => picture.zoom(2),
    "-": () => picture.zoom(0.5),
    0: () => picture.show(0, data.seconds),
    ArrowLeft: () => goTo(player.now() - 5),
    ArrowRight: () => goTo(player.now() + 5),
  };
  if (data.before.length && audios.length) keys.r = setRevision;
  if (!audios.length) ["m", "x"].forEach((key) => delete keys[key]);

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !byId("keys-on").checked) return;
    const target = event.target;
    if (target.closest("input:not([type=range], [type=checkbox]), select, textarea")) return;
    if (target === slider && event.key.startsWith("Arrow")) return;
    if (event.key === " " && audios.length && !target.closest("button, input, a")) player.toggle();
    else if (event.key.startsWith("Arrow") && target.closest("[tabindex]")) return; // a table that scrolls
    else if (Object.hasOwn(keys, event.key)) keys[event.key]();
    else return;
    event.preventDefault();
  };

  const on = (id, action) => byId(id) && byId(id).addEventListener("click", action);
  const connect = () => {
    on("play", () => player.toggle());
    on("previous", () => stepTrack(-1));
    on("next", () => stepTrack(1));
    on("next-transition", nextTransition);
    on("match", setMatch);
    on("switch", switchSlot);
    on("spectrum-hold", holdSpectrum);
    on("revision", setRevision);
    on("comment-here", commentHere);
    on("zoom-in", () => picture.zoom(2));
    on("zoom-out", () => picture.zoom(0.5));
    on("zoom-all", () => picture.show(0, data.seconds));
    on("zoom-track", () => picture.show(player.trackAt(player.now()).at, player.trackAt(player.now()).end));
    on("pan-left", () => picture.pan(-(picture.view().to - picture.view().from) / 3));
    on("pan-right", () => picture.pan((picture.view().to - picture.view().from) / 3));
    slider.addEventListener("input", () => mark(null, ""));
    slider.addEventListener("input", () => player.seek(Number(slider.value), player.isPlaying()));
    document.querySelectorAll("button[data-at]").forEach((button) => {
      button.addEventListener("click", (event) => {
        const row = button.closest("li");
        const what = row && (row.closest(".finding") ? row.closest(".finding").querySelector("h3") : row.querySelector(".quiet"));
        goTo(Number(button.dataset.at), "", row, what ? what.textContent : "");
        if (event.detail) button.blur(); // a mouse click leaves the space bar to play and pause
      });
    });
    document.querySelectorAll("button[data-slot]").forEach((button) => {
      button.addEventListener("click", () => setSlot(button.dataset.slot, Number(button.dataset.track)));
    });
    document.addEventListener("keydown", onKey);
  };

  const enable = () => {
    document.querySelectorAll("button, input").forEach((control) => {
      control.disabled = false;
    });
    byId("state").textContent = audios.length ? "Preview sound: judge it from the delivered files." : "This page was made without sound.";
    show();
  };

  connect();
  notes.start();
  filter.start();
  showSlots();
  picture.show(0, data.seconds);
  if (!audios.length) enable();
  else {
    show();
    loadSounds(
      sounds,
      audios,
      (share) => {
        byId("state").textContent = `Loading the sound … ${Math.round(share * 100)} %`;
      },
      enable,
      () => {
        byId("state").textContent = "This browser cannot play the sound (Opus). Please open the page in another one.";
      },
    );
  }
})();
