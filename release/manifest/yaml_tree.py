"""YAML text to plain data with positions: every scalar stays the text that was written.

Built from libyaml's events, so that depth, size and aliases are bounded while reading and no value is guessed: ``12:51``,
``No``, ``1999``, ``012`` and ``null`` are texts; only nothing at all (``key:``) is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from release.errors import Problem

Loc = tuple[str | int, ...]
Position = tuple[int, int]
"""Line and column, both from 1."""

MOST_BYTES = 2 * 1024 * 1024
DEEPEST = 32
MOST_NODES = 200_000
"""Nodes after aliases are followed: far above any catalogue, far below a bomb."""
LONGEST_SCALAR = 100_000

_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")} | {"!", None}
Tree = Any
"""Nested dicts with str keys, lists, str and None."""


class YamlError(Exception):
    """The text cannot be read any further; carries one problem without a file name."""

    def __init__(self, position: Position | None, problem: str, remedy: str, code: str = "yaml") -> None:
        super().__init__(problem)
        self.position = position
        self.problem = problem
        self.remedy = remedy
        self.code = code


@dataclass(slots=True)
class _Node:
    """One YAML node; ``items`` are (key, key position, node) for mappings and (None, None, node) for lists."""

    kind: str
    position: Position
    is_flow: bool = False
    text: str | None = None
    items: list[tuple[str | None, Position | None, _Node]] = field(default_factory=list)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A manifest as plain data.

    Attributes:
        data: nested dicts, lists, texts and None.
        values: position of each value by path; of a block collection under a key, the key's position.
        keys: position of each mapping key by path.
        problems: what is wrong with it as YAML but can be read past: (position, problem, remedy, code).
    """

    data: Tree
    values: dict[Loc, Position]
    keys: dict[Loc, Position]
    problems: tuple[tuple[Position, Problem], ...]


def parse_yaml(text: str) -> Document:
    """Read one YAML document.

    Raises:
        YamlError: where the text is no YAML, or goes past a bound.
    """
    reader = _Reader(text)
    try:
        root = reader.read_document()
    except yaml.MarkedYAMLError as exc:
        raise _explain(exc, text) from exc
    except yaml.reader.ReaderError as exc:
        raise _explain_character(exc, text) from exc
    except yaml.YAMLError as exc:
        raise YamlError(None, f"this is not YAML: {exc}", "save the file as plain UTF-8 text") from exc
    walk = _Walk()
    data = walk.plain(root, (), None)
    return Document(data, walk.values, walk.keys, tuple(reader.problems))


class _Reader:
    """Builds nodes from events; collects what can be read past."""

    def __init__(self, text: str) -> None:
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.anchors: dict[str, _Node] = {}
        self.problems: list[tuple[Position, Problem]] = []

    def read_document(self) -> _Node:
        """The root node of the only document."""
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise YamlError(
                (1, 1), "the file is empty", "start with `version: 1`; release init writes a first manifest", "empty"
            )
        root = self.read_node(next(self.events), 0)
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise YamlError(
                _at(event), "a second document begins here", "remove the line ---; one file is one project", "documents"
            )
        return root

    def read_node(self, event: Any, depth: int) -> _Node:
        """The node that begins with an event."""
        position = _at(event)
        if depth > DEEPEST:
            raise YamlError(
                position,
                f"the file is nested deeper than {DEEPEST} levels",
                "no key of a manifest lies that deep",
                "too-deep",
            )
        if isinstance(event, yaml.AliasEvent):
            return self.read_alias(event, position)
        node = _Node("scalar", position)
        if event.anchor:
            self.anchors[event.anchor] = node
        if event.tag not in _TAGS:
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.add(
                position, f"the tag {shown} is not read", "leave it out; put text that begins with ! in quotes", "tag"
            )
        if isinstance(event, yaml.ScalarEvent):
            self.fill_scalar(node, event)
        else:
            node.kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
            node.is_flow = bool(event.flow_style)
            node.is_open = True
            (self.fill_mapping if node.kind == "mapping" else self.fill_list)(node, depth)
            node.is_open = False
        return node

    def read_alias(self, event: Any, position: Position) -> _Node:
        """The node that an alias stands for."""
        node = self.anchors.get(event.anchor)
        if node is None:
            text = f"*{event.anchor} stands for nothing: there is no &{event.anchor} before it"
            raise YamlError(position, text, "put text that begins with * in quotes", "alias")
        if node.is_open:
            raise YamlError(position, f"*{event.anchor} stands inside itself", "write the value out", "alias")
        return node

    def fill_scalar(self, node: _Node, event: Any) -> None:
        """The text as written; nothing at all is None."""
        is_plain = event.style in (None, "")
        node.text = None if is_plain and event.value == "" and event.tag is None else event.value
        if len(event.value) > LONGEST_SCALAR:
            raise YamlError(
                node.position,
                f"a text of {len(event.value)} characters",
                f"at most {LONGEST_SCALAR} are read",
                "too-long",
            )

    def fill_mapping(self, node: _Node, depth: int) -> None:
        """Keys and values; a key that came before is reported and left out."""
        seen: dict[str, Position] = {}
        for event in self.until(yaml.MappingEndEvent):
            key = self.read_node(event, depth + 1)
            value = self.read_node(next(self.events), depth + 1)
            name = key.text or ""
            if key.kind != "scalar":
                self.add(
                    key.position, f"a {key.kind} cannot be a key", "write `key: value`; put text in quotes", "bad-key"
                )
            elif name == "<<":
                self.add(
                    key.position,
                    "merge keys (<<) are not read",
                    "write the keys out, or use an alias for a whole value",
                    "merge",
                )
            elif name in seen:
                line, column = seen[name]
                self.add(
                    key.position,
                    f"the key {name} is written twice, first at {line}:{column}",
                    "keep one of them",
                    "duplicate-key",
                )
            else:
                seen[name] = key.position
                node.items.append((name, key.position, value))

    def fill_list(self, node: _Node, depth: int) -> None:
        """The items of a list."""
        for event in self.until(yaml.SequenceEndEvent):
            node.items.append((None, None, self.read_node(event, depth + 1)))

    def until(self, end: type) -> Iterator[Any]:
        """Events that begin a node, up to the end of this collection."""
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def add(self, position: Position, problem: str, remedy: str, code: str) -> None:
        """Note a problem that can be read past."""
        self.problems.append((position, Problem("", problem, remedy, code)))


