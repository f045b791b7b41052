"""``release measure``: loudness, peaks, range and dynamics of any audio."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from release.audio.finite import check_finite
from release.audio.flac_digest import FlacDigest
from release.audio.layout import FileBytes
from release.audio.pcm import ints_to_floats
from release.audio.probe import probe
from release.audio.reader import Reader, open_reader
from release.dsp.meter import Meter, MeterResult
from release.errors import Problem, ReleaseError, SourceError
from release.model.source import SourceInfo
from release.pipeline.event import Event
from release.stages.scratch import BLOCK_SAMPLES

LOUDER_AS_TWO_LU = 10.0 * float(np.log10(2.0))
"""A mono file heard from two loudspeakers: BS.1770 sums channel powers (measurement.md section 1)."""


class MeasureError(SourceError):
    """Some files cannot be measured; ``measured`` holds the readings of the others."""

    def __init__(self, problems: Sequence[Problem], measured: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("files that cannot be measured", problems=problems)
        self.measured = tuple(measured)


def measure_files(
    paths: Sequence[str | Path],
    *,
    cross_check: bool = False,
    every_meter: bool = False,
    jobs: int = 1,
    on_event: Callable[[Event], None] | None = None,
) -> list[Mapping[str, Any]]:
    """Measure files as they are, each with as many channels as it has.

    Args:
        paths: audio files of up to six channels.
        cross_check: also give pyloudnorm's reading.
        every_meter: also read dynamics, stereo, spectrum, bits and noise; several times the work.
        jobs: files measured at once.
        on_event: told of progress.

    Returns:
        One mapping a file, as ``release measure --json`` prints it; ``None`` where not measurable.

    Raises:
        MeasureError: naming every file that cannot be measured, with the readings of all others.
    """
    paths = [Path(path) for path in paths]
    results: list[Mapping[str, Any] | ReleaseError] = []

    def measured(path: Path) -> Mapping[str, Any] | ReleaseError:
        return _measured(path, cross_check=cross_check, every_meter=every_meter)

    with ThreadPoolExecutor(max_workers=max(jobs, 1)) as pool:
        for n, result in enumerate(pool.map(measured, paths)):
            results.append(result)
            if on_event is not None:
                on_event(Event("tick", title=str(paths[n]), fraction=(n + 1) / len(paths)))
    problems = [p for r in results if isinstance(r, ReleaseError) for p in r.problems]
    readings = [r for r in results if not isinstance(r, ReleaseError)]
    if problems:
        raise MeasureError(problems, readings)
    return readings


def _measured(path: Path, *, cross_check: bool, every_meter: bool) -> Mapping[str, Any] | ReleaseError:
    try:
        info = probe(path, str(path))
        if info.channels > 6:
            raise SourceError(f"it has {info.channels} channels", where=str(path), remedy="the meter takes up to 5.1")
        return _measure(path, info, cross_check=cross_check, every_meter=every_meter)
    except ReleaseError as exc:
        return exc


def _measure(path: Path, info: SourceInfo, *, cross_check: bool, every_meter: bool) -> dict[str, Any]:
    result, extra = _every_reading(path, info) if every_meter else (_reading(path, info), {})
    loudness = result.loudness()
    measured: dict[str, Any] = {
        "path": str(path),
        "sample_rate_hz": info.sample_rate_hz,
        "channels": info.channels,
        "samples": info.n_samples,
        "seconds": round(info.duration_s, 4),
        "integrated_lufs": _rounded(loudness.integrated_lufs),
        "range_lu": _rounded(loudness.range_lu),
        "max_short_term_lufs": _rounded(loudness.max_short_term_lufs),
        "max_momentary_lufs": _rounded(loudness.max_momentary_lufs),
        "true_peak_dbtp": _rounded(loudness.true_peak_dbtp),
        "sample_peak_dbfs": _rounded(loudness.sample_peak_dbfs),
        "peak_to_loudness_db": _difference(loudness.true_peak_dbtp, loudness.integrated_lufs),
        "correlation": _rounded(result.correlation, 3),
        "rms_dbfs": [_rounded(10.0 * float(np.log10(v)) if v > 0.0 else None) for v in result.mean_squares],
        "dc": [round(v, 8) + 0.0 for v in result.dc],
        "integrated_as_two_channels_lufs": None,
    }
    if info.channels == 1 and loudness.integrated_lufs is not None:
        measured["integrated_as_two_channels_lufs"] = _rounded(loudness.integrated_lufs + LOUDER_AS_TWO_LU)
    if cross_check:
        measured["pyloudnorm_integrated_lufs"] = _pyloudnorm(path, info)
    return measured | extra


def _reading(path: Path, info: SourceInfo) -> MeterResult:
    meter = Meter(info.sample_rate_hz, info.channels)
    with FileBytes(path, str(path)) as file, open_reader(path, info) as reader:
        digest = _digest(file, reader)
        for at in range(0, info.n_samples, BLOCK_SAMPLES):
            count = min(BLOCK_SAMPLES, info.n_samples - at)
            if digest is not None and reader.int_bits is not None:
                words = reader.read_ints(at, count)
                digest.feed(words)
                block = ints_to_floats(words, reader.int_bits)
            else:
                block = reader.read(at, count)
                check_finite(block.T, at, info.sample_rate_hz, str(path))
            meter.process(block)
        if digest is not None:
            digest.check()
    return meter.finish()


def _digest(file: FileBytes, reader: Reader) -> FlacDigest | None:
    """What holds a FLAC file's audio against the checksum in its header."""
    return FlacDigest(file, []) if reader.info.codec == "flac" and reader.int_bits is not None else None


def _every_reading(path: Path, info: SourceInfo) -> tuple[MeterResult, dict[str, Any]]:
    from release.operations import meters

    meter = Meter(info.sample_rate_hz, info.channels)
    with FileBytes(path, str(path)) as file, open_reader(path, info) as reader:
        extra = meters.ExtraMeters(reader, str(path), _digest(file, reader))
        for at in range(0, info.n_samples, meters.BLOCK_SAMPLES):
            meter.process(extra.read(at))
        extra.check()
    result = meter.finish()
    return result, extra.finish(result)


def _pyloudnorm(path: Path, info: SourceInfo) -> float | None:
    """A second opinion. Its block count is rounded, so it is given only whole 100 ms hops (measurement.md section 2.3)."""
    import pyloudnorm

    hop = info.sample_rate_hz // 10
    if info.n_samples < 4 * hop or info.channels > 5:
        return None
    with open_reader(path, info) as reader:
        audio = reader.read(0, info.n_samples // hop * hop)
    reading = float(pyloudnorm.Meter(info.sample_rate_hz, filter_class="DeMan").integrated_loudness(audio))
    return None if not np.isfinite(reading) else round(reading, 2)


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(float(value), digits) + 0.0


def _difference(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else round(a - b, 2)
