"""What several parts of the report read from the record of a build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.report import figures as fig
from release.report.qc_report import Fact

Json = Mapping[str, Any]
"""A part of ``release.json`` as a dictionary."""

LEVEL_COLUMNS = (
    ("integrated_lufs", "Integrated LUFS"),
    ("range_lu", "Range LU"),
    ("max_short_term_lufs", "Max short-term LUFS"),
    ("max_momentary_lufs", "Max momentary LUFS"),
    ("true_peak_dbtp", "True peak dBTP"),
    ("sample_peak_dbfs", "Sample peak dBFS"),
)
NO_NUMBER = "·"


def ordered_targets(record: Json) -> list[tuple[str, Json]]:
    """Targets in the order of the house: streaming, download, cd, vinyl, cassette; by name within a kind."""
    targets = record.get("targets", {})
    last = len(fig.KIND_ORDER)
    rank = {kind: i for i, kind in enumerate(fig.KIND_ORDER)}
    return sorted(targets.items(), key=lambda item: (rank.get(item[1].get("kind", ""), last), item[0]))


class Tracks:
    """Numbers of the main order and titles by track key; what hidden audio is called."""

    def __init__(self, record: Json) -> None:
        self.rate_hz = int(record.get("programme", {}).get("sample_rate_hz") or 44_100)
        self.main: list[Json] = list(record.get("programme", {}).get("tracks", ()))
        self.info: dict[str, Json] = {}
        for _, target in ordered_targets(record):
            for unit in target.get("units", ()):
                for track in unit.get("tracks", ()):
                    self.info.setdefault(str(track.get("key")), track)
        self.numbers: dict[str, str] = {}
        self.hidden: set[str] = set()
        for i, track in enumerate(self.main, start=1):
            key = str(track["id"])
            # Records of earlier builds have no numbers of the main order: those of the first target stand in.
            other = self.info[key].get("number") if key in self.info else i
            printed = track.get("number", other)
            if printed is None or track.get("hidden"):
                self.hidden.add(key)
            disc = f"{track['disc']}-" if track.get("disc") else ""
            self.numbers[key] = "" if printed is None else f"{disc}{printed}"

    def title(self, key: str) -> str:
        """Title as printed; the key where nothing else is known."""
        for track in self.main:
            if str(track["id"]) == key:
                return fig.name(track.get("title") or key)
        return fig.name(self.info.get(key, {}).get("title") or key)

    def label(self, key: str | None) -> str:
        """``2 Tide``: number and title; ``2-1 Tide`` in a set of discs, ``Tide (hidden)`` where it has no number."""
        if not key:
            return ""
        own = key.partition("@")[0]  # a version stands in the place of its main recording
        name = f"{self.numbers.get(own, '')} {fig.isolated(self.title(key))}".strip()
        return f"{name} (hidden)" if own in self.hidden else name


def other_artist(track: Json, release_artist: str) -> str:
    """The track's artist where it is not the release's."""
    name = str(track.get("artist") or "")
    return "" if name == release_artist else fig.name(name)


def delivered_loudness(target: Json) -> dict[str, Json]:
    """Loudness of each delivered PCM track of a target, by key."""
    return {
        str(track["key"]): track["loudness"]
        for unit in target.get("units", ())
        for track in unit.get("tracks", ())
        if track.get("loudness")
    }


def with_unit(column: str, value: float | None) -> Fact:
    """A column's name and unit, parted: ``True peak dBTP`` and -1 is ``True peak``: ``−1.0 dBTP``."""
    label, unit = column.rsplit(" ", 1)
    return Fact(label, fig.level(value) if value is None else f"{fig.level(value)} {unit}")
