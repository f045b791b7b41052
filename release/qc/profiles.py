"""Limits and receivers' rules: dated data with citations in ``release/qc/data``, overridable value by value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from release.errors import ManifestError


@dataclass(frozen=True, slots=True)
class Limits:
    """All numbers that checks hold values against, by check id and name."""

    values: Mapping[str, Mapping[str, float]]

    def get(self, check_id: str, name: str) -> float:
        """One limit.

        Raises:
            KeyError: when the data has none of that name; a fault of this program.
        """
        return self.values[check_id][name]


@cache
def load_data(name: str) -> Any:
    """One data file as JSON: ``limits``, ``services``, ``side-lengths``, ``artwork``."""
    return json.loads(files("release.qc").joinpath("data", f"{name}.json").read_text(encoding="utf-8"))


@cache
def default_limits() -> Limits:
    """The limits that ship with the program; those of vinyl sides are called by their carrier (``12in-33_best_s``)."""
    values = {check: {k: float(v) for k, v in e["values"].items()} for check, e in load_data("limits").items()}
    for carrier, entry in load_data("side-lengths")["vinyl"].items():
        values["side/length"] |= {f"{carrier}_{name}": float(entry[name]) for name in ("best_s", "longest_s")}
    return Limits(values)


def load_limits(overrides: Mapping[str, Mapping[str, float]] | None = None) -> Limits:
    """The shipped limits with some values replaced.

    Args:
        overrides: check id to name to value.

    Raises:
        ManifestError: when an override names a limit that does not exist.
    """
    merged = {check: dict(values) for check, values in default_limits().values.items()}
    for check, values in (overrides or {}).items():
        for name, value in values.items():
            if name not in merged.get(check, {}):
                known = ", ".join(merged.get(check, {})) or "none"
                raise ManifestError(f"{check} has no limit {name!r}", remedy=f"It has: {known}.")
            merged[check][name] = float(value)
    return Limits(merged)


def side_lengths(carrier: str) -> tuple[float, float] | None:
    """Best and longest length of a vinyl side in seconds, or None for a carrier without figures."""
    entry = load_data("side-lengths")["vinyl"].get(carrier)
    return (float(entry["best_s"]), float(entry["longest_s"])) if entry else None


def side_lengths_origin(carrier: str) -> str:
    """Where those figures come from, in words for the plant; empty for a carrier without figures."""
    entry = load_data("side-lengths")["vinyl"].get(carrier)
    return f"figures that plants publish, as of {entry['as_of']}; yours may differ" if entry else ""


@dataclass(frozen=True, slots=True)
class Service:
    """How a streaming service changes level on playback.

    Attributes:
        turns_up: False when quiet music stays as it is.
        peak_cap_dbtp: turning up stops here; None for no cap.
        modes: ``album``, ``track`` or both.
    """

    id: str
    name: str
    aim_lufs: float
    turns_up: bool
    peak_cap_dbtp: float | None
    modes: tuple[str, ...]
    confidence: str
    as_of: str


def service(service_id: str) -> Service | None:
    """The dated rule of one service, or None when it is not known."""
    entry = load_data("services").get(service_id)
    if entry is None:
        return None
    return Service(
        id=service_id,
        name=entry["name"],
        aim_lufs=float(entry["aim_lufs"]),
        turns_up=bool(entry["turns_up"]),
        peak_cap_dbtp=entry["peak_cap_dbtp"],
        modes=tuple(entry["modes"]),
        confidence=entry["confidence"],
        as_of=entry["as_of"],
    )
