"""What the short versions have in common: facts of the release, notes on the manifest, tables of tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from release.model.metadata import ReleaseInfo, TrackInfo
from release.qc.names import check_name
from release.report import figures as fig
from release.report.approval_view import RoleState
from release.report.brief import Brief, BriefItem, BriefSection
from release.report.finding_view import finding_rows, verdict_of
from release.report.qc_report import Fact, FindingRow
from release.report.record_view import NO_NUMBER, Json, Tracks

READERS = ("client", "label", "plant")
DOCUMENTS = {"client": "Summary for the client", "label": "Summary for the label", "plant": "Summary for the plant"}


@dataclass(frozen=True, slots=True)
class BriefSource:
    """What a short version is made from.

    Attributes:
        record: ``release.json`` as a dictionary.
        identity: SHA-256 of its bytes.
        release: the release as the manifest has it; the record holds only its codes.
        tracks: the same of each track, by key.
        editions: release fields of the targets that carry others, by target name.
        is_current: False where the manifest has changed since the build.
        required: who must approve which targets, and what has become of it where that is known.
        contact: lines to write to; empty where nobody gave any.
        matrix: matrix numbers of sides, by target and side.
    """

    record: Json
    identity: str
    release: ReleaseInfo
    tracks: Mapping[str, TrackInfo]
    editions: Mapping[str, ReleaseInfo] = field(default_factory=dict)
    is_current: bool = True
    required: tuple[RoleState, ...] = ()
    contact: tuple[str, ...] = ()
    matrix: Mapping[tuple[str, str], str] = field(default_factory=dict)


def make_brief(
    reader: str, source: BriefSource, facts: Sequence[Fact], sections: Sequence[BriefSection], roles: Sequence[str]
) -> Brief:
    """The paper, with what all three begin with."""
    record = source.record
    project = record.get("project", {})
    stale = () if source.is_current else (_changed_section(),)
    verdict = verdict_of(record, list(record.get("qc", {}).get("findings", ())))
    is_told = reader != "plant" or verdict.status in ("fail", "error")
    return Brief(
        reader=reader,
        title=fig.name(project.get("title", "")),
        artist=fig.name(project.get("artist", "")),
        document=DOCUMENTS[reader],
        language="en",
        identity=fig.groups(source.identity),
        identity_short=source.identity[:12],
        verdict=verdict if is_told else None,
        facts=tuple(facts),
        sections=(*stale, *(s for s in sections if _has_content(s))),
        roles=tuple(roles),
    )


def _has_content(section: BriefSection) -> bool:
    return bool(section.facts or section.tables or section.charts or section.items or section.files or section.lines)


def _changed_section() -> BriefSection:
    text = "Names, credits and lines are those of the manifest as it is now; sound, codes and checksums are those of the build."
    item = BriefItem("warn", "Warning", "", text, "Build again before this paper goes out.")
    return BriefSection("The manifest has changed since this build", items=(item,))


def release_facts(source: BriefSource) -> list[Fact]:
    """Codes and names of the release that every reader wants."""
    project = source.record.get("project", {})
    return facts_of(
        ("Catalogue number", project.get("catalogue_number")),
        ("Barcode", project.get("barcode")),
        ("Label", project.get("label")),
        ("Release date", project.get("release_date")),
    )


def facts_of(*pairs: tuple[str, object]) -> list[Fact]:
    """The pairs that have a value."""
    return [Fact(label, fig.name(value)) for label, value in pairs if value]


def people(named: Sequence[tuple[str, str]]) -> str:
    """``producer: Ida Berg; strings: …``, one entry for each role."""
    by_role: dict[str, dict[str, None]] = {}
    for role, name in named:
        by_role.setdefault(role, {}).setdefault(name)
    return fig.name("; ".join(f"{role}: {', '.join(names)}" for role, names in by_role.items()), 600)


def track_keys(record: Json) -> list[str]:
    """Keys of the main order."""
    return [str(t["id"]) for t in record.get("programme", {}).get("tracks", ())]


def numbered(tracks: Tracks, key: str) -> str:
    """The track's number in the main order; a middle dot for hidden audio."""
    return tracks.numbers.get(key, "") or NO_NUMBER


def finding_items(record: Json, tracks: Tracks, statuses: Sequence[str]) -> tuple[BriefItem, ...]:
    """Open findings of some statuses, worst first; those of one check with one remedy are one item."""
    alike: dict[tuple[str, str, str], list[FindingRow]] = {}
    for row in finding_rows(list(record.get("qc", {}).get("findings", ())), tracks):
        if row.status in statuses and not row.waived:
            alike.setdefault((row.status, row.check, row.remedy), []).append(row)
    items = [_item(rows) for rows in alike.values()]
    return tuple(sorted(items, key=lambda item: fig.STATUS_ORDER.index(item.status)))


MOST_PLACES = 24
"""Places that one item lists."""


def _item(rows: Sequence[FindingRow]) -> BriefItem:
    """One finding with its place, or the places of several with the words of the first."""
    first = rows[0]
    message = first.messages[0] + (f" And {len(first.messages) - 1} more like it." if len(first.messages) > 1 else "")
    if len(rows) == 1:
        return BriefItem(first.status, first.word, first.place, message, first.remedy)
    places = [row.place.split(" · ") for row in rows]
    more = f" and {len(rows) - MOST_PLACES} more" if len(rows) > MOST_PLACES else ""
    # Where all of them are in the same targets, these stand once, behind the list.
    targets = {place[1] if len(place) > 1 else "" for place in places}
    tail = f" · {targets.pop()}" if len(targets) == 1 and targets != {""} else ""
    listed = ", ".join(place[0] for place in places[:MOST_PLACES]) + more + tail
    text = f"{listed}. The first: {message}"
    return BriefItem(first.status, first.word, f"{check_name(first.check)}, {len(rows)} times", text, first.remedy)


def folders(target: Json) -> list[tuple[str, list[Json]]]:
    """Deliverables of a target by folder, sheets and checksum lists left out."""
    found: dict[str, list[Json]] = {}
    for item in target.get("deliverables", ()):
        if item.get("role") not in {"checksums", "sheet", "preview"}:
            found.setdefault(str(item.get("path", "")).rpartition("/")[0], []).append(item)
    return list(found.items())
