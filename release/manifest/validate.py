"""Plain data to a Project, with every fault at once.

A value that cannot be read is cut out (or, where the model needs one, replaced by a stand-in) and the rest is validated
again, so that a wrong unit in one place doesn't hide a dangling id in another. The stand-ins never leave this module.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from release.manifest.checks import check_project
from release.manifest.fields import did_you_mean
from release.manifest.keys import keys, model_at, unknown_key_remedy
from release.manifest.problems import MOST_FAULTS, Fault, Faults, subtree
from release.manifest.scope import Scope
from release.manifest.targets import KINDS, Project
from release.manifest.yaml_tree import Loc, Tree

_ROUNDS = 20
_STAND_INS: Mapping[tuple[str, ...], Any] = {
    ("version",): "1",
    ("release",): {},
    ("release", "title"): "?",
    ("release", "artist"): "?",
    ("tracks", "*", "id"): "unreadable",
    ("tracks", "*", "source"): "?",
    ("targets",): {"streaming": {}},
}
_TYPE_WORDS = {
    "model_type": "a mapping", "model_attributes_type": "a mapping", "dict_type": "a mapping", "mapping_type": "a mapping",
    "tuple_type": "a list", "list_type": "a list",
}  # fmt: skip


def validate(data: Tree) -> tuple[Project | None, list[Fault]]:
    """The project and no fault, or every fault that can be found.

    Args:
        data: nested dicts, lists, texts and None, as :func:`~release.manifest.yaml_tree.parse_yaml` gives them.
    """
    if not isinstance(data, Mapping):
        return None, [Fault((), "the file is no mapping of keys", "start with `version: 1`", "wrong-type")]
    kinds = _kinds(data)
    faults: list[Fault] = []
    pruned: list[Loc] = []
    trial = copy.deepcopy(data)
    project: Project | None = None
    for round_number in range(_ROUNDS):
        try:
            project = Project.model_validate(trial)
            break
        except ValidationError as exc:
            errors = exc.errors(include_url=False)
        if len(errors) > MOST_FAULTS:  # a wreck: what can be read of it is not worth the time
            return None, [_fault(e, _loc(e["loc"]), kinds, data) for e in errors[:MOST_FAULTS]]
        locs = [_loc(error["loc"]) for error in errors]
        for error, loc in zip(errors, locs, strict=True):
            is_new = round_number == 0 or (error["type"] != "missing" and not _touches(loc, pruned))
            if is_new:
                faults.append(_fault(error, loc, kinds, data))
        was_cut = [_cut(trial, loc, is_missing=e["type"] == "missing") for e, loc in zip(errors, locs, strict=True)]
        if not any(was_cut):
            break
        pruned += locs
    if project is not None:
        cross = Faults()
        check_project(Scope(project, data, cross))
        faults += [fault for fault in cross.found if not _touches(fault.loc, pruned)]
    return (None if faults else project), faults


def _kinds(data: Mapping[str, Tree]) -> dict[str, str]:
    """Kind of every target, as far as written or inferable."""
    targets = data.get("targets")
    if not isinstance(targets, Mapping):
        return {}
    found = {}
    for name, entry in targets.items():
        written = entry.get("kind") if isinstance(entry, Mapping) else None
        found[name] = written if isinstance(written, str) else name
    return found


def _loc(raw: tuple[int | str, ...]) -> Loc:
    """Pydantic's path without the union's tag and without its mark of a mapping's key."""
    parts = tuple(part for part in raw if part != "[key]")
    if len(parts) >= 3 and parts[0] == "targets" and parts[2] in KINDS:
        parts = parts[:2] + parts[3:]
    return parts


def _touches(loc: Loc, pruned: list[Loc]) -> bool:
    """True when a path lies above or below one that was cut out: what is said there may be a mere consequence."""
    return any(loc[: len(other)] == other or other[: len(loc)] == loc for other in pruned if other)


