"""Tags as step parameters and back; the cover is an input of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

from release.model.metadata import Work
from release.tags.artwork import artwork_from_bytes
from release.tags.tagset import TagSet


def tagset_to_json(tagset: TagSet) -> dict[str, Any]:
    """Every tag but the cover."""
    data = asdict(replace(tagset, artwork=None))
    for name in ("date", "original_date"):
        data[name] = data[name].isoformat() if data[name] else None
    return data


def tagset_from_json(data: Mapping[str, Any], artwork: Path | None) -> TagSet:
    """The tags of ``tagset_to_json`` with the cover from its file."""
    values = dict(data)
    for name in ("date", "original_date"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["artists"] = tuple(values["artists"])
    values["credits"] = tuple((role, name) for role, name in values["credits"])
    values["work"] = Work(**values["work"]) if values["work"] else None
    values["artwork"] = artwork_from_bytes(artwork.read_bytes(), artwork.name) if artwork else None
    return TagSet(**values)
