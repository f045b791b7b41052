"""The tone of tracks beside each other as one picture: a lane for each, against the album's median."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.documents.svg import CURVE, INK, NARROW, QUIET, RULE, WAVE, line_of, open_svg, text_of

REACH_DB = 9.0
"""A lane shows this much over and under the median; what goes further is drawn at the edge."""
AUDIBLE_DB = 3.0
MARKS = (
    (4, "50"),
    (7, "100"),
    (10, "200"),
    (14, "500"),
    (17, "1 k"),
    (20, "2 k"),
    (24, "5 k"),
    (27, "10 k"),
    (30, "20 k"),
)
"""Places of third octaves that are named below the last lane."""


@dataclass(frozen=True, slots=True)
class ToneLane:
    """One track: its third octaves over the album's median, None for a band without sound."""

    label: str
    bands_db: tuple[float | None, ...]
    is_outlier: bool


def tone_chart(name: str, title: str, description: str, lanes: Sequence[ToneLane], width: int = 720) -> str:
    """All lanes below each other. Grey between the curve and the median; an outlier's label carries an asterisk."""
    left, right, top, lane = (150 if width > NARROW else 96), 34, 6, 40
    x1 = width - right
    height = top + lane * len(lanes) + 20
    parts = [open_svg(width, height, name, title, description)]
    count = max((len(item.bands_db) for item in lanes), default=1)

    def x_of(place: float) -> float:
        return left + (x1 - left) * (place + 0.5) / count

    bottom = top + lane * len(lanes)
    parts += [line_of(x_of(place), top, x_of(place), bottom, RULE) for place, _ in MARKS if place < count]
    for index, item in enumerate(lanes):
        middle = top + lane * index + lane / 2
        scale = (lane / 2 - 2) / REACH_DB
        for db in (-AUDIBLE_DB, AUDIBLE_DB):
            parts.append(line_of(left, middle - db * scale, x1, middle - db * scale, RULE, dash="1 3"))
        parts.append(line_of(left, middle, x1, middle, QUIET, width="0.6"))
        label = f"{item.label} *" if item.is_outlier else item.label
        parts.append(
            text_of(
                left - 8,
                middle + 3,
                _cut(label, 24 if width > NARROW else 15),
                9.5,
                INK,
                anchor="end",
                weight=600 if item.is_outlier else 0,
            )
        )
        for run in _runs(item.bands_db):
            points = [(x_of(place), middle - max(-REACH_DB, min(REACH_DB, db)) * scale) for place, db in run]
            parts.append(_area(points, middle))
        parts.append(text_of(x1 + 4, middle - AUDIBLE_DB * scale + 3, "+3", 7, QUIET))
        parts.append(text_of(x1 + 4, middle + AUDIBLE_DB * scale + 3, "−3 dB", 7, QUIET))
    parts += [
        text_of(x_of(place), bottom + 12, word, 8.5, QUIET, anchor="middle")
        for place, word in (MARKS if width > NARROW else MARKS[1::2])
        if place < count
    ]
    parts.append(text_of(left - 8, bottom + 12, "Hz", 8.5, QUIET, anchor="end"))
    return "".join(parts) + "</svg>"


def _cut(label: str, limit: int) -> str:
    return label if len(label) <= limit else f"{label[: limit - 1]}…"


def _runs(bands_db: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Stretches of bands with sound."""
    runs: list[list[tuple[int, float]]] = [[]]
    for place, db in enumerate(bands_db):
        if db is None:
            runs.append([])
        else:
            runs[-1].append((place, db))
    return [run for run in runs if run]


def _area(points: Sequence[tuple[float, float]], middle: float) -> str:
    line = "L".join(f"{round(x, 1):g} {round(y, 1):g}" for x, y in points)
    first, last = points[0][0], points[-1][0]
    area = f"M{round(first, 1):g} {middle:g}L{line}L{round(last, 1):g} {middle:g}z"
    return (
        f'<path d="{area}" fill="{WAVE}" fill-opacity=".6"/>'
        f'<path d="M{line}" stroke="{CURVE}" stroke-width="1.4" fill="none" stroke-linejoin="round"/>'
    )
