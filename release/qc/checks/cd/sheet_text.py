"""cd/sheet-text."""

from __future__ import annotations

from collections.abc import Iterator

from release.formats.cdtext_tables import TEXT_FIELDS
from release.formats.sheet_text import CUE_TEXTS, sheet_replacements
from release.model.disc import Copy, Disc
from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import DiscContext

_LONGEST_SHOWN = 60


@check(
    "cd/sheet-text",
    context=DiscContext,
    rationale="A CUE sheet is ISO-8859-1 without double quotes, a cdrdao TOC has no word for SCMS and no two-byte letters; "
    "whoever burns from them gets what they can hold, so it is told.",
    source="cd.md 5.1 and 5.2; tested with cdrdao 1.2.4, libburn 1.5.4 and flac 1.4.2",
    remedy="Nothing, where the DDP set is the master; else write the text in letters that the sheet has.",
    severity=Status.WARN,
)
def rule(context: DiscContext) -> Iterator[Outcome]:
    """The sheets beside the images hold what the disc holds."""
    if {"cue", "bin"} & set(context.images):
        yield from _cue(context)
    if "toc" in context.images:
        yield from _toc(context)


def _cue(context: DiscContext) -> Iterator[Outcome]:
    keys = {track.number: track.key for track in context.disc.tracks}
    for replaced in sheet_replacements(context.disc):
        owner = f"track {replaced.track}" if replaced.track else "the disc"
        message = (
            f"Disc {context.number}: the CUE sheet writes the {replaced.field} of {owner} as "
            f"\u201c{_shown(replaced.used)}\u201d in place of \u201c{_shown(replaced.asked)}\u201d."
        )
        remedy = "" if "ddp" in context.images else "Write it in letters of ISO-8859-1 without double quotes."
        yield Outcome(Status.WARN, "replaced", message, track=keys.get(replaced.track) or None, remedy=remedy)
    missing = list(_not_in_cue(context.disc))
    if missing:
        yield Outcome(
            _loss(context),
            "left-out",
            f"Disc {context.number}: the CUE sheet has no place for {', '.join(missing)}; a disc that is burnt from it "
            "lacks them.",
            remedy=_master_remedy(context),
        )
    marked = [str(track.number) for track in context.disc.tracks if len(track.indexes) > 1]
    if marked:
        yield Outcome(
            _loss(context),
            "index",
            f"Disc {context.number}: cdrdao and bchunk read index 02 and up of a CUE sheet wrongly (track"
            f"{'' if len(marked) == 1 else 's'} {', '.join(marked)}).",
            remedy="Write a TOC (images: [toc]) for whoever burns with cdrdao.",
        )


def _loss(context: DiscContext) -> Status:
    """A warning where sheets are all there is; a note beside a DDP set, which has everything."""
    return Status.NOTE if "ddp" in context.images else Status.WARN


def _master_remedy(context: DiscContext) -> str:
    """What helps where a sheet has no place for something, whatever is written in it."""
    if "ddp" in context.images:
        return "Nothing, where the DDP set is the master."
    return "Add a DDP set (images: [ddp]), which holds it, for whoever makes the disc."


def _not_in_cue(disc: Disc) -> Iterator[str]:
    """CD-TEXT that was asked for and that a CUE sheet does not carry."""
    if not disc.text_blocks:
        return
    main, *others = disc.text_blocks
    texts = (main.album, *main.tracks)
    for kind in TEXT_FIELDS.values():
        if kind not in CUE_TEXTS and any(getattr(of, kind) for of in texts):
            yield f"the {kind}"
    if others:
        yield f"CD-TEXT in {', '.join(block.language for block in others)}"
    for what, is_there in (
        ("the catalogue number", main.disc_id),
        ("the genre", main.genre),
        ("the copyright mark", main.copyright),
    ):
        if is_there:
            yield what


def _toc(context: DiscContext) -> Iterator[Outcome]:
    scms = [str(track.number) for track in context.disc.tracks if track.copy is Copy.SCMS]
    if scms:
        message = (
            f"Disc {context.number}: a TOC has no word for SCMS; it says NO COPY for track"
            f"{'' if len(scms) == 1 else 's'} {', '.join(scms)}."
        )
        yield Outcome(Status.WARN, "scms", message, remedy=_master_remedy(context))
    wide = [block.language for block in context.disc.text_blocks if block.charset == "ms-jis"]
    if wide:
        message = (
            f"Disc {context.number}: the TOC leaves out CD-TEXT in {', '.join(wide)}, whose letters take two bytes."
        )
        yield Outcome(Status.WARN, "language", message, remedy=_master_remedy(context))
    if any(block.copyright for block in context.disc.text_blocks):
        message = f"Disc {context.number}: a TOC has no word for the copyright mark of CD-TEXT; cdrdao leaves it out."
        yield Outcome(_loss(context), "left-out", message, remedy=_master_remedy(context))


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}\u2026"
