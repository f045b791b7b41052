"""documents/missing-glyph."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DocumentContext
from release.qc.wording import quote

MOST_SHOWN = 12
"""Texts that a finding quotes."""


@check(
    "documents/missing-glyph",
    context=DocumentContext,
    rationale="A PDF carries its own fonts; a letter that they lack is printed as a box. On a sheet that goes to a plant nobody there can know "
    "what was meant.",
    source="OpenType cmap tables of the fonts used",
    remedy="Read the HTML document, which uses the system's fonts.",
    severity=Status.WARN,
)
def rule(context: DocumentContext) -> Iterator[Outcome]:
    """The fonts of every PDF have all letters of its texts."""
    if not context.missing:
        return
    is_sheet = context.target is not None
    shown = ", ".join(quote(text) for text in context.missing[:MOST_SHOWN])
    rest = len(context.missing) - MOST_SHOWN
    yield Outcome(
        Status.WARN if is_sheet else Status.NOTE,
        "missing-glyph",
        f"{context.document} prints boxes in {shown}{f' and {rest} more' if rest > 0 else ''}.",
        remedy="Hand over the HTML or text form of the sheet, which lie beside the PDF." if is_sheet else "",
        value=float(len(context.missing)),
        limit=0.0,
    )
