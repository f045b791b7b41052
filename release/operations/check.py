"""``release check``: manifest, metadata, artwork and source audio; renders nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from release.model.finding import Finding, Status
from release.operations.judging import document_date, project_contexts, source_facts
from release.operations.look import named_templates
from release.operations.plugin_check import check_plugins
from release.operations.plugins import named_plugins
from release.operations.profiles import limited
from release.operations.project import default_jobs, open_project
from release.operations.sources import read_sources
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.qc.runner import run_checks
from release.targets.book import Book


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What reading a project found.

    Attributes:
        places: the manifest's lines, as ``OpenProject`` gives them.
        untrusted: plug-ins and templates, as they are written, that this user has to trust before a build.
    """

    title: str
    artist: str
    n_tracks: int
    targets: tuple[str, ...]
    status: str
    findings: tuple[Finding, ...]
    places: Mapping[str, str]
    untrusted: tuple[str, ...] = ()


def check_project(
    path: str | Path,
    *,
    source_roots: Sequence[Path] = (),
    trust_plugins: bool = False,
    on_event: Callable[[Event], None] | None = None,
) -> CheckResult:
    """Read everything that a build would start from, and judge it; plug-ins that are trusted are opened.

    Args:
        path: the manifest, or its folder.
        source_roots: further folders that sources may lie in.
        trust_plugins: open plug-ins that nobody has trusted, too.
        on_event: told of progress, in this thread.

    Raises:
        ManifestError: with every problem of the manifest.
        SourceError: with every source that cannot be used.
    """
    path = Path(path)
    opened = open_project(path, source_roots)
    plugins = named_plugins(opened.manifest, opened.plugin_files)
    code = (*plugins, *named_templates(opened.manifest, opened.look))
    untrusted = tuple(p.written for p in code if p.trust != "trusted")
    check_plugins(opened, [p.written for p in plugins if trust_plugins or p.trust == "trusted"])
    book = Book(opened.project, opened.paths, default_jobs())
    goals = [book.source(source) for source in opened.project.sources]
    with TemporaryDirectory(prefix="release-check-") as scratch:
        result = read_sources(
            book.steps,
            goals,
            manifest=opened.manifest,
            cache=Cache(),
            scratch_dir=Path(scratch),
            jobs=book.jobs,
            on_event=on_event,
        )
    contexts = project_contexts(opened, source_facts(opened, result.facts))
    contexts = limited(contexts, opened.manifest, {t.name: t.kind for t in opened.project.targets})
    qc = run_checks(contexts, opened.project.waivers, as_of=document_date(opened.project))
    project = opened.project
    return CheckResult(
        project.release.title,
        project.release.artist,
        len(project.programme.tracks),
        tuple(t.name for t in project.targets),
        "failed" if qc.status.rank >= Status.FAIL.rank else "passed",
        qc.findings,
        opened.places,
        untrusted,
    )
