"""level/held-back."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import GainFact, TargetContext

MOST_SENSIBLE_DB = 12.0
"""No remedy asks a limiter for more reduction than this."""


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
    held = [gain for gain in context.gains if gain.held_back_db >= smallest]
    groups: dict[tuple[float, str | None], list[str]] = {}
    for gain in held:
        groups.setdefault((round(gain.held_back_db, 3), gain.held_back_by), []).append(gain.track)
    for (amount, by), tracks in groups.items():
        first = next(gain for gain in held if gain.track == tracks[0])
        who = (
            "All tracks are"
            if len(tracks) == len(context.gains) and len(tracks) > 1
            else f"{', '.join(tracks)} {'is' if len(tracks) == 1 else 'are'}"
        )
        limiter = context.target.level.limiter
        allowed = None if limiter is None else limiter.max_reduction_db
        if first.held_back_why == "limiter":
            yield _without_effect(context, first, who, by)
            continue
        because = f" because of the peak of {by}{_moment(first.held_back_at_s)}" if by else ""
        if by and allowed is not None:
            because += f", where the limiter would have to take {allowed + amount:.1f} dB and may take {allowed:.1f} dB"
        if limiter is None:
            remedy = f"A limiter that may take {amount:.2f} dB reaches the aim (limiter: {{max_reduction: {amount + 0.05:.1f} dB}}); or lower the aim by {amount:.2f} LU."
        elif allowed is not None and allowed + amount > MOST_SENSIBLE_DB:
            remedy = f"No limiter brings this sound there unharmed; lower the aim by {amount:.2f} LU, or the peak in the mix."
        elif allowed is not None:
            remedy = f"max_reduction: {allowed + amount:.1f} dB instead of {allowed:.1f} dB reaches the aim; or lower the aim by {amount:.2f} LU."
        else:
            remedy = f"Lower the aim by {amount:.2f} LU."
        yield Outcome(
            Status.WARN,
            "held-back",
            f"{who} held back by {amount:.2f} dB{because}.",
            remedy=remedy,
            track=by or first.track,
            at_s=first.held_back_at_s,
            value=amount,
            limit=0.0,
        )


def _without_effect(context: TargetContext, gain: GainFact, who: str, by: str | None) -> Outcome:
    """More gain would only be taken away again."""
    own = context.loudness.get(gain.track)
    reached = gain.reached_lufs if gain.reached_lufs is not None else (own.integrated_lufs if own else None)
    short = (
        f" {gain.aim_lufs - reached:.1f} LU under the aim" if reached is not None and gain.aim_lufs is not None else ""
    )
    remedy = "Its peaks stand too far over its loudness for a limiter: bring them down in the mix"
    return Outcome(
        Status.WARN,
        "no-effect",
        f"{who} held back{short}: the limiter takes what more gain adds{_moment(gain.held_back_at_s)}.",
        remedy=f"{remedy}." if reached is None else f"{remedy}, or lower the aim to {reached:.1f} LUFS.",
        track=by or gain.track,
        at_s=gain.held_back_at_s,
        value=reached,
        limit=gain.aim_lufs,
    )


def _moment(at_s: float | None) -> str:
    return "" if at_s is None else f" at {int(at_s) // 60}:{at_s % 60:06.3f}"
