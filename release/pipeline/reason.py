"""Why a step runs: data first, words second."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from release.pipeline.keys import KeyParts
from release.pipeline.step import SourceRef, Step, StepRef

Code = Literal[
    "first-run", "stage", "version", "param", "input", "library", "missing", "damaged", "depends", "consumer"
]
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause for a step to run.

    Attributes:
        code: ``first-run`` never seen in this project, ``stage``/``version``/``param``/``input``/``library`` that component changed, ``missing`` the
            result is no longer stored, ``damaged`` it does not match its checksum, ``depends`` the key is behind a step that has to run first,
            ``consumer`` a step that runs reads its files.
        subject: the parameter, role, library or step.
        was: the former value, as text; empty when there was none.
        now: the present value, as text.
    """

    code: Code
    subject: str = ""
    was: str = ""
    now: str = ""

    def __str__(self) -> str:
        match self.code:
            case "first-run":
                return "first run"
            case "stage":
                return f"made by another stage now: {self.was} -> {self.now}"
            case "version":
                return f"the stage {self.subject} is newer: version {self.was} -> {self.now}"
            case "param":
                return f"{self.subject} changed: {self.was or 'not set'} -> {self.now or 'not set'}"
            case "input":
                return f"{self.subject} changed"
            case "library":
                return f"library {self.subject} changed: {self.was or 'none'} -> {self.now or 'none'}"
            case "missing":
                return "result no longer stored"
            case "damaged":
                return "stored result does not match its checksum"
            case "depends":
                return f"depends on {self.subject}"
            case "consumer":
                return f"read by {self.subject}"

    def to_json(self) -> dict[str, str]:
        """For ``--json``."""
        return {"code": self.code, "subject": self.subject, "was": self.was, "now": self.now, "text": str(self)}


def compare(step: Step, before: KeyParts | None, now: KeyParts) -> tuple[Reason, ...]:
    """What changed since the last run that makes the key another one; ``missing`` when nothing did."""
    if before is None:
        return (Reason("first-run"),)
    if before.stage != now.stage:
        return (Reason("stage", step.id, before.stage, now.stage),)
    reasons: list[Reason] = []
    if before.version != now.version:
        reasons.append(Reason("version", now.stage, str(before.version), str(now.version)))
    reasons += [Reason("param", *change) for change in _changes("", before.params, now.params)]
    for role in sorted(before.inputs.keys() | now.inputs.keys()):
        if before.inputs.get(role) != now.inputs.get(role):
            reasons.append(Reason("input", describe_input(step, role)))
    for name in sorted(before.libraries.keys() | now.libraries.keys()):
        was, is_now = before.libraries.get(name, ""), now.libraries.get(name, "")
        if was != is_now:
            reasons.append(Reason("library", name, was, is_now))
    return tuple(reasons) or (Reason("missing"),)


def describe_input(step: Step, role: str) -> str:
    """What an input of a step is, for people: the file, the step and its part, or the role alone."""
    match step.inputs.get(role):
        case SourceRef(path):
            return f"source {path.name}"
        case StepRef(step_id, None):
            return step_id
        case StepRef(step_id, part):
            return f"{step_id} ({part})"
        case _:
            return role


def _changes(path: str, was: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    """Paths at which two JSON values differ, with both values as text."""
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in sorted(was.keys() | now.keys()):
            below = f"{path}.{name}" if path else name
            if name not in was:
                yield below, "", _text(now[name])
            elif name not in now:
                yield below, _text(was[name]), ""
            else:
                yield from _changes(below, was[name], now[name])
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for n, (left, right) in enumerate(zip(was, now, strict=True)):
            yield from _changes(f"{path}[{n}]", left, right)
    elif was != now or type(was) is not type(now):
        yield path, _text(was), _text(now)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
