"""Named profiles: what a plant, a service or a label asks beyond the house's limits, as dated data with its source.

Those that ship are in ``data/profiles.json``; a project may bring its own in a file of the same form. A profile moves
limits of checks, for some kinds of target or for all, and may ask for approvals. Later ones are laid over earlier ones,
and the project's own limits over all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release.qc.profiles import Limits, default_limits, load_data

KINDS = ("plant", "service", "label")
TARGET_KINDS = ("streaming", "download", "cd", "vinyl", "cassette")
KEYS = ("title", "kind", "for", "as_of", "source", "limits", "approvals")
LISTENING = ("none", "spots", "start-to-end")


class ProfileError(ValueError):
    """A profile that is none; says what is wrong in it."""


@dataclass(frozen=True, slots=True)
class ProfileApproval:
    """An approval that a profile asks for; as ``signoff.required`` has it."""

    role: str
    listening: str = "none"
    other_than: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What somebody asks.

    Attributes:
        kind: ``plant``, ``service`` or ``label``.
        targets: kinds of target that it speaks of; empty for everything, sources included.
        as_of: when it was looked up.
        source: where it comes from.
        limits: check id to name to value, in place of the house's.
        approvals: without which its targets do not ship.
    """

    name: str
    title: str
    kind: str
    targets: tuple[str, ...]
    as_of: str
    source: str
    limits: Mapping[str, Mapping[str, float]]
    approvals: tuple[ProfileApproval, ...]

    def speaks_of(self, target_kind: str | None) -> bool:
        """True for a kind of target; None stands for what is true whatever the target."""
        return not self.targets or target_kind in self.targets


def profile_names() -> tuple[str, ...]:
    """Profiles that ship with the program."""
    return tuple(load_data("profiles"))


def named_profile(name: str) -> Profile:
    """A profile that ships with the program.

    Raises:
        KeyError: there is none of that name.
    """
    return profile_of(name, load_data("profiles")[name])


def parse_profile(name: str, text: str) -> Profile:
    """A project's own profile.

    Raises:
        ProfileError: with what is wrong in it.
    """
    try:
        entry = json.loads(text)
    except ValueError as exc:
        raise ProfileError(f"it is not JSON: {exc}") from exc
    return profile_of(name, entry)


def profile_of(name: str, entry: Any) -> Profile:
    """A profile from its data.

    Raises:
        ProfileError: with the first thing that is wrong.
    """
    if not isinstance(entry, dict):
        raise ProfileError("it is not an object with the keys of a profile")
    if unknown := sorted(set(entry) - set(KEYS)):
        raise ProfileError(f"it has no key {unknown[0]!r}; it has {', '.join(KEYS)}")
    for key in ("title", "as_of", "source"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise ProfileError(f"{key} is missing: a rule without date and source cannot be judged")
    if entry.get("kind") not in KINDS:
        raise ProfileError(f"kind is one of {', '.join(KINDS)}")
    targets = entry.get("for", [])
    if not isinstance(targets, list) or any(t not in TARGET_KINDS for t in targets):
        raise ProfileError(f"for is a list of {', '.join(TARGET_KINDS)}")
    return Profile(
        name=name,
        title=entry["title"],
        kind=entry["kind"],
        targets=tuple(targets),
        as_of=entry["as_of"],
        source=entry["source"],
        limits=_limits(entry.get("limits", {})),
        approvals=_approvals(entry.get("approvals", [])),
    )


def _limits(written: Any) -> dict[str, dict[str, float]]:
    if not isinstance(written, dict):
        raise ProfileError("limits is an object: check to name to value")
    found: dict[str, dict[str, float]] = {}
    for check, values in written.items():
        if not isinstance(values, dict):
            raise ProfileError(f"limits of {check} are an object: name to value")
        for name, value in values.items():
            if problem := limit_problem(check, name):
                raise ProfileError(problem)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ProfileError(f"{name} of {check} is not a number")
            found.setdefault(check, {})[name] = float(value)
    return found


def _approvals(written: Any) -> tuple[ProfileApproval, ...]:
    if not isinstance(written, list):
        raise ProfileError("approvals is a list")
    found = []
    for item in written:
        is_whole = isinstance(item, dict) and set(item) <= {"role", "listening", "other_than"} and item.get("role")
        others = item.get("other_than", []) if is_whole else []
        if not is_whole or not isinstance(others, list) or item.get("listening", "none") not in LISTENING:
            raise ProfileError(f"an approval has a role, listening ({', '.join(LISTENING)}) and a list other_than")
        found.append(ProfileApproval(str(item["role"]), item.get("listening", "none"), tuple(map(str, others))))
    return tuple(found)


def limit_problem(check: str, name: str) -> str:
    """What is wrong with a limit's name; empty when there is such a limit."""
    known = default_limits().values.get(check)
    if known is None:
        return f"the check {check} has no limits, or does not exist"
    return "" if name in known else f"{check} has no limit {name!r}; it has {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class ProjectLimits:
    """What a project's findings are held against.

    Attributes:
        profiles: in order.
        own: the project's own limits, laid over them.
    """

    profiles: Sequence[Profile] = ()
    own: Iterable[tuple[str, str, float]] = ()

    def of_kind(self, target_kind: str | None) -> Limits:
        """Limits for a kind of target, or for what is true whatever the target."""
        merged = {check: dict(values) for check, values in default_limits().values.items()}
        for profile in self.profiles:
            if profile.speaks_of(target_kind):
                for check, values in profile.limits.items():
                    merged[check].update(values)
        for check, name, value in self.own:
            merged[check][name] = value
        return Limits(merged)


def profiles_table() -> list[dict[str, Any]]:
    """One row a profile for ``release checks``."""
    return [
        {
            "name": item.name,
            "title": item.title,
            "kind": item.kind,
            "targets": list(item.targets),
            "as_of": item.as_of,
            "source": item.source,
            "limits": [
                {"check": c, "name": n, "value": v, "house": default_limits().get(c, n)}
                for c, values in item.limits.items()
                for n, v in values.items()
            ],
            "approvals": [
                {"role": a.role, "listening": a.listening, "other_than": list(a.other_than)} for a in item.approvals
            ],
        }
        for item in map(named_profile, profile_names())
    ]
