"""audio/hum."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.source import Hum
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext

CURES = ("dehum", "notch")
CHANNELS = ("left", "right")


@check(
    "audio/hum",
    context=SourceContext,
    rationale="Hum of the mains lies under the music and comes out where it pauses, the more so once a master is louder. It is told where it "
    "is at one level all the time; notes, pedals and drones stop or move. Files shorter than 10 s are not judged; in those shorter than 34 s it "
    "is told only where it stands out by 20 dB.",
    source="measurement.md section 8 (hum); M. Brandt, J. Bitzer, JAES 62 (2014)",
    remedy="Add dehum to the track's process, at 50 or 60 Hz as found, or ask for a take without it.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source has hum of the mains under the music."""
    hums = context.facts.hums
    worst = max(hums, key=lambda hum: hum.level_dbfs, default=None)
    warn, note = (context.limits.get("audio/hum", name) for name in ("warn_dbfs", "note_dbfs"))
    if worst is None or worst.level_dbfs < note:
        return
    cures = [next((k for k in use.chain_kinds if k in CURES), "") for use in context.uses]
    is_cured = bool(cures) and all(cures)
    tail = f"; {' and '.join(dict.fromkeys(cures))} in the chain takes it away" if is_cured else ""
    is_warn = worst.level_dbfs >= warn and not is_cured
    yield Outcome(
        Status.WARN if is_warn else Status.NOTE,
        "hum",
        f"{context.source} hums at {worst.fundamental_hz:.2f} Hz{_harmonics(worst)}: {worst.level_dbfs:.1f} dBFS"
        f"{_sides(context, hums)}, {worst.above_db:.0f} dB over what is beside it{tail}.",
        value=worst.level_dbfs,
        limit=warn if is_warn else note,
    )


def _harmonics(hum: Hum) -> str:
    more = [str(k) for k in hum.harmonics if k > 1]
    if not more:
        return ""
    names = more[0] if len(more) == 1 else f"{', '.join(more[:-1])} and {more[-1]}"
    return f" with harmonic{'' if len(more) == 1 else 's'} {names}"


def _sides(context: SourceContext, hums: tuple[Hum, ...]) -> str:
    if context.facts.info.channels != 2:
        return ""
    return " in both channels" if len(hums) == 2 else f" in the {CHANNELS[hums[0].channel]} channel"
