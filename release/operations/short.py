"""The short versions of a build's report: for the client, the label and the plant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from release.model.target import VinylSpec
from release.operations.approval_states import required_states
from release.operations.judging import document_date
from release.operations.project import OpenProject
from release.record import REPORT_FOLDER
from release.report.approval_view import RoleState
from release.report.brief_parts import BriefSource
from release.report.build_brief import write_briefs
from release.report.build_report import ReportResult
from release.report.charts import Curves


def write_short(
    opened: OpenProject,
    record: Mapping[str, Any],
    identity: str,
    curves: Curves,
    folder: Path,
    readers: Sequence[str] = (),
    *,
    required: tuple[RoleState, ...] | None = None,
) -> ReportResult:
    """Write what the manifest's ``documents.short`` names, and what is asked for besides, into ``report/`` of a build folder.

    Args:
        opened: the project; names, credits and lines come from its manifest.
        record: ``release.json`` as a dictionary.
        identity: SHA-256 of its bytes.
        curves: what to draw.
        folder: of the build.
        readers: ``client``, ``label``, ``plant``.
        required: what has become of the approvals that are asked for; None where nobody can have approved yet.
    """
    wanted = dict.fromkeys((*opened.manifest.project.documents.short, *readers))
    if not wanted:
        return ReportResult((), ())
    return write_briefs(
        list(wanted),
        brief_source(opened, record, identity, required),
        curves,
        folder / REPORT_FOLDER,
        document_date=document_date(opened.project),
        look=opened.look,
    )


def brief_source(
    opened: OpenProject, record: Mapping[str, Any], identity: str, required: tuple[RoleState, ...] | None = None
) -> BriefSource:
    """The build, with what the manifest says beside it."""
    project, house = opened.project, opened.look
    engineers = dict.fromkeys(c.name for c in project.release.credits if "mastering" in c.role.lower())
    lines = (house.name, *house.contact) if house.contact else tuple(engineers)
    return BriefSource(
        record=record,
        identity=identity,
        release=project.release,
        tracks=project.tracks,
        editions={t.name: t.release for t in project.targets if t.release != project.release},
        is_current=record.get("project", {}).get("digest") == project.digest,
        required=required_states(opened.manifest) if required is None else required,
        contact=tuple(filter(None, lines)),
        matrix={
            (t.name, side): number
            for t in project.targets
            if isinstance(t.spec, VinylSpec)
            for side, number in t.spec.matrix
        },
    )
