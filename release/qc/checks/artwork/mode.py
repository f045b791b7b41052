"""artwork/mode."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import ArtworkContext

WORDS = {
    "CMYK": "in CMYK",
    "RGBA": "with transparency",
    "LA": "with transparency",
    "PA": "with transparency",
    "L": "grey",
    "1": "black and white",
    "P": "with a palette",
}


@check(
    "artwork/mode",
    context=ArtworkContext,
    rationale="Stores take 8-bit RGB only; CMYK shows wrong colours, transparency turns black, an orientation flag is ignored by some.",
    source="Apple and Spotify (delivery.md 5.3)",
    remedy="Save it as 8-bit RGB (sRGB) PNG or JPEG, upright, without transparency.",
    severity=Status.WARN,
)
def rule(context: ArtworkContext) -> Iterator[Outcome]:
    """The front picture is upright 8-bit RGB in PNG or JPEG."""
    facts = context.facts
    if facts is None or facts.problem:
        return
    if facts.mode != "RGB":
        yield Outcome(
            Status.WARN, "mode", f"{context.path} is {WORDS.get(facts.mode, 'of mode ' + facts.mode)}, not RGB."
        )
    if facts.orientation != 1:
        yield Outcome(
            Status.WARN,
            "orientation",
            f"{context.path} is turned by an EXIF flag ({facts.orientation}), which some receivers ignore.",
        )
    if facts.format not in {"PNG", "JPEG"}:
        yield Outcome(
            Status.WARN, "format", f"{context.path} is a {facts.format} file; PNG and JPEG are taken everywhere."
        )
