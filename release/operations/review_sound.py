"""Reads the delivered sound of a build once, for its review page: the picture's figures, and a preview in few bytes."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.dsp.meter import Meter
from release.dsp.meters.running_spectrum import RunningSpectrum
from release.dsp.meters.short_peaks import ShortPeaks
from release.dsp.resample import Resampler
from release.encode.preview import RATE_HZ, encode_preview
from release.operations.delivered_sound import DeliveredSound, find_sound
from release.pipeline.cache import Cache, Entry, remove_tree
from release.pipeline.canonical import Json, digest_json
from release.pipeline.evict import running_mark
from release.record import Record, UnitTrack
from release.report.review_sound import (
    BINS_PER_SECOND,
    NOT_MEASURABLE,
    NOTHING,
    SPECTRA_PER_SECOND,
    STEPS_PER_SECOND,
    ReviewSound,
)
from release.units import convert_position

PREVIEW_FILE = "preview.webm"
STAGE = "review-sound"
VERSION = 2
"""Of what this module makes: a change of it makes stored sounds unknown."""
AUDIO_BUDGET_BYTES = 30_000_000
"""Most that all sound takes in a page, as base64: what can still be sent by post."""
BITRATES_KBPS = (96, 80, 64, 48, 40, 32)
_BASE64 = 4 / 3
_BLOCK_STEPS = 50


def budget_bitrate_kbps(seconds: float) -> int:
    """The highest bit rate with which this much sound stays within the page's budget; 46 minutes get 64 kb/s."""
    fitting = [kbps for kbps in BITRATES_KBPS if seconds * kbps * 125 * _BASE64 <= AUDIO_BUDGET_BYTES]
    return max(fitting, default=BITRATES_KBPS[-1])


def unit_sounds(record: Record, folder: Path, target: str) -> list[DeliveredSound]:
    """The delivered sound of every disc, side or set of files of a target, in order.

    Raises:
        UsageError: the target has no sound that can be read.
        VerificationError: a file is missing, or is not what the record says.
    """
    return [
        find_sound(record, folder, [t.key for t in unit.tracks], target, None) for unit in record.targets[target].units
    ]


def sound_seconds(sounds: list[DeliveredSound]) -> float:
    """Length of all units on the page: each begins on a whole 100 ms."""
    return sum(_steps(s) for s in sounds) / STEPS_PER_SECOND


def review_sound(
    record: Record, sounds: list[DeliveredSound], *, bitrate_kbps: int | None, cache: Cache
) -> ReviewSound:
    """Measure and encode, or take what was stored for the same content.

    Args:
        record: of the build.
        sounds: from ``unit_sounds``.
        bitrate_kbps: of the preview; None for a page without sound.
        cache: where results are kept by content.

    Raises:
        RenderError: the preview cannot be written.
    """
    target = sounds[0].target
    # Of the sound alone where that is known: a new title encodes nothing.
    content = {d.path: d.audio_sha256 or d.sha256 for d in record.targets[target].deliverables}
    asked: Json = {
        "stage": STAGE,
        "version": VERSION,
        "bitrate_kbps": bitrate_kbps or 0,
        "units": [
            {
                "files": [content[p] for p in s.paths],
                "rate_hz": s.rate_hz,
                "samples": s.unit.samples,
                "tracks": [[t.key, t.start, t.length] for t in s.unit.tracks],
            }
            for s in sounds
        ],
    }
    key = digest_json(asked)
    entry = cache.lookup(key)
    if entry is None or not all(cache.is_intact(f) for f in entry.files.values()):
        entry = _make(sounds, bitrate_kbps, key, cache)
    preview = entry.files.get(PREVIEW_FILE)
    return ReviewSound(
        target=target,
        unit_starts_s=tuple(_starts(sounds)),
        seconds=sound_seconds(sounds),
        fact=entry.fact,
        path=None if preview is None else preview.path,
        n_bytes=0 if preview is None else preview.n_bytes,
        sha256="" if preview is None else preview.sha256,
        bitrate_kbps=bitrate_kbps or 0,
        paths=tuple(p for s in sounds for p in s.paths),
    )


