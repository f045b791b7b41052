"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const disc = JSON.parse(byId("disc").textContent);
  const audio = byId("audio");
  const slider = byId("position");
  const rows = [...document.querySelectorAll("tr[data-at]")];
  const starts = disc.points.filter((point) => point.index === 1);
  const DIGITS_MS = 900; // two digits within this time are one number
  let shown = null;
  let digits = { text: "", at: 0 };

  const clock = (seconds) => {
    const whole = Math.floor(Math.abs(seconds) + 0.001);
    return `${seconds < -0.001 ? "−" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const two = (number) => String(number).padStart(2, "0");
  // A moment that lies on a start belongs to it, whatever the last bit of a floating point number says.
  const lastAt = (points, now) => points.filter((point) => point.at <= now + 0.005).pop();
  const startOf = (track) => starts.find((point) => point.track === track);

  const goTo = (at, play = true) => {
    audio.currentTime = Math.min(Math.max(at, 0), disc.seconds);
    if (play) audio.play();
    show();
  };

  const say = (point) => {
    const title = disc.titles[point.track - 1];
    if (point.index === 0) return `Pause before track ${point.track}, ${title}`;
    return point.index === 1 ? `Track ${point.track}, ${title}` : `Track ${point.track}, index ${point.index}`;
  };

  const showPoint = (point) => {
    shown = point;
    byId("now-number").textContent = two(point.track);
    byId("now-title").textContent = disc.titles[point.track - 1];
    const what = point.index === 0 ? "pause before it" : `index ${two(point.index)}`;
    byId("now-where").textContent = `Track ${point.track} of ${starts.length} · ${what}`;
    byId("said").textContent = say(point);
    rows.forEach((row, number) => {
      if (disc.points[number] === point) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
  };

  const show = () => {
    const now = audio.currentTime;
    const point = lastAt(disc.points, now) || disc.points[0];
    if (point !== shown) showPoint(point);
    const inTrack = now - startOf(point.track).at;
    byId("now-time").textContent = clock(inTrack < 0 ? Math.min(inTrack, -1) : inTrack);
    byId("now-disc").textContent = `${clock(now)} of ${clock(Math.round(disc.seconds))}`;
    slider.value = now;
    slider.setAttribute("aria-valuetext", `${say(point)}, ${clock(inTrack)}`);
    byId("played-to").setAttribute("width", (now / disc.seconds) * 1200);
  };

  const follow = () => {
    show();
    if (!audio.paused) requestAnimationFrame(follow);
  };

  const showState = () => {
    byId("play-shape").setAttribute("d", audio.paused ? "M7 4.5v15l13-7.5z" : "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z");
    byId("play-word").textContent = audio.paused ? "Play" : "Pause";
    follow();
  };

  const toggle = () => (audio.paused ? audio.play() : audio.pause());
  const step = (points, by) => {
    const here = points.indexOf(lastAt(points, audio.currentTime));
    // Back from the middle of something goes to its own start first, as on every player.
    const inside = by < 0 && here >= 0 && audio.currentTime - points[here].at > 2;
    const target = points[inside ? here : Math.min(Math.max(here + by, 0), points.length - 1)];
    goTo(target.at, !audio.paused);
  };
  const hearJoin = () => {
    const next = disc.joins.find((at) => at > audio.currentTime + 0.1);
    goTo(next === undefined ? disc.joins[disc.joins.length - 1] : next);
  };

  const typed = (digit) => {
    const now = performance.now();
    const text = now - digits.at < DIGITS_MS ? digits.text + digit : digit;
    const number = startOf(Number(text)) ? Number(text) : Number(digit);
    digits = { text: String(number), at: now };
    const start = startOf(number);
    if (start) goTo(start.at);
  };

  const keys = {
    k: toggle,
    n: () => step(starts, 1),
    p: () => step(starts, -1),
    ".": () => step(disc.points, 1),
    ",": () => step(disc.points, -1),
    j: hearJoin,
    ArrowLeft: () => goTo(audio.currentTime - 5, !audio.paused),
    ArrowRight: () => goTo(audio.currentTime + 5, !audio.paused),
    Home: () => goTo(0, !audio.paused),
  };

  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || slider.disabled) return;
    const onButton = event.target.closest && event.target.closest("button");
    if (event.key === " " && !onButton) toggle();
    else if (/^[0-9]$/.test(event.key)) typed(event.key);
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  };

  const enable = () => {
    document.querySelectorAll("button, input").forEach((control) => {
      control.disabled = false;
    });
    byId("state").textContent = "Preview sound";
    show();
  };

  const connect = () => {
    byId("play").addEventListener("click", toggle);
    byId("previous").addEventListener("click", () => step(starts, -1));
    byId("next").addEventListener("click", () => step(starts, 1));
    byId("join").addEventListener("click", hearJoin);
    slider.addEventListener("input", () => goTo(Number(slider.value), !audio.paused));
    document.querySelectorAll("button[data-at]").forEach((button) => {
      button.addEventListener("click", (event) => {
        goTo(Number(button.dataset.at));
        if (event.detail) button.blur(); // a mouse click leaves the space bar to play and pause
      });
    });
    document.addEventListener("keydown", onKey);
    ["play", "pause", "ended"].forEach((name) => audio.addEventListener(name, showState));
    audio.addEventListener("seeked", show);
    audio.addEventListener("loadedmetadata", enable, { once: true });
    audio.addEventListener("error", () => {
      byId("state").textContent = "This browser cannot play the sound (Opus). Please open the page in another one.";
    });
  };

  // Base64 to bytes in slices, so that the page answers while a long disc loads.
  const SLICE = 1 << 20;
  const load = (text, at, parts) => {
    if (at >= text.length) {
      audio.src = URL.createObjectURL(new Blob(parts, { type: "audio/webm; codecs=opus" }));
      byId("sound").remove();
      return;
    }
    parts.push(Uint8Array.from(atob(text.slice(at, at + SLICE)), (letter) => letter.charCodeAt(0)));
    byId("state").textContent = `Loading the sound … ${Math.round((at / text.length) * 100)} %`;
    setTimeout(load, 0, text, at + SLICE, parts);
  };

  connect();
  show();
  load(byId("sound").textContent.trim(), 0, []);
})();
