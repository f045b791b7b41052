"""stereo/mono-loss."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.causes import NAMED, has_dead_side, is_inverted
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.places import clock


@check(
    "stereo/mono-loss",
    context=TargetContext,
    rationale="Telephones, clubs, kitchens and broadcast fold to mono. What stands against itself in both channels is gone there: nothing is lost "
    "of equal channels, 3 LU of unrelated ones, and beyond that sound cancels.",
    source="measurement.md section 7 (mono compatibility)",
    remedy="Listen in mono at the time given; width or a mono_below on the track, or another mix, brings it back.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Every delivered track keeps its loudness in mono."""
    note, warn = (context.limits.get("stereo/mono-loss", name) for name in ("note_lu", "warn_lu"))
    for key, facts in context.delivered.items():
        stereo = facts.stereo
        if stereo.mono_loss_lu is None or stereo.mono_loss_lu > note or has_dead_side(context, key):
            continue
        worst = ""
        if stereo.worst_mono_loss_lu is not None and stereo.worst_at_s is not None:
            worst = f", {-stereo.worst_mono_loss_lu:.1f} LU in its worst three seconds, from {clock(stereo.worst_at_s)}"
        is_explained = is_inverted(context.sources.get(key), context.limits)
        is_warn = stereo.mono_loss_lu <= warn and not is_explained
        yield Outcome(
            Status.WARN if is_warn else Status.NOTE,
            "lost",
            f"{-stereo.mono_loss_lu:.1f} LU of the loudness are lost in mono{worst}{NAMED if is_explained else ''}.",
            track=key,
            at_s=stereo.worst_at_s,
            value=stereo.mono_loss_lu,
            limit=warn if is_warn else note,
        )
