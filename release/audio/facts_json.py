"""Source facts as plain JSON values and back, for the cache."""

from __future__ import annotations

import dataclasses
from typing import Any

from release.model.source import ClipRun, Defect, Hum, OppositeStretch, SourceFacts, SourceInfo

_RECORDS = ("info", "clip_runs", "hums", "opposite", "defects")
_PAIRS = ("inner_silences", "quiet_stretches", "defect_counts")


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
        KeyError, TypeError: when keys are missing or unknown.
    """
    plain: dict[str, Any] = {
        n: tuple(v) if isinstance(v, list) else v for n, v in values.items() if n not in (*_RECORDS, *_PAIRS)
    }
    plain |= {name: tuple((first, second) for first, second in values[name]) for name in _PAIRS}
    return SourceFacts(
        info=SourceInfo(**values["info"]),
        clip_runs=tuple(ClipRun(**run) for run in values["clip_runs"]),
        defects=tuple(Defect(**defect) for defect in values["defects"]),
        hums=tuple(Hum(**{**hum, "harmonics": tuple(hum["harmonics"])}) for hum in values["hums"]),
        opposite=tuple(OppositeStretch(**stretch) for stretch in values["opposite"]),
        **plain,
    )
