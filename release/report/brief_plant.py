"""The short version for the plant: order, times, sides or discs, codes, checksums, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from release.report import figures as fig
from release.report.brief import Brief, BriefSection, BriefTable, Column
from release.report.brief_parts import BriefSource, facts_of, finding_items, make_brief, release_facts
from release.report.programme_view import unit_word
from release.report.qc_report import Fact, FileRow
from release.report.record_view import NO_NUMBER, Json, Tracks, ordered_targets
from release.report.target_view import compact_file, word_length

CARRIERS = ("cd", "vinyl", "cassette")
KIND_WORDS = {"cd": "Compact disc", "vinyl": "Vinyl", "cassette": "Cassette"}
SAMPLES_A_CD_FRAME = 588
PAUSE_CD_FRAMES = 150
"""Two seconds lie before the programme: absolute time counts them. Source: IEC 60908, program area."""


def plant_brief(source: BriefSource) -> Brief | None:
    """The paper for who presses, dubs or copies; None where the release has no disc, record or tape."""
    record, tracks = source.record, Tracks(source.record)
    carriers = [(name, target) for name, target in ordered_targets(record) if target.get("kind") in CARRIERS]
    if not carriers:
        return None
    sections = [section for name, target in carriers for section in _carrier(name, target, source)]
    names = {name for name, _ in carriers}
    findings = [f for f in record.get("qc", {}).get("findings", ()) if f.get("target") in names]
    told = finding_items({**record, "qc": {"findings": findings}}, tracks, ("error", "fail", "warn"))
    contact = tuple(fig.name(line) for line in source.contact)
    ask = BriefSection("Whom to ask", lines=contact or ("Nobody is named: ask who sent this.",))
    sections = [ask, *sections, BriefSection("To know", items=told)]
    return make_brief("plant", source, [*release_facts(source), *_mastering(source)], sections, ())


def _mastering(source: BriefSource) -> list[Fact]:
    names = dict.fromkeys(c.name for c in source.release.credits if "master" in c.role.lower())
    return facts_of(("Mastering", ", ".join(names)))


def _carrier(name: str, target: Json, source: BriefSource) -> list[BriefSection]:
    units = list(target.get("units", ()))
    heading = f"{KIND_WORDS[str(target['kind'])]}: {fig.visible(name)}"
    sound = " · ".join(filter(None, [fig.rate(target.get("sample_rate_hz")), word_length(target.get("bit_depth"))]))
    edition = source.editions.get(name)
    facts = facts_of(
        ("Sound", sound),
        (f"{unit_word(target)}s", str(len(units))),
        ("Catalogue number", edition.catalogue_number if edition else ""),
        ("Barcode", edition.barcode if edition else ""),
        *(
            (f"Matrix of side {unit.get('name')}", source.matrix.get((name, str(unit.get("name")))))
            for unit in units
            if unit_word(target) == "Side"
        ),
        *_list_digests(target),
    )
    tables = tuple(_order(target, unit, len(units)) for unit in units)
    return [BriefSection(heading, _times_note(target), tuple(facts), tables, files=_files(target))]


def _list_digests(target: Json) -> list[tuple[str, object]]:
    """What a plant compares first, large: the MD5 of each list that proves all other files of its set."""
    lists = [d for d in target.get("deliverables", ()) if str(d.get("path", "")).rpartition("/")[2] == "CHECKSUM.MD5"]
    is_one = len(lists) == 1
    return [(f"MD5 of {'CHECKSUM.MD5' if is_one else str(d['path']).partition('/')[2]}", d.get("md5")) for d in lists]


def _times_note(target: Json) -> str:
    if target.get("kind") == "cd":
        return "Times are absolute, minutes:seconds:CD frames (75 a second); the programme begins at 00:02:00."
    return "Times are minutes:seconds from the start of the file of each side."


def _order(target: Json, unit: Json, count: int) -> BriefTable:
    is_cd = target.get("kind") == "cd"
    rate_hz = int(target.get("sample_rate_hz") or 44_100)
    tracks = list(unit.get("tracks", ()))
    rows = [
        (
            NO_NUMBER if t.get("number") is None else str(t["number"]),
            fig.name(t.get("title") or t.get("key", "")),
            msf(int(t.get("start", 0))) if is_cd else fig.clock(int(t.get("start", 0)), rate_hz),
            msf(int(t.get("length", 0)), 0) if is_cd else fig.clock(int(t.get("length", 0)), rate_hz),
            fig.isrc(t.get("isrc")),
        )
        for t in tracks
    ]
    samples = int(unit.get("samples") or 0)
    end = msf(samples) if is_cd else fig.clock(samples, rate_hz)
    whole = msf(samples, 0) if is_cd else fig.clock(samples, rate_hz)
    rows.append(("", "Lead-out" if is_cd else "End", end, whole, ""))
    word = f"{unit_word(target)} {unit.get('name', '')}".strip()
    heading = word + (f": {fig.visible(unit['title'])}" if unit.get("title") else "")
    columns = (Column("No.", True), Column("Title"), Column("Start", True), Column("Length", True), Column("ISRC"))
    has_codes = any(row[4] for row in rows)
    kept = columns if has_codes else columns[:4]
    table = tuple(row if has_codes else row[:4] for row in rows)
    return BriefTable(heading if count > 1 or unit_word(target) == "Side" else "", "", kept, table, has_total=True)


def msf(samples: int, pause_cd_frames: int = PAUSE_CD_FRAMES) -> str:
    """``MM:SS:FF`` of a place on a disc at 44.1 kHz, absolute unless told otherwise; a length that is no whole number of CD frames is rounded up."""
    frames = -(-samples // SAMPLES_A_CD_FRAME) + pause_cd_frames
    return f"{frames // 4500:02}:{frames // 75 % 60:02}:{frames % 75:02}"


def _files(target: Json) -> tuple[FileRow, ...]:
    """What is pressed from: the DDP sets where there are any, else every image; the side masters of a record or tape."""
    wanted: Sequence[Json] = [
        d
        for d in target.get("deliverables", ())
        if d.get("role") in {"image", "side", "control"} or (d.get("format") == "ddp" and d.get("role") == "checksums")
    ]
    sets = [d for d in wanted if d.get("format") == "ddp"]
    chosen = sets or wanted
    is_split = len({str(d["path"]).rpartition("/")[0] for d in chosen}) > 1
    return tuple(
        replace(compact_file(d), path=fig.visible(str(d["path"]).partition("/")[2])) if is_split else compact_file(d)
        for d in chosen
    )
