"""Why an approval is stale: what changed between two builds within its scope, in sentences; pure."""

from __future__ import annotations

import re

from release.comparison.difference import BuildDifference, Change, TargetDifference
from release.signoff.statement import Scope

MOST_REASONS = 20
"""Nobody reads more; `release diff` tells all."""


def reasons_between(difference: BuildDifference, scope: Scope) -> tuple[str, ...]:
    """What changed that can have touched a scope; the nearest cause first."""
    found = [_words(c) for c in difference.changes if c.area != "tool"]
    for target in difference.targets:
        if scope.target in (None, target.name):
            found += _target_reasons(target, scope)
    found += [_words(c) for c in difference.changes if c.area == "tool"]
    if not found:
        found = ["the record knows no cause: order, times, texts, codes and levels are as they were, the files are not"]
    if len(found) > MOST_REASONS:
        found = [*found[:MOST_REASONS], f"and {len(found) - MOST_REASONS} more: release diff tells all"]
    return tuple(found)


def _target_reasons(target: TargetDifference, scope: Scope) -> list[str]:
    if target.state == "removed":
        return [f"target {target.name} is gone"]
    if target.state == "added":
        return [f"target {target.name} is new"]
    changes = [c for c in target.changes if scope.track is None or scope.track in re.split(r" / |, ", c.subject)]
    return [*(f"{target.name}: {_words(c)}" for c in changes), *_parts_that_came_or_went(target, scope)]


def _parts_that_came_or_went(target: TargetDifference, scope: Scope) -> list[str]:
    """Parts of a disc that a record knows by their file alone."""
    words = {"add": "is written now", "delete": "is no longer written"}
    return [
        f"{target.name}: CD-TEXT {words[file.action]}"
        for file in target.files
        if scope.track is None and file.action in words and file.path.rpartition("/")[2] == "CDTEXT.BIN"
    ]


def _words(change: Change) -> str:
    if change.area == "source":
        return f"the source {change.subject} has another content"
    return str(change)
