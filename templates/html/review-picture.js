// The album as one picture: a canvas with a window of time that zooms and moves.
const makePicture = (canvas, data, bytes, hooks) => {
  const NOTHING = -32768;
  const INK = "#16202b";
  const QUIET = "#4f5a66";
  const RULE = "#d9dee3";
  const CURVE = "#14508c";
  const WAVES = ["#9aa6b2", "#b9c2cb"];
  const LEAST_S = 2;
  const LEAST_DBTP = -36;
  const MARGIN = { left: 4, right: 34 };
  const outline = new Int8Array(bytes.outline.buffer);
  const lufs = new Int16Array(bytes.lufs.buffer);
  const peaks = new Int16Array(bytes.peaks.buffer);
  const view = { from: 0, to: data.seconds };
  let hover = null;
  let isDue = false;

  // Coarser outlines, each eight times, so that drawing takes the same time at every zoom.
  const levels = [{ bins: outline, perSecond: data.bins_per_second }];
  while (levels[levels.length - 1].bins.length > 16000) {
    const finer = levels[levels.length - 1];
    const count = Math.ceil(finer.bins.length / 16);
    const bins = new Int8Array(count * 2);
    for (let i = 0; i < count; i += 1) {
      let low = 127;
      let high = -127;
      for (let k = i * 16; k < Math.min(i * 16 + 16, finer.bins.length); k += 2) {
        low = Math.min(low, finer.bins[k]);
        high = Math.max(high, finer.bins[k + 1]);
      }
      bins[i * 2] = low;
      bins[i * 2 + 1] = high;
    }
    levels.push({ bins, perSecond: finer.perSecond / 8 });
  }

  const size = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const plotWidth = () => Math.max(size().width - MARGIN.left - MARGIN.right, 10);
  const xOf = (at) => MARGIN.left + ((at - view.from) / (view.to - view.from)) * plotWidth();
  const atOf = (x) => view.from + ((x - MARGIN.left) / plotWidth()) * (view.to - view.from);

  const lanes = () => {
    const { height } = size();
    const room = height - 34 - 18;
    const wave = Math.round(room * 0.48);
    const loud = Math.round(room * 0.28);
    return {
      wave: { top: 34, height: wave },
      loud: { top: 34 + wave + 10, height: loud - 10 },
      peak: { top: 34 + wave + loud + 14, height: room - wave - loud - 14 },
    };
  };

  const drawWave = (pen, lane) => {
    const width = plotWidth();
    const perPixel = ((view.to - view.from) / width) * data.bins_per_second;
    const level = levels[Math.min(Math.max(Math.floor(Math.log(Math.max(perPixel / 2, 1)) / Math.log(8)), 0), levels.length - 1)];
    const middle = lane.top + lane.height / 2;
    const half = lane.height / 2 - 1;
    data.tracks.forEach((track, number) => {
      const first = Math.max(Math.floor(xOf(track.at)), MARGIN.left);
      const last = Math.min(Math.ceil(xOf(track.end)), MARGIN.left + width);
      pen.fillStyle = WAVES[number % 2];
      for (let x = first; x < last; x += 1) {
        const start = Math.max(Math.floor(atOf(x) * level.perSecond), 0);
        const end = Math.min(Math.max(Math.ceil(atOf(x + 1) * level.perSecond), start + 1), level.bins.length / 2);
        let low = 0;
        let high = 0;
        for (let k = start; k < end; k += 1) {
          low = Math.min(low, level.bins[k * 2]);
          high = Math.max(high, level.bins[k * 2 + 1]);
        }
        const top = middle - (high / 127) * half;
        pen.fillRect(x, top, 1, Math.max(((high - low) / 127) * half, 1));
      }
    });
  };

  // A reading every 100 ms as a line or as bars; several on one pixel become their greatest.
  const eachReading = (values, draw) => {
    const width = plotWidth();
    for (let x = MARGIN.left; x < MARGIN.left + width; x += 1) {
      const start = Math.max(Math.floor(atOf(x) * data.steps_per_second), 0);
      const end = Math.min(Math.max(Math.ceil(atOf(x + 1) * data.steps_per_second), start + 1), values.length);
      let most = NOTHING;
      for (let k = start; k < end; k += 1) most = Math.max(most, values[k]);
      draw(x, most === NOTHING ? null : most / 100);
    }
  };

  const yIn = (lane, low, high, value) => lane.top + lane.height * (1 - (Math.min(Math.max(value, low), high) - low) / (high - low));

  const grid = (pen, lane, low, high, lines, word) => {
    pen.font = "10px system-ui, sans-serif";
    pen.textAlign = "left";
    lines.forEach((value) => {
      const y = Math.round(yIn(lane, low, high, value)) + 0.5;
      pen.strokeStyle = RULE;
      pen.beginPath();
      pen.moveTo(MARGIN.left, y);
      pen.lineTo(MARGIN.left + plotWidth(), y);
      pen.stroke();
      pen.fillStyle = QUIET;
      pen.fillText(String(value).replace("-", "−"), MARGIN.left + plotWidth() + 4, y + 3);
    });
    pen.fillText(word, MARGIN.left + plotWidth() + 4, lane.top - 3);
  };

  const levelLine = (pen, y, colour) => {
    pen.fillStyle = colour;
    pen.fillRect(MARGIN.left, Math.round(y), plotWidth(), 1);
  };

  const drawLoudness = (pen, lane) => {
    grid(pen, lane, -42, 0, [-36, -24, -12], "LUFS");
    pen.strokeStyle = INK;
    pen.setLineDash([4, 3]);
    data.tracks.forEach((track) => {
      if (track.lufs === null) return;
      const y = yIn(lane, -42, 0, track.lufs);
      pen.beginPath();
      pen.moveTo(Math.max(xOf(track.at), MARGIN.left), y);
      pen.lineTo(Math.min(xOf(track.end), MARGIN.left + plotWidth()), y);
      if (xOf(track.end) > MARGIN.left && xOf(track.at) < MARGIN.left + plotWidth()) pen.stroke();
    });
    pen.setLineDash([]);
    if (data.aim_lufs !== null) levelLine(pen, yIn(lane, -42, 0, data.aim_lufs), CURVE);
    pen.strokeStyle = CURVE;
    pen.lineWidth = 1.6;
    pen.beginPath();
    let isDown = false;
    eachReading(lufs, (x, value) => {
      if (value === null) isDown = false;
      else if (isDown) pen.lineTo(x + 0.5, yIn(lane, -42, 0, value));
      else pen.moveTo(x + 0.5, yIn(lane, -42, 0, value));
      if (value !== null) isDown = true;
    });
    pen.stroke();
    pen.lineWidth = 1;
  };

  const drawPeaks = (pen, lane) => {
    eachReading(peaks, (x, value) => {
      if (value === null || value <= LEAST_DBTP) return;
      const y = yIn(lane, LEAST_DBTP, 2, value);
      pen.fillStyle = "#e2e7eb";
      pen.fillRect(x, y, 1, lane.top + lane.height - y);
      pen.fillStyle = QUIET;
      if (value > 0) {
        pen.fillStyle = "#a3231f"; // over full scale: red, and a mark above the lane
        pen.fillRect(x, lane.top - 7, 1, 5);
      }
      pen.fillRect(x, y, 1, 2);
    });
    grid(pen, lane, LEAST_DBTP, 2, [-24, -12, 0], "dBTP");
    if (data.ceiling_dbtp !== null) levelLine(pen, yIn(lane, LEAST_DBTP, 2, data.ceiling_dbtp), "#a3231f");
  };

  const drawGaps = (pen, lane) => {
    data.tracks.forEach((track, number) => {
      const next = data.tracks[number + 1];
      const from = xOf(track.audio[1]);
      const to = next ? xOf(Math.max(next.audio[0], track.audio[1])) : from;
      if (to - from < 1 || to < MARGIN.left || from > MARGIN.left + plotWidth()) return;
      pen.save();
      pen.beginPath();
      pen.rect(Math.max(from, MARGIN.left), lane.top, Math.min(to, MARGIN.left + plotWidth()) - Math.max(from, MARGIN.left), lane.height);
      pen.clip();
      pen.strokeStyle = "#87929d";
      pen.beginPath();
      for (let x = Math.floor(Math.max(from, MARGIN.left) / 6) * 6 - lane.height; x < Math.min(to, MARGIN.left + plotWidth()); x += 6) {
        pen.moveTo(x, lane.top + lane.height);
        pen.lineTo(x + lane.height, lane.top);
      }
      pen.stroke();
      pen.restore();
    });
  };

  const fitted = (pen, text, room) => {
    if (pen.measureText(text).width <= room) return text;
    let short = [...text].slice(0, 80);
    while (short.length > 1 && pen.measureText(`${short.join("")}…`).width > room) short = short.slice(0, -1);
    return short.length > 1 ? `${short.join("")}…` : "";
  };

  const drawTracks = (pen, bottom) => {
    pen.textAlign = "left";
    const edge = MARGIN.left + plotWidth();
    data.tracks.forEach((track) => {
      const x = xOf(track.at);
      const from = Math.max(x, MARGIN.left);
      const room = Math.min(xOf(track.end), edge) - from - 8;
      if (x >= MARGIN.left && x <= edge) {
        pen.strokeStyle = INK;
        pen.beginPath();
        pen.moveTo(Math.round(x) + 0.5, 2);
        pen.lineTo(Math.round(x) + 0.5, bottom);
        pen.stroke();
      }
      pen.fillStyle = INK;
      pen.font = "600 12px system-ui, sans-serif";
      if (room > 8) {
        const whole = `${track.number} ${isolated(track.title)}`;
        const text = room > 60 ? fitted(pen, whole, room) : fitted(pen, track.number, room);
        pen.fillText(text, from + 4, 13);
      }
    });
    pen.font = "11px system-ui, sans-serif";
    data.units.slice(1).forEach((unit) => {
      const x = Math.round(xOf(unit.at));
      if (x < MARGIN.left || x > edge) return;
      pen.fillStyle = INK;
      pen.fillRect(x - 1, 2, 3, bottom - 2);
      pen.fillText(fitted(pen, unit.name, 120), x + 5, lanes().wave.top + 12);
    });
    pen.textAlign = "center";
    data.transitions.forEach((item) => {
      const x = xOf(item.at);
      if (x < MARGIN.left || x > edge || plotWidth() / (view.to - view.from) < 12) return;
      const width = pen.measureText(item.words).width + 8;
      pen.fillStyle = "#fff";
      pen.fillRect(x - width / 2, lanes().wave.top + 3, width, 16);
      pen.fillStyle = INK;
      pen.fillText(item.words, x, lanes().wave.top + 15);
    });
  };

  const MARK = { fail: "✗", error: "✗", warn: "!", note: "i" };
  const marks = () => [
    ...data.findings.filter((f) => f.has_moment && !f.waived).map((f) => ({ at: f.at, text: MARK[f.status] || "i", words: f.words })),
    ...hooks.comments().map((c) => ({ at: c.at, text: "▼", words: c.text })),
  ];

  const drawMarks = (pen) => {
    pen.font = "700 12px system-ui, sans-serif";
    pen.textAlign = "center";
    marks().forEach((mark) => {
      const x = xOf(mark.at);
      if (x < MARGIN.left || x > MARGIN.left + plotWidth()) return;
      pen.fillStyle = mark.text === "✗" ? "#a3231f" : INK;
      pen.fillText(mark.text, x, 29);
    });
  };

  const drawTime = (pen, y) => {
    const span = view.to - view.from;
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200].find((s) => (span / s) * 62 <= plotWidth()) || 3600;
    pen.font = "10px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.fillStyle = QUIET;
    pen.strokeStyle = QUIET;
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
      const x = Math.round(xOf(at)) + 0.5;
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x, y + 4);
      pen.stroke();
      if (x > 18) pen.fillText(clock(at, step < 1 ? 1 : 0), x, y + 14);
    }
  };

  const drawHead = (pen, bottom) => {
    const edge = MARGIN.left + plotWidth();
    const line = (at, colour, width) => {
      const x = xOf(at);
      if (x < MARGIN.left || x > edge) return;
      pen.fillStyle = colour;
      pen.fillRect(Math.round(x) - width / 2, 17, width, bottom - 17);
    };
    if (hover !== null) line(hover, "#87929d", 1);
    line(hooks.now(), CURVE, 2);
  };

  const draw = () => {
    isDue = false;
    const { width, height } = size();
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    const { wave, loud, peak } = lanes();
    const bottom = peak.top + peak.height;
    drawGaps(pen, wave);
    drawWave(pen, wave);
    drawLoudness(pen, loud);
    drawPeaks(pen, peak);
    drawTracks(pen, bottom);
    drawMarks(pen);
    drawTime(pen, bottom + 2);
    drawHead(pen, bottom);
  };

  const refresh = () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(draw);
  };

  const show = (from, to) => {
    const span = Math.min(Math.max(to - from, Math.min(LEAST_S, data.seconds)), data.seconds);
    view.from = Math.min(Math.max(from + (to - from - span) / 2, 0), data.seconds - span);
    view.to = view.from + span;
    hooks.onWindow(view.from, view.to);
    refresh();
  };
  const zoom = (factor, around) => {
    const at = around === undefined ? (hooks.now() >= view.from && hooks.now() <= view.to ? hooks.now() : (view.from + view.to) / 2) : around;
    show(at - (at - view.from) / factor, at + (view.to - at) / factor);
  };
  const pan = (seconds) => show(view.from + seconds, view.to + seconds);

  const pointers = new Map();
  let drag = null;
  const place = (event) => event.clientX - canvas.getBoundingClientRect().left;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    drag = { x: place(event), from: view.from, to: view.to, moved: false, spread: 0 };
  });
  canvas.addEventListener("pointermove", (event) => {
    const x = place(event);
    hover = atOf(x);
    hooks.onHover(hover, lufs, peaks);
    if (drag && pointers.has(event.pointerId)) {
      pointers.set(event.pointerId, x);
      const [one, two] = [...pointers.values()];
      if (two !== undefined) {
        const spread = Math.max(Math.abs(one - two), 10);
        if (drag.spread) zoom(spread / drag.spread, atOf((one + two) / 2));
        drag.spread = spread;
        drag.moved = true;
      } else if (drag.moved || Math.abs(x - drag.x) > 5) {
        drag.moved = true;
        const by = ((drag.x - x) / plotWidth()) * (drag.to - drag.from);
        show(drag.from + by, drag.to + by);
      }
    }
    refresh();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (drag && !drag.moved && pointers.size === 1) {
      const x = place(event);
      const isMark = event.clientY - canvas.getBoundingClientRect().top < 34;
      const mark = isMark && marks().find((m) => Math.abs(xOf(m.at) - x) < 8);
      hooks.onPick(mark ? Math.max(mark.at - 2, 0) : Math.min(Math.max(atOf(x), 0), data.seconds), mark ? mark.words : "");
    }
    pointers.delete(event.pointerId);
    if (!pointers.size) drag = null;
    else drag.spread = 0;
  });
  canvas.addEventListener("pointercancel", (event) => {
    pointers.delete(event.pointerId);
    drag = null;
  });
  canvas.addEventListener("pointerleave", () => {
    hover = null;
    refresh();
  });
  // The wheel scrolls the page over the picture as everywhere, until somebody has clicked into it.
  let isEntered = false;
  document.addEventListener("pointerdown", (event) => {
    isEntered = event.target === canvas;
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !isEntered) return;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      pan((event.deltaX / plotWidth()) * (view.to - view.from));
    } else {
      // At the whole album, turning further out scrolls the page as everywhere else.
      if (event.deltaY > 0 && view.to - view.from >= data.seconds) return;
      zoom(Math.exp(-event.deltaY / 300), atOf(place(event)));
    }
    event.preventDefault();
  }, { passive: false });
  window.addEventListener("resize", refresh);

  return { refresh, zoom, pan, show, view: () => ({ ...view }), xOf };
};
