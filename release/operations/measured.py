"""Facts of a finished run, as the record and the checks want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from release.dsp.meter import MeterResult, loudness_range, pooled_lufs
from release.model.measurement import Loudness
from release.record import LoudnessRecord
from release.targets.plan import TargetPlan


def track_meters(plan: TargetPlan, facts: Mapping[str, Any]) -> list[MeterResult]:
    """Readings of the delivered tracks of a target, in order."""
    return [MeterResult.from_json(facts[t.measure]["meter"]) for t in plan.audio.tracks]


def pooled(results: Sequence[MeterResult]) -> Loudness:
    """Several tracks as one programme: blocks gated together, the greatest of all maxima."""
    powers = [r.block_powers for r in results]
    return Loudness(
        integrated_lufs=pooled_lufs(powers, [0.0] * len(powers)) if powers else None,
        range_lu=loudness_range(np.concatenate([r.short_term_powers for r in results])) if results else None,
        max_short_term_lufs=_greatest([r.max_short_term_lufs for r in results]),
        max_momentary_lufs=_greatest([r.max_momentary_lufs for r in results]),
        true_peak_dbtp=_greatest([r.true_peak_dbtp for r in results]),
        sample_peak_dbfs=_greatest([r.sample_peak_dbfs for r in results]),
    )


def _greatest(values: Sequence[float | None]) -> float | None:
    return max((v for v in values if v is not None), default=None)


def loudness_record(loudness: Loudness) -> LoudnessRecord:
    """As the record prints it: hundredths, as bext does."""
    return LoudnessRecord(
        integrated_lufs=_rounded(loudness.integrated_lufs),
        range_lu=_rounded(loudness.range_lu),
        max_short_term_lufs=_rounded(loudness.max_short_term_lufs),
        max_momentary_lufs=_rounded(loudness.max_momentary_lufs),
        true_peak_dbtp=_rounded(loudness.true_peak_dbtp),
        sample_peak_dbfs=_rounded(loudness.sample_peak_dbfs),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0


def curves_of(plans: Sequence[TargetPlan], facts: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the report draws, by target and track."""
    curves: dict[tuple[str, str], dict[str, Any]] = {}
    for plan in plans:
        for track in plan.audio.tracks:
            fact = facts[track.measure]
            meter = MeterResult.from_json(fact["meter"])
            curves[plan.target.name, track.key] = {
                # One list per channel, as the charts want it; the first short-term reading is complete after 3 s.
                "waveform": {
                    side: [list(c) for c in zip(*fact["waveform"][name], strict=True)]
                    for side, name in (("min", "low"), ("max", "high"))
                },
                "short_term_lufs": [
                    *[None] * 30,
                    *(round(float(v), 2) if np.isfinite(v) else None for v in meter.curve),
                ],
                "seconds": fact["n_samples"] / plan.audio.rate_hz,
            }
    return curves
