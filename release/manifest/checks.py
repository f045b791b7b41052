"""What no single field can tell: ids that lead nowhere, keys that contradict each other, codes given twice.

Checks add faults to the scope; none of them raises.
"""

from __future__ import annotations

from release.manifest import check_levels, check_signoff, check_targets, check_tracks
from release.manifest.scope import Scope


def check_project(scope: Scope) -> None:
    """Run every check over what could be read."""
    check_tracks.check(scope)
    check_targets.check(scope)
    check_levels.check(scope)
    check_signoff.check(scope)
