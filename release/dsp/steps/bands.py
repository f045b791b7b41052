"""What steps with several bands share: one value for all bands, or one for each."""

from __future__ import annotations

import itertools

from release.dsp.steps.kind import below_nyquist

Values = float | tuple[float, ...]


def each(values: Values, count: int = 1) -> tuple[float, ...]:
    """A value for each band: as written, or the one value for all."""
    if isinstance(values, tuple) and len(values) != 1:
        return values
    return (values[0] if isinstance(values, tuple) else values,) * count


def corners_of(crossovers: Values) -> tuple[float, ...]:
    """The crossovers as they are written; none where it is 0."""
    corners = each(crossovers)
    return () if corners == (0.0,) else corners


def lowest(crossovers: Values) -> float:
    """The lowest crossover in Hz; 0 where there is none."""
    return min(corners_of(crossovers), default=0.0)


def check_bands(crossovers: Values, rate_hz: int, *, least: int, most: int, **values: Values) -> None:
    """Raise unless crossovers and values make sense together.

    Args:
        crossovers: in Hz, 0 for none.
        rate_hz: of the audio.
        least: fewest bands.
        most: greatest number of bands.
        values: parameters by name, one value or one for each band.

    Raises:
        ValueError: with a text for people.
    """
    corners = corners_of(crossovers)
    for corner in corners:
        if corner <= 0.0:
            raise ValueError(f"crossovers: {corner:g} Hz is not a frequency between bands")
        try:
            below_nyquist(corner, rate_hz)
        except ValueError as exc:
            raise ValueError(str(exc).replace("frequency", "crossovers", 1)) from exc
    if any(a >= b for a, b in itertools.pairwise(corners)):
        raise ValueError("crossovers: each must be higher than the one before it")
    bands = len(corners) + 1
    if not least <= bands <= most:
        raise ValueError(
            f"crossovers: {len(corners)} make {bands} band(s); "
            f"{least - 1} to {most - 1} can be written, one fewer than bands"
        )
    for name, value in values.items():
        if isinstance(value, tuple) and len(value) not in (1, bands):
            raise ValueError(f"{name}: {len(value)} values for {bands} band(s): write one for each, or one for all")
