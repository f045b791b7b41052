"""The audio of tracks in two builds, nulled from the deliverables that hold it without loss."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.comparison.difference import Region, TrackDifference
from release.dsp.null_test import Floats, NullResult, Read, null_test
from release.errors import ReleaseError
from release.operations.diff_files import BuildFiles
from release.record import Deliverable, TargetRecord
from release.units import SAMPLES_PER_CD_FRAME

_LOSSLESS = ("flac", "wav", "aiff", "alac")
_RAW = ("ddp", "bin")
_RAW_SAMPLE_BYTES = 4
_MOST_REGIONS = 50
_SHOWN_GAIN_DB = 0.005


@dataclass(frozen=True, slots=True)
class Carrier:
    """Where the audio of one track lies: a file, and the part of it.

    Attributes:
        path: relative to the build folder.
        start: first sample in the file.
        length: in samples; None for all of the file.
    """

    item: Deliverable
    start: int
    length: int | None
    rate_hz: int


def carrier_of(target: TargetRecord, key: str) -> Carrier | None:
    """The best deliverable that holds a track without loss; None where only lossy ones do."""
    own = [d for d in target.deliverables if d.role == "audio" and d.track == key and d.format in _LOSSLESS]
    if own:
        best = max(own, key=lambda d: (d.bit_depth or 0, -_LOSSLESS.index(d.format)))
        return Carrier(best, 0, best.samples, best.sample_rate_hz or target.sample_rate_hz)
    for number, unit in enumerate(target.units):
        track = next((t for t in unit.tracks if t.key == key), None)
        if track is None:
            continue
        for form in ("wav", *_RAW):
            images = [d for d in target.deliverables if d.role in ("image", "side") and d.format == form]
            if len(images) == len(target.units) and images[number].samples is not None:
                lead = _lead_samples(images[number], unit.samples)
                return Carrier(images[number], track.start + lead, track.length, target.sample_rate_hz)
    return None


def _lead_samples(image: Deliverable, unit_samples: int) -> int:
    """Samples before the programme in an image: the two seconds of a raw one; padding behind it is under a CD frame."""
    if image.role == "side":
        return 0
    return max((image.samples or 0) - unit_samples, 0) // SAMPLES_PER_CD_FRAME * SAMPLES_PER_CD_FRAME


def null_track(
    found: TrackDifference,
    old: TargetRecord,
    old_files: BuildFiles,
    new: TargetRecord,
    new_files: BuildFiles,
) -> TrackDifference:
    """A track whose digests differ, nulled; what cannot be read is told in its note.

    Args:
        found: what the records say.
        old: the target in the first build.
        old_files: its files.
        new: the target in the second build.
        new_files: its files.
    """
    before, after = carrier_of(old, found.track), carrier_of(new, found.track)
    if before is None or after is None:
        return replace(found, audio="changed", note="only lossy files hold it, and they differ")
    compared = before.item.path if before.item.path == after.item.path else f"{before.item.path}, {after.item.path}"
    if before.rate_hz != after.rate_hz:
        note = f"{before.rate_hz} Hz, now {after.rate_hz} Hz: it cannot be nulled"
        return replace(found, audio="changed", note=note, compared=compared)
    for files, carrier in ((old_files, before), (new_files, after)):
        if why := files.fault(carrier.item):
            return replace(found, audio="unknown", note=f"{carrier.item.path}: {why}", compared=compared)
    try:
        with (
            _opened(old_files.place(before.item), before) as (read_old, n_old),
            _opened(new_files.place(after.item), after) as (read_new, n_new),
        ):
            depth = min(before.item.bit_depth or 24, after.item.bit_depth or 24)
            result = null_test(read_old, n_old, read_new, n_new, rate_hz=after.rate_hz, bit_depth=depth)
    except ReleaseError as exc:
        return replace(found, audio="unknown", note=str(exc.problems[0].problem), compared=compared)
    return _told(replace(found, compared=compared), result, after.rate_hz)


def _told(found: TrackDifference, result: NullResult, rate_hz: int) -> TrackDifference:
    if result.is_exact:
        return replace(found, audio="identical")
    residual = 20.0 * math.log10(result.residual_peak) if result.residual_peak > 0.0 else None
    residual = None if residual is None else round(residual, 1)
    gain = round(result.gain_db, 2) if abs(result.gain_db) >= _SHOWN_GAIN_DB else 0.0
    if not result.regions_s and not result.shift_samples:
        note = "the same but for the last bits" if gain == 0.0 else ""
        return replace(found, audio="gain", gain_db=gain, residual_dbfs=residual, note=note)
    regions = tuple(Region(start, end) for start, end in result.regions_s[:_MOST_REGIONS])
    notes = []
    if result.share_alike < 0.5:
        regions, gain = (Region(regions[0].start_s, result.regions_s[-1][1]),), 0.0
        notes.append("most of it")
    if len(result.regions_s) > _MOST_REGIONS:
        notes.append(f"and {len(result.regions_s) - _MOST_REGIONS} more places")
    if result.shift_samples:
        notes.append(f"the same audio lies {result.shift_samples / rate_hz:+.4f} s from where it was")
    return replace(
        found,
        audio="changed",
        gain_db=gain or None,
        shift_samples=result.shift_samples or None,
        residual_dbfs=residual,
        regions=regions,
        note="; ".join(notes),
    )


@contextmanager
def _opened(path: Path, carrier: Carrier) -> Iterator[tuple[Read, int]]:
    if carrier.item.format in _RAW:
        n_samples = path.stat().st_size // _RAW_SAMPLE_BYTES
        length = min(carrier.length or 0, n_samples - carrier.start)

        def read_raw(start: int, count: int) -> Floats:
            words = np.fromfile(
                path, "<i2", count=2 * min(count, length - start), offset=_RAW_SAMPLE_BYTES * (carrier.start + start)
            )
            return words.reshape(-1, 2) / 32768.0

        yield read_raw, length
        return
    with ExitStack() as stack:
        reader = stack.enter_context(open_reader(path, probe(path)))
        length = min(carrier.length or reader.n_samples, reader.n_samples - carrier.start)

        def read(start: int, count: int) -> Floats:
            return reader.read(carrier.start + start, min(count, length - start))

        yield read, length
