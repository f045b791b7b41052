"""The short version for the label: metadata, codes, credits, deliverables, findings, and who approves."""

from __future__ import annotations

from collections.abc import Sequence

from release.model.metadata import ReleaseInfo, TrackInfo
from release.report import figures as fig
from release.report.approval_view import approval_rows, required_roles, role_words, state_words
from release.report.brief import Brief, BriefItem, BriefSection, BriefTable, Column
from release.report.brief_client import format_words
from release.report.brief_parts import (
    BriefSource,
    facts_of,
    finding_items,
    folders,
    make_brief,
    numbered,
    people,
    release_facts,
    track_keys,
)
from release.report.finding_view import finding_rows
from release.report.programme_view import programme_parts, running_time, total_clock, track_lengths
from release.report.qc_report import Fact
from release.report.record_view import Json, Tracks, ordered_targets, other_artist

ROLES = ("Label", "Artist or producer", "Mastering engineer")
ADVISORY = {"no": "", "yes": "explicit", "clean": "clean version"}
MOST_ITEMS = 20


def label_brief(source: BriefSource) -> Brief:
    """The paper for the people who register, announce and sell it."""
    record, tracks = source.record, Tracks(source.record)
    approvals = _approvals(source)
    sections = (
        BriefSection("Tracks and codes", tables=(_tracks(source, tracks),)),
        BriefSection("Credits", facts=tuple(_credits(source)), tables=tuple(_track_credits(source, tracks))),
        BriefSection("Deliverables", tables=(_deliverables(record),)),
        _findings(record, tracks),
        BriefSection("Who approves", approvals[0], tables=approvals[1]),
    )
    roles = [role_words(role) for role in required_roles(source.required)]
    return make_brief("label", source, _facts(source, tracks), sections, roles or ROLES)


def _facts(source: BriefSource, tracks: Tracks) -> list[Fact]:
    release = source.release
    original = release.original_release_date
    is_reissue = original is not None and original != release.release_date
    return [
        *release_facts(source),
        *facts_of(
            ("Type", release.type + (", compilation" if release.compilation else "")),
            ("Tracks", str(len(tracks.main))),
            ("Running time", running_time(programme_parts(source.record, tracks))),
            ("First released", original.isoformat() if original is not None and is_reissue else ""),
            ("Genre", release.genre),
            ("Language of the words", "none" if release.language == "zxx" else release.language),
            ("℗", release.p_line),
            ("©", release.c_line),
        ),
        *(fact for name, edition in source.editions.items() for fact in _edition(name, edition, release)),
    ]


def _edition(name: str, edition: ReleaseInfo, release: ReleaseInfo) -> list[Fact]:
    """What a target's edition says otherwise."""
    words = [
        value
        for key in ("title", "artist", "label", "catalogue_number", "barcode")
        if (value := getattr(edition, key)) and value != getattr(release, key)
    ]
    return facts_of((f"Edition for {fig.visible(name)}", ", ".join(words)))


