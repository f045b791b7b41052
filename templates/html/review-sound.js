"use strict";
// What plays: this build, the previous one, or nothing at all; positions are always seconds on this page.
const MATCH_RANGE_DB = 12;

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const clock = (seconds, digits = 0) => {
  const unit = 10 ** digits;
  const whole = Math.floor(Math.max(seconds, 0) * unit + 0.001) / unit;
  const rest = (whole % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  return `${Math.floor(whole / 60)}:${rest}`;
};

// A name amid other words, kept from turning them round when it is written from right to left (as bdi does in markup).
const isolated = (text) => (/[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text) ? `\u2068${text}\u2069` : text);

const makePlayer = (data, audios, onChange, onWords) => {
  let revision = 0;
  let isMatched = false;
  let silentAt = 0; // the position of a page without sound
  const lists = [data.tracks, data.before];
  const readings = lists.flat().flatMap((track) => (track.lufs === null ? [] : [track.lufs]));
  const reference = Math.max(Math.min(...readings), Math.max(...readings) - MATCH_RANGE_DB);

  const trackAt = (list, at) => list.filter((track) => track.at <= at + 0.005).pop() || list[0];
  const audio = () => audios[revision];

  // A moment of one build is the same moment of the same track in the other.
  const across = (from, to, at) => {
    const here = trackAt(from, at);
    const there = to.find((track) => track.key === here.key);
    return there ? Math.min(there.at + at - here.at, Math.max(there.end - 0.05, there.at)) : null;
  };

  const now = () => {
    if (!audios.length) return silentAt;
    if (!revision) return audio().currentTime;
    const at = across(lists[1], lists[0], audio().currentTime);
    return at === null ? silentAt : at;
  };

  const gainDb = () => {
    const track = trackAt(lists[revision], audios.length ? audio().currentTime : silentAt);
    return isMatched && track.lufs !== null ? Math.min(reference - track.lufs, 0) : 0;
  };

  const applyGain = () => {
    if (!audios.length) return;
    const volume = 10 ** (gainDb() / 20);
    if (Math.abs(audio().volume - volume) < 0.001) return;
    audio().volume = volume;
    if (isMatched && Math.abs(audio().volume - volume) > 0.01) onWords("This browser lets no page set its volume: loudness cannot be matched here.");
  };

  const seek = (at, play) => {
    silentAt = Math.min(Math.max(at, 0), data.seconds);
    if (!audios.length) return onChange();
    const place = revision ? across(lists[0], lists[1], silentAt) : silentAt;
    if (place === null) {
      setRevision(0);
      onWords("The previous build has no such track.");
      return seek(at, play);
    }
    audio().currentTime = place;
    applyGain();
    if (play) audio().play();
    return onChange();
  };

  const setRevision = (wanted) => {
    if (!audios[wanted] || wanted === revision) return;
    const at = now();
    const wasPlaying = !audio().paused;
    audio().pause();
    revision = wanted;
    seek(at, wasPlaying);
  };

  const toggle = () => {
    if (!audios.length) return;
    if (audio().paused) audio().play();
    else audio().pause();
  };

  audios.forEach((element) => {
    ["play", "pause", "ended", "seeked"].forEach((name) => element.addEventListener(name, () => onChange()));
  });

  return {
    now,
    seek,
    toggle,
    setRevision,
    applyGain,
    gainDb,
    trackAt: (at) => trackAt(data.tracks, at),
    isPlaying: () => audios.length > 0 && !audio().paused,
    revision: () => revision,
    isMatched: () => isMatched,
    setMatched: (wanted) => {
      isMatched = wanted;
      applyGain();
      onChange();
    },
  };
};

// Base64 to bytes in slices, so that the page answers while a long album loads.
const loadSounds = (elements, audios, onProgress, onReady, onError) => {
  const SLICE = 1 << 20;
  const sizes = elements.map((element) => element.textContent.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let waiting = audios.length;
  const step = (number, at, parts, done) => {
    const text = elements[number].textContent;
    if (at < text.length) {
      parts.push(bytesOf(text.slice(at, at + SLICE)));
      onProgress((done + at) / total);
      setTimeout(step, 0, number, at + SLICE, parts, done);
      return;
    }
    audios[number].addEventListener("loadedmetadata", () => {
      waiting -= 1;
      if (!waiting) onReady();
    }, { once: true });
    audios[number].addEventListener("error", onError, { once: true });
    audios[number].src = URL.createObjectURL(new Blob(parts, { type: "audio/webm; codecs=opus" }));
    elements[number].remove();
    if (number + 1 < audios.length) setTimeout(step, 0, number + 1, 0, [], done + text.length);
  };
  step(0, 0, [], 0);
};
