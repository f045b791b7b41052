"""audio/padded-bits."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/padded-bits",
    context=SourceContext,
    rationale="A 24-bit file whose low bits are always zero is a shorter word in a longer one: usually a bounce at the wrong setting.",
    source="measurement.md section 9 (word-length use)",
    remedy="Ask whether a file with the full word length exists.",
    severity=Status.NOTE,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """The words of a source are as long as its format says."""
    info, used = context.facts.info, context.facts.used_bits
    promised = info.bit_depth or 0
    if used is not None and not info.is_lossy and promised > 16 and 0 < used <= 16:
        kind = "float" if info.is_float else f"{promised}-bit"
        yield Outcome(
            Status.NOTE,
            "padded",
            f"{context.source} is a {kind} file that uses {used} bits.",
            value=used,
            limit=promised,
        )
