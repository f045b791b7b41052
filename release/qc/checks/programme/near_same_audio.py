"""programme/near-same-audio."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.alike import AlikePair, alike_pairs
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext


@check(
    "programme/near-same-audio",
    context=ProgrammeContext,
    rationale="The same recording under two titles, at another level, rate, start or after a lossy encoder, is a wrong file or an old version "
    "that took a title's place. Versions that the manifest declares are meant to be alike. Files shorter than 10 s are not compared.",
    source="features.md section 12 (QC6)",
    remedy="Listen to both; if they are versions of one recording, declare them as versions of one track, else ask for the right file.",
    severity=Status.WARN,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """No recording stands under two titles."""
    warn, note = (context.limits.get("programme/near-same-audio", name) for name in ("warn", "note"))
    for pair in alike_pairs(context, note):
        if pair.is_version:
            continue
        value = pair.likeness.value
        how = "are the same recording" if value >= warn else "may be the same recording"
        is_warn = value >= warn
        yield Outcome(
            Status.WARN if is_warn else Status.NOTE,
            "alike",
            f"{pair.source} and {pair.other_source} {how} under two titles (likeness {value:.2f}{_shift(pair)}).",
            track=pair.other,
            value=value,
            limit=warn if is_warn else note,
        )


def _shift(pair: AlikePair) -> str:
    lag_s = pair.likeness.lag_s
    if abs(lag_s) < 0.05:
        return ""
    later, earlier = (pair.source, pair.other_source) if lag_s > 0.0 else (pair.other_source, pair.source)
    return f"; what starts {earlier} comes {abs(lag_s):.1f} s into {later}"
