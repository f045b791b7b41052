"""stereo/bass-correlation."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.causes import NAMED, has_dead_side, is_inverted
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.places import clock


@check(
    "stereo/bass-correlation",
    context=TargetContext,
    rationale="Bass that is different in both channels loses its weight in mono, and moves a cutting stylus up and down instead of sideways: "
    "a record may skip there.",
    source="measurement.md section 7 (for vinyl again below 150 to 300 Hz)",
    remedy="Put mono_below into the target's process, or ask for a mix with its bass in the middle.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """The bass of every delivered track stands in the middle."""
    kind = "vinyl" if context.target.kind == "vinyl" else "other"
    note, warn = (context.limits.get("stereo/bass-correlation", f"{kind}_{name}") for name in ("note", "warn"))
    for key, facts in context.delivered.items():
        value = facts.stereo.bass_correlation
        if value is not None and value < note and not has_dead_side(context, key):
            at_s = facts.stereo.bass_at_s
            where = "" if at_s is None else f", least in the four seconds from {clock(at_s)}"
            is_explained = is_inverted(context.sources.get(key), context.limits)
            is_warn = value < warn and not is_explained
            yield Outcome(
                Status.WARN if is_warn else Status.NOTE,
                "against" if value < 0.0 else "wide",
                f"Left and right correlate at {value:.2f} from 30 to 150 Hz{where}{NAMED if is_explained else ''}.",
                track=key,
                at_s=at_s,
                value=value,
                limit=warn if is_warn else note,
            )
