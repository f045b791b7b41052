"""Compares two records: everything that they can tell without a sample being read."""

from __future__ import annotations

from release.comparison.difference import (
    BuildDifference,
    Change,
    FindingChange,
    FindingDifference,
    TargetDifference,
)
from release.comparison.files import compare_files, compare_formats
from release.comparison.sequence import compare_sequence, compare_tracks
from release.record import FindingRecord, Record, TargetRecord

_RELEASE = (
    ("text", "title"),
    ("text", "artist"),
    ("text", "label"),
    ("code", "catalogue_number"),
    ("code", "barcode"),
    ("time", "release_date"),
)


def compare_records(old: Record, new: Record, *, old_identity: str, new_identity: str) -> BuildDifference:
    """What differs between two builds; tracks whose digests cannot tell are ``unknown``.

    Args:
        old: record of the first build.
        new: record of the second.
        old_identity: SHA-256 of the first ``release.json``.
        new_identity: SHA-256 of the second.
    """
    names = [*new.targets, *(name for name in old.targets if name not in new.targets)]
    return BuildDifference(
        old=old_identity,
        new=new_identity,
        title=f"{new.project.artist}: {new.project.title}",
        changes=(*_release_changes(old, new), *_source_changes(old, new), *_tool_changes(old, new)),
        targets=tuple(compare_targets(name, old.targets.get(name), new.targets.get(name)) for name in names),
        findings=_finding_changes(old, new),
    )


def compare_targets(name: str, old: TargetRecord | None, new: TargetRecord | None) -> TargetDifference:
    """One target in two builds; None where a build has none."""
    files = compare_files(old.deliverables if old else (), new.deliverables if new else ())
    if old is None or new is None:
        state = "added" if old is None else "removed"
        return TargetDifference(name, state, compare_tracks(old, new), (), files)  # type: ignore[arg-type]
    changes = [
        *compare_sequence(old, new),
        *compare_formats(old.deliverables, new.deliverables),
        *_level_changes(old, new),
    ]
    is_same = all(f.action == "same" for f in files)
    return TargetDifference(
        name, "identical" if is_same else "changed", compare_tracks(old, new), tuple(changes), files
    )


def _release_changes(old: Record, new: Record) -> list[Change]:
    found = []
    for area, field in _RELEASE:
        was, now = getattr(old.project, field) or "", getattr(new.project, field) or ""
        if was != now:
            found.append(Change(area, "release", field.replace("_", " "), was, now))
    was, now = (r.programme.sample_rate_hz for r in (old, new))
    if was != now:
        found.append(Change("format", "programme", "sample rate", f"{was} Hz", f"{now} Hz"))
    return found


def _source_changes(old: Record, new: Record) -> list[Change]:
    before, after = ({s.id: s.sha256 for s in r.sources} for r in (old, new))
    return [
        Change("source", name, "content", before.get(name, "")[:12], after.get(name, "")[:12])
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _tool_changes(old: Record, new: Record) -> list[Change]:
    before, after = ({"release": r.tool.version, "platform": r.tool.platform, **r.tool.libraries} for r in (old, new))
    return [
        Change("tool", name, "version", before.get(name, ""), after.get(name, ""))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def _level_changes(old: TargetRecord, new: TargetRecord) -> list[Change]:
    found: list[Change] = []
    before, after = ({g.track: g.gain_db for g in t.gains} for t in (old, new))
    moved: dict[tuple[str, str], list[str]] = {}
    for track in after:
        if track in before and round(before[track], 2) != round(after[track], 2):
            moved.setdefault((f"{before[track]:+.2f} dB", f"{after[track]:+.2f} dB"), []).append(track)
    found += [Change("level", ", ".join(tracks), "gain", was, now) for (was, now), tracks in moved.items()]
    for what, unit in (("aim_lufs", "LUFS"), ("ceiling_dbtp", "dBTP"), ("reached_lufs", "LUFS"), ("match", "")):
        was, now = (_value(getattr(t.level, what), unit) for t in (old, new))
        if was != now:
            found.append(Change("level", "", what.rpartition("_")[0] or what, was, now))
    return found


def _value(value: float | str | None, unit: str) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else f"{value:.2f} {unit}"


def _finding_changes(old: Record, new: Record) -> tuple[FindingDifference, ...]:
    """Findings that came or went, and those that stayed while a waiver came or went; several of one kind are one."""
    before, after = ({_key(f): f for f in r.qc.findings} for r in (old, new))
    found = [_finding(f, "came") for f in new.qc.findings if _key(f) not in before]
    for key, finding in after.items():
        if key in before and (before[key].waived is None) != (finding.waived is None):
            found.append(_finding(finding, "no longer waived" if finding.waived is None else "waived"))
    return (*found, *(_finding(f, "went") for f in old.qc.findings if _key(f) not in after))


def _key(finding: FindingRecord) -> tuple[str | None, ...]:
    return (finding.check, finding.code, finding.status, finding.target, finding.track, finding.source)


def _finding(finding: FindingRecord, change: FindingChange) -> FindingDifference:
    return FindingDifference(
        change, finding.check, finding.code, finding.status, finding.target, finding.track, finding.message
    )
