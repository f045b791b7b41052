"""metadata/bext-text."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import WrittenContext
from release.qc.wording import quote


@check(
    "metadata/bext-text",
    context=WrittenContext,
    rationale="The bext chunk of a WAV file holds ASCII only, 256 characters of description; what does not fit is written with the nearest "
    "letters, and nothing is replaced in silence.",
    source="EBU Tech 3285 v2 (Description: 256 ASCII characters)",
    remedy="Nothing, if the nearest letters will do: chunks info and id3 keep the text as written; or leave bext out of chunks.",
    severity=Status.NOTE,
)
def rule(context: WrittenContext) -> Iterator[Outcome]:
    """The bext chunk of WAV files holds artist and title as written."""
    for text in context.descriptions:
        if text.used != text.asked:
            message = f"{text.place} is described as {quote(text.used)} in place of {quote(text.asked)}."
            yield Outcome(Status.NOTE, "replaced", message, track=text.track)
