"""Everything that is known of a source after one pass over all of it, in blocks.

What headers cannot tell is found here: numbers that are no samples (NaN, infinity), audio that differs from its
checksum, streams that end early. Each is a SourceError; everything else is a fact for the checks to judge.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from release.audio.bandwidth import Spectrum
from release.audio.clipping import ClipFinder
from release.audio.defects import DefectFinder
from release.audio.edges import SoundEdges
from release.audio.facts_json import facts_from_json, facts_to_json
from release.audio.finite import check_finite
from release.audio.flac_digest import FlacDigest
from release.audio.layout import FileBytes
from release.audio.low_end import LowEndFinder
from release.audio.noise_floor import NoiseFloor
from release.audio.overs import LEAST_OVER_DBTP, OverCounter
from release.audio.pcm import Floats, ints_to_floats
from release.audio.reader import Reader, open_reader
from release.audio.refuse import COPY_AGAIN, source_error
from release.audio.silence import QuietEdges, SilenceFinder
from release.audio.used_bits import UsedBits
from release.model.source import SourceFacts, SourceInfo

if TYPE_CHECKING:
    from release.dsp.meter import Meter, MeterResult

__all__ = ["facts_from_json", "facts_to_json", "scan"]

BLOCK_SAMPLES = 32_768
HASH_BYTES = 1 << 20

Planar = npt.NDArray[Any]


def scan(path: Path, info: SourceInfo, where: str = "", *, sha256: str = "") -> SourceFacts:
    """Read all of a source and say what is in it.

    Args:
        path: the file.
        info: what ``probe`` said of it.
        where: how messages call it; its path when empty.
        sha256: digest of the file where it is known already; otherwise it is taken in the same pass.

    Raises:
        SourceError: when the audio is damaged, differs from its checksum or length, or holds NaN or infinity.
    """
    where = where or str(path)
    with FileBytes(path, where) as file, open_reader(path, info, where) as reader:
        if file.size != info.bytes:
            raise source_error(where, "the file has changed since it was probed", "Run again.", "changed")
        return _Scan(file, reader, sha256).run()


class _Scan:
    """The state of one pass."""

    def __init__(self, file: FileBytes, reader: Reader, sha256: str) -> None:
        info = reader.info
        self.info = info
        self._file = file
        self._reader = reader
        self._scale = 1.0 if reader.int_bits is None else 2.0 ** (1 - reader.int_bits)
        self._position = 0
        self._known_sha256 = sha256
        self._sha256 = hashlib.sha256()
        self._hashed = file.size if sha256 else 0
        self._notes = list(reader.notes)
        self._md5 = FlacDigest(file, self._notes) if info.codec == "flac" else None
        self._meter = _make_meter(info)
        self._clips = ClipFinder(info.channels, info.bit_depth if reader.int_bits else None, reader.int_bits)
        self._silence = SilenceFinder(info.sample_rate_hz)
        self._quiet = QuietEdges(self._scale)
        self._spectrum = Spectrum(info.sample_rate_hz, info.n_samples)
        self._floor = NoiseFloor(info.sample_rate_hz, info.channels)
        self._low_end = LowEndFinder(info.sample_rate_hz, info.channels)
        self._defects = DefectFinder(info.sample_rate_hz, info.channels, self._scale)
        self._edges = SoundEdges(info.sample_rate_hz, self._scale)
        self._bits = UsedBits(reader.int_bits, is_lossy=info.is_lossy)
        self._peaks = [0.0] * info.channels
        self._is_identical = info.channels == 2
        self._first = self._last = 0.0

    def run(self) -> SourceFacts:
        """The whole pass."""
        while self._position < self.info.n_samples:
            self._take_block(min(BLOCK_SAMPLES, self.info.n_samples - self._position))
            self._hash_up_to(self._file.size * self._position // self.info.n_samples)
        self._check_end()
        self._hash_up_to(self._file.size)
        return self._facts(self._meter.finish())

    def _take_block(self, count: int) -> None:
        if self._reader.int_bits is None:
            block = self._reader.read(self._position, count)
            planar: Planar = np.ascontiguousarray(block.T)
            check_finite(planar, self._position, self.info.sample_rate_hz, self._file.where)
        else:
            words = self._reader.read_ints(self._position, count)
            planar = np.ascontiguousarray(words.T)
            block = ints_to_floats(words, self._reader.int_bits)
            if self._md5 is not None:
                self._md5.feed(words)
        self._take_planar(planar, block)
        self._meter.process(block)
        self._spectrum.feed(block, self._position)
        self._low_end.feed(block)
        self._position += count

    def _take_planar(self, planar: Planar, block: Floats) -> None:
        maxima = [float(line.max()) for line in planar]
        minima = [float(line.min()) for line in planar]
        peaks = [max(high, -low, 0.0) for high, low in zip(maxima, minima, strict=True)]
        self._peaks = [max(old, new) for old, new in zip(self._peaks, peaks, strict=True)]
        sounds = planar[0] != 0
        for line in planar[1:]:
            sounds |= line != 0
        self._silence.feed(sounds, self._position)
        self._quiet.feed(planar, max(peaks), self._position)
        self._clips.feed(planar, maxima, minima, self._position)
        self._floor.feed(block, sounds)
        self._defects.feed(planar)
        self._edges.feed(planar, self._position, self._silence.first_sound, self._silence.last_sound)
        self._bits.feed(planar)
        self._is_identical = self._is_identical and bool(np.array_equal(planar[0], planar[1]))
        if self._position == 0:
            self._first = float(np.abs(block[0]).max())
        self._last = float(np.abs(block[-1]).max())

    def _hash_up_to(self, end: int) -> None:
        """Digest the file alongside the audio, so that what was just read is read again from memory."""
        while self._hashed < end:
            count = min(HASH_BYTES, end - self._hashed)
            self._sha256.update(self._file.at(self._hashed, count, "the audio"))
            self._hashed += count

    def _check_end(self) -> None:
        """What only shows after the last sample: more audio than announced, another checksum."""
        if count := self._reader.surplus_samples():
            text = f"the audio goes on for at least {count} samples after the {self.info.n_samples} of its header"
            raise source_error(self._file.where, text, COPY_AGAIN, "lying-header")
        if self._md5 is not None:
            self._md5.check()

    def _count_overs(self, measured: MeterResult) -> int:
        """Excursions above full scale; the audio is read again only when there are any."""
        info = self.info
        if (measured.true_peak_dbtp or 0.0) <= LEAST_OVER_DBTP:
            return 0
        overs = OverCounter(info.sample_rate_hz, info.channels)
        for start in range(0, info.n_samples, BLOCK_SAMPLES):
            overs.feed(self._reader.read(start, BLOCK_SAMPLES))
        return overs.finish()

    def _facts(self, measured: MeterResult) -> SourceFacts:
        info, silence = self.info, self._silence
        clip_runs, clip_run_count = self._clips.finish()
        head_quiet, tail_quiet = self._quiet.finish(info.n_samples)
        bandwidth_hz, edge_db = self._spectrum.finish()
        has_sound = silence.first_sound is not None
        defects, defect_counts = self._defects.finish()
        head_edge, tail_edge = self._edges.finish()
        low_end = self._low_end.finish(self._meter.sides)
        share = info.n_samples / silence.n_sounding(info.n_samples) if has_sound else 0.0
        return SourceFacts(
            sha256=self._known_sha256 or self._sha256.hexdigest(),
            info=info,
            sample_peak_dbfs=tuple(_dbfs(peak * self._scale) for peak in self._peaks),
            true_peak_dbtp=measured.true_peak_dbtp,
            true_peak_at_sample=measured.true_peak_at_sample,
            overs=self._count_overs(measured),
            clip_runs=clip_runs,
            clip_run_count=clip_run_count,
            dc_offset=tuple(mean * share for mean in measured.dc),
            head_silence_samples=info.n_samples if silence.first_sound is None else silence.first_sound,
            tail_silence_samples=info.n_samples - 1 - silence.last_sound,
            head_quiet_samples=head_quiet,
            tail_quiet_samples=tail_quiet,
            first_sample_dbfs=_dbfs(self._first),
            last_sample_dbfs=_dbfs(self._last),
            inner_silences=tuple(silence.inner),
            used_bits=self._bits.result,
            is_identical=self._is_identical,
            dead_channels=tuple(c for c, peak in enumerate(self._peaks) if peak == 0.0) if has_sound else (),
            correlation=measured.correlation,
            bandwidth_hz=bandwidth_hz,
            bandwidth_edge_db=edge_db,
            mirrored_hz=self._spectrum.mirrored_hz,
            integrated_lufs=measured.integrated_lufs,
            noise_floor_dbfs=self._floor.finish_dbfs(),
            notes=tuple(self._notes),
            hums=low_end.hums,
            bass_correlation=low_end.bass_correlation,
            opposite=low_end.opposite,
            likeness=low_end.likeness,
            defects=defects,
            defect_counts=defect_counts,
            quiet_stretches=self._defects.quiet_stretches,
            head_edge_dbfs=head_edge,
            tail_edge_dbfs=tail_edge,
        )


def _make_meter(info: SourceInfo) -> Meter:
    """The meter: one channel weighs two, since a release plays it on both sides."""
    from release.dsp.loudness import CHANNEL_WEIGHTS
    from release.dsp.meter import Meter

    weights = (2.0,) if info.channels == 1 else CHANNEL_WEIGHTS.get(info.channels, (1.0,) * info.channels)
    return Meter(info.sample_rate_hz, info.channels, weights)


def _dbfs(value: float) -> float | None:
    return 20.0 * math.log10(value) if value > 0.0 else None
