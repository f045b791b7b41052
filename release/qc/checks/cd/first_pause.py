"""cd/first-pause."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.breaches import breaches
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext
from release.qc.wording import quote
from release.units import format_msf

BREACHES = frozenset({"first-pause-long"})


@check(
    "cd/first-pause",
    context=DiscContext,
    rationale="A long silent pause before track 1 is taken for a mistake. Audio hidden in it is heard only by who winds back from track 1, "
    "on players that can, so the plant is told that it is there.",
    source="cd.md 1.2",
    remedy="Set the pause of the first track (pause: 2 s), or waive a long one that is meant.",
    severity=Status.WARN,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """Track 1 of a disc starts soon after its first two seconds, and nothing is hidden before it."""
    sound = context.hidden.first_sound_cd_frames
    if sound is None:
        yield from breaches(context, BREACHES)
        return
    start = context.disc.tracks[0].start_cd_frames
    titles = [quote(item.title) for item in context.hidden.tracks if item.is_in_first_pause]
    what = ", ".join(titles) or "the beginning of the programme"
    message = (
        f"Disc {context.number}: the pause before track 1 lasts {format_msf(start)} and holds {what}, "
        f"from {format_msf(sound)} on."
    )
    remedy = "Nothing, if it is meant; the PQ sheet tells the plant."
    yield Outcome(Status.NOTE, "hidden-audio", message, remedy=remedy, track=context.disc.tracks[0].key or None)
