"""Use cases: what a command does, as functions of a typed library.

project   manifest and headers to a plan        build    everything, published
check     manifest, metadata, sources           verify   a delivery read again from scratch
plan      what a build would do                 report   the report again, from the record
measure   any audio                             scaffold a manifest for a folder of audio
approve   a person's word, signed               status   what is approved, stale and open
ship      what is approved, packed and sealed   diff     what two builds differ in
import_sources  a project of a DDP set, a CUE sheet or a TOC
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from release.operations.approve import approve_project
    from release.operations.audition import audition_project
    from release.operations.build import build_project
    from release.operations.check import check_project
    from release.operations.cohesion import cohesion_project
    from release.operations.diff import diff_builds
    from release.operations.import_sources import import_against, import_cue, import_ddp, import_toc
    from release.operations.measure import measure_files
    from release.operations.plan import explain_step, plan_project
    from release.operations.report import report_project
    from release.operations.scaffold import scaffold_folder
    from release.operations.ship import ship_project
    from release.operations.status import status_project
    from release.operations.verify import verify_path

__all__ = [
    "approve_project",
    "audition_project",
    "build_project",
    "check_project",
    "cohesion_project",
    "diff_builds",
    "explain_step",
    "import_against",
    "import_cue",
    "import_ddp",
    "import_toc",
    "measure_files",
    "plan_project",
    "report_project",
    "scaffold_folder",
    "ship_project",
    "status_project",
    "verify_path",
]

_MODULES = {
    "approve_project": "approve",
    "audition_project": "audition",
    "build_project": "build",
    "check_project": "check",
    "cohesion_project": "cohesion",
    "diff_builds": "diff",
    "explain_step": "plan",
    "import_against": "import_sources",
    "import_cue": "import_sources",
    "import_ddp": "import_sources",
    "import_toc": "import_sources",
    "measure_files": "measure",
    "plan_project": "plan",
    "report_project": "report",
    "scaffold_folder": "scaffold",
    "ship_project": "ship",
    "status_project": "status",
    "verify_path": "verify",
}


def __getattr__(name: str) -> Any:
    """Import a use case when it is asked for, so that each command pays only for its own libraries."""
    if name not in _MODULES:
        raise AttributeError(f"module 'release.operations' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"release.operations.{_MODULES[name]}"), name)