def _tracks(source: BriefSource, tracks: Tracks) -> BriefTable:
    artist = str(source.record.get("project", {}).get("artist", ""))
    parts = programme_parts(source.record, tracks)
    lengths = track_lengths(parts)
    infos = {key: source.tracks.get(key) for key in lengths}
    rows = [
        (
            numbered(tracks, key),
            tracks.title(key),
            other_artist(tracks.info.get(key, {}), artist),
            fig.isrc(tracks.info.get(key, {}).get("isrc")) or fig.NOT_MEASURABLE,
            ADVISORY.get(info.explicit, "") if info else "",
            lengths[key],
        )
        for key, info in infos.items()
    ]
    columns = [
        Column("No.", True),
        Column("Title"),
        Column("Artist"),
        Column("ISRC"),
        Column("Advisory"),
        Column("Length", True),
    ]
    kept = [i for i in range(len(columns)) if i not in (2, 4) or any(row[i] for row in rows)]
    last = {1: "Total", len(columns) - 1: total_clock(parts)}
    rows.append(tuple(last.get(i, "") for i in range(len(columns))))  # type: ignore[arg-type]
    note = "A length runs from a track's start to the next one's, with the gap between them."
    if len(parts) > 1:
        note += f" {', '.join(f'{p.heading} {fig.clock(p.samples, p.rate_hz)}' for p in parts)}."
    return BriefTable(
        "", note, tuple(columns[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows), has_total=True
    )


def _credits(source: BriefSource) -> list[Fact]:
    by_role: dict[str, dict[str, None]] = {}
    for credit in source.release.credits:
        by_role.setdefault(credit.role, {}).setdefault(credit.name)
    return [Fact(fig.name(role[:1].upper() + role[1:]), fig.name(", ".join(names))) for role, names in by_role.items()]


def _track_credits(source: BriefSource, tracks: Tracks) -> list[BriefTable]:
    alike: dict[tuple[str, str, str], list[str]] = {}
    for key in track_keys(source.record):
        info = source.tracks.get(key)
        if info is not None and (info.writers or info.credits or info.work):
            publishers = ", ".join(dict.fromkeys(w.publisher for w in info.writers if w.publisher))
            alike.setdefault((_writers(info), fig.name(publishers), _others(info)), []).append(key)
    if not alike:
        return []
    rows = [(_which(keys, tracks), *words) for words, keys in alike.items()]
    columns = (Column("Track"), Column("Written by"), Column("Published by"), Column("Others"))
    kept = [i for i in range(4) if i == 0 or any(row[i] for row in rows)]
    return [BriefTable("", "", tuple(columns[i] for i in kept), tuple(tuple(r[i] for i in kept) for r in rows))]


def _which(keys: Sequence[str], tracks: Tracks) -> str:
    """``All tracks``, ``Tracks 1, 2, 5``, or the one track by its title."""
    if len(keys) == 1:
        return tracks.label(keys[0])
    if len(keys) == len(tracks.main):
        return "All tracks"
    return "Tracks " + ", ".join(tracks.numbers.get(key, "") or fig.isolated(tracks.title(key)) for key in keys)


def _writers(info: TrackInfo) -> str:
    composer = [("composer", info.work.composer)] if info.work and info.work.composer else []
    return people([*composer, *((w.role, w.name) for w in info.writers)])


def _others(info: TrackInfo) -> str:
    return people([(c.role, c.name) for c in info.credits])


def _deliverables(record: Json) -> BriefTable:
    rows = []
    for name, target in ordered_targets(record):
        for folder, items in folders(target):
            sound = next((d for d in items if d.get("sample_rate_hz")), {})
            depth = f"{sound['bit_depth']} bit" if sound.get("bit_depth") else ""
            rows.append(
                (
                    fig.visible(folder or name),
                    format_words(folder, items),
                    " · ".join(filter(None, [fig.rate(sound.get("sample_rate_hz")) if sound else "", depth])),
                    str(len(items)),
                    fig.size(sum(int(d.get("bytes") or 0) for d in items)),
                    "yes" if all(_is_proved(d) for d in items) else "NO",
                )
            )
    columns = (
        Column("Folder"),
        Column("Form"),
        Column("Sound"),
        Column("Files", True),
        Column("Size", True),
        Column("Read back"),
    )
    return BriefTable("", "Checksums lie in each folder and stand in the QC report.", columns, tuple(rows))


def _is_proved(item: Json) -> bool:
    verified = item.get("verified") or {}
    return bool(verified) and not any(value is False for value in verified.values())  # 0.0 is a gain, not a failure


def _findings(record: Json, tracks: Tracks) -> BriefSection:
    items = finding_items(record, tracks, ("error", "fail", "warn"))
    waived = [r for r in finding_rows(list(record.get("qc", {}).get("findings", ())), tracks) if r.waived]
    told = [BriefItem(r.status, f"{r.word}, waived", r.place, " ".join(r.messages), r.waived) for r in waived]
    shown = [*items, *told]
    lines = [] if shown else ["No check asks for a decision."]
    if len(shown) > MOST_ITEMS:
        lines.append(f"{fig.count(len(shown) - MOST_ITEMS, 'further finding')} in the QC report.")
    return BriefSection("Findings", items=tuple(shown[:MOST_ITEMS]), lines=tuple(lines))


def _approvals(source: BriefSource) -> tuple[str, tuple[BriefTable, ...]]:
    named = bool(required_roles(source.required))
    note = "Nothing ships before these have approved exactly this build."
    if not named:
        note = (
            "The manifest asks for one approval of each target, in any role;"
            " the roles in the form are only what is usual, nobody asked for them."
        )
    is_told = any(state.state for state in source.required)
    if not named and not is_told:
        return note, ()
    rows = [
        (r.role, r.targets, state_words(s))
        for r, s in zip(approval_rows(source.required), source.required, strict=True)
    ]
    columns = (Column("Role"), Column("Of"), Column("State when this paper was made" if is_told else "Listening"))
    kept = 3 if any(row[2] for row in rows) else 2
    return note, (BriefTable("", "", columns[:kept], tuple(row[:kept] for row in rows)),)
