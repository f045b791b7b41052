"""Order and times of the programme as it is delivered: the one source of every length and total that is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from release.report import figures as fig
from release.report.record_view import Json, Tracks, ordered_targets


@dataclass(frozen=True, slots=True)
class PlacedTrack:
    """A track on its disc or side, in samples."""

    key: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """A disc or a side; a release without any is one part.

    Attributes:
        heading: ``Disc 1: Night``; empty where there is one part alone.
        samples: from its start to the end of its last track.
    """

    heading: str
    rate_hz: int
    samples: int
    tracks: tuple[PlacedTrack, ...]


def programme_parts(record: Json, tracks: Tracks) -> tuple[Part, ...]:
    """The main order, each track with start and length on its own disc or side.

    Taken from the first target (in the order of the house) that delivers exactly the main order; what lies between two
    discs on the programme's timeline is nobody's music. Where no target delivers all of it, from that timeline itself.
    """
    keys = [str(t["id"]) for t in tracks.main]
    for _, target in ordered_targets(record):
        units = list(target.get("units", ()))
        if keys and [str(t.get("key")) for unit in units for t in unit.get("tracks", ())] == keys:
            return tuple(_delivered(target, unit, is_one=len(units) == 1) for unit in units)
    return _planned(tracks)


def _delivered(target: Json, unit: Json, *, is_one: bool) -> Part:
    placed = tuple(
        PlacedTrack(str(t["key"]), int(t.get("start", 0)), int(t.get("length", 0))) for t in unit.get("tracks", ())
    )
    heading = "" if is_one else part_heading(unit_word(target), unit)
    rate_hz = int(unit.get("sample_rate_hz") or target.get("sample_rate_hz") or 44_100)
    return Part(heading, rate_hz, _end(placed), placed)


def _planned(tracks: Tracks) -> tuple[Part, ...]:
    """The discs of the programme's own timeline."""
    discs = [(disc, list(group)) for disc, group in groupby(tracks.main, key=lambda t: t.get("disc"))]
    parts = []
    for disc, group in discs:
        first = int(group[0].get("start", 0)) if len(discs) > 1 else 0
        placed = tuple(
            PlacedTrack(str(t["id"]), int(t.get("start", 0)) - first, int(t.get("length", 0))) for t in group
        )
        parts.append(Part(f"Disc {disc}" if len(discs) > 1 else "", tracks.rate_hz, _end(placed), placed))
    return tuple(parts)


def _end(placed: Sequence[PlacedTrack]) -> int:
    return max((t.start + t.length for t in placed), default=0)


def unit_word(target: Json) -> str:
    """What the parts of a target are: discs or sides."""
    return "Side" if target.get("kind") in {"vinyl", "cassette"} else "Disc"


def part_heading(word: str, unit: Json) -> str:
    """``Disc 1: Night``, ``Side A``."""
    title = f": {fig.isolated(fig.visible(unit['title']))}" if unit.get("title") else ""
    return f"{word} {unit.get('name', '')}".strip() + title


def running_time(parts: Sequence[Part]) -> str:
    """``43:12``; of several discs or sides the sum, and each: ``1:22:41 (43:12 + 39:29)``."""
    whole = fig.duration(total_samples(parts), parts[0].rate_hz) if parts else fig.duration(0, 1)
    if len(parts) < 2:
        return whole
    return f"{whole} ({' + '.join(fig.duration(p.samples, p.rate_hz) for p in parts)})"


def total_clock(parts: Sequence[Part]) -> str:
    """``m:ss.mmm`` of all parts together."""
    return fig.clock(total_samples(parts), parts[0].rate_hz) if parts else fig.clock(0, 1)


def total_samples(parts: Sequence[Part]) -> int:
    """All parts of one target, which have one rate; nothing between them counts."""
    return sum(p.samples for p in parts)


def track_lengths(parts: Sequence[Part]) -> dict[str, str]:
    """``m:ss.mmm`` of each track by its key."""
    return {t.key: fig.clock(t.length, p.rate_hz) for p in parts for t in p.tracks}
