// Third octaves of the moment that is heard, beside its track and the album's median; measured on the delivered files.
const makeSpectrum = (canvas, data, levels, hooks) => {
  const NOTHING = 255;
  const SPAN_DB = 66;
  const DEPTH_DB = 36; // what lies further below the loudest band is no tone
  const LEAST_DB = -60; // of a step that counts for a track
  const INK = "#16202b";
  const QUIET = "#4f5a66";
  const RULE = "#d9dee3";
  const CURVE = "#14508c";
  const BAR = "#b4bec8";
  const MARGIN = { left: 4, right: 34, top: 10, bottom: 20 };
  const bands = data.bands;
  const count = bands.length;
  const steps = levels.length / count;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const table = document.getElementById("spectrum-rows");
  const details = document.getElementById("spectrum-figures");
  const readout = document.getElementById("spectrum-readout");
  let isHeld = false;
  let heldAt = 0;
  let drawnAt = -1;
  let tabledAt = -1;
  let wasPlaying = false;

  const stepOf = (at) => Math.min(Math.max(Math.floor(at * data.spectra_per_second), 0), steps - 1);
  const dbOf = (byte) => (byte === NOTHING ? null : -byte / 2);
  const nowLevels = (at) => {
    const from = stepOf(at) * count;
    return bands.map((_, band) => dbOf(levels[from + band]));
  };

  // Means of power over the steps of each track that have sound; the median of the album is that of its tracks,
  // each at its own mean level, so that loudness does not count as tone.
  const meanOf = (track) => {
    const sums = new Float64Array(count);
    let used = 0;
    for (let step = stepOf(track.audio[0]); step < Math.ceil(track.audio[1] * data.spectra_per_second) && step < steps; step += 1) {
      let whole = 0;
      for (let band = 0; band < count; band += 1) if (levels[step * count + band] !== NOTHING) whole += 10 ** (-levels[step * count + band] / 20);
      if (whole < 10 ** (LEAST_DB / 10)) continue;
      used += 1;
      for (let band = 0; band < count; band += 1) if (levels[step * count + band] !== NOTHING) sums[band] += 10 ** (-levels[step * count + band] / 20);
    }
    return [...sums].map((sum) => (used && sum ? 10 * Math.log10(sum / used) : null));
  };
  const levelOf = (curve) => {
    const known = curve.filter((value) => value !== null && value > Math.max(...curve.filter((v) => v !== null)) - 50);
    return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : 0;
  };
  const middleOf = (values) => {
    const sorted = values.filter((value) => value !== null).sort((one, two) => one - two);
    if (sorted.length * 2 < values.length || !sorted.length) return null;
    return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  };
  const means = data.tracks.map(meanOf);
  const own = means.map(levelOf);
  const median = bands.map((_, band) => middleOf(means.map((curve, i) => (curve[band] === null ? null : curve[band] - own[i]))));
  const highest = Math.max(-60, ...means.flat().filter((value) => value !== null));
  const top = Math.min(Math.ceil((highest + 15) / 6) * 6, 6);

  const sizeOf = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const slot = () => (sizeOf().width - MARGIN.left - MARGIN.right) / count;
  const xOf = (band) => MARGIN.left + slot() * band;
  const yOf = (db) => {
    const room = sizeOf().height - MARGIN.top - MARGIN.bottom;
    return MARGIN.top + room * Math.min(Math.max((top - db) / SPAN_DB, 0), 1);
  };
  const hertz = (value) => (value >= 1000 ? `${value / 1000} k` : `${value}`);
  const spoken = (value) => (value >= 1000 ? `${value / 1000} kHz` : `${value} Hz`);
  const words = (value) => (value === null ? "–" : value.toFixed(1).replace("-", "−"));
  const signed = (value) => (value === null ? "–" : `${value > 0.05 ? "+" : ""}${Math.abs(value) < 0.05 ? "0.0" : words(value)}`);

  const curves = (at) => {
    const place = Math.max(data.tracks.indexOf(hooks.trackAt(at)), 0);
    return { place, now: nowLevels(at), track: means[place], album: median.map((value) => (value === null ? null : value + own[place])) };
  };

  const line = (pen, values, colour, dash) => {
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.setLineDash(dash);
    pen.beginPath();
    let isDown = false;
    values.forEach((value, band) => {
      const x = xOf(band) + slot() / 2;
      if (value === null || value < top - SPAN_DB) isDown = false;
      else if (isDown) pen.lineTo(x, yOf(value));
      else pen.moveTo(x, yOf(value));
      if (value !== null && value >= top - SPAN_DB) isDown = true;
    });
    pen.stroke();
    pen.setLineDash([]);
  };

  const draw = (at) => {
    const { width, height } = sizeOf();
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, width, height);
    const { now, track, album } = curves(at);
    const floor = height - MARGIN.bottom;
    pen.font = "10px system-ui, sans-serif";
    pen.fillStyle = QUIET;
    pen.textAlign = "left";
    for (let db = top - 6; db > top - SPAN_DB; db -= 12) {
      pen.fillStyle = RULE;
      pen.fillRect(MARGIN.left, Math.round(yOf(db)), width - MARGIN.left - MARGIN.right, 1);
      pen.fillStyle = QUIET;
      pen.fillText(`${db}`.replace("-", "−"), width - MARGIN.right + 5, yOf(db) + 4);
    }
    pen.fillText("dB", width - MARGIN.right + 5, MARGIN.top + 2);
    now.forEach((value, band) => {
      if (value === null || value <= top - SPAN_DB) return;
      pen.fillStyle = BAR;
      pen.fillRect(xOf(band) + 1, yOf(value), Math.max(slot() - 2, 1), floor - yOf(value));
      pen.fillStyle = QUIET;
      pen.fillRect(xOf(band) + 1, yOf(value), Math.max(slot() - 2, 1), 2);
    });
    line(pen, album, INK, [5, 4]);
    line(pen, track, CURVE, []);
    pen.fillStyle = QUIET;
    pen.textAlign = "center";
    const every = slot() < 12 ? 6 : 3;
    bands.forEach((value, band) => {
      if (band % every === 2) pen.fillText(hertz(value), xOf(band) + slot() / 2, height - 6);
    });
    drawnAt = stepOf(at);
  };

  const fill = (at) => {
    if (!details.open || tabledAt === stepOf(at)) return;
    tabledAt = stepOf(at);
    const { now, track, album } = curves(at);
    [...table.rows].forEach((row, band) => {
      const gap = track[band] === null || album[band] === null ? null : track[band] - album[band];
      [now[band], track[band], album[band]].forEach((value, cell) => {
        row.cells[cell + 1].textContent = words(value);
      });
      row.cells[4].textContent = signed(gap);
    });
  };

  const tell = (at) => {
    const { place, now, track, album } = curves(at);
    const known = now.map((value, band) => ({ value, band })).filter((item) => item.value !== null);
    const strongest = known.sort((one, two) => two.value - one.value)[0];
    const loudest = Math.max(...album.filter((value) => value !== null), -200);
    const isTold = (value, band) => value !== null && album[band] !== null && Math.max(value, album[band]) > loudest - DEPTH_DB;
    const gaps = track.map((value, band) => ({ gap: isTold(value, band) ? Math.max(value, loudest - DEPTH_DB) - Math.max(album[band], loudest - DEPTH_DB) : 0, band }));
    const widest = gaps.sort((one, two) => Math.abs(two.gap) - Math.abs(one.gap))[0];
    const here = data.tracks[place];
    const moment = strongest ? `strongest at ${spoken(bands[strongest.band])}, ${words(strongest.value)} dB` : "silent";
    readout.textContent = `${here.number} ${here.title}, ${clock(at - here.at, 1)}: ${moment}. Track against the album's median: ${signed(widest.gap)} dB at ${spoken(bands[widest.band])} at most.`;
  };

  // With reduced motion, nothing moves while it plays: bars and words change when it stops, at a jump and with the track.
  const refresh = (isPlaying) => {
    const at = isHeld ? heldAt : hooks.now();
    const isDue = drawnAt < 0 || stepOf(at) !== drawnAt;
    const isJump = Math.abs(stepOf(at) - drawnAt) > data.spectra_per_second * (calm.matches && isPlaying ? 600 : 1);
    if (calm.matches && isPlaying && wasPlaying && !isJump && hooks.trackAt(at) === hooks.trackAt(drawnAt / data.spectra_per_second + 0.01)) return;
    if (isDue) draw(at);
    if (!isPlaying || isJump || stepOf(at) % data.spectra_per_second === 0) {
      tell(at);
      fill(at);
    }
    wasPlaying = isPlaying;
  };

  const again = () => {
    drawnAt = -1;
    tabledAt = -1;
    refresh(false);
  };
  const hold = () => {
    isHeld = !isHeld;
    heldAt = hooks.now();
    again();
    return isHeld;
  };

  details.addEventListener("toggle", again);
  window.addEventListener("resize", again);
  return { refresh, hold };
};
