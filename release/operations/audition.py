"""``release audition``: neighbours at equal loudness, joins, and bypasses, from the deliverables of a build."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import measure
from release.errors import UsageError
from release.manifest.load import load_manifest
from release.manifest.scalars import ScalarError, parse_time
from release.operations.audition_file import check_place, default_place, write_wav
from release.operations.delivered_sound import DeliveredSound, find_sound
from release.pipeline.event import Event
from release.pipeline.guarded import is_plain_file
from release.pipeline.publish import recover_output, refuse_linked_output
from release.record import RECORD_NAME, Record, UnitTrack, read_record
from release.units import db_to_linear, seconds_to_samples

Audio = NDArray[np.float64]
OnEvent = Callable[[Event], None]
PAUSE_S = 1.0
"""Silence between two excerpts."""
STEP_HZ = 10
"""Loudest passages are looked for in steps of 100 ms."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the audition.

    Attributes:
        what: what it is, in words.
        at_s: where it begins in the file.
        from_s: where it begins in its track.
        gain_db: what was given to make loudness equal.
        lufs: of the stretch after that gain; None where not measurable.
    """

    what: str
    track: str
    at_s: float
    length_s: float
    from_s: float
    gain_db: float
    lufs: float | None


@dataclass(frozen=True, slots=True)
class AuditionResult:
    """What was written.

    Attributes:
        path: the WAV file.
        kind: ``neighbours``, ``join`` or ``bypass``.
        target: whose deliverables were read.
        sources: those files, relative to the build folder.
        notes: what to know about it.
    """

    path: Path
    kind: str
    target: str
    sample_rate_hz: int
    bits: str
    parts: tuple[Part, ...]
    sources: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditionWish:
    """What is to be heard.

    Attributes:
        tracks: one key for a bypass, two for everything else.
        is_join: the passage from one to the next, as delivered.
        bypass: name or kind of a step, or ``all``.
        length: seconds of each excerpt, or on each side of a join.
        at: where excerpts begin in their tracks; for the loudest passage where missing.
        target: None for the first one that has the tracks.
        file_format: None for a lossless one.
    """

    tracks: tuple[str, ...]
    is_join: bool = False
    bypass: str | None = None
    length: str | None = None
    at: tuple[str, ...] = ()
    target: str | None = None
    file_format: str | None = None


def audition_project(
    path: Path,
    wish: AuditionWish,
    *,
    output: Path | None = None,
    build: Path | None = None,
    jobs: int | None = None,
    source_roots: Sequence[Path] = (),
    trust_plugins: bool = False,
    on_event: OnEvent | None = None,
) -> AuditionResult:
    """Write what is to be heard into one WAV file, outside of the build.

    Args:
        path: the manifest.
        wish: what is to be heard.
        output: the file; it must not exist. None for one in ``audition/`` beside the manifest, which is replaced.
        build: the build folder; default ``build/`` beside the manifest.
        jobs: workers, for a bypass.
        source_roots: further folders that sources may lie in.
        trust_plugins: load plug-ins that nobody has trusted, for a bypass.
        on_event: told of progress.

    Raises:
        ReleaseError: nothing is written then.
    """
    manifest = load_manifest(path)
    folder = build or manifest.folder / "build"
    refuse_linked_output(folder)
    recover_output(folder)
    if not is_plain_file(folder / RECORD_NAME):
        raise UsageError("there is no build to listen to", where=str(folder), remedy="run release build first")
    try:
        record = read_record(folder)
    except ValueError as exc:
        raise UsageError(
            "the record of the build cannot be read", where=str(folder / RECORD_NAME), remedy="build again"
        ) from exc
    _check_wish(wish, record)
    place = default_place(manifest.folder, wish) if output is None else output
    check_place(place, folder, is_ours=output is None)
    sound = find_sound(record, folder, wish.tracks, wish.target, wish.file_format)
    notes = ["a stale target: its inputs have changed since it was built"] * (
        record.targets[sound.target].status == "stale"
    )
    if wish.bypass is not None:
        render = _renderer(path, wish.bypass, jobs, source_roots, trust_plugins, on_event)
        audio, parts = _bypass(wish, sound, record, render)
        kind = "bypass"
    elif wish.is_join:
        audio, parts, more = _join(wish, sound)
        kind, notes = "join", [*notes, *more]
    else:
        audio, parts = _neighbours(wish, sound)
        kind = "neighbours"
    bits = write_wav(place, audio, sound.rate_hz, sound.bit_depth if kind == "join" else None)
    used = [p for p in sound.paths if len(sound.paths) == 1 or _holds(record, sound.target, p, wish.tracks)]
    return AuditionResult(place, kind, sound.target, sound.rate_hz, bits, parts, tuple(used), tuple(notes))


def _holds(record: Record, target: str, path: str, keys: Sequence[str]) -> bool:
    return any(d.path == path and d.track in keys for d in record.targets[target].deliverables)


def _check_wish(wish: AuditionWish, record: Record) -> None:
    known = list(dict.fromkeys(t.key for target in record.targets.values() for u in target.units for t in u.tracks))
    for key in wish.tracks:
        if key not in known:
            raise UsageError(f"there is no track {key!r} in the build", remedy=f"it has {', '.join(known)}")
    if wish.bypass is not None:
        if wish.is_join:
            raise UsageError("a join and a bypass are two things", remedy="ask for one of them")
        if len(wish.tracks) != 1:
            raise UsageError("a bypass is of one track", remedy="name one track with --bypass")
    elif len(wish.tracks) != 2:
        raise UsageError("two tracks are needed", remedy="name a second one, or --bypass STEP with one")
    elif wish.tracks[0] == wish.tracks[1]:
        raise UsageError("both tracks are the same", remedy="name two different ones")
    if wish.is_join and wish.at:
        raise UsageError("a join has its own place", remedy="leave --at out")
    if len(wish.at) > len(wish.tracks):
        raise UsageError("there are more places than tracks", remedy="give --at once for each track")


def _seconds(text: str, what: str) -> Fraction:
    try:
        value = parse_time(text)
    except ScalarError as exc:
        raise UsageError(f"{what}: {exc}", remedy="write a time like 20 s or 1:02.5") from exc
    if value.in_samples or value.is_negative:
        raise UsageError(f"{what}: {text!r} is no time in seconds", remedy="write a time like 20 s or 1:02.5")
    return value.amount


def _length(wish: AuditionWish, default: int) -> Fraction:
    length = _seconds(wish.length, "--length") if wish.length is not None else Fraction(default)
    if not Fraction(1, 2) <= length <= 600:
        raise UsageError("--length is out of range", remedy="half a second to ten minutes")
    return length


def _neighbours(wish: AuditionWish, sound: DeliveredSound) -> tuple[Audio, tuple[Part, ...]]:
    length = seconds_to_samples(_length(wish, 20), sound.rate_hz)
    excerpts = []
    for n, key in enumerate(wish.tracks):
        track = next(t for t in sound.unit.tracks if t.key == key)
        start, end = _window(sound, track, length, wish.at[n] if n < len(wish.at) else None)
        begin = sound.place(track.start)
        excerpts.append((key, key, (start - begin) / sound.rate_hz, sound.read(start, end)))
    return _side_by_side(excerpts, sound.rate_hz)


def _renderer(
    path: Path,
    word: str,
    jobs: int | None,
    source_roots: Sequence[Path],
    trust_plugins: bool,
    on_event: OnEvent | None,
) -> Callable[..., Audio]:
    """What renders a track without a step; it brings the engine with it, which nothing else here needs."""
    from release.operations.bypass import render_without

    return partial(
        render_without,
        path,
        word=word,
        jobs=jobs,
        source_roots=source_roots,
        trust_plugins=trust_plugins,
        on_event=on_event,
    )


def _bypass(
    wish: AuditionWish, sound: DeliveredSound, record: Record, render: Callable[..., Audio]
) -> tuple[Audio, tuple[Part, ...]]:
    if sound.rate_hz != sound.unit_hz:
        raise UsageError("a bypass is heard at the target's own rate", remedy="leave --format opus out")
    key = wish.tracks[0]
    track = next(t for t in sound.unit.tracks if t.key == key)
    length = seconds_to_samples(_length(wish, 20), sound.rate_hz)
    start, end = _window(sound, track, length, wish.at[0] if wish.at else None)
    first = start - track.start
    other = render(
        target=sound.target,
        key=key,
        start=first,
        end=first + end - start,
        recorded_key=record.targets[sound.target].key,
    )
    words = "all steps" if wish.bypass == "all" else wish.bypass
    at_s = first / sound.rate_hz
    return _side_by_side(
        [("as delivered", key, at_s, sound.read(start, end)), (f"without {words}", key, at_s, other)],
        sound.rate_hz,
    )


def _join(wish: AuditionWish, sound: DeliveredSound) -> tuple[Audio, tuple[Part, ...], list[str]]:
    keys = [t.key for t in sound.unit.tracks]
    at = keys.index(wish.tracks[0])
    if at + 1 >= len(keys) or keys[at + 1] != wish.tracks[1]:
        following = f"{wish.tracks[0]} is followed by {keys[at + 1]}" if at + 1 < len(keys) else "it is the last one"
        raise UsageError(
            f"{wish.tracks[1]} does not follow {wish.tracks[0]} in target {sound.target}", remedy=following
        )
    one, two = sound.unit.tracks[at], sound.unit.tracks[at + 1]
    side = seconds_to_samples(_length(wish, 10), sound.rate_hz)
    ends, begins = sound.place(one.audio_start + one.audio_length), sound.place(two.audio_start)
    start = max(min(ends, begins) - side, sound.place(one.start), 0)
    last = sound.place(two.start + two.length)
    end = min(max(ends, begins) + side, last, sound.place(sound.unit.samples))
    cut = sound.place(two.start)
    audio = sound.read(start, end)
    notes = [] if sound.has_all else ["gaps are not in these files: silence stands for them here"]
    rate = sound.rate_hz
    parts = (
        Part("end", one.key, 0.0, (cut - start) / rate, (start - sound.place(one.start)) / rate, 0.0, None),
        Part("start", two.key, (cut - start) / rate, (end - cut) / rate, 0.0, 0.0, None),
    )
    return audio, parts, notes


def _window(sound: DeliveredSound, track: UnitTrack, length: int, at: str | None) -> tuple[int, int]:
    """Where the excerpt of a track lies in its unit: at the place that was asked for, or where it is loudest."""
    begin, end = sound.place(track.start), sound.place(track.start + track.length)
    end = min(end, sound.place(sound.unit.samples))
    if at is not None:
        start = begin + seconds_to_samples(_seconds(at, "--at"), sound.rate_hz)
        if start >= end:
            raise UsageError(
                f"--at {at} lies behind the end of {track.key}",
                remedy=f"it is {(end - begin) / sound.rate_hz:.1f} s long",
            )
        return start, min(start + length, end)
    if end - begin <= length:
        return begin, end
    step = sound.rate_hz // STEP_HZ
    energies = []
    for position in range(begin, end, step * 600):
        block = sound.read(position, min(position + step * 600, end))
        whole = len(block) // step * step
        energies += np.square(block[:whole]).sum(axis=1).reshape(-1, step).sum(axis=1).tolist()
    count = min(length // step, len(energies))
    sums = np.concatenate([[0.0], np.cumsum(energies)])
    loudest = int(np.argmax(sums[count:] - sums[:-count])) if count else 0
    start = min(begin + loudest * step, end - length)
    return start, start + length


def _side_by_side(excerpts: Sequence[tuple[str, str, float, Audio]], rate_hz: int) -> tuple[Audio, tuple[Part, ...]]:
    """Excerpts one after the other, the louder ones turned down to the softest: nothing is ever turned up."""
    levels = [measure(audio, rate_hz).integrated_lufs for *_, audio in excerpts]
    known = [v for v in levels if v is not None]
    if len(known) < len(levels):
        silent = next(what for (what, *_), level in zip(excerpts, levels, strict=True) if level is None)
        raise UsageError(
            f"the excerpt of {silent} has no loudness",
            remedy="it is silent, or shorter than 400 ms: choose another with --at",
        )
    pause = np.zeros((round(PAUSE_S * rate_hz), 2))
    pieces: list[Any] = []
    parts = []
    at = 0
    for (what, key, from_s, audio), level in zip(excerpts, known, strict=True):
        gain = min(known) - level
        if pieces:
            pieces.append(pause)
            at += len(pause)
        pieces.append(audio if gain == 0.0 else audio * db_to_linear(gain))
        parts.append(Part(what, key, at / rate_hz, len(audio) / rate_hz, from_s, gain, level + gain))
        at += len(audio)
    return np.concatenate(pieces), tuple(parts)
