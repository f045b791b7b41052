"""Collecting what is wrong with a manifest: places in it, words for them, order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from release.errors import Problem
from release.manifest.yaml_tree import Loc, Position, Tree

MOST_FAULTS = 500
"""Faults that are told: more is a wreck, or an attack."""
_LONGEST = 500
"""Characters of a message: a title of a thousand is still told from others by its ends."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, at a path of the manifest.

    Attributes:
        loc: keys and list positions from the root.
        at_key: True when the key is what is wrong, not its value.
    """

    loc: Loc
    problem: str
    remedy: str = ""
    code: str = "error"
    at_key: bool = False


class Faults:
    """A growing list of faults with a short way to add one."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, loc: Loc, problem: str, remedy: str = "", code: str = "error", *, at_key: bool = False) -> None:
        """Note a fault."""
        self.found.append(Fault(loc, problem, remedy, code, at_key))


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand in the file.

    Attributes:
        name: file name as messages show it.
    """

    name: str
    data: Tree
    values: Mapping[Loc, Position]
    keys: Mapping[Loc, Position]

    def position(self, loc: Loc, *, at_key: bool = False) -> Position:
        """Line and column of a path, or of the nearest thing around it that stands in the file."""
        first = self.keys if at_key else self.values
        for end in range(len(loc), -1, -1):
            part = loc[:end]
            position = first.get(part) or self.values.get(part)
            if position:
                return position
        return 1, 1

    def where(self, loc: Loc, *, at_key: bool = False) -> str:
        """``project.yaml:13:11`` of a path."""
        line, column = self.position(loc, at_key=at_key)
        return f"{self.name}:{line}:{column}"

    def label(self, loc: Loc) -> str:
        """A path in words: ``tracks[tide].isrc``; tracks are called by their id."""
        words, here = "", self.data
        for part in loc:
            if isinstance(here, str):  # a shorthand: what stands there has no keys
                break
            here = _child(here, part)
            if isinstance(part, int):
                name = here.get("id") if isinstance(here, Mapping) else None
                words += f"[{name or part + 1}]"
            else:
                words += f".{part}" if words else part
        return words

    def problems(self, faults: Iterable[Fault]) -> list[tuple[Position, Problem]]:
        """Faults as problems with their positions, each once."""
        made: dict[Problem, Position] = {}
        for fault in faults:
            label = self.label(fault.loc)
            text = f"{label}: {fault.problem}" if label else fault.problem
            where = self.where(fault.loc, at_key=fault.at_key)
            problem = Problem(where, printable(text), printable(fault.remedy), fault.code)
            made.setdefault(problem, self.position(fault.loc, at_key=fault.at_key))
        return [(position, problem) for problem, position in made.items()]


def printable(text: str) -> str:
    """Text from a stranger, safe to print: no control or direction characters, cut where it is long."""
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} … {text[-_LONGEST // 2 :]}"
    # The two-byte space of Japanese texts is harmless, and part of what is proposed for CD-TEXT.
    return "".join(c if c.isprintable() or c == "\u3000" else c.encode("unicode_escape").decode() for c in shown)


def _child(tree: Tree, part: str | int) -> Tree:
    if isinstance(tree, Mapping) and isinstance(part, str):
        return tree.get(part)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return None


def subtree(tree: Tree, loc: Loc) -> Tree:
    """The data at a path, or None."""
    for part in loc:
        tree = _child(tree, part)
    return tree
