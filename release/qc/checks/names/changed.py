"""names/changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import WrittenContext, WrittenText
from release.qc.wording import quote


@check(
    "names/changed",
    context=WrittenContext,
    rationale="File systems forbid characters, reserve names and end names; whoever receives a file must be able to know it by the title "
    "that was asked for, so no name is changed in silence.",
    source="Microsoft, Naming Files, Paths, and Namespaces; the 120 bytes are the house's; Unicode NFC (UAX #15)",
    remedy="Nothing, if the name will do; else write names (the pattern), the title, the matrix or the catalogue number so that it needs no change. "
    "Tags and sheets keep the text as written.",
    severity=Status.NOTE,
)
def rule(context: WrittenContext) -> Iterator[Outcome]:
    """Files are called what the manifest asks for."""
    for name in context.names:
        if name.used != name.asked:
            yield Outcome(Status.NOTE, *_told(name), track=name.track)


def _told(name: WrittenText) -> tuple[str, str]:
    """Code and message."""
    composed = unicodedata.normalize("NFC", name.asked)
    if composed == name.used:
        return "composed", f"{name.place} has its name in composed letters (NFC): {quote(name.used)}."
    told = f"{name.place} is named {quote(name.used)} in place of {quote(name.asked)}"
    if composed.startswith(name.used) and composed[len(name.used) :].strip(". "):
        return "cut", f"{told}: it would have had {len(composed.encode())} bytes."
    return "replaced", f"{told}."
