"""fades/start."""

from __future__ import annotations

import math
from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import TargetContext
from release.qc.joined import joined_starts


@check(
    "fades/start",
    context=TargetContext,
    rationale="A delivered track whose first sample is already loud starts inside the sound: it clicks in every player, and something "
    "is missing before it.",
    source="measurement.md section 7 (start discontinuity)",
    remedy="Move the trim's start, or write a short fade_in; where a target parts a join, write unjoined.head.",
    severity=Status.WARN,
)
def rule(context: TargetContext) -> Iterator[Outcome]:
    """Every track starts from silence, unless another runs into it."""
    note, warn = (context.limits.get("fades/start", name) for name in ("note_dbfs", "warn_dbfs"))
    running_on = joined_starts(context)
    for key, facts in context.delivered.items():
        first = facts.first_level if len(facts.head) else 0.0
        level = 20.0 * math.log10(first) if first else note
        if key not in running_on and level > note:
            is_warn = level > warn
            yield Outcome(
                Status.WARN if is_warn else Status.NOTE,
                "starts",
                f"The track starts inside the sound: its first sample is at {level:.1f} dBFS.",
                track=key,
                at_s=0.0,
                value=level,
                limit=warn if is_warn else note,
            )
