"""programme/version-length."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.alike import alike_pairs
from release.qc.check import Outcome, check
from release.qc.contexts import ProgrammeContext


@check(
    "programme/version-length",
    context=ProgrammeContext,
    rationale="A version takes trim, fades and joins from its main recording, so it must start at the same moment and last as long. One that "
    "was bounced from another session is cut at the wrong places.",
    source="manifest.md, targets: length or alignment different from main is a finding",
    remedy="Ask for a bounce over the same range as the main recording's.",
    severity=Status.WARN,
)
def rule(context: ProgrammeContext) -> Iterator[Outcome]:
    """Versions are as long as their main recording, and start with it."""
    tolerance_s, least = (context.limits.get("programme/version-length", n) for n in ("tolerance_s", "least_likeness"))
    shift_s = context.limits.get("programme/version-length", "shift_s")
    uses = context.project.uses
    for key, source in uses.items():
        main = uses.get(key.split("@")[0])
        if main is None or main == source or source not in context.facts or main not in context.facts:
            continue
        own, wanted = (context.facts[name].info.duration_s for name in (source, main))
        if abs(own - wanted) > tolerance_s:
            yield Outcome(
                Status.WARN,
                "length",
                f"{source} lasts {own:.3f} s, its main recording {wanted:.3f} s.",
                track=key,
                value=own,
                limit=wanted,
            )
    for pair in alike_pairs(context, least):
        if pair.is_version and abs(pair.likeness.lag_s) > shift_s:
            how = "later" if pair.likeness.lag_s < 0.0 else "earlier"
            yield Outcome(
                Status.WARN,
                "shifted",
                f"{pair.other_source} starts about {abs(pair.likeness.lag_s):.2f} s {how} than {pair.source}, whose version it is.",
                track=pair.other,
                value=abs(pair.likeness.lag_s),
                limit=shift_s,
            )
