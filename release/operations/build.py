"""``release build``: everything from the manifest to the published folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.model.finding import Finding, Status
from release.operations.approval_states import required_states
from release.operations.cohesion import cohesion_record
from release.operations.judging import document_date, project_contexts, source_facts, target_contexts
from release.operations.keys import target_key
from release.operations.look import named_templates
from release.operations.measured import curves_of
from release.operations.plugin_check import ask_plugins
from release.operations.plugins import named_plugins, require_trust
from release.operations.profiles import limited
from release.operations.project import OpenProject, PlannedProject, open_project, plan_opened
from release.operations.recording import make_record, target_record
from release.operations.sheets import missing_texts, with_sheets
from release.operations.short import write_short
from release.operations.sources import read_sources
from release.operations.staging import stage_target
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.lock import PROJECT_FOLDER, hold_project
from release.pipeline.publish import Workspace, open_workspace, publish
from release.pipeline.run import RunResult, run_plan
from release.pipeline.sources import SourceDigests
from release.pipeline.step import SourceRef
from release.qc.contexts import DocumentContext, TargetContext, WaiverContext
from release.qc.registry import CHECKS
from release.qc.runner import run_checks
from release.record import RECORD_NAME, REPORT_FOLDER, Record, TargetRecord, record_digest, record_to_json
from release.report.approval_view import required_roles
from release.report.build_report import write_reports
from release.targets.plan import TargetPlan

OnEvent = Callable[[Event], None]
DEFAULT_OUTPUT = "build"


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build left.

    Attributes:
        record: ``release.json`` as a dictionary.
        output: the build folder.
        status: ``passed`` or ``failed``.
        identity: SHA-256 of ``release.json``.
        ran: steps that ran, by id.
        n_steps: steps that were needed.
        places: the manifest's lines, as ``OpenProject`` gives them.
    """

    record: dict[str, Any]
    output: Path
    status: str
    findings: tuple[Finding, ...]
    identity: str
    ran: tuple[str, ...]
    n_steps: int
    places: Mapping[str, str]


def build_project(
    path: str | Path,
    *,
    targets: Sequence[str] = (),
    output: Path | None = None,
    jobs: int | None = None,
    source_roots: Sequence[Path] = (),
    trust_plugins: bool = False,
    on_event: OnEvent | None = None,
) -> BuildResult:
    """Build a release.

    Args:
        path: the manifest, or its folder.
        targets: names of targets to build; the others stay as they are. Empty for all.
        output: the build folder; default ``build/`` beside the manifest.
        jobs: workers; default: processors.
        source_roots: further folders that sources may lie in.
        trust_plugins: load plug-ins and templates that nobody has trusted, in this build.
        on_event: told of progress, in this thread.

    Raises:
        ReleaseError: the last good build is then untouched.
    """
    path = Path(path)
    tell = on_event or _silent
    tell(Event("phase", title="check the manifest"))
    opened = open_project(path, source_roots)
    if not trust_plugins:
        code = named_plugins(opened.manifest, opened.plugin_files)
        require_trust((*code, *named_templates(opened.manifest, opened.look)))
    planned = with_sheets(plan_opened(opened, targets, jobs))
    everything = planned if not targets else with_sheets(plan_opened(opened, (), jobs))
    folder = output or opened.folder / DEFAULT_OUTPUT
    cache = Cache()
    with hold_project(opened.folder), open_workspace(folder, record_name=RECORD_NAME) as workspace:
        state = _state_file(opened)
        ask_plugins(planned, cache, workspace.scratch, on_event)
        tell(Event("phase", title="read all sources"))
        sources = read_sources(
            everything.book.steps,
            _source_steps(everything),
            manifest=opened.manifest,
            cache=cache,
            scratch_dir=workspace.scratch,
            jobs=planned.book.jobs,
            on_event=on_event,
        )
        tell(Event("phase", title="render, encode, read back"))
        goals = [g for plan in planned.plans for g in plan.goals]
        result = run_plan(
            planned.book.steps,
            [*_source_steps(planned), *goals],
            cache=cache,
            scratch_dir=workspace.scratch,
            jobs=planned.book.jobs,
            on_event=on_event,
            state_file=state,
        )
        facts = {**sources.facts, **result.facts}
        tell(Event("phase", title="judge, report, publish"))
        return _finish(planned, everything, result, facts, workspace, cache)


def _silent(_: Event) -> None:
    return


def _state_file(opened: OpenProject) -> Path | None:
    folder = opened.folder / PROJECT_FOLDER
    return folder / "steps.json" if folder.is_dir() else None


def _source_steps(planned: PlannedProject) -> list[str]:
    return [s.id for s in planned.book.steps if s.stage.name == "source"]


