"""The meters of ``release measure --all``: what a mastering engineer may want to know beyond loudness and peaks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from release.audio.bandwidth import Spectrum
from release.audio.finite import check_finite
from release.audio.flac_digest import FlacDigest
from release.audio.noise_floor import NoiseFloor
from release.audio.pcm import ints_to_floats
from release.audio.reader import Reader
from release.audio.silence import SilenceFinder
from release.audio.used_bits import UsedBits
from release.dsp.blocks import Audio, FixedBlocks, as_audio
from release.dsp.meter import BLOCK, Meter, MeterResult
from release.dsp.meters.correlation import CorrelationMeter
from release.dsp.meters.dynamic_range import DynamicRangeMeter
from release.dsp.meters.short_peaks import PeakToShortTerm, ShortPeaks, peak_to_short_term
from release.dsp.meters.spectrum import LEAST_DB, NOMINAL_HZ, OCTAVE_HZ, SpectrumMeter, SpectrumResult

BLOCK_SAMPLES = 32_768


class ExtraMeters:
    """Everything but loudness and peaks, in one pass over a file."""

    def __init__(self, reader: Reader, where: str = "", digest: FlacDigest | None = None) -> None:
        info = reader.info
        self._where = where
        self._digest = digest
        rate_hz, channels = info.sample_rate_hz, info.channels
        self._info = info
        self._reader = reader
        self._blocks = FixedBlocks(BLOCK, channels)
        self._dynamics = DynamicRangeMeter(rate_hz, channels)
        self._peaks = ShortPeaks(rate_hz, channels)
        self._tone = SpectrumMeter(rate_hz, channels)
        self._correlation = CorrelationMeter(rate_hz) if channels == 2 else None
        self._middle = Meter(rate_hz, 1, (2.0,), finds_peaks=False) if channels == 2 else None
        self._edge = Spectrum(rate_hz, info.n_samples)
        self._floor = NoiseFloor(rate_hz, channels)
        self._bits = UsedBits(reader.int_bits, is_lossy=info.is_lossy)
        self._silence = SilenceFinder(rate_hz)

    def read(self, at: int) -> Audio:
        """Read the next block from the file and meter it.

        Returns:
            The block, for the meter of loudness and peaks.
        """
        count = min(BLOCK_SAMPLES, self._info.n_samples - at)
        if self._reader.int_bits is None:
            block = self._reader.read(at, count)
            check_finite(block.T, at, self._info.sample_rate_hz, self._where)
            self._bits.feed(np.ascontiguousarray(block.T))
        else:
            words = self._reader.read_ints(at, count)
            if self._digest is not None:
                self._digest.feed(words)
            self._bits.feed(np.ascontiguousarray(words.T))
            block = ints_to_floats(words, self._reader.int_bits)
        self._edge.feed(block, at)
        sounds = (block != 0.0).any(axis=1)
        self._floor.feed(block, sounds)
        self._silence.feed(sounds, at)
        for audio in self._blocks.take(as_audio(block, self._info.channels)):
            self._feed(audio)
        return block

    def check(self) -> None:
        """After the last block.

        Raises:
            SourceError: when a FLAC file's audio is not what was encoded.
        """
        if self._digest is not None:
            self._digest.check()

    def _feed(self, audio: Audio) -> None:
        self._dynamics.process(audio)
        self._peaks.process(audio)
        self._tone.process(audio)
        if self._correlation is not None:
            self._correlation.process(audio)
        if self._middle is not None:
            self._middle.process((audio[:, :1] + audio[:, 1:]) / 2.0)

    def finish(self, measured: MeterResult) -> dict[str, Any]:
        """What all of them say, as JSON shows it; None where not measurable."""
        self._feed(self._blocks.rest())
        edge_hz, edge_db = self._edge.finish()
        ratios = peak_to_short_term(self._peaks.finish(), measured.short_term_powers)
        dynamic_range = self._dynamics.dynamic_range()
        tone = self._tone.finish()
        return {
            "crest_db": [_rounded(v) for v in self._dynamics.crest_db()],
            "dynamic_range": _rounded(dynamic_range, 1),
            "dr14": None if dynamic_range is None else round(dynamic_range),
            "peak_to_short_term_db": None if ratios is None else _distribution(ratios),
            "dc_dbfs": self._dc_dbfs(measured),
            "used_bits": self._bits.result,
            "bandwidth_hz": _rounded(edge_hz, 0),
            "bandwidth_edge_db": _rounded(edge_db, 1),
            "noise_floor_dbfs": _rounded(self._floor.finish_dbfs(), 1),
            "stereo": self._stereo(measured, tone),
            "third_octaves": None if tone is None else _third_octaves(tone, is_stereo=self._info.channels == 2),
        }

    def _dc_dbfs(self, measured: MeterResult) -> list[float | None]:
        """The offset of each channel without the digital silence, as ``audio/dc-offset`` judges it."""
        n_sounding = self._silence.n_sounding(self._info.n_samples)
        share = self._info.n_samples / n_sounding if n_sounding else 1.0
        return [None if not mean else _rounded(20.0 * math.log10(abs(mean * share)), 1) for mean in measured.dc]

    def _stereo(self, measured: MeterResult, tone: SpectrumResult | None) -> dict[str, Any] | None:
        if self._correlation is None or self._middle is None:
            return None
        windows = self._correlation.finish()
        loss: float | None = None
        if measured.integrated_lufs is not None:
            middle = self._middle.finish().integrated_lufs
            loss = LEAST_DB if middle is None else middle - measured.integrated_lufs
        return {
            "fold_down_loss_lu": _rounded(loss),
            "lowest_correlation": None if windows is None else _rounded(windows.lowest, 3),
            "lowest_correlation_at_s": None if windows is None else _rounded(windows.lowest_at_s, 1),
            "share_below_zero": None if windows is None else _rounded(windows.share_below_zero, 4),
            "low_correlation": None if tone is None else _rounded(tone.low_correlation, 3),
            "phase_deg": None if tone is None else _rounded(tone.phase_deg, 1),
            "side_to_middle_db": None if tone is None else _rounded(tone.width_db),
            "octave_side_to_middle_db": None if tone is None else _octaves(tone),
        }


def _distribution(ratios: PeakToShortTerm) -> dict[str, Any]:
    return {
        "lowest": _rounded(ratios.lowest),
        "lowest_at_s": _rounded(ratios.lowest_at_s, 1),
        "tenth": _rounded(ratios.tenth),
        "median": _rounded(ratios.median),
    }


def _octaves(tone: SpectrumResult) -> list[dict[str, Any]]:
    return [
        {"hz": hz, "side_to_middle_db": _rounded(value, 1)}
        for hz, value in zip(OCTAVE_HZ, tone.octave_widths_db, strict=True)
    ]


def _third_octaves(tone: SpectrumResult, *, is_stereo: bool) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"hz": hz, "level_db": round(level, 2)} for hz, level in zip(NOMINAL_HZ, tone.levels_db, strict=True)
    ]
    if is_stereo:
        columns = (
            ("side_to_middle_db", tone.side_to_middle_db, 1),
            ("correlation", tone.correlations, 3),
            ("phase_deg", tone.phases_deg, 1),
            ("fold_down_loss_db", tone.fold_down_losses_db, 2),
        )
        for name, values, digits in columns:
            for row, value in zip(rows, values, strict=True):
                row[name] = _rounded(value, digits)
    return rows


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(float(value), digits) + 0.0
