"""What unit a check's values have, and how far a value lies from its limit; the units are data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from release.qc.profiles import load_data


@dataclass(frozen=True, slots=True)
class Measure:
    """The unit of a finding's value and limit.

    Attributes:
        unit: ``dBTP``, ``s``…; ``correlation`` and ``likeness`` are numbers without one.
        distance_unit: of their difference: ``dB`` between levels.
        digits: that are printed.
    """

    unit: str
    distance_unit: str
    digits: int


def measure_of(check: str, code: str) -> Measure | None:
    """The unit of a check's values, or of those with one code; None where they have none."""
    data = load_data("units")
    unit = data["checks"].get(f"{check}:{code}", data["checks"].get(check))
    return None if unit is None else Measure(unit, data["units"][unit]["distance"], data["units"][unit]["digits"])


def distance_of(check: str, code: str, value: float | None, limit: float | None) -> float | None:
    """By how much a value lies over its limit (negative: under it); None where that says nothing."""
    if value is None or limit is None or measure_of(check, code) is None or check in load_data("units")["no_distance"]:
        return None
    return value - limit


def distance_text(check: str, code: str, value: float | None, limit: float | None, message: str = "") -> str:
    """``0.60 dB over the limit of -1.00 dBTP``; empty where there is none, or where the message tells it already."""
    measure, distance = measure_of(check, code), distance_of(check, code, value, limit)
    if measure is None or distance is None or limit is None:
        return ""
    amount = _amount(abs(distance), measure.distance_unit, measure.digits)
    if re.search(rf"(?<![\d.+-]){re.escape(amount)}\b", message):
        return ""
    bound = _amount(limit, "" if measure.unit in ("correlation", "likeness") else measure.unit, measure.digits)
    if not float(amount.split(" ")[0]):
        return f"at the limit of {bound}"
    return f"{amount} {'over' if distance > 0.0 else 'under'} the limit of {bound}"


def _amount(value: float, unit: str, digits: int) -> str:
    """A number with its unit; durations below a second in milliseconds."""
    if unit == "s" and 0.0 < abs(value) < 1.0:
        return f"{value * 1000.0:.1f} ms"
    return f"{value:.{digits}f} {unit}".strip()