def _steps(sound: DeliveredSound) -> int:
    """Steps of 100 ms that a unit takes."""
    return max(-(-sound.place(sound.unit.samples) * STEPS_PER_SECOND // sound.rate_hz), 1)


def _starts(sounds: list[DeliveredSound]) -> Iterator[float]:
    at = 0
    for sound in sounds:
        yield at / STEPS_PER_SECOND
        at += _steps(sound)


def _make(sounds: list[DeliveredSound], bitrate_kbps: int | None, key: str, cache: Cache) -> Entry:
    cache.prepare()
    with running_mark(cache.root):  # or a build that begins meanwhile takes the folder for one left behind
        return _encode(sounds, bitrate_kbps, key, cache, cache.work_folder())


def _encode(sounds: list[DeliveredSound], bitrate_kbps: int | None, key: str, cache: Cache, folder: Path) -> Entry:
    try:
        notes = _Notes()
        files = {}
        if bitrate_kbps is None:
            for _ in _blocks(sounds, notes):
                pass
        else:
            path = folder / PREVIEW_FILE
            rate_hz = sounds[0].rate_hz
            n_samples = sum(_steps(s) for s in sounds) * rate_hz // STEPS_PER_SECOND
            encode_preview(
                _resampled(_blocks(sounds, notes), rate_hz),
                path,
                bitrate_kbps=bitrate_kbps,
                n_samples=convert_position(n_samples, rate_hz, RATE_HZ),
            )
            files[PREVIEW_FILE] = path
        return cache.store(key, STAGE, notes.fact(sounds), files)
    finally:
        remove_tree(folder)


def _resampled(blocks: Iterator[NDArray[np.float64]], rate_hz: int) -> Iterator[NDArray[np.float64]]:
    if rate_hz == RATE_HZ:
        yield from blocks
        return
    resampler = Resampler(rate_hz, RATE_HZ, 2)
    for block in blocks:
        yield resampler.process(block)
    yield resampler.flush()


def _blocks(sounds: list[DeliveredSound], notes: _Notes) -> Iterator[NDArray[np.float64]]:
    """All units one after the other, each filled up to a whole 100 ms; figures are noted on the way."""
    spectra = RunningSpectrum(sounds[0].rate_hz, 2, SPECTRA_PER_SECOND)
    for sound in sounds:
        meter, peaks = Meter(sound.rate_hz, 2, finds_peaks=False), ShortPeaks(sound.rate_hz, 2)
        step = sound.rate_hz // STEPS_PER_SECOND
        for at in range(0, _steps(sound), _BLOCK_STEPS):
            count = min(_BLOCK_STEPS, _steps(sound) - at)
            audio = sound.read(at * step, (at + count) * step)
            meter.process(audio)
            peaks.process(audio)
            spectra.process(audio)
            notes.add_outline(audio, count * BINS_PER_SECOND // STEPS_PER_SECOND)
            yield audio
        notes.add_readings(meter.finish().curve, peaks.finish(), _steps(sound))
    notes.spectra = _half_decibels(spectra.finish())


@dataclass(frozen=True, slots=True)
class _Reading:
    lufs: NDArray[np.int16]
    peaks: NDArray[np.int16]


class _Notes:
    """Figures of the picture, gathered while the sound goes by."""

    def __init__(self) -> None:
        self._outline: list[NDArray[np.int8]] = []
        self._units: list[_Reading] = []
        self.spectra = np.zeros((0, 0), dtype=np.uint8)

    def add_outline(self, audio: NDArray[np.float64], count: int) -> None:
        """Lowest and highest sample of both channels in each of ``count`` bins."""
        bins = audio.reshape(count, -1)
        pairs = np.stack([bins.min(axis=1), bins.max(axis=1)], axis=1)
        self._outline.append(np.clip(np.rint(pairs * 127), -127, 127).astype(np.int8))

    def add_readings(self, lufs: NDArray[np.float64], peaks: NDArray[np.float64], count: int) -> None:
        """Readings of a unit that has ended: loudness from 3 s on, true peak from its start."""
        loud = np.full(count, -np.inf)
        first = 3 * STEPS_PER_SECOND - 1  # the first window ends with the thirtieth step
        loud[first : first + len(lufs)] = lufs[: max(count - first, 0)]
        high = np.zeros(count)
        high[: len(peaks)] = peaks[:count]
        with np.errstate(divide="ignore"):
            self._units.append(_Reading(_hundredths(loud), _hundredths(20 * np.log10(high))))

    def fact(self, sounds: list[DeliveredSound]) -> dict[str, Any]:
        """As :class:`release.report.review_sound.ReviewSound` holds it."""
        lufs = np.concatenate([u.lufs for u in self._units])
        loudest: dict[str, float] = {}
        for sound, start_s in zip(sounds, _starts(sounds), strict=True):
            for track in sound.unit.tracks:
                loudest.setdefault(track.key, _loudest_s(lufs, sound, track, start_s))
        return {
            "outline": _base64(np.concatenate(self._outline)),
            "lufs": _base64(lufs.astype("<i2")),
            "peaks": _base64(np.concatenate([u.peaks for u in self._units]).astype("<i2")),
            "loudest": loudest,
            "spectra": _base64(self.spectra),
        }


def _half_decibels(levels_db: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Half decibels below full scale; what lies below -127 dB is nothing."""
    steps = np.rint(np.clip(-2.0 * levels_db, 0, NOTHING))
    return np.where(levels_db < -127.0, NOTHING, steps).astype(np.uint8)


def _hundredths(decibels: NDArray[np.float64]) -> NDArray[np.int16]:
    """Hundredths of a decibel; what is below -120 counts as silence."""
    shown = np.where(decibels > -120.0, decibels, 0.0)
    return np.where(decibels > -120.0, np.rint(shown * 100), NOT_MEASURABLE).astype(np.int16)


def _loudest_s(lufs: NDArray[np.int16], sound: DeliveredSound, track: UnitTrack, start_s: float) -> float:
    """Where the loudest three seconds of a track begin, on the page; its start where nothing could be measured."""
    first_s = start_s + track.start / sound.unit_hz
    low = round(first_s * STEPS_PER_SECOND) + 3 * STEPS_PER_SECOND
    high = round((first_s + track.length / sound.unit_hz) * STEPS_PER_SECOND)
    part = lufs[low:high]
    if not len(part) or part.max() == NOT_MEASURABLE:
        return round(first_s, 3)
    return round((low + int(part.argmax()) + 1) / STEPS_PER_SECOND - 3, 3)


def _base64(values: NDArray[Any]) -> str:
    return b64encode(values.tobytes()).decode("ascii")
