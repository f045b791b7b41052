"""programme/upsampled-delivery."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.track_names import track_name


@check(
    "programme/upsampled-delivery",
    context=TargetContext,
    rationale="A deliverable at a higher rate than its source promises content that is not there; upsampling is never silent.",
    source="features.md section 3 (R5); manifest.md, targets",
    remedy="Set the target's sample_rate to the source's, or waive it where one rate for all tracks is wanted.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """No track is delivered at a higher rate than its source has."""
    rate_hz = context.target.sample_rate_hz
    lower = {
        key: facts.info.sample_rate_hz for key, facts in context.sources.items() if facts.info.sample_rate_hz < rate_hz
    }
    # A side has one rate for all its tracks, and what is cut or recorded from it has none.
    status = Status.NOTE if context.target.kind in {"vinyl", "cassette"} else Status.WARN
    by_rate: dict[int, list[str]] = {}
    for key, own_hz in lower.items():
        by_rate.setdefault(own_hz, []).append(key)
    for own_hz, keys in sorted(by_rate.items()):
        yield Outcome(
            status,
            "upsampled",
            f"Delivered at {rate_hz / 1000:g} kHz from a source of {own_hz / 1000:g} kHz: {', '.join(track_name(context.target, key) for key in keys)}.",
            track=keys[0] if len(keys) == 1 else None,
            value=rate_hz,
            limit=own_hz,
        )
