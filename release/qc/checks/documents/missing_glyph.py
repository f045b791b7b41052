"""documents/missing-glyph."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DocumentContext


@check(
    "documents/missing-glyph",
    context=DocumentContext,
    rationale="A PDF carries its own fonts; a letter that they lack is printed as a box.",
    source="OpenType cmap tables of the fonts used",
    remedy="Give a folder with a font of that script, or read the HTML document, which uses the system's fonts.",
    severity=Status.NOTE,
)
def rule(context: DocumentContext) -> Iterator[Outcome]:
    """The fonts of every PDF have all letters of its texts."""
    for text in context.missing:
        shown = text if len(text) <= 80 else text[:79] + "…"
        yield Outcome(Status.NOTE, "missing-glyph", f"{context.document} prints boxes in \u201c{shown}\u201d.")
