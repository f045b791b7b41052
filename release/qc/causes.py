"""Causes that explain several findings at once, so that each is told once: the others name it, or say nothing."""

from __future__ import annotations

import math

from release.model.source import SourceFacts
from release.qc.contexts import TargetContext
from release.qc.profiles import Limits
from release.units import linear_to_db

NAMED = "; the finding on inverted polarity names the cause"
"""How a finding ends that an inverted channel explains."""


def is_inverted(facts: SourceFacts | None, limits: Limits) -> bool:
    """Whether ``audio/polarity`` warns of a long stretch of a source in which one channel is inverted."""
    if facts is None:
        return False
    shortest_s, warn, least = (
        limits.get("audio/polarity", name) for name in ("all_shortest_s", "all_warn", "least_elsewhere")
    )
    return any(
        s.band == "all"
        and s.length / facts.info.sample_rate_hz >= shortest_s
        and s.correlation <= warn
        and (s.elsewhere is None or s.elsewhere >= least)
        for s in facts.opposite
    )


def has_dead_side(context: TargetContext, key: str) -> bool:
    """Whether one side of the stereo source behind a track is silent: ``audio/dead-channel`` says it."""
    facts = context.sources.get(key)
    return facts is not None and facts.info.channels == 2 and bool(facts.dead_channels)


def without_offset(level_dbfs: float, facts: SourceFacts, limits: Limits) -> float:
    """What is left of a peak once the offset is taken from it that ``audio/dc-offset`` tells of, in dBFS."""
    offset = max((abs(mean) for mean in facts.dc_offset), default=0.0)
    if linear_to_db(offset) <= limits.get("audio/dc-offset", "note_dbfs"):
        return level_dbfs
    return linear_to_db(max(math.pow(10.0, level_dbfs / 20.0) - offset, 0.0))
