"""What differs between two builds, as printed: one view for the terminal and the page."""

from __future__ import annotations

from dataclasses import dataclass

from release.comparison.difference import (
    BuildDifference,
    Change,
    FileDifference,
    FindingDifference,
    TargetDifference,
    TrackDifference,
)
from release.report import figures as fig
from release.report.qc_report import Fact

_VERDICTS = {
    "identical": ("pass", "Identical"),
    "gain": ("note", "Gain only"),
    "changed": ("warn", "Changed"),
    "added": ("warn", "New"),
    "removed": ("warn", "Gone"),
    "unknown": ("fail", "Not compared"),
}
_ACTIONS = {"replace": "Replace", "add": "Add", "delete": "Delete", "same": "Send again"}
_PARTS = {"audio": "its audio differs", "tags": "only its tags differ", "content": "its content differs", "": ""}
_AREAS = {
    "order": "Order",
    "gap": "Gaps",
    "time": "Times",
    "code": "Codes",
    "text": "Texts",
    "format": "Formats",
    "level": "Level",
    "source": "Sources",
    "tool": "Programs",
}
_MOST_REGIONS = 8


@dataclass(frozen=True, slots=True)
class TrackRow:
    """The audio of one track."""

    track: str
    title: str
    status: str
    word: str
    detail: str
    compared: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One value that is another now."""

    area: str
    subject: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TargetDiffView:
    """One target: what is said of it, of its tracks, and what changed besides."""

    name: str
    status: str
    word: str
    tracks: tuple[TrackRow, ...]
    changes: tuple[ChangeRow, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeltaRow:
    """What a receiver does with one file, or with a set that only counts whole."""

    action: str
    path: str
    why: str
    size: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding that came or went, or whose waiver did."""

    status: str
    word: str
    check: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class DiffView:
    """The difference of two builds as printed."""

    document: str
    language: str
    title: str
    artist: str
    headline: str
    statement: str
    status: str
    facts: tuple[Fact, ...]
    targets: tuple[TargetDiffView, ...]
    changes: tuple[ChangeRow, ...]
    delta: tuple[DeltaRow, ...]
    findings: tuple[FindingRow, ...]


def diff_view(difference: BuildDifference, old_name: str, new_name: str) -> DiffView:
    """The view of a difference.

    Args:
        difference: what differs.
        old_name: what the first build was called by.
        new_name: what the second one was called by.
    """
    artist, _, title = difference.title.partition(": ")
    delta = tuple(_delta_rows(difference))
    return DiffView(
        document="Difference of two builds",
        language="en",
        title=title,
        artist=artist,
        headline=_headline(difference),
        statement=_statement(difference),
        status="pass" if difference.is_identical else "warn",
        facts=(
            Fact("First build", f"{old_name}, {difference.old[:16]}"),
            Fact("Second build", f"{new_name}, {difference.new[:16]}"),
        ),
        targets=tuple(_target(t, is_read=difference.compared == "files") for t in difference.targets),
        changes=tuple(map(_change, difference.changes)),
        delta=delta,
        findings=tuple(map(_finding, difference.findings)),
    )


def _headline(difference: BuildDifference) -> str:
    is_read, total = difference.compared == "files", len(difference.targets)
    if difference.is_identical:
        same = "The same: every deliverable, byte for byte"
        return same if is_read else "The same by their records; no file was read"
    n_changed = sum(t.state not in ("identical", "unknown") for t in difference.targets)
    n_faults = sum(len(t.faults) for t in difference.targets)
    parts = [f"{_count(n_changed, 'target')} of {total} changed"] if n_changed else []
    parts += [] if is_read else ["by the records alone; no file was read"]
    verb = "is" if n_faults == 1 else "are"
    parts += [f"{_count(n_faults, 'file')} {verb} missing or not what the record says"] if n_faults else []
    return "; ".join(parts)


def _statement(difference: BuildDifference) -> str:
    """How many tracks of the changed targets have which verdict."""
    verdicts = [str(t.audio) for target in difference.targets if target.state != "identical" for t in target.tracks]
    counts = [f"{verdicts.count(key)} {word.lower()}" for key, (_, word) in _VERDICTS.items() if key in verdicts]
    return f"Tracks by target: {', '.join(counts)}." if counts else ""


def track_detail(track: TrackDifference) -> str:
    """What is to be said of a track's audio besides its verdict."""
    parts = []
    if track.gain_db is not None and (track.gain_db or track.audio == "gain"):
        parts.append(f"{fig.gain(track.gain_db)} dB")
    if track.regions:
        shown = ", ".join(f"{_clock(r.start_s)} to {_clock(r.end_s)}" for r in track.regions[:_MOST_REGIONS])
        more = f" and {len(track.regions) - _MOST_REGIONS} more places" if len(track.regions) > _MOST_REGIONS else ""
        parts.append(f"at {shown}{more}")
    if track.note:
        parts.append(track.note)
    if track.audio == "gain" and track.residual_dbfs is not None:
        parts.append(f"what is left peaks at {fig.level(track.residual_dbfs)} dBFS")
    return "; ".join(parts)


def _target(target: TargetDifference, *, is_read: bool) -> TargetDiffView:
    words = {"changed": "Changed", "added": "New", "removed": "Gone", "unknown": "Not compared"}
    same = "Identical, byte for byte" if is_read else "Identical by the records"
    return TargetDiffView(
        target.name,
        {"identical": "pass", "unknown": "fail"}.get(target.state, "warn"),
        words.get(target.state, same),
        tuple(
            TrackRow(t.track, t.title, *_VERDICTS[t.audio], track_detail(t), t.compared)
            for t in target.tracks
            if target.state != "identical"
        ),
        tuple(map(_change, target.changes)),
        target.faults,
    )


def _change(change: Change) -> ChangeRow:
    return ChangeRow(
        _AREAS[change.area], change.subject or "all", change.what, change.old or "none", change.new or "none"
    )


def _finding(finding: FindingDifference) -> FindingRow:
    word = finding.change.capitalize()
    where = " ".join(filter(None, (finding.target, finding.track))) or "release"
    return FindingRow(finding.status, word, f"{finding.check} ({finding.code})", where, finding.message)


def _delta_rows(difference: BuildDifference) -> list[DeltaRow]:
    """Files one by one; a set that changed as one row, as it only counts whole."""
    rows, done = [], set()
    delta = difference.delta()
    for item in delta:
        if item.set is None:
            rows.append(DeltaRow(_ACTIONS[item.action], item.path, _PARTS[item.part], _size(item.n_bytes), item.sha256))
        elif item.set not in done:
            done.add(item.set)
            rows.append(_set_row(item.set, [f for f in delta if f.set == item.set]))
    return rows


def _set_row(name: str, files: list[FileDifference]) -> DeltaRow:
    changed = [f for f in files if f.action != "same"]
    actions = {f.action for f in files}
    action = _ACTIONS[actions.pop()] if len(actions) == 1 else "Replace"
    why = f"a set of {_count(len(files), 'file')}, {len(changed)} changed: send the whole folder"
    return DeltaRow(action, f"{name}/", why, _size(sum(f.n_bytes for f in files)), "")


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 100_000 else f"{n_bytes} B" if n_bytes else ""


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _clock(seconds: float) -> str:
    return fig.clock(round(seconds * 1000), 1000)
