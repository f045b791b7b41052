"""From a manifest on disk to a plan: load, find sources, probe, resolve, plan."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from release.documents.look import PLAIN, Look
from release.errors import ManifestError, Problem, SourceError, UsageError
from release.manifest.load import LoadedManifest, load_manifest
from release.manifest.resolve import check_paths, resolve, source_ids
from release.model.plugin import PluginFile
from release.model.project import ResolvedProject
from release.model.source import SourceInfo
from release.model.target import ResolvedTarget
from release.operations.disc_refusals import refuse_discs
from release.operations.look import load_look
from release.operations.manifest_refusals import artwork_problems, waiver_problems
from release.operations.noise_prints import refuse_silent_prints
from release.operations.plugins import find_plugins
from release.operations.profiles import profile_problems
from release.operations.silent_matches import refuse_silent_matches
from release.operations.sources import telling_references
from release.targets.book import Book
from release.targets.plan import TargetPlan
from release.targets.registry import plan_target
from release.targets.tone_steps import compared_target, plan_tones


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project whose manifest and headers are in order.

    Attributes:
        paths: file of each source id and of the artwork.
        plugin_files: files that plug-ins need, by how they are written.
        look: of its documents.
    """

    manifest: LoadedManifest
    project: ResolvedProject
    paths: Mapping[str, Path]
    plugin_files: Mapping[str, PluginFile] = field(default_factory=dict)
    look: Look = PLAIN

    @property
    def folder(self) -> Path:
        """Folder of the manifest."""
        return self.manifest.folder

    @property
    def places(self) -> Mapping[str, str]:
        """``project.yaml:13:3`` of each track (by key) and target (``targets/<name>``), for findings on a terminal.

        Never in the record: a comment more in the manifest must not change a build.
        """
        written = self.manifest.project
        found = {f"targets/{name}": self.manifest.where("targets", name) for name in written.targets}
        for i, track in enumerate(written.tracks):
            found[track.id] = self.manifest.where("tracks", i)
            found |= {f"{track.id}@{n}": self.manifest.where("tracks", i, "versions", n) for n in track.versions}
        return found


@dataclass(frozen=True, slots=True)
class PlannedProject:
    """A project with its plan."""

    opened: OpenProject
    book: Book
    plans: tuple[TargetPlan, ...]


def open_project(path: str | Path, source_roots: Sequence[Path] = ()) -> OpenProject:
    """Load, probe and resolve; touches no audio beyond headers, but for noise prints and what ``match_eq`` compares.

    Raises:
        ManifestError: with every problem of the manifest.
        SourceError: with every source that cannot be trusted.
        MissingProgram: with every plug-in that is not installed.
    """
    path = Path(path)
    manifest = load_manifest(path)
    paths = _checked_paths(manifest, source_roots)
    with telling_references(manifest):
        sources = probe_sources({source: paths[source] for source in source_ids(manifest)})
        plugin_files = find_plugins(manifest, source_roots)
        project = resolve(manifest, sources)
        look = load_look(manifest)
        refuse_discs(manifest, project)
        refuse_silent_prints(manifest, project, paths)
        refuse_silent_matches(manifest, project, paths)
    return OpenProject(manifest, project, paths, plugin_files, look)


def _checked_paths(manifest: LoadedManifest, source_roots: Sequence[Path]) -> Mapping[str, Path]:
    """Files of sources and artwork, when these and the waivers can be used.

    Raises:
        ManifestError: with every problem of paths, pictures and waivers together.
    """
    problems = [*waiver_problems(manifest), *profile_problems(manifest)]
    try:
        paths = check_paths(manifest, source_roots)
    except ManifestError as exc:
        raise ManifestError(exc.heading, problems=[*exc.problems, *problems]) from exc
    problems += artwork_problems(manifest, paths)
    if problems:
        raise ManifestError("what the manifest names cannot be used", problems=problems)
    return paths


def probe_sources(paths: Mapping[str, Path]) -> dict[str, SourceInfo]:
    """Header facts of all sources; every bad one is told at once.

    Raises:
        SourceError: with a problem for each source that cannot be trusted.
    """
    from release.audio.probe import check_release_source, probe

    problems: list[Problem] = []
    infos: dict[str, SourceInfo] = {}

    def probed(item: tuple[str, Path]) -> tuple[str, SourceInfo | None, tuple[Problem, ...]]:
        source, path = item
        try:
            info = probe(path, source)
            check_release_source(info, source)
        except SourceError as exc:
            return source, None, exc.problems
        return source, info, ()

    with ThreadPoolExecutor(max_workers=4) as pool:
        for source, info, found in pool.map(probed, paths.items()):
            problems += found
            if info is not None:
                infos[source] = info
    if problems:
        raise SourceError("sources that cannot be used", problems=problems)
    return infos


def plan_opened(opened: OpenProject, targets: Sequence[str] = (), jobs: int | None = None) -> PlannedProject:
    """The steps of the wanted targets, in the order of the manifest.

    Args:
        opened: the project.
        targets: names; empty for all. A target that ``level: {as: …}`` names is planned too, but not delivered.
        jobs: workers.

    Raises:
        UsageError: for a name that the manifest does not have.
    """
    known = {t.name: t for t in opened.project.targets}
    for name in targets:
        if name not in known:
            raise UsageError(f"there is no target {name!r}", remedy=f"the manifest has {', '.join(known)}")
    book = Book(opened.project, opened.paths, jobs or default_jobs(), opened.plugin_files)
    wanted = [t for t in opened.project.targets if not targets or t.name in targets]
    plans: dict[str, TargetPlan] = {}

    def planned(name: str) -> TargetPlan:
        if name not in plans:
            target = known[name]
            if target.level.like:
                planned(target.level.like)
            plans[name] = plan_target(book, target, {n: p.audio for n, p in plans.items()})
        return plans[name]

    compared = compared_target(opened.project.targets)

    def whole(target: ResolvedTarget) -> TargetPlan:
        plan = planned(target.name)
        return replace(plan, tones=plan_tones(book, target, plan.audio)) if target is compared else plan

    return PlannedProject(opened, book, tuple(whole(t) for t in wanted))


def default_jobs() -> int:
    """As many workers as this process may use processors."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
