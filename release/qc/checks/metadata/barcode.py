"""metadata/barcode."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.identifiers import to_ean13
from release.qc.check import Outcome, check
from release.qc.contexts import MetadataContext


@check(
    "metadata/barcode",
    context=MetadataContext,
    rationale="A release is sold and counted by its barcode; numbers of shops' own ranges and of books mean something else.",
    source="GS1 General Specifications; delivery.md 4.2",
    remedy="Write release.barcode (or the target's edition.barcode).",
    severity=Status.WARN,
)
def rule(context: MetadataContext) -> Iterator[Outcome]:
    """The release has a barcode of its own."""
    barcode = context.release.barcode
    if not barcode:
        status = Status.WARN if context.kind == "streaming" else Status.NOTE
        yield Outcome(status, "missing", "The release has no barcode.")
        return
    ean = to_ean13(barcode)
    if ean[0] == "2" or ean[:3] in {"002", "004"} or ean[:2] in {"02", "04"}:
        yield Outcome(Status.WARN, "in-store", f"The barcode {barcode} lies in a range for shops' own use.")
    elif ean[:3] in {"978", "979"}:
        yield Outcome(Status.WARN, "book", f"The barcode {barcode} lies in the range of books and printed music.")
