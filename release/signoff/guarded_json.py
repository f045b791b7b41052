"""JSON of strangers: bounded in size and depth, every key once, no NaN."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from release.errors import Problem, UsageError

MOST_BYTES = 8 << 20
"""A statement of ten thousand files, or a review with a thousand comments, is far below this."""
MOST_DEPTH = 12
_MOST_PROBLEMS = 20
M = TypeVar("M", bound=BaseModel)


def read_guarded(path: Path, what: str, most_bytes: int = MOST_BYTES) -> bytes:
    """The bytes of an ordinary file of bounded size; links are not followed.

    Raises:
        UsageError: not there, a link, no ordinary file, or too large.
    """
    if path.is_symlink():
        raise UsageError(f"the {what} is a link, and links are not followed", where=str(path), remedy="name the file")
    if not path.is_file():
        raise UsageError(f"there is no such {what}", where=str(path), remedy="check the path")
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise UsageError(f"the {what} is larger than {most_bytes >> 20} MiB", where=str(path), remedy="this is none")
    return data


def parse_json(data: bytes) -> Any:
    """The value of strict JSON text.

    Raises:
        ValueError: for anything but UTF-8 JSON with each key once, without NaN, and not deeper than it needs to be.
    """
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse_constant)
    except RecursionError as exc:
        raise ValueError("it is nested too deeply") from exc
    _check_depth(value)
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse_constant(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return
    raise ValueError("it is nested too deeply")


def parse_model(model: type[M], data: bytes, what: str, where: str) -> M:
    """A record of strict JSON text.

    Raises:
        UsageError: with every place where it is not what its format asks for.
    """
    try:
        value = parse_json(data)
    except ValueError as exc:
        raise UsageError(f"this is no {what}: {exc}", where=where, remedy="ask for the file again") from exc
    return check_model(model, value, what, where)


def check_model(model: type[M], value: object, what: str, where: str) -> M:
    """A record of plain data.

    Raises:
        UsageError: with every place where it is not what its format asks for.
    """
    try:
        return model.model_validate(value)
    except ValidationError as exc:
        problems = [
            Problem(f"{where}: {'.'.join(map(str, e['loc'])) or 'whole'}", _words(e["msg"]), "", "format")
            for e in exc.errors(include_url=False, include_input=False)[:_MOST_PROBLEMS]
        ]
        raise UsageError(f"this is no {what}", problems=problems) from exc


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")