class _Walk:
    """Follows nodes and aliases into plain data, within bounds."""

    def __init__(self) -> None:
        self.values: dict[Loc, Position] = {}
        self.keys: dict[Loc, Position] = {}
        self.count = 0

    def plain(self, node: _Node, path: Loc, key_position: Position | None) -> Tree:
        """The data of a node; positions are noted by path."""
        self.count += 1
        if self.count > MOST_NODES:
            raise YamlError(
                node.position,
                f"the file holds more than {MOST_NODES} values, aliases followed",
                "write fewer aliases",
                "too-large",
            )
        if len(path) > DEEPEST:
            raise YamlError(
                node.position,
                f"the file is nested deeper than {DEEPEST} levels, aliases followed",
                "write fewer aliases",
                "too-deep",
            )
        is_block = node.kind != "scalar" and not node.is_flow
        self.values[path] = key_position if is_block and key_position else node.position
        if key_position:
            self.keys[path] = key_position
        if node.kind == "scalar":
            return node.text
        if node.kind == "list":
            return [self.plain(item, (*path, i), None) for i, (_, _, item) in enumerate(node.items)]
        return {key: self.plain(item, (*path, key), position) for key, position, item in node.items if key is not None}


def _at(event: Any) -> Position:
    return event.start_mark.line + 1, event.start_mark.column + 1


_EXPLAINED: tuple[tuple[str, str, str], ...] = (
    (r"found character '\\t'", "a tab stands where YAML wants blanks", "indent with blanks"),
    (r"cannot start any token", "this text cannot begin like that", "put text that begins with @, %, ` or a sign in quotes"),
    (r"mapping values are not allowed", "a colon stands where no key can be", "put text with a colon and a blank in it in quotes, or check the indentation"),
    (r"could not find expected ':'", "a key without a colon", "write `key: value`"),
    (r"while scanning a quoted scalar", "a text in quotes does not end", "close the quotes"),
    (r"found unexpected end of stream", "a text in quotes does not end", "close the quotes"),
    (r"did not find expected ',' or '[\]}]'", "a list or mapping in brackets does not end", "close the bracket, or put a comma between the entries"),
    (r"did not find expected '-' indicator", "this line does not fit the list above it", "indent it like its neighbours"),
    (r"did not find expected key", "this line does not fit the lines above it", "indent it like its neighbours, and close quotes and brackets"),
    (r"found undefined tag handle", "the tag here is not read", "put text that begins with ! in quotes"),
    (r"did not find expected alphabetic or numeric", "an anchor or alias without a name", "put text that begins with & or * in quotes"),
    (r"block sequence entries are not allowed", "a list cannot begin here", "begin it on the next line"),
)  # fmt: skip


def _explain(exc: yaml.MarkedYAMLError, text: str) -> YamlError:
    """Libyaml's words in ours, with a remedy."""
    mark = exc.problem_mark or exc.context_mark
    position = (mark.line + 1, mark.column + 1) if mark else None
    said = " ".join(part for part in (exc.context, exc.problem) if part)
    if mark and _line_begins_with_tab(text, mark.line):
        return YamlError(position, "a tab stands where YAML wants blanks", "indent with blanks")
    for pattern, problem, remedy in _EXPLAINED:
        if re.search(pattern, said):
            return YamlError(position, problem, remedy)
    return YamlError(position, f"this is not YAML: {said}", "check quotes, brackets and indentation here")


def _line_begins_with_tab(text: str, line: int) -> bool:
    lines = text.splitlines()
    return line < len(lines) and "\t" in lines[line][: len(lines[line]) - len(lines[line].lstrip())]


def _explain_character(exc: Any, text: str) -> YamlError:
    """A character that YAML forbids; libyaml names its byte offset."""
    found = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]", text)
    position = None
    if found:
        line = text.count("\n", 0, found.start()) + 1
        position = (line, found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1)
    return YamlError(
        position, f"a character that YAML forbids: {exc.reason}", "delete it, and save as UTF-8", "bad-character"
    )
