"""Source facts as plain JSON values and back, for the cache."""

from __future__ import annotations

import dataclasses
from typing import Any

from release.model.source import ClipRun, SourceFacts, SourceInfo


def facts_to_json(facts: SourceFacts) -> dict[str, Any]:
    """Lists, numbers, strings and None only; floats keep every bit."""
    values = dataclasses.asdict(facts)
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def facts_from_json(values: dict[str, Any]) -> SourceFacts:
    """The facts that ``facts_to_json`` was given.

    Raises:
        TypeError: when keys are missing or unknown.
    """
    rest = dict(values)
    return SourceFacts(
        info=SourceInfo(**rest.pop("info")),
        clip_runs=tuple(ClipRun(**run) for run in rest.pop("clip_runs")),
        inner_silences=tuple((start, length) for start, length in rest.pop("inner_silences")),
        **{name: tuple(value) if isinstance(value, list) else value for name, value in rest.items()},
    )