def _finish(
    planned: PlannedProject,
    everything: PlannedProject,
    result: RunResult,
    facts: Mapping[str, Any],
    workspace: Workspace,
    cache: Cache,
) -> BuildResult:
    opened = planned.opened
    before = previous_record(workspace.record)
    digests = _file_digests(everything, cache)
    findings, status = judge(planned.plans, opened, facts)
    kept = _kept_targets(everything, planned, before, digests)
    findings = _in_order((*findings, *_kept_findings(before, kept)), [p.target.name for p in everything.plans])
    targets: dict[str, TargetRecord] = {}
    for target in opened.project.targets:
        plan = next((p for p in planned.plans if p.target.name == target.name), None)
        if plan is None:
            if target.name in kept:
                targets[target.name] = kept[target.name]
            continue
        checksums = stage_target(plan, result.files, workspace.staging, planned.book.jobs)
        targets[target.name] = target_record(
            plan,
            facts,
            result.files,
            checksums,
            key=target_key(everything.book, plan, digests),
            has_failed=_has_failed(findings, target.name),
            cohesion=cohesion_record(opened, plan, facts),
        )
    record = make_record(opened, facts, targets, findings, status=status)
    data = record_to_json(record)
    (workspace.staging / RECORD_NAME).write_bytes(data)
    identity = record_digest(data)
    as_dict: dict[str, Any] = json.loads(data)
    curves = curves_of(planned.plans, facts)
    report = write_reports(
        as_dict,
        curves,
        workspace.staging / REPORT_FOLDER,
        identity=identity,
        document_date=document_date(opened.project),
        roles=required_roles(required_states(opened.manifest)),
        look=opened.look,
    )
    short = write_short(opened, as_dict, identity, curves, workspace.staging)
    built = [p.target.name for p in planned.plans]
    owned = owned_entries(workspace.record)
    gone = {n for n in owned if n not in targets and n not in (REPORT_FOLDER, RECORD_NAME)}
    publish(workspace, [*built, REPORT_FOLDER], remove=gone, owned=owned)
    return BuildResult(
        as_dict,
        workspace.output,
        status,
        (*findings, *report.findings, *short.findings),
        identity,
        result.ran,
        len(result.outcomes),
        opened.places,
    )


def judge(
    plans: Sequence[TargetPlan], opened: OpenProject, facts: Mapping[str, Any]
) -> tuple[tuple[Finding, ...], str]:
    """All findings of a build and its verdict."""
    scanned = source_facts(opened, facts)
    contexts = project_contexts(opened, scanned)
    for plan in plans:
        contexts += target_contexts(plan, facts, scanned, opened.project)
    for plan in plans:
        missing = missing_texts([plan], facts)
        contexts += [DocumentContext(path, texts, plan.target.name) for path, texts in missing.items()]
    kinds = {plan.target.name: plan.target.kind for plan in plans} | {t.name: t.kind for t in opened.project.targets}
    contexts = limited(contexts, opened.manifest, kinds)
    qc = run_checks(contexts, opened.project.waivers, as_of=document_date(opened.project))
    return qc.findings, "failed" if qc.status.rank >= Status.FAIL.rank else "passed"


def _has_failed(findings: Sequence[Finding], target: str) -> bool:
    return any(f.status.rank >= Status.FAIL.rank and f.waived is None and f.target in (None, target) for f in findings)


def _file_digests(planned: PlannedProject, cache: Cache) -> dict[str, str]:
    digests = SourceDigests(cache.root / "sources")
    paths = {i.path for s in planned.book.steps for i in s.inputs.values() if isinstance(i, SourceRef)}
    return {str(path): digests.digest(path) for path in sorted(paths)}


def previous_record(data: Any) -> Record | None:
    """The record in place, when it is one of this version."""
    if data is None:
        return None
    try:
        return Record.model_validate(data)
    except ValueError:
        return None


def owned_entries(data: Any) -> set[str]:
    """Top-level names that the build in place made."""
    if not isinstance(data, dict):
        return set()
    names = data.get("targets")
    return {REPORT_FOLDER, RECORD_NAME, *(names if isinstance(names, dict) else {})}


def _kept_targets(
    everything: PlannedProject, planned: PlannedProject, before: Record | None, digests: Mapping[str, str]
) -> dict[str, TargetRecord]:
    """Targets that this build leaves as they are; ``stale`` where what decides their bytes has changed."""
    built = {p.target.name for p in planned.plans}
    kept = {}
    for plan in everything.plans:
        name = plan.target.name
        if name in built or before is None or name not in before.targets:
            continue
        record = before.targets[name]
        current = target_key(everything.book, plan, digests)
        kept[name] = record if record.key == current else record.model_copy(update={"status": "stale"})
    return kept


def _in_order(findings: Sequence[Finding], targets: Sequence[str]) -> tuple[Finding, ...]:
    """Findings as a build of all targets has them, whichever of them were kept: those on delivered audio by target."""

    def rank(finding: Finding) -> tuple[int, int]:
        context = CHECKS[finding.check].context if finding.check in CHECKS else None
        kinds: dict[type | None, int] = {TargetContext: 1, DocumentContext: 2, WaiverContext: 3}
        kind = kinds.get(context, 0)
        return kind, targets.index(finding.target) if kind in (1, 2) and finding.target in targets else 0

    return tuple(sorted(findings, key=rank))


def _kept_findings(before: Record | None, kept: Mapping[str, TargetRecord]) -> list[Finding]:
    """Findings on delivered audio of targets that were not built again; what is judged from the manifest was judged anew."""
    if before is None:
        return []
    of_delivered = {name for name, item in CHECKS.items() if item.context in (TargetContext, DocumentContext)}
    return [
        Finding(**{**f.model_dump(), "status": Status(f.status)})
        for f in before.qc.findings
        if f.target in kept and f.check in of_delivered
    ]