def _fault(error: Any, loc: Loc, kinds: dict[str, str], data: Tree) -> Fault:
    """One of pydantic's errors in our words."""
    kind, context = error["type"], error.get("ctx", {})
    at_key = error["loc"][-1:] == ("[key]",)
    if kind == "manifest":
        return Fault(loc, context["problem"], context["remedy"], context["code"], at_key)
    if kind == "missing":
        return _missing(loc, data)
    if kind == "extra_forbidden":
        model = model_at(loc[:-1], kinds)
        target_kind = kinds.get(str(loc[1]), "") if len(loc) == 3 and loc[0] == "targets" else ""
        remedy = unknown_key_remedy(str(loc[-1]), model, target_kind)
        return Fault(loc, "there is no such key here", remedy, "unknown-key", at_key=True)
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _unknown_kind(loc, kinds)
    if kind in _TYPE_WORDS:
        return _wrong_type(loc, _TYPE_WORDS[kind], kinds, error["input"])
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        return Fault(
            loc,
            f"'{error['input']}' is not one of {', '.join(words)}",
            did_you_mean(str(error["input"]), words),
            "unknown-value",
        )
    return Fault(loc, error["msg"], "", "bad-value")


def _missing(loc: Loc, data: Tree) -> Fault:
    parent = subtree(data, loc[:-1])
    if isinstance(parent, Mapping) and loc[-1] in parent:
        return Fault(loc, "nothing is written behind this key", "write a value", "missing", at_key=True)
    return Fault(loc, "this key is missing", f"write {loc[-1]}:", "missing")


def _unknown_kind(loc: Loc, kinds: dict[str, str]) -> Fault:
    name = str(loc[1])
    kind = kinds.get(name, "")
    if kind != name:
        return Fault((*loc, "kind"), f"there is no kind of target '{kind}'", did_you_mean(kind, KINDS), "unknown-value")
    guess = did_you_mean(name, KINDS)
    remedy = (
        f"{guess} Else write kind: one of {', '.join(KINDS)}"
        if guess.startswith("did")
        else f"write kind: one of {', '.join(KINDS)}"
    )
    return Fault(loc, "this target does not say its kind, and its name is none", remedy, "missing-kind", at_key=True)


def _wrong_type(loc: Loc, wanted: str, kinds: dict[str, str], value: object) -> Fault:
    got = (
        "a mapping"
        if isinstance(value, Mapping)
        else "a list"
        if isinstance(value, list)
        else "nothing"
        if value is None
        else f"'{value}'"
    )
    remedy = "write it as a list: [a, b]" if wanted == "a list" else "write key: value"
    model = model_at(loc, kinds)
    if wanted == "a mapping" and model is not None:
        named = ", ".join(keys(model))
        remedy = f"write it with keys: {named}" if named else f"it takes no value: write {loc[-1]} alone"
    if wanted == "a list" and isinstance(value, str):
        remedy = f"write it in brackets: [{value}]"
    return Fault(loc, f"{wanted} is expected here, not {got}", remedy, "wrong-type")


def _cut(trial: Tree, loc: Loc, *, is_missing: bool) -> bool:
    """Take the value at a path (or what lacks it) out of the trial, or put a stand-in there; False when it can't."""
    while loc:
        pattern = tuple("*" if isinstance(part, int) else part for part in loc)
        parent = subtree(trial, loc[:-1])
        if isinstance(parent, dict) and pattern in _STAND_INS:
            stand_in = copy.deepcopy(_STAND_INS[pattern])
            parent[loc[-1]] = f"unreadable-{loc[1]}" if stand_in == "unreadable" else stand_in
            return True
        if isinstance(parent, dict) and loc[-1] in parent and not is_missing:
            del parent[loc[-1]]
            return True
        if isinstance(parent, list) and loc[0] == "tracks" and len(loc) == 2:
            parent[int(loc[1])] = {"id": f"unreadable-{loc[1]}", "source": "?", "title": "?"}
            return True
        loc, is_missing = loc[:-1], False
    return False
