"""The sound of a build as it lies there: any stretch of a disc, a side or a set of files, read from the deliverables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.errors import UsageError, VerificationError
from release.model.source import SourceInfo
from release.pipeline.checksum import sha256_file
from release.pipeline.guarded import leads_away, plain_below
from release.record import Deliverable, Record, TargetRecord, UnitRecord, UnitTrack
from release.units import SAMPLES_PER_CD_FRAME, convert_position

Audio = NDArray[np.float64]
FORMAT_ORDER = ("flac", "wav", "aiff", "alac", "bin", "ddp", "mp3", "aac", "opus")
"""Lossless first: what is heard is then what was approved."""
RAW_FORMATS = ("bin", "ddp")
LEAD_SAMPLES = 150 * SAMPLES_PER_CD_FRAME
"""The two seconds before a disc's programme, which raw images carry (IEC 60908)."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a file on the timeline of its unit, at the file's own rate."""

    path: Path
    start: int
    offset: int
    length: int
    is_raw: bool


@dataclass(frozen=True, slots=True)
class DeliveredSound:
    """One disc, side or set of files, from its first sample to its last.

    Attributes:
        target: name of the target.
        unit: what the record says of it.
        rate_hz: of its files; tracks are placed at this rate by ``place``.
        bit_depth: of its files; None for lossy ones and floats, whose samples are no integers of a known width.
        paths: the files, relative to the build folder.
        has_all: True when every moment of the unit lies in a file (gaps, too).
    """

    target: str
    unit: UnitRecord
    rate_hz: int
    unit_hz: int
    bit_depth: int | None
    paths: tuple[str, ...]
    has_all: bool
    stretches: tuple[_Stretch, ...]

    def place(self, samples: int) -> int:
        """A position of the record at the rate of the files."""
        return convert_position(samples, self.unit_hz, self.rate_hz)

    def read(self, start: int, end: int) -> Audio:
        """Samples ``[start, end)`` of the unit, stereo; silence where no file lies."""
        out = np.zeros((end - start, 2))
        for part in self.stretches:
            low, high = max(start, part.start), min(end, part.start + part.length)
            if low < high:
                out[low - start : high - start] = _read(part, low - part.start + part.offset, high - low)
        return out


def find_sound(
    record: Record, folder: Path, keys: Sequence[str], target: str | None, file_format: str | None
) -> DeliveredSound:
    """The unit in which tracks are delivered together.

    Args:
        record: of the build.
        folder: of the build.
        keys: tracks that are wanted.
        target: name; None for the first in the order of the house that has them.
        file_format: ``flac``, ``mp3``…; None for a lossless one where there is one.

    Raises:
        UsageError: no such target, track or format.
        VerificationError: a file is missing, or is not what the record says.
    """
    if target is not None and target not in record.targets:
        raise UsageError(
            f"there is no target {target!r} in the build", remedy=f"it has {', '.join(sorted(record.targets))}"
        )
    kinds = ("streaming", "download", "cd", "vinyl", "cassette")
    names = [target] if target else sorted(record.targets, key=lambda n: (kinds.index(record.targets[n].kind), n))
    reasons = []
    for name in names:
        found = record.targets[name]
        unit = next((u for u in found.units if {t.key for t in u.tracks} >= set(keys)), None)
        if unit is None:
            reasons.append(f"{name} has {', '.join(t.key for u in found.units for t in u.tracks)}")
            continue
        files = _files(found, unit, file_format)
        if not files:
            reasons.append(f"{name} is delivered as {', '.join(sorted(_formats(found)))}")
            continue
        for item in files:
            is_wanted = item.track is None or item.track in keys
            _check(folder, item, has_digest=is_wanted)
        return _placed(name, found, unit, files, folder)
    together = "together on one disc or side" if len(keys) > 1 else ""
    what = f"{' and '.join(keys)} {together}".strip() + (f" as {file_format}" if file_format else "")
    raise UsageError(f"no target of the build has {what}", remedy="; ".join(reasons))


def _formats(target: TargetRecord) -> set[str]:
    return {d.format for d in target.deliverables if d.role in ("audio", "image", "side")}


def _files(target: TargetRecord, unit: UnitRecord, wanted: str | None) -> list[Deliverable]:
    """The deliverables of one format that hold a unit: its tracks, or one for all."""
    able = [d for d in target.deliverables if d.format in FORMAT_ORDER and wanted in (None, d.format)]
    by_format: dict[tuple[str, str], list[Deliverable]] = {}
    keys = {t.key for t in unit.tracks}
    for item in able:
        if (item.role == "audio" and item.track in keys) or (
            item.role in ("image", "side") and _is_of(item, target, unit)
        ):
            by_format.setdefault((item.format, str(Path(item.path).parent)), []).append(item)
    ranked = sorted(by_format, key=lambda k: (FORMAT_ORDER.index(k[0]), k[1]))
    return by_format[ranked[0]] if ranked else []


def _is_of(item: Deliverable, target: TargetRecord, unit: UnitRecord) -> bool:
    """Whether an image or a side holds this unit: the n-th of its format in the order of the record."""
    same = [d for d in target.deliverables if d.role == item.role and d.format == item.format]
    return len(same) == len(target.units) and same.index(item) == target.units.index(unit)


def _check(folder: Path, item: Deliverable, *, has_digest: bool) -> None:
    """Every file is one of the build, reached through no link; what is to be heard has its digest, too."""
    path = plain_below(folder, item.path)
    if path is None:
        if not has_digest and not leads_away(folder, item.path):
            return
        raise VerificationError("the file is not there", where=item.path, remedy="build again")
    if has_digest and sha256_file(path) != item.sha256:
        raise VerificationError(
            "the file is not the one that was built", where=item.path, remedy="release verify tells more; build again"
        )


def _placed(
    name: str, target: TargetRecord, unit: UnitRecord, files: Sequence[Deliverable], folder: Path
) -> DeliveredSound:
    rate_hz = files[0].sample_rate_hz or target.sample_rate_hz
    is_single = files[0].role != "audio"
    place: Callable[[UnitTrack], int] = lambda t: convert_position(t.start, target.sample_rate_hz, rate_hz)  # noqa: E731
    by_key: Mapping[str, UnitTrack] = {t.key: t for t in unit.tracks}
    stretches = []
    for item in files:
        is_raw = item.format in RAW_FORMATS
        length = item.samples or 0
        if is_single:
            stretches.append(_Stretch(folder / item.path, 0, _lead(item, unit), length - _lead(item, unit), is_raw))
        else:
            stretches.append(_Stretch(folder / item.path, place(by_key[str(item.track)]), 0, length, is_raw))
    covered = sum(s.length for s in stretches) >= convert_position(unit.samples, target.sample_rate_hz, rate_hz) - 1
    is_lossy = files[0].format in ("mp3", "aac", "opus")
    return DeliveredSound(
        target=name,
        unit=unit,
        rate_hz=rate_hz,
        unit_hz=target.sample_rate_hz,
        bit_depth=None if is_lossy or files[0].bit_depth not in (16, 24) else files[0].bit_depth,
        paths=tuple(f.path for f in files),
        has_all=is_single or covered,
        stretches=tuple(sorted(stretches, key=lambda s: s.start)),
    )


def _lead(item: Deliverable, unit: UnitRecord) -> int:
    """Samples of an image before the unit's first: none, or the two seconds that a disc begins with."""
    if item.role != "image" or item.samples is None:
        return 0
    whole = -(-unit.samples // SAMPLES_PER_CD_FRAME) * SAMPLES_PER_CD_FRAME
    lead = item.samples - whole
    if lead not in (0, LEAD_SAMPLES):
        raise VerificationError(
            f"it has {item.samples} samples, {lead} more than the disc", where=item.path, remedy="build again"
        )
    return lead


def _read(part: _Stretch, start: int, count: int) -> Audio:
    if part.is_raw:
        with part.path.open("rb") as file:
            file.seek(start * 4)
            words = np.frombuffer(file.read(count * 4), "<i2").reshape(-1, 2)
        return words.astype(np.float64) / 32768.0
    info: SourceInfo = probe(part.path, str(part.path))
    with open_reader(part.path, info) as reader:
        parts: list[Any] = []
        while count > 0:
            block = reader.read(start, min(count, 65_536))
            if not len(block):
                break
            parts.append(block)
            start, count = start + len(block), count - len(block)
    audio = np.concatenate(parts) if parts else np.zeros((0, 2))
    return np.concatenate([audio, np.zeros((count, 2))]) if count else np.asarray(audio)
