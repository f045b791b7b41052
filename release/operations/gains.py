"""Why each track got its gain, in words that an engineer would use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.qc.contexts import GainFact
from release.record import GainRecord, LevelRecord
from release.targets.plan import TargetPlan

_HOLDERS = {
    "ceiling": "the ceiling",
    "max-reduction": "max_reduction",
    "limiter": "the limiter, which takes what is added",
}
"""What forbade more gain, in words."""


def gain_records(plan: TargetPlan, fact: Mapping[str, Any]) -> list[GainRecord]:
    """Gain and reason of every track."""
    return [
        GainRecord(track=key, gain_db=round(fact["gains_db"][n], 3) + 0.0, reason=_reason(plan, fact, n))
        for n, key in enumerate(plan.audio.level_keys)
    ]


def gain_facts(plan: TargetPlan, fact: Mapping[str, Any], reached: Mapping[int, float | None]) -> tuple[GainFact, ...]:
    """The same for the checks.

    Args:
        plan: the target.
        fact: of its level step.
        reached: loudness of what each track was matched with, as delivered.
    """
    keys = plan.audio.level_keys
    held = dict(enumerate(fact["held"]))
    offsets = dict(plan.target.level.offsets_lu)
    aim = plan.target.level.aim_lufs
    by_track = plan.target.level.match == "tracks"
    return tuple(
        GainFact(
            track=key,
            gain_db=fact["gains_db"][n],
            reason=_reason(plan, fact, n),
            aim_lufs=None if aim is None or n not in reached else aim + (offsets.get(key, 0.0) if by_track else 0.0),
            reached_lufs=reached.get(n),
            **_held_back(held.get(n), keys),
        )
        for n, key in enumerate(keys)
    )


def _held_back(held: Mapping[str, Any] | None, keys: Sequence[str]) -> dict[str, Any]:
    """What a gain fact says of that; nothing where the track is not held back."""
    if held is None:
        return {}
    return {
        "held_back_lu": held["lu"],
        "held_back_by": keys[held["track"]],
        "held_back_why": held["why"],
        "held_back_at_s": held["at_s"],
        "needs_db": held["needs_db"],
        "lacks_lu": held["lacks_lu"],
    }


def level_record(plan: TargetPlan, fact: Mapping[str, Any]) -> LevelRecord:
    """What was asked of the level and what came of it."""
    level = plan.target.level
    held = max(filter(None, fact["held"]), key=lambda h: float(h["lu"]), default=None)
    keys = plan.audio.level_keys
    because = ""
    if held:
        what = _HOLDERS[held["why"]]
        because = f"{what} at {keys[held['track']]}, {_moment(held['at_s'])}"
    reduction = max(fact["reduction_db"], default=0.0)
    return LevelRecord(
        match=f"as {level.like}" if level.like else level.match,
        aim_lufs=level.aim_lufs,
        ceiling_dbtp=level.ceiling_dbtp,
        reached_lufs=None if fact["reached_lufs"] is None else round(fact["reached_lufs"], 2),
        held_back_db=round(held["lu"], 2) if held else 0.0,
        held_back_because=because,
        limiter=level.limiter is not None,
        max_reduction_db=round(reduction, 2) if level.limiter is not None else None,
    )


def _reason(plan: TargetPlan, fact: Mapping[str, Any], n: int) -> str:
    level = plan.target.level
    words = [_why(plan, fact, n)]
    held = fact["held"][n] if fact["held"] else None
    if held and held["lu"] > 0.005:
        words.append(f"held back {held['lu']:.2f} LU by {_HOLDERS[held['why']]}")
    reduction = fact["reduction_db"][n] if fact["reduction_db"] else 0.0
    if reduction > 0.005:
        amount = f"up to {reduction:.1f} dB" if reduction >= 0.05 else "less than 0.1 dB"
        words.append(f"limiter takes {amount} at {_moment(fact['reduction_at_s'][n])}")
    elif level.limiter is not None:
        words.append("limiter not reached")
    return "; ".join(words)


def _why(plan: TargetPlan, fact: Mapping[str, Any], n: int) -> str:
    level = plan.target.level
    measured = fact["group_lufs"][n]
    spans = [s for placed in plan.audio.units for s in placed.spans]
    group = spans[n].level_group
    members = [s.key for s in spans if group and s.level_group == group]
    if level.like:
        return f"the gain of target {level.like}"
    if spans[n].gain_of:
        return f"moves with {spans[n].gain_of}"
    if level.match == "none":
        return "match: none"
    if level.match == "peak":
        return f"one gain: highest true peak at {level.ceiling_dbtp:g} dBTP"
    if level.match == "tracks":
        if measured is None:
            return "loudness not measurable"
        offset = dict(level.offsets_lu).get(plan.audio.level_keys[n], 0.0)
        aim = f"{level.aim_lufs:g} LUFS" + (f" {offset:+g} LU" if offset else "")
        what = f"{' + '.join(members)} move as one, measured" if len(members) > 1 else "measured"
        return f"{what} {measured:.2f} LUFS, aim {aim}"
    if level.match == "album":
        return f"one gain: album at {level.aim_lufs:g} LUFS"
    return f"one gain: {level.anchor} track at {level.aim_lufs:g} LUFS"


def _moment(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:06.3f}"
