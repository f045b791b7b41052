"""Holds every disc against what its formats can carry, before anything renders, with the line that has to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release.errors import ManifestError, Problem
from release.formats.cdtext import TextProblem, text_problems
from release.formats.ddp.ddpms import LONGEST_FIRST_PAUSE_CD_FRAMES
from release.formats.ddp.writer import refusals
from release.manifest.load import LoadedManifest
from release.manifest.yaml_tree import Loc
from release.model.disc import Disc
from release.model.project import ResolvedProject
from release.model.target import CdSpec, ResolvedTarget
from release.targets.cd import discs_of
from release.units import format_msf

LONGEST_MASTER_ID = 48
_LONGEST_SHOWN = 120


def refuse_discs(manifest: LoadedManifest, project: ResolvedProject) -> None:
    """Refuse discs that cannot be written.

    Raises:
        ManifestError: with every text, code and time that does not fit, and what would.
    """
    problems: list[Problem] = []
    for target in project.targets:
        if isinstance(target.spec, CdSpec):
            for number, disc in enumerate(discs_of(target)):
                problems += _Refusal(manifest, target, number, disc).problems()
    if problems:
        raise ManifestError("discs that cannot be written", problems=tuple(dict.fromkeys(problems)))


@dataclass(frozen=True, slots=True)
class _Refusal:
    """One disc beside the manifest that it comes from."""

    manifest: LoadedManifest
    target: ResolvedTarget
    number: int
    disc: Disc

    def problems(self) -> Iterator[Problem]:
        """Everything that keeps the disc from being written."""
        texts = text_problems(self.disc.text_blocks)
        yield from self._text_problems(texts)
        assert isinstance(self.target.spec, CdSpec)
        if "ddp" in self.target.spec.images:
            yield from self._ddp_problems(has_texts=not texts)

    def _text_problems(self, texts: tuple[TextProblem, ...]) -> Iterator[Problem]:
        """A text that two languages share is told once, at the first."""
        told: set[tuple[object, ...]] = set()
        for text in texts:
            same = (text.code, text.track, text.field, text.text, text.proposal)
            if same in told:
                continue
            told.add(same)
            loc = self._text_loc(text)
            yield self.manifest.problem(loc, text.message, self._text_remedy(text), "cd-text")

    def _text_loc(self, text: TextProblem) -> Loc:
        """Where a text stands: among the translations, or in the main language."""
        place: Loc = ("targets", self.target.name, "text")
        if text.track is None or not text.field:
            return place
        if text.field in ("disc_id", "genre"):
            return self._release_loc({"disc_id": "catalogue_number"}.get(text.field, text.field))
        key = {"performer": "artist"}.get(text.field, text.field)
        if text.track == 0:
            return self._album_loc(text.language, key)
        loc = self._track_loc(text.track)
        translated = self._translated(loc, text.language, key)
        return translated or self._main_text_loc(loc, key)

    def _album_loc(self, language: str, key: str) -> Loc:
        discs = self.manifest.project.sequence.discs
        spots: list[Loc] = [("sequence", "discs", self.number)] if self.number < len(discs) else []
        spots += [("targets", self.target.name, "edition"), ("release",)]
        found = next((loc for spot in spots if (loc := self._translated(spot, language, key))), None)
        own = next((loc for spot in spots if (loc := (*spot, key)) in self.manifest.positions), None)
        return found or own or ("targets", self.target.name, "text")

    def _release_loc(self, key: str) -> Loc:
        edition: Loc = ("targets", self.target.name, "edition", key)
        return edition if edition in self.manifest.positions else ("release", key)

    def _track_loc(self, number: int) -> Loc:
        return self._key_loc(self.disc.tracks[number - 1].key)

    def _key_loc(self, key: str) -> Loc:
        track_id = key.partition("@")[0]
        ids = [track.id for track in self.manifest.project.tracks]
        return ("tracks", ids.index(track_id))

    def _translated(self, spot: Loc, language: str, key: str) -> Loc | None:
        """Place of a translation into a language, its regional forms included."""
        written = [
            loc
            for loc in self.manifest.positions
            if loc[:-2] == (*spot, "translations") and str(loc[-2]).partition("-")[0] == language and loc[-1] == key
        ]
        return written[0] if written else None

    def _main_text_loc(self, track: Loc, key: str) -> Loc:
        """Place of a track's text in the main language; writers stand in lists, an artist may be the release's."""
        choices = {
            "title": ("title", "work"),
            "artist": ("artists",),
            "songwriter": ("writers",),
            "composer": ("writers", "work"),
            "arranger": ("writers",),
        }.get(key, (key,))
        own = next((loc for name in choices if (loc := (*track, name)) in self.manifest.positions), None)
        return own or (self._release_loc("artist") if key == "artist" else track)

    def _text_remedy(self, text: TextProblem) -> str:
        out = "or leave CD-TEXT out (text: false)"
        if text.code == "overflow":
            return f"shorten it, {out}"
        if text.code != "unencodable":
            return f"name another language, {out}"
        if text.field in ("disc_id", "genre"):
            return f"write it in ASCII ('{text.proposal}'), or take {text.field} out of packs"
        if not text.proposal.strip():
            shown = "write it in letters that the set has"
        else:
            proposal = text.proposal if len(text.proposal) <= _LONGEST_SHOWN else f"{text.proposal[:_LONGEST_SHOWN]}…"
            shown = f"'{proposal}' can be written"
        key = {"performer": "artist"}.get(text.field, text.field)
        return (
            f"{shown}: translations: {{{text.language}: {{{key}: …}}}} changes CD-TEXT alone; "
            f"or take {text.language} out of languages, {out}"
        )

    def _ddp_problems(self, *, has_texts: bool) -> Iterator[Problem]:
        """What a DDP set cannot carry. ``has_texts`` is False where CD-TEXT has problems of its own, already told."""
        leave = "leave ddp out of images"
        start = self.disc.tracks[0].start_cd_frames
        told = 0
        if start > LONGEST_FIRST_PAUSE_CD_FRAMES:
            told += 1
            yield self.manifest.problem(
                self._first_pause_loc(),
                f"track 1 of disc {self.number + 1} starts at {format_msf(start)} on target '{self.target.name}': the "
                f"map of a DDP set has four digits for the pause before it, so it ends at "
                f"{format_msf(LONGEST_FIRST_PAUSE_CD_FRAMES)}",
                "hide this audio behind the last track instead: move it to the end of tracks, keep hidden: true "
                f"(index: true marks it); or {leave}",
                "ddp-first-pause",
            )
        catalogue = self.disc.catalogue
        if len(catalogue) > LONGEST_MASTER_ID or not (catalogue.isascii() and catalogue.isprintable()):
            told += 1
            yield self.manifest.problem(
                self._release_loc("catalogue_number"),
                f"a DDP set names its master by the catalogue number, in at most {LONGEST_MASTER_ID} ASCII characters; "
                f"this one has {len(catalogue)}" + ("" if catalogue.isascii() else ", not all of them ASCII"),
                f"write another under edition of target '{self.target.name}', or {leave}",
                "ddp-master-id",
            )
        if has_texts and not told:
            for sentence in refusals(self.disc):
                yield self.manifest.problem(
                    ("targets", self.target.name), sentence, f"{leave}, or change the disc", "ddp"
                )

    def _first_pause_loc(self) -> Loc:
        """The hidden track before track 1, or the long pause of track 1."""
        spans = self.target.programme.units[self.number].timeline.tracks
        if spans[0].number is None:
            return self._key_loc(spans[0].key)
        pause: Loc = (*self._track_loc(1), "pause")
        return pause if pause in self.manifest.positions else self._track_loc(1)
