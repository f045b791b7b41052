"""``release report``: the report again, from the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from release.errors import UsageError
from release.operations.approval_states import approval_states, required_states
from release.operations.build import DEFAULT_OUTPUT
from release.operations.judging import document_date
from release.operations.look import named_templates
from release.operations.measured import curves_of
from release.operations.plugins import require_trust
from release.operations.project import open_project, plan_opened
from release.operations.review import ReviewWish, write_review_page
from release.operations.sheets import with_sheets
from release.operations.short import write_short
from release.pipeline.cache import Cache
from release.pipeline.guarded import is_plain_file
from release.pipeline.plan import preview
from release.pipeline.publish import recover_output, refuse_linked_output
from release.record import RECORD_NAME, REPORT_FOLDER, Record, record_digest, record_fault
from release.report.approval_view import required_roles
from release.report.brief_plant import CARRIERS
from release.report.build_report import write_reports


def report_project(
    path: Path,
    *,
    output: Path | None = None,
    source_roots: Sequence[Path] = (),
    review: ReviewWish | None = None,
    short: Sequence[str] = (),
    trust_templates: bool = False,
) -> Sequence[Path]:
    """Write the report of the build in place again; pictures come from measurements that are still stored.

    Args:
        path: the manifest.
        output: the build folder; default ``build/`` beside the manifest.
        source_roots: further folders that sources may lie in.
        review: write the review page as well; it reads the deliverables.
        short: short versions to write besides those that the manifest names: ``client``, ``label``, ``plant``.
        trust_templates: use templates of the project that nobody has trusted, this time.

    Raises:
        UsageError: when there is no build, a folder of it is a link, its record cannot be read, or a plant's version is asked of a release without discs, sides or tapes.
        ManifestError: also for templates that are not trusted.
        VerificationError: for a review, when a deliverable is not what the record says.
    """
    opened = open_project(path, source_roots)
    if not trust_templates:
        require_trust(named_templates(opened.manifest, opened.look))
    folder = output or opened.folder / DEFAULT_OUTPUT
    refuse_linked_output(folder)
    recover_output(folder)
    record = folder / RECORD_NAME
    if not is_plain_file(record):
        raise UsageError("there is no build to report on", where=str(folder), remedy="run release build first")
    data = record.read_bytes()
    try:
        Record.model_validate_json(data)
    except ValueError as exc:
        text = f"the record of the build cannot be read: {record_fault(exc)}"
        raise UsageError(text, where=str(record), remedy="build again") from exc
    planned = with_sheets(plan_opened(opened))
    facts = _stored_facts(planned.book.steps, [t.measure for p in planned.plans for t in p.audio.tracks])
    plans = [p for p in planned.plans if all(t.measure in facts for t in p.audio.tracks)]
    curves = curves_of(plans, facts)
    told, identity = json.loads(data), record_digest(data)
    if "plant" in short and not any(t["kind"] in CARRIERS for t in told["targets"].values()):
        raise UsageError(
            "the release has no disc, record or tape",
            remedy="leave the plant's version out, or add a cd, vinyl or cassette",
        )
    result = write_reports(
        told,
        curves,
        folder / REPORT_FOLDER,
        identity=identity,
        document_date=document_date(opened.project),
        roles=required_roles(required_states(opened.manifest)),
        look=opened.look,
    )
    required = approval_states(path, opened.manifest, folder)
    papers = write_short(opened, told, identity, curves, folder, short, required=required)
    written = (*result.paths, *papers.paths)
    if review is None:
        return written
    return (*written, write_review_page(planned, folder, curves, review, required))


def _stored_facts(steps: Sequence[Any], goals: Sequence[str]) -> dict[str, Any]:
    cache = Cache()
    facts = {}
    for planned in preview(steps, goals, cache):
        entry = cache.lookup(planned.key) if planned.key else None
        if entry is not None:
            facts[planned.step.id] = entry.fact
    return facts
