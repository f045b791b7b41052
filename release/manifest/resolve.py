"""Manifest and probed sources to the resolved project: no user words left, every position an integer. Pure.

Read on in ``resolving/``: ``book`` (tracks as parts), ``choosing`` (lists), ``joining`` (gaps and joins), ``layout``
(positions), ``runs`` (the sequence's chain), ``marking`` (starts, pauses, indexes), ``playing`` (all of it for a target).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from release.manifest.fields import source_id
from release.manifest.load import LoadedManifest
from release.manifest.paths import nearest_name
from release.manifest.resolving.book import build_book
from release.manifest.resolving.carrier import Form, cd_spec, check_names, files_spec, form, side_spec
from release.manifest.resolving.chains import check_chains, check_prints, check_references
from release.manifest.resolving.disc import DiscRules, disc_openers
from release.manifest.resolving.emphasis import check_emphasis, keeps_emphasis
from release.manifest.resolving.info import edition_info, release_info, track_infos
from release.manifest.resolving.joining import main_order
from release.manifest.resolving.layout import lay_out
from release.manifest.resolving.level import LevelOf, level_spec, take_over
from release.manifest.resolving.marking import Marks, mark
from release.manifest.resolving.part import Book, make_slots
from release.manifest.resolving.playing import CdCuts, Played, Player
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.resolving.rate import programme_rate, reference_uses, source_uses
from release.manifest.targets import CdTarget, FileTarget, Project, SideTarget, TargetBase
from release.model.identifiers import to_ean13
from release.model.metadata import ReleaseInfo, TrackInfo
from release.model.programme import Timeline
from release.model.project import ResolvedProject, Waiver
from release.model.source import SourceInfo
from release.model.target import CassetteSpec, CdSpec, FilesSpec, LevelSpec, ResolvedTarget, VinylSpec
from release.pipeline.canonical import Json, digest_json


def source_ids(manifest: LoadedManifest) -> tuple[str, ...]:
    """Every source of the project (tracks, versions, fills) in the order of the file, each once; then references."""
    uses = (*source_uses(manifest.project), *reference_uses(manifest.project))
    return tuple(dict.fromkeys(source for source, _ in uses))


def check_paths(manifest: LoadedManifest, source_roots: Sequence[Path] = ()) -> Mapping[str, Path]:
    """The file of every source and picture, links followed.

    Args:
        manifest: what was written.
        source_roots: further folders in which files may lie (``--source-root``).

    Returns:
        Real paths by source id, and by path as written for artwork.

    Raises:
        ManifestError: naming every file that is missing, or that lies neither in the manifest's folder nor in a root.
    """
    problems = _problems(manifest)
    roots = [root.resolve() for root in (manifest.folder, *source_roots)]
    found: dict[str, Path] = {}
    for name, loc in (
        *source_uses(manifest.project),
        *reference_uses(manifest.project),
        *artwork_places(manifest.project),
    ):
        path = manifest.folder / name
        real = path.resolve()
        if not real.is_file():
            problem = f"'{name}' is a folder" if real.is_dir() else f"there is no file '{name}'"
            problems.add(loc, problem, nearest_name(path) or "paths are relative to the manifest", "missing-file")
        elif not any(real.is_relative_to(root) for root in roots):
            problems.add(
                loc,
                f"'{name}' lies outside the manifest's folder, at {real}",
                f"copy it into the project, or allow its folder: --source-root {real.parent}",
                "outside-roots",
            )
        found[name] = real
    problems.raise_if_any()
    return found


def artwork_places(project: Project) -> list[tuple[str, Loc]]:
    """Every picture that is named, with its place; the name may be empty."""
    named: list[tuple[str, Loc]] = [(project.release.artwork, ("release", "artwork"))]
    named += [(t.edition.artwork, ("targets", name, "edition", "artwork")) for name, t in project.targets.items()]
    return [(source_id(path), loc) for path, loc in named if path]


def _problems(manifest: LoadedManifest) -> Problems:
    return Problems(manifest.problem)


def resolve(manifest: LoadedManifest, sources: Mapping[str, SourceInfo]) -> ResolvedProject:
    """The whole project in integers.

    Args:
        manifest: what was written.
        sources: header facts by source id; all of ``source_ids``.

    Raises:
        ManifestError: with every problem that manifest and sources have together.
    """
    project, problems = manifest.project, _problems(manifest)
    rate_hz = programme_rate(project, sources, problems)
    book = build_book(project, sources, rate_hz, problems)
    check_chains(project, rate_hz, problems)
    check_prints(project, sources, problems)
    check_references(project, sources, problems)
    release = release_info(project.release)
    played = _play_all(project, book, problems)
    cuts = _cd_cuts(project, played)
    levels = _levels(project, played, rate_hz, problems)
    targets = tuple(
        _Finisher(manifest, name, sources, book, problems).finish(played[name], release, levels[name])
        for name in project.targets
    )
    programme = _main_programme(book, cuts, problems)
    problems.raise_if_any()
    resolved = ResolvedProject(
        digest="",
        release=release,
        tracks=track_infos(project, release),
        programme=programme,
        targets=targets,
        waivers=tuple(
            Waiver(w.check, w.reason, w.by, w.date, w.track, w.target, w.expires) for w in project.qc.waivers
        ),
        sources={source: sources[source] for source in source_ids(manifest)},
        references=_references(project),
        uses={key: part.source for key, part in book.by_key.items()},
        discs=tuple((disc.title, disc.first) for disc in project.sequence.discs),
    )
    return replace(resolved, digest=_digest(resolved))


def _references(project: Project) -> tuple[str, ...]:
    """Sources that are only compared with."""
    heard = {source for source, _ in source_uses(project)}
    return tuple(dict.fromkeys(source for source, _ in reference_uses(project) if source not in heard))


def _play_all(project: Project, book: Book, problems: Problems) -> dict[str, Played]:
    """Programmes by target; the first CD target first, since files are cut where it cuts."""
    first = _first_cd(project)
    cuts, played = CdCuts(), {}
    names = sorted(project.targets, key=lambda name: name != first)
    for name in names:
        played[name] = Player(project, book, name, project.targets[name], cuts, problems).play()
        if name == first:
            cuts = played[name].cuts()
    return played


def _first_cd(project: Project) -> str:
    return next((name for name, target in project.targets.items() if isinstance(target, CdTarget)), "")


def _cd_cuts(project: Project, played: Mapping[str, Played]) -> CdCuts:
    first = _first_cd(project)
    return played[first].cuts() if first and project.sequence.cuts != "sample" else CdCuts()


def _levels(project: Project, played: Mapping[str, Played], rate_hz: int, problems: Problems) -> dict[str, LevelSpec]:
    offsets = {track.id: track.level_offset for track in project.tracks}
    found = {}
    for name, target in project.targets.items():
        parts = played[name].parts
        spec = level_spec(name, target.level, parts, problems, offsets_lu=offsets, rate_hz=rate_hz)
        found[name] = LevelOf(spec, frozenset(p.id for p in parts), frozenset(p.key for p in parts))
    return take_over(project, found, problems)


def _main_programme(book: Book, cuts: CdCuts, problems: Problems) -> Timeline:
    """The main order, with its tracks cut where all files are cut."""
    slots = main_order(book)
    inside = frozenset(p.key for p in book.main if p.hidden)
    slots = make_slots(book.main, (*(s.before for s in slots), slots[-1].after), inside)
    laid = lay_out(slots, problems)
    # What is hidden before the first track is a track of its own here, and the first starts after it.
    marks = Marks("", book.rate_hz, is_files=not book.main[0].hidden, offsets=cuts.offsets)
    spans, _ = mark(laid, marks, Problems(problems.make))  # marks are judged where targets set them
    return Timeline(book.rate_hz, laid.length, laid.clips, spans)


@dataclass(frozen=True, slots=True)
class _Finisher:
    """Adds texts, forms and checks to a target's programme."""

    manifest: LoadedManifest
    name: str
    sources: Mapping[str, SourceInfo]
    book: Book
    problems: Problems

    @property
    def target(self) -> TargetBase:
        return self.manifest.project.targets[self.name]

    def finish(self, played: Played, release: ReleaseInfo, level: LevelSpec) -> ResolvedTarget:
        """The resolved target."""
        edition = edition_info(release, self.target.edition)
        if isinstance(self.target, CdTarget) and edition.barcode:
            edition = replace(edition, barcode=to_ean13(edition.barcode))
        form_ = form(self.name, self.target, self.book.rate_hz, self.problems)
        infos = track_infos(self.manifest.project, edition)
        tracks = {p.key: keeps_emphasis(infos[p.key], self.book.by_key[p.key]) for p in played.parts}
        check_emphasis(
            self.name, self.target, played, self.problems, book=self.book, sources=self.sources, tracks=tracks
        )
        spec = self._spec(played, form_, tracks, edition)
        return ResolvedTarget(
            name=self.name,
            kind=self.target.kind,  # type: ignore[attr-defined]
            release=edition,
            tracks=tracks,
            programme=played.programme,
            sample_rate_hz=form_.sample_rate_hz,
            bit_depth=form_.bit_depth,
            is_float=form_.is_float,
            level=level,
            dither=form_.dither,
            spec=spec,
            gaps_in_files=self.target.gaps_in_files if isinstance(self.target, FileTarget) else "keep",
            where=self.manifest.where("targets", self.name),
            level_programme=played.level_programme,
        )

    def _spec(
        self, played: Played, form_: Form, tracks: Mapping[str, TrackInfo], edition: ReleaseInfo
    ) -> FilesSpec | CdSpec | VinylSpec | CassetteSpec:
        units = played.programme.units
        if isinstance(self.target, FileTarget):
            check_names(self.name, self.target, units, self.problems, tracks=tracks, release=edition)
            return files_spec(self.name, self.target, form_, played.left_out, self.problems)
        if isinstance(self.target, CdTarget):
            project = self.manifest.project
            rules = DiscRules(self.name, {part.key: part for part in played.parts}, disc_openers(project))
            for unit in units:
                rules.check(unit, self.problems)
            return cd_spec(self.target)
        assert isinstance(self.target, SideTarget)
        return side_spec(self.name, self.target, tuple(u.name for u in units), self.book.rate_hz, self.problems)


def _digest(project: ResolvedProject) -> str:
    """SHA-256 of the resolved project as canonical JSON; lines and columns of the manifest do not count."""
    return digest_json(_as_json(replace(project, targets=tuple(replace(t, where="") for t in project.targets))))


def _as_json(value: Any) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _as_json(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_as_json(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value  # type: ignore[no-any-return]
