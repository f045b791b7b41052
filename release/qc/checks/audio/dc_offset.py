"""audio/dc-offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import channels_text
from release.units import linear_to_db

CHANNELS = ("left", "right")


@check(
    "audio/dc-offset",
    context=SourceContext,
    rationale="A constant offset wastes headroom and clicks wherever the audio starts, stops or is edited.",
    source="measurement.md section 7 (warn above -60 dBFS, note above -72)",
    remedy="Add dc_removal to the track's process, or a highpass where rumble may go as well.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No channel has an offset from zero that can be measured."""
    levels = [linear_to_db(abs(mean)) for mean in context.facts.dc_offset]
    worst = max(levels, default=-200.0)
    warn, note = (context.limits.get("audio/dc-offset", name) for name in ("warn_dbfs", "note_dbfs"))
    if worst <= note:
        return
    where = channels_text(context, [n for n, level in enumerate(levels) if level > note])
    each = f" ({_each(levels)})" if len(levels) == 2 and min(levels) > note else ""
    cures = [next((k for k in use.chain_kinds if k in ("dc_removal", "highpass")), "") for use in context.uses]
    is_cured = bool(cures) and all(cures)
    tail = f"; {' and '.join(dict.fromkeys(cures))} in the chain takes it away" if is_cured else ""
    is_warn = worst > warn and not is_cured
    yield Outcome(
        Status.WARN if is_warn else Status.NOTE,
        "offset",
        f"{context.source} has an offset of {worst:.1f} dBFS{where}{each}{tail}.",
        value=worst,
        limit=warn if is_warn else note,
    )


def _each(levels_dbfs: Sequence[float]) -> str:
    return ", ".join(f"{name} {level:.1f}" for name, level in zip(CHANNELS, levels_dbfs, strict=True))
