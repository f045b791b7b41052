"""Adds the papers to a plan: PQ sheets from what was read back, cut sheets and cassette sheets."""

from __future__ import annotations

from release.operations.project import PlannedProject


def with_sheets(planned: PlannedProject) -> PlannedProject:
    """The plan with its papers."""
    return planned
