"""A disc that was read beside a manifest: what they agree in, what they contradict each other in, what one lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from release.errors import UsageError
from release.model.disc import Disc, DiscTrack
from release.model.target import CdSpec
from release.operations.project import open_project
from release.targets.cd import discs_of
from release.units import format_msf

Verdict = Literal["equal", "conflict", "missing"]


@dataclass(frozen=True, slots=True)
class Compared:
    """One value of the disc beside the manifest's.

    Attributes:
        track: number of the track; 0 for the disc.
        what: ``title``, ``ISRC``, ``start``…
        read: on the disc that was read; empty for none.
        written: on the disc that the manifest makes; empty for none.
        verdict: ``missing`` where one of them has none.
    """

    track: int
    what: str
    read: str
    written: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class AgainstResult:
    """A disc held against a manifest.

    Attributes:
        kind: what was read.
        project: the manifest.
        target: its CD target.
        unit: number of the disc in that target.
        compared: every value, in the order of the disc.
    """

    kind: str
    project: Path
    target: str
    unit: str
    compared: tuple[Compared, ...]

    @property
    def conflicts(self) -> tuple[Compared, ...]:
        """Values that contradict each other."""
        return tuple(c for c in self.compared if c.verdict == "conflict")


def compare_with_project(kind: str, disc: Disc, manifest: Path, source_roots: Sequence[Path] = ()) -> AgainstResult:
    """Hold a disc against the CD target of a manifest that comes nearest to it.

    Raises:
        ManifestError: when the manifest cannot be used.
        UsageError: when it has no CD target.
    """
    opened = open_project(manifest, source_roots)
    candidates = [
        (target, unit, made)
        for target in opened.project.targets
        if isinstance(target.spec, CdSpec)
        for unit, made in zip(target.programme.units, discs_of(target), strict=True)
    ]
    if not candidates:
        raise UsageError("the manifest has no cd target", where=str(manifest), remedy="write one under targets: cd:")
    rows = [(target, unit, tuple(_compare(disc, made))) for target, unit, made in candidates]
    target, unit, compared = max(rows, key=lambda row: sum(c.verdict == "equal" for c in row[2]))
    return AgainstResult(kind, manifest, target.name, unit.name, compared)


def _compare(read: Disc, made: Disc) -> Iterator[Compared]:
    yield _row(0, "title", read.text.title, made.text.title)
    yield _row(0, "artist", read.text.performer, made.text.performer)
    yield _row(0, "EAN", read.ean, made.ean)
    yield _row(0, "catalogue number", read.catalogue, made.catalogue)
    yield _row(0, "tracks", str(len(read.tracks)), str(len(made.tracks)))
    for number in range(max(len(read.tracks), len(made.tracks))):
        one = read.tracks[number] if number < len(read.tracks) else None
        other = made.tracks[number] if number < len(made.tracks) else None
        theirs, ours = _values(one), _values(other)
        for what in theirs | ours:
            yield _row(number + 1, what, theirs.get(what, ""), ours.get(what, ""))
    yield _row(0, "lead-out", format_msf(read.lead_out_cd_frames), format_msf(made.lead_out_cd_frames))


def _values(track: DiscTrack | None) -> dict[str, str]:
    if track is None:
        return {}
    return {
        "title": track.text.title,
        "artist": track.text.performer,
        "ISRC": track.isrc,
        "pause": "" if track.index00_cd_frames is None else format_msf(track.index00_cd_frames),
        "start": format_msf(track.start_cd_frames),
        "indexes": " ".join(format_msf(at) for at in track.indexes[1:]),
        "copy": str(track.copy),
        "pre-emphasis": "yes" if track.has_pre_emphasis else "no",
    }


def _row(track: int, what: str, read: str, written: str) -> Compared:
    verdict: Verdict = "equal" if read == written else "conflict" if read and written else "missing"
    return Compared(track, what, read, written, verdict)
