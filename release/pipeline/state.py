"""What a project's last run was made from, so that the next can say what changed. Losing it costs explanations only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release.pipeline.atomic import write_atomic
from release.pipeline.canonical import Json, canonical_json
from release.pipeline.guarded import read_plain_json
from release.pipeline.keys import KeyParts

_FORMAT = 1
_MOST_BYTES = 256 << 20


def state_path(cache_root: Path, project: Path) -> Path:
    """Where the table of a project lies, below the cache folder."""
    name = hashlib.sha256(str(project.absolute()).encode("utf-8", "surrogatepass")).hexdigest()
    return cache_root / "state" / f"{name}.json"


def read_state(path: Path) -> dict[str, KeyParts]:
    """Step id to the components of its last key; empty when there is no table that can be read."""
    try:
        body = read_plain_json(path, _MOST_BYTES)
        if body["format"] != _FORMAT:
            return {}
        return {step_id: _parts(raw) for step_id, raw in body["steps"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_state(path: Path, table: Mapping[str, KeyParts]) -> None:
    """Keep the table. A disk that is full costs explanations, not the build."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        body: Json = {"format": _FORMAT, "steps": {step_id: parts.to_json() for step_id, parts in table.items()}}
        write_atomic(path, canonical_json(body))
    except OSError:
        return


def _parts(raw: Any) -> KeyParts:
    parts = KeyParts(raw["stage"], raw["version"], raw["params"], dict(raw["inputs"]), dict(raw["libraries"]))
    if not isinstance(parts.params, dict):
        raise TypeError("not a table of steps")
    return parts
