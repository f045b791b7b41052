"""What a review page knows of the sound of a build: its picture, by itself, and its preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from release.pipeline.canonical import Json

BINS_PER_SECOND = 100
"""Columns of the waveform: what the page can zoom to."""
STEPS_PER_SECOND = 10
"""Readings of loudness and true peak."""
SPECTRA_PER_SECOND = 5
"""Spectra in third octaves."""
NOTHING = 255
"""Among bytes of spectra, each half a decibel below full scale."""
NOT_MEASURABLE = -32_768
"""Among readings in hundredths of a decibel."""


@dataclass(frozen=True, slots=True)
class ReviewSound:
    """One target of one build, unit after unit, as its deliverables hold it.

    Attributes:
        target: whose deliverables were read.
        unit_starts_s: where each disc, side or set of files begins on the page.
        seconds: of all.
        fact: ``outline`` (lowest and highest sample of each 10 ms, one signed byte each), ``lufs`` and ``peaks``
            (short-term loudness and true peak every 100 ms, little-endian int16 hundredths), each in base64;
            ``loudest`` (by track key, seconds on the page); ``spectra`` (levels of 31 third octaves every 200 ms, one unsigned
            byte each, half decibels below a full-scale sine, base64).
        path: the encoded preview; None where the page is silent.
        n_bytes: of that.
        sha256: of that.
        bitrate_kbps: of that.
        paths: the deliverables, relative to the build folder.
    """

    target: str
    unit_starts_s: tuple[float, ...]
    seconds: float
    fact: Mapping[str, Json]
    path: Path | None
    n_bytes: int
    sha256: str
    bitrate_kbps: int
    paths: tuple[str, ...]
