"""stereo/balance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from release.model.finding import Status
from release.qc.causes import has_dead_side
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.places import clock

if TYPE_CHECKING:
    from release.dsp.meters.delivered import StereoFacts


@check(
    "stereo/balance",
    context=TargetContext,
    rationale="One side louder than the other over a whole track is a fader or a cable more often than a wish; a few dB are usual where one "
    "player stands on one side.",
    source="measurement.md section 7 (balance; weighted as loudness is)",
    remedy="Listen to where the middle stands; balance on the track moves it.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Both sides of every delivered track are about equally loud."""
    note, warn = (context.limits.get("stereo/balance", name) for name in ("note_db", "warn_db"))
    for key, facts in context.delivered.items():
        value = facts.stereo.balance_db
        if value is not None and abs(value) >= note and not has_dead_side(context, key):
            side = "left" if value > 0.0 else "right"
            is_warn = abs(value) >= warn
            yield Outcome(
                Status.WARN if is_warn else Status.NOTE,
                "uneven",
                f"The {side} channel is {abs(value):.1f} dB louder than the other over the track{_worst(facts.stereo)}.",
                track=key,
                at_s=facts.stereo.balance_at_s,
                value=abs(value),
                limit=warn if is_warn else note,
            )


def _worst(stereo: StereoFacts) -> str:
    return (
        "" if stereo.balance_at_s is None else f", most of all in the three seconds from {clock(stereo.balance_at_s)}"
    )
