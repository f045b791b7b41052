"""Numbers measured from audio, with their units in their names. None means: not measurable."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loudness:
    """What the record says of one piece of audio (EBU R 128, BS.1770-5)."""

    integrated_lufs: float | None
    range_lu: float | None
    max_short_term_lufs: float | None
    max_momentary_lufs: float | None
    true_peak_dbtp: float | None
    sample_peak_dbfs: float | None
