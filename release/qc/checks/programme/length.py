"""programme/length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext


@check(
    "programme/length",
    context=TargetContext,
    rationale="A file that is longer or shorter than its place in the programme cuts sound off or adds silence, and every gapless join after it "
    "is wrong. It is counted in what was decoded, not in a header.",
    source="features.md section 12 (QC2: duration against plan)",
    remedy="Build again; if it stays, this is a fault of the encoder or of this program: please report it.",
    severity=Status.FAIL,
    can_be_waived=False,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Every file is as long as its track in the programme."""
    planned = {
        span.key: (span.end - span.start) / unit.timeline.rate_hz
        for unit in context.target.programme.units
        for span in unit.timeline.tracks
    }
    most_samples = context.limits.get("programme/length", "tolerance_samples")
    for item in context.deliverables:
        if item.track not in planned or item.samples is None or not item.sample_rate_hz:
            continue
        wanted_s = planned[item.track]
        difference = item.samples - wanted_s * item.sample_rate_hz
        if abs(difference) > most_samples:
            yield Outcome(
                Status.FAIL,
                "length",
                f"{item.path} lasts {item.samples / item.sample_rate_hz:.4f} s, {abs(difference):.0f} samples "
                f"{'more' if difference > 0 else 'less'} than planned.",
                track=item.track,
                value=float(item.samples),
                limit=float(round(wanted_s * item.sample_rate_hz)),
            )
