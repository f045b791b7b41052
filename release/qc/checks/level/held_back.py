"""level/held-back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import GainFact, TargetContext
from release.qc.track_names import track_name

MOST_SENSIBLE_DB = 12.0
"""No remedy asks a limiter for more reduction than this."""
ROOM_DB = 0.05
"""Added to a reduction before it is rounded up: the search for the aim ends within as much."""


@check(
    "level/held-back",
    context=TargetContext,
    rationale="Where the ceiling forbids the loudness asked for, nothing is squeezed in silence: the gain gives way, and people decide.",
    source="manifest.md, level (held_back)",
    remedy="Allow the limiter more (limiter: {max_reduction: …}), lower the aim, or choose held_back: each.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """The ceiling lets every track reach its aim."""
    smallest = context.limits.get("level/held-back", "smallest_db")
    groups: dict[tuple[str, str | None], list[GainFact]] = {}
    for gain in context.gains:
        if gain.held_back_lu >= smallest:
            groups.setdefault((gain.held_back_why, gain.held_back_by), []).append(gain)
    for (why, _), gains in groups.items():
        yield _without_effect(context, gains) if why == "limiter" else _forbidden(context, gains)


def _forbidden(context: TargetContext, gains: Sequence[GainFact]) -> Outcome:
    """The ceiling, or what the limiter may take, keeps tracks from their aim because of one peak."""
    first, by = gains[0], gains[0].held_back_by
    amounts = sorted(gain.held_back_lu for gain in gains)
    limiter = context.target.level.limiter
    allowed = None if limiter is None else limiter.max_reduction_db
    because = f" because of the peak of {track_name(context.target, by)}{_moment(first.held_back_at_s)}" if by else ""
    if by and allowed is not None:
        takes = first.needs_db is not None and not first.lacks_lu
        would = f"would have to take {_allowing(first.needs_db or 0.0)} and " if takes else ""
        because += f", where the limiter {would}may take {allowed:.1f} dB"
    return Outcome(
        Status.WARN,
        "held-back",
        f"{_who(context, gains)} held back by {_span(amounts)}{because}.",
        remedy=_remedy(first, allowed, amounts[-1]),
        track=_subject(gains),
        at_s=first.held_back_at_s if by in (None, _subject(gains)) else None,
        value=amounts[-1],
        limit=0.0,
    )


def _remedy(gain: GainFact, allowed_db: float | None, most_lu: float) -> str:
    """What would reach the aim: only what was tried, or follows from arithmetic."""
    lower = f"ower the aim by {most_lu:.2f} LU"
    if gain.held_back_why == "ceiling":
        return (
            f"L{lower}; or let a limiter take that peak, by {most_lu:.2f} dB at least (limiter: {{max_reduction: …}})."
        )
    if allowed_db is None or gain.needs_db is None:
        return f"L{lower}, or allow the limiter more (max_reduction)."
    if gain.lacks_lu:
        leaves = f"{gain.needs_db:.1f} dB still leaves {gain.lacks_lu:.2f} LU"
        return f"More max_reduction does not reach the aim ({leaves}): l{lower}, or bring the peaks down in the mix."
    if gain.needs_db > MOST_SENSIBLE_DB:
        reaches = f"max_reduction: {_allowing(gain.needs_db)} would reach the aim, and harm the sound"
        return f"{reaches}: l{lower}, or bring the peaks down in the mix."
    return f"max_reduction: {_allowing(gain.needs_db)} instead of {allowed_db:.1f} dB reaches the aim; or l{lower}."


def _allowing(needs_db: float) -> str:
    """The tenth of a dB that allows a reduction, with a little room for the search."""
    return f"{math.ceil((needs_db + ROOM_DB) * 10.0) / 10.0:.1f} dB"


def _without_effect(context: TargetContext, gains: Sequence[GainFact]) -> Outcome:
    """More gain would only be taken away again."""
    gain, by = gains[0], gains[0].held_back_by
    own = context.loudness.get(gain.track)
    reached = gain.reached_lufs if gain.reached_lufs is not None else (own.integrated_lufs if own else None)
    amounts = sorted(gain.held_back_lu for gain in gains)
    remedy = "Its peaks stand too far over its loudness for a limiter: bring them down in the mix"
    return Outcome(
        Status.WARN,
        "no-effect",
        f"{_who(context, gains)} held back {_span(amounts)} under the aim: the limiter takes what more gain adds{_moment(gain.held_back_at_s)}.",
        remedy=f"{remedy}, or lower the aim by {amounts[-1]:.2f} LU.",
        track=_subject(gains),
        at_s=gain.held_back_at_s if by in (None, _subject(gains)) else None,
        value=reached,
        limit=gain.aim_lufs,
    )


def _who(context: TargetContext, gains: Sequence[GainFact]) -> str:
    if len(gains) == len(context.gains) > 1:
        return "All tracks are"
    return f"{', '.join(track_name(context.target, gain.track) for gain in gains)} {'is' if len(gains) == 1 else 'are'}"


def _subject(gains: Sequence[GainFact]) -> str:
    """The track of the finding: that whose peak decides, where it is among those that are told."""
    tracks, by = [gain.track for gain in gains], gains[0].held_back_by
    return by if by in tracks else tracks[0]


def _span(amounts_lu: Sequence[float]) -> str:
    low, high = f"{amounts_lu[0]:.2f}", f"{amounts_lu[-1]:.2f}"
    return f"{high} LU" if low == high else f"{low} to {high} LU"


def _moment(at_s: float | None) -> str:
    return "" if at_s is None else f" at {int(at_s) // 60}:{at_s % 60:06.3f}"
