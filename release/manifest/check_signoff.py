"""Checks of the sign-off: targets that exist, roles that somebody holds."""

from __future__ import annotations

from release.manifest.fields import did_you_mean
from release.manifest.likeness import mixed_scripts
from release.manifest.scope import Scope
from release.manifest.yaml_tree import Loc


def check(scope: Scope) -> None:
    """Look at required approvals and the people who may give them."""
    _check_people(scope)
    _check_required(scope)


def _check_people(scope: Scope) -> None:
    first: dict[str, int] = {}
    for i, person in enumerate(scope.project.signoff.people):
        if person.name in first:
            scope.add(
                ("signoff", "people", i, "name"),
                f"'{person.name}' stands here twice",
                "write one entry with all roles",
                "duplicate-person",
            )
        first.setdefault(person.name, i)
        odd = mixed_scripts(person.name)
        if odd:
            loc: Loc = ("signoff", "people", i, "name")
            scope.add(loc, odd, "write the name in letters of one script", "mixed-scripts")
        if not person.roles:
            scope.add(("signoff", "people", i), f"'{person.name}' has no role", "write roles: [artist]", "missing")


def _check_required(scope: Scope) -> None:
    signoff = scope.project.signoff
    held = sorted({role for person in signoff.people for role in person.roles})
    targets = scope.data.get("targets") if isinstance(scope.data, dict) else None
    names = tuple(targets) if isinstance(targets, dict) else ()
    for i, required in enumerate(signoff.required):
        loc: Loc = ("signoff", "required", i)
        if held and required.role not in held:
            scope.add(
                (*loc, "role"),
                f"nobody in people holds the role '{required.role}'",
                did_you_mean(required.role, held),
                "unknown-role",
            )
        for n, name in enumerate(required.targets):
            if name not in names:
                scope.add(
                    (*loc, "targets", n), f"there is no target '{name}'", scope.guess(name, names), "unknown-target"
                )
        if required.role in required.other_than:
            scope.add(
                (*loc, "other_than"),
                f"the role '{required.role}' cannot be other than itself",
                "name the role that the person must not hold",
                "conflict",
            )
