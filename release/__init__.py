"""One written project in, a whole album release out, and proof that every format is the same approved audio.

The operations of the command line are a typed library: ``from release import load_project, plan, build, check``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "approve",
    "build",
    "check",
    "diff",
    "load_project",
    "measure",
    "plan",
    "ship",
    "status",
    "verify",
]

if TYPE_CHECKING:
    from release.operations.approve import approve_project as approve
    from release.operations.build import build_project as build
    from release.operations.check import check_project as check
    from release.operations.diff import diff_builds as diff
    from release.operations.measure import measure_files as measure
    from release.operations.plan import plan_project as plan
    from release.operations.project import open_project as load_project
    from release.operations.ship import ship_project as ship
    from release.operations.status import status_project as status
    from release.operations.verify import verify_path as verify

_LAZY = {
    "approve": ("release.operations.approve", "approve_project"),
    "build": ("release.operations.build", "build_project"),
    "check": ("release.operations.check", "check_project"),
    "diff": ("release.operations.diff", "diff_builds"),
    "load_project": ("release.operations.project", "open_project"),
    "measure": ("release.operations.measure", "measure_files"),
    "plan": ("release.operations.plan", "plan_project"),
    "ship": ("release.operations.ship", "ship_project"),
    "status": ("release.operations.status", "status_project"),
    "verify": ("release.operations.verify", "verify_path"),
}


def __getattr__(name: str) -> Any:
    """Import an operation when it is first asked for: ``release --help`` must not pay for numpy."""
    if name not in _LAZY:
        raise AttributeError(f"module 'release' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _LAZY[name]
    return getattr(import_module(module), attribute)
