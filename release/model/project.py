"""The whole project, resolved: no user words left, every position an integer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from release.model.metadata import ReleaseInfo, TrackInfo
from release.model.programme import Timeline
from release.model.source import SourceInfo
from release.model.target import ResolvedTarget


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that a named person accepts, with the reason."""

    check: str
    reason: str
    by: str
    date: dt.date | None = None
    track: str | None = None
    target: str | None = None
    expires: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ResolvedProject:
    """What the manifest and the sources' headers say together.

    Attributes:
        digest: SHA-256 of the resolved manifest (canonical JSON; paths and defaults included).
        programme: the main order at the programme's rate.
        sources: header facts by source id.
        uses: source ids by track key.
        references: sources that are only compared with, and heard nowhere.
        discs: titles of the main order's discs with the key of their first track.
    """

    digest: str
    release: ReleaseInfo
    tracks: Mapping[str, TrackInfo]
    programme: Timeline
    targets: tuple[ResolvedTarget, ...]
    waivers: tuple[Waiver, ...]
    sources: Mapping[str, SourceInfo]
    uses: Mapping[str, str]
    references: tuple[str, ...] = ()
    discs: tuple[tuple[str, str], ...] = ()
