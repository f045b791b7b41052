"""Builds the QC report's view record from the record of a build (``release.json`` as a dictionary)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.qc.registry import check_name
from release.report import figures as fig
from release.report.qc_report import (
    Fact,
    FileRow,
    FindingGroup,
    FindingRow,
    GainRow,
    OrderRow,
    OrderTable,
    QcReport,
    Remark,
    Table,
    TableRow,
    TargetSection,
    TrackSection,
    Verdict,
)

Json = Mapping[str, Any]

HEADLINES = {
    "pass": "Passed",
    "note": "Passed",
    "warn": "Passed with warnings",
    "fail": "Not passed",
    "error": "Not finished",
}
SIGNOFF_ROLES = ("Mastering engineer", "QC listener", "Artist or producer", "Label")
LEVEL_COLUMNS = (
    ("integrated_lufs", "Integrated LUFS"),
    ("range_lu", "Range LU"),
    ("max_short_term_lufs", "Max short-term LUFS"),
    ("max_momentary_lufs", "Max momentary LUFS"),
    ("true_peak_dbtp", "True peak dBTP"),
    ("sample_peak_dbfs", "Sample peak dBFS"),
)
EXPLANATIONS = (
    Fact("Integrated loudness", "Gated loudness of the whole piece, ITU-R BS.1770-5 and EBU R 128, in LUFS."),
    Fact("Range", "Loudness range, EBU Tech 3342, in LU. Not yet stable on pieces shorter than a minute."),
    Fact("Short-term, momentary", "Highest loudness of any 3 s and of any 400 ms, EBU Tech 3341."),
    Fact("True peak", "Highest peak between the samples too, ITU-R BS.1770-5 Annex 2, in dBTP; 0 is full scale."),
    Fact("–", "Not measurable: silent, or shorter than the measurement needs."),
    Fact("SHA-256, MD5", "Checksums of the file as delivered; any program that computes them can confirm the file."),
    Fact(
        "Identity",
        "SHA-256 of release.json, the record of this build. An approval of this report means exactly that record.",
    ),
)


def build_view(
    record: Json,
    identity: str,
    *,
    check_titles: Mapping[str, str] | None = None,
    charts: Mapping[str, str] | None = None,
    chart_target: str = "",
) -> QcReport:
    """The QC report of one build.

    Args:
        record: ``release.json`` as a dictionary.
        identity: SHA-256 of its bytes, lower-case hex.
        check_titles: title of each check by id; an unknown id is its own title.
        charts: charts that exist: ``album`` and ``track/<key>``; only their names are used here.
        chart_target: target whose sound the charts show.
    """
    tracks = _Tracks(record)
    findings = list(record.get("qc", {}).get("findings", ()))
    rows = _rows(findings, tracks)
    project = record.get("project", {})
    available = charts or {}
    return QcReport(
        title=fig.visible(project.get("title", "")),
        artist=fig.visible(project.get("artist", "")),
        document="Quality control report",
        language="en",
        identity=fig.groups(identity),
        identity_short=identity[:12],
        verdict=_verdict(record, findings),
        facts=_facts(record, tracks),
        order=_programme_order(record, tracks),
        overview_chart="album" if "album" in available else "",
        overview_note=_overview_note(chart_target),
        groups=_groups(rows, check_titles or {}),
        waived=tuple(row for row in rows if row.waived),
        tracks=_track_sections(record, tracks, available, chart_target),
        targets=tuple(_target(name, target, tracks) for name, target in ordered_targets(record)),
        sources=tuple(_source_row(item) for item in record.get("sources", ())),
        tools=_tools(record.get("tool", {})),
        signoff_roles=SIGNOFF_ROLES,
        explanations=EXPLANATIONS,
    )


def ordered_targets(record: Json) -> list[tuple[str, Json]]:
    """Targets in the order of the house: streaming, download, cd, vinyl, cassette; by name within a kind."""
    targets = record.get("targets", {})
    last = len(fig.KIND_ORDER)
    rank = {kind: i for i, kind in enumerate(fig.KIND_ORDER)}
    return sorted(targets.items(), key=lambda item: (rank.get(item[1].get("kind", ""), last), item[0]))


class _Tracks:
    """Numbers and titles by track key, gathered from the programme and from all targets."""

    def __init__(self, record: Json) -> None:
        self.rate_hz = int(record.get("programme", {}).get("sample_rate_hz") or 44_100)
        self.main: list[Json] = list(record.get("programme", {}).get("tracks", ()))
        self.info: dict[str, Json] = {}
        for _, target in ordered_targets(record):
            for unit in target.get("units", ()):
                for track in unit.get("tracks", ()):
                    self.info.setdefault(str(track.get("key")), track)
        self.numbers: dict[str, str] = {}
        for i, track in enumerate(self.main, start=1):
            key = str(track["id"])
            printed = self.info[key].get("number") if key in self.info else i
            self.numbers[key] = "" if printed is None else str(printed)

    def title(self, key: str) -> str:
        """Title as printed; the key where nothing else is known."""
        for track in self.main:
            if str(track["id"]) == key:
                return fig.visible(track.get("title") or key)
        return fig.visible(self.info.get(key, {}).get("title") or key)

    def label(self, key: str | None) -> str:
        """``2 Tide``: number and title."""
        if not key:
            return ""
        return f"{self.numbers.get(key, '')} {self.title(key)}".strip()


def _verdict(record: Json, findings: Sequence[Json]) -> Verdict:
    open_findings = [f for f in findings if not f.get("waived")]
    status = next((s for s in fig.STATUS_ORDER if any(f.get("status") == s for f in open_findings)), "pass")
    if str(record.get("qc", {}).get("status", "")).startswith("fail") and status not in {"fail", "error"}:
        status = "fail"
    counted = [(s, sum(f.get("status") == s for f in open_findings)) for s in fig.STATUS_ORDER]
    waived = len(findings) - len(open_findings)
    words = [fig.count(n, fig.STATUS_WORDS[s].lower(), fig.STATUS_PLURALS[s]) for s, n in counted if n]
    found = fig.sentence(words) or "no findings"
    tail = f"; {fig.count(waived, 'finding')} waived" if waived else ""
    meaning = {
        "fail": "The release is not right as it stands: what to do is said with each failure.",
        "error": "A check could not finish, so this report is not complete and cannot be signed.",
        "warn": "Nothing forbids sign-off; each warning needs a decision by a person.",
    }.get(status, "Nothing found stands in the way of sign-off.")
    return Verdict(
        status=status,
        headline=HEADLINES.get(status, status),
        statement=f"{found[:1].upper()}{found[1:]}{tail}. {meaning}",
        counts=(
            *(
                Fact(fig.STATUS_WORDS[s] if n == 1 else fig.STATUS_PLURALS[s].capitalize(), str(n))
                for s, n in counted
                if s != "error" or n
            ),
            Fact("Waived", str(waived)),
        ),
    )


def _facts(record: Json, tracks: _Tracks) -> tuple[Fact, ...]:
    project = record.get("project", {})
    deliverables = [d for _, t in ordered_targets(record) for d in t.get("deliverables", ())]
    pairs = [
        ("Catalogue number", project.get("catalogue_number")),
        ("Barcode", project.get("barcode")),
        ("Label", project.get("label")),
        ("Release date", project.get("release_date")),
        ("Type", project.get("type")),
        ("Tracks", str(len(tracks.main))),
        ("Running time", fig.duration(_programme_length(tracks), tracks.rate_hz)),
        ("Programme rate", fig.rate(tracks.rate_hz)),
        ("Targets", ", ".join(name for name, _ in ordered_targets(record))),
        (
            "Deliverables",
            f"{fig.count(len(deliverables), 'file')}, {fig.size(sum(int(d.get('bytes') or 0) for d in deliverables))}",
        ),
    ]
    return tuple(Fact(label, fig.visible(value)) for label, value in pairs if value)


def _programme_length(tracks: _Tracks) -> int:
    """Samples from the start of the programme to the end of its last track."""
    return max((int(t.get("start", 0)) + int(t.get("length", 0)) for t in tracks.main), default=0)


def _programme_order(record: Json, tracks: _Tracks) -> OrderTable:
    artist = record.get("project", {}).get("artist", "")
    rows = [
        OrderRow(
            number=tracks.numbers.get(str(t["id"]), "") or NO_NUMBER,
            title=tracks.title(str(t["id"])),
            artist=_other_artist(tracks.info.get(str(t["id"]), {}), artist),
            isrc=fig.isrc(tracks.info.get(str(t["id"]), {}).get("isrc")),
            start=fig.clock(int(t.get("start", 0)), tracks.rate_hz),
            length=fig.clock(int(t.get("length", 0)), tracks.rate_hz),
        )
        for t in tracks.main
    ]
    return OrderTable("Order and times", "", tuple(rows), fig.clock(_programme_length(tracks), tracks.rate_hz))


NO_NUMBER = "·"


def _other_artist(track: Json, release_artist: str) -> str:
    """The track's artist where it is not the release's."""
    name = str(track.get("artist") or "")
    return "" if name == release_artist else fig.visible(name)


def _finding_row(findings: Sequence[Json], tracks: _Tracks) -> FindingRow:
    """One row for a finding and its like in other targets: same check, code and track."""
    first = findings[0]
    status = str(first.get("status", "note"))
    targets = dict.fromkeys(str(f["target"]) for f in findings if f.get("target"))
    place = [tracks.label(first.get("track")), ", ".join(targets)]
    if first.get("at_s") is not None and len(findings) == 1:
        place.append(f"at {fig.clock_seconds(float(first['at_s']))}")
    messages = list(dict.fromkeys(str(f.get("message", "")) for f in findings))
    if len(messages) > 1:
        messages = list(dict.fromkeys(f"{f.get('target')}: {f.get('message', '')}" for f in findings))
    return FindingRow(
        status=status,
        word=fig.STATUS_WORDS.get(status, status),
        check=str(first.get("check", "")),
        place=fig.visible(" · ".join(filter(None, place))),
        message=fig.prose(" ".join(messages)),
        remedy=fig.prose(first.get("remedy") or ""),
        waived=fig.prose(first.get("waived") or ""),
    )


def _rows(findings: Sequence[Json], tracks: _Tracks) -> list[FindingRow]:
    alike: dict[tuple[Any, ...], list[Json]] = {}
    for i, finding in enumerate(findings):
        # Findings that name no track and no target are each their own; so is a second one of the same kind in a target.
        key = tuple(finding.get(name) for name in ("check", "code", "status", "track", "waived"))
        same = alike.get(key)
        is_like = (
            bool(same)
            and bool(finding.get("target"))
            and finding["target"] not in {f.get("target") for f in same or ()}
        )
        alike.setdefault(key if is_like or same is None else (*key, i), []).append(finding)
    return [_finding_row(group, tracks) for group in alike.values()]


def _groups(rows: Sequence[FindingRow], rules: Mapping[str, str]) -> tuple[FindingGroup, ...]:
    """Open findings by status, worst first, then by check in the order found."""
    groups: dict[tuple[int, str], list[FindingRow]] = {}
    for row in rows:
        if not row.waived and row.status in fig.STATUS_ORDER:
            groups.setdefault((fig.STATUS_ORDER.index(row.status), row.check), []).append(row)
    return tuple(
        FindingGroup(
            fig.STATUS_ORDER[rank], found[0].word, check, check_name(check), rules.get(check, ""), tuple(found)
        )
        for (rank, check), found in sorted(groups.items(), key=lambda item: item[0][0])
    )


def _overview_note(chart_target: str) -> str:
    if not chart_target:
        return ""
    return (
        f"As delivered in the target {fig.visible(chart_target)}. Above: waveform and short-term loudness in running order."
        " Below: integrated loudness (bar, LUFS) and true peak (line, dBTP) of each track."
    )


def delivered_loudness(target: Json) -> dict[str, Json]:
    """Loudness of each delivered PCM track of a target, by key."""
    return {
        str(track["key"]): track["loudness"]
        for unit in target.get("units", ())
        for track in unit.get("tracks", ())
        if track.get("loudness")
    }


def _track_sections(
    record: Json, tracks: _Tracks, charts: Mapping[str, str], chart_target: str
) -> tuple[TrackSection, ...]:
    target = record.get("targets", {}).get(chart_target, {})
    delivered = delivered_loudness(target)
    gains = {str(g.get("track")): g for g in target.get("gains", ())}
    sections = []
    for track in tracks.main:
        key = str(track["id"])
        loudness = delivered.get(key) or {}
        figures = [_with_unit(name, loudness.get(field)) for field, name in LEVEL_COLUMNS] if loudness else []
        if key in gains:
            figures.append(Fact("Gain", f"{fig.gain(gains[key].get('gain_db'))} dB"))
        sections.append(
            TrackSection(
                number=tracks.numbers.get(key, "") or NO_NUMBER,
                title=tracks.title(key),
                artist=_other_artist(tracks.info.get(key, {}), record.get("project", {}).get("artist", "")),
                length=fig.clock(int(track.get("length", 0)), tracks.rate_hz),
                chart=f"track/{key}" if f"track/{key}" in charts else "",
                figures=tuple(figures),
                remarks=_remarks(record, key),
            )
        )
    return tuple(sections)


def _remarks(record: Json, key: str) -> tuple[Remark, ...]:
    """Findings of one track: one line for each check and code, with the targets that it was found in."""
    alike: dict[tuple[str, str, str], list[Json]] = {}
    for finding in record.get("qc", {}).get("findings", ()):
        if finding.get("track") == key:
            alike.setdefault((str(finding["check"]), str(finding.get("code")), str(finding["status"])), []).append(
                finding
            )
    remarks = []
    for (_, _, status), findings in alike.items():
        targets = ", ".join(dict.fromkeys(str(f["target"]) for f in findings if f.get("target")))
        message = str(findings[0].get("message", ""))
        more = len(dict.fromkeys(f.get("message") for f in findings)) - 1
        text = (f"{targets}: " if targets else "") + message + (f" And {more} more like it." if more > 0 else "")
        waived = " (waived)" if all(f.get("waived") for f in findings) else ""
        remarks.append(Remark(status, fig.STATUS_WORDS.get(status, status) + waived, fig.prose(text)))
    return tuple(remarks)


def _with_unit(column: str, value: float | None) -> Fact:
    """A column's name and unit, parted: ``True peak dBTP`` and -1 is ``True peak``: ``−1.0 dBTP``."""
    label, unit = column.rsplit(" ", 1)
    return Fact(label, fig.level(value) if value is None else f"{fig.level(value)} {unit}")


def _target(name: str, target: Json, tracks: _Tracks) -> TargetSection:
    deliverables = list(target.get("deliverables", ()))
    return TargetSection(
        name=fig.visible(name),
        kind=str(target.get("kind", "")),
        status=str(target.get("status", "")),
        facts=_target_facts(target, deliverables),
        orders=_unit_orders(target),
        levels=_level_tables(target, tracks),
        gains=tuple(
            GainRow(tracks.label(str(g.get("track"))), fig.gain(g.get("gain_db")), fig.prose(g.get("reason") or ""))
            for g in target.get("gains", ())
        ),
        files=tuple(_file_row(d) for d in deliverables),
    )


def _target_facts(target: Json, deliverables: Sequence[Json]) -> tuple[Fact, ...]:
    level = target.get("level") or {}
    depth = target.get("bit_depth")
    pairs = [
        ("Kind", str(target.get("kind", ""))),
        ("State", STATES.get(str(target.get("status", "")), str(target.get("status", "")))),
        ("PCM", " · ".join(filter(None, [fig.rate(target.get("sample_rate_hz")), _word_length(depth)]))),
        ("Files", f"{len(deliverables)}, {fig.size(sum(int(d.get('bytes') or 0) for d in deliverables))}"),
        ("Level", _level_words(level)),
        ("Ceiling", "" if level.get("ceiling_dbtp") is None else f"{fig.level(level['ceiling_dbtp'])} dBTP"),
        ("Limiter", _limiter_words(level)),
        (
            "Held back",
            f"{fig.level(level['held_back_db'], 2)} dB: {level.get('held_back_because', '')}"
            if level.get("held_back_db")
            else "",
        ),
    ]
    return tuple(Fact(label, fig.visible(value)) for label, value in pairs if value)


STATES = {"passed": "passed", "failed": "not passed", "stale": "stale: inputs have changed since it was built"}


def _word_length(depth: int | None) -> str:
    if depth is None:
        return ""
    return "32-bit float" if depth == 32 else f"{depth} bit"


def _level_words(level: Json) -> str:
    if not level:
        return ""
    words = [str(level.get("match", ""))]
    if level.get("aim_lufs") is not None:
        words.append(f"aim {fig.level(level['aim_lufs'])} LUFS")
    if level.get("reached_lufs") is not None:
        words.append(f"reached {fig.level(level['reached_lufs'])} LUFS")
    return ", ".join(words)


def _limiter_words(level: Json) -> str:
    if not level:
        return ""
    if not level.get("limiter"):
        return "none"
    most = level.get("max_reduction_db")
    return "on" if most is None else f"takes {fig.level(most)} dB at most"


def _unit_orders(target: Json) -> tuple[OrderTable, ...]:
    """Order tables of discs and sides; a target with one plain set of files repeats the main order and needs none."""
    units = list(target.get("units", ()))
    if len(units) < 2 and target.get("kind") in {"streaming", "download"}:
        return ()
    word = _unit_word(target)
    tables = []
    for unit in units:
        rate_hz = int(unit.get("sample_rate_hz") or target.get("sample_rate_hz") or 44_100)
        rows = [
            OrderRow(
                number="" if t.get("number") is None else str(t["number"]),
                title=fig.visible(t.get("title", "")),
                artist="",
                isrc=fig.isrc(t.get("isrc")),
                start=fig.clock(int(t.get("start", 0)), rate_hz),
                length=fig.clock(int(t.get("length", 0)), rate_hz),
            )
            for t in unit.get("tracks", ())
        ]
        length = int(
            unit.get("samples")
            or max((int(t.get("start", 0)) + int(t.get("length", 0)) for t in unit.get("tracks", ())), default=0)
        )
        heading = f"{word} {unit.get('name', '')}".strip() + (
            f": {fig.visible(unit['title'])}" if unit.get("title") else ""
        )
        tables.append(OrderTable(heading, "", tuple(rows), fig.clock(length, rate_hz)))
    return tuple(tables)


def _level_tables(target: Json, tracks: _Tracks) -> tuple[Table, ...]:
    columns = tuple(name for _, name in LEVEL_COLUMNS)
    units = list(target.get("units", ()))
    word = _unit_word(target)
    tables = []
    for unit in units:
        rows = [
            TableRow(tracks.label(str(t.get("key"))), _level_cells(t["loudness"]))
            for t in unit.get("tracks", ())
            if t.get("loudness")
        ]
        if not rows:
            continue
        if unit.get("loudness") and len(rows) > 1:
            rows.append(TableRow(TOGETHER, _level_cells(unit["loudness"])))
        name = (
            f"Levels as delivered: {word.lower()} {unit.get('name', '')}" if len(units) > 1 else "Levels as delivered"
        )
        tables.append(Table(name, "", columns, tuple(rows)))
    lossy = _lossy_table(target, tracks)
    return (*tables, lossy) if lossy else tuple(tables)


TOGETHER = "All tracks"


def _level_cells(loudness: Json) -> tuple[str, ...]:
    return tuple(fig.level(loudness.get(field)) for field, _ in LEVEL_COLUMNS)


def _unit_word(target: Json) -> str:
    return "Side" if target.get("kind") in {"vinyl", "cassette"} else "Disc"


def _lossy_table(target: Json, tracks: _Tracks) -> Table | None:
    """True peak after decoding, a column for each lossy format folder."""
    peaks: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {}
    for item in target.get("deliverables", ()):
        if item.get("format") in fig.LOSSY_FORMATS and item.get("track") and item.get("loudness"):
            parts = str(item.get("path", "")).split("/")
            column = parts[1] if len(parts) > 2 else str(item["format"])
            columns.setdefault(column)
            peaks.setdefault(str(item["track"]), {})[column] = fig.level(item["loudness"].get("true_peak_dbtp"))
    if not peaks:
        return None
    rows = [TableRow(tracks.label(key), tuple(found.get(c, "") for c in columns)) for key, found in peaks.items()]
    return Table("True peak of lossy files after decoding", "dBTP", tuple(fig.visible(c) for c in columns), tuple(rows))


def _file_row(item: Json) -> FileRow:
    facts = [str(item.get("format") or item.get("role") or "")]
    if item.get("sample_rate_hz"):
        facts.append(fig.rate(item["sample_rate_hz"]))
    if item.get("bit_depth"):
        facts.append(f"{item['bit_depth']} bit")
    if item.get("samples") and item.get("sample_rate_hz"):
        facts.append(fig.clock(int(item["samples"]), int(item["sample_rate_hz"])))
    facts.append(fig.size(int(item.get("bytes") or 0)))
    return FileRow(
        path=fig.visible(item.get("path", "")),
        facts=" · ".join(filter(None, facts)),
        verified=_verified(item.get("verified")),
        sha256=fig.groups(str(item.get("sha256") or "")),
        md5=fig.groups(str(item.get("md5") or "")),
    )


def _verified(verified: Any) -> str:
    """What the read-back said of a file, in a few words."""
    if not isinstance(verified, Mapping) or not verified:
        return "not read back"
    told = {str(name): value for name, value in verified.items() if name != "by"}
    wrong = [name for name, value in told.items() if value is False]
    if wrong:
        return "MISMATCH: " + fig.visible(", ".join(wrong)).replace("_", " ")
    words = [
        name if value is True else f"{name} {value}"
        for name, value in sorted(told.items())
        if isinstance(value, bool | int | float | str)
    ]
    by = f" by {verified['by']}" if verified.get("by") else ""
    proved = f": {', '.join(words)}" if words else ""
    return fig.visible(f"read back{by}{proved}").replace("_", " ")


def _source_row(item: Json) -> FileRow:
    rate_hz = int(item.get("sample_rate_hz") or 0)
    channels = {1: "mono", 2: "stereo"}.get(item.get("channels") or 0, f"{item.get('channels')} channels")
    facts = [
        str(item.get("container", "")),
        str(item.get("codec", "")),
        fig.rate(rate_hz or None),
        _word_length(item.get("bit_depth")),
    ]
    facts += [channels, fig.clock(int(item.get("samples") or 0), rate_hz) if rate_hz else ""]
    return FileRow(
        fig.visible(item.get("id", "")),
        " · ".join(filter(None, facts)),
        "",
        fig.groups(str(item.get("sha256") or "")),
        (),
    )


def _tools(tool: Json) -> tuple[Fact, ...]:
    facts = [Fact(fig.visible(tool.get("name", "release")), fig.visible(tool.get("version", "")))]
    libraries = tool.get("libraries") or {}
    facts += [Fact(fig.visible(name), fig.visible(version)) for name, version in sorted(libraries.items())]
    if tool.get("platform"):
        facts.append(Fact("Platform", fig.visible(tool["platform"])))
    return tuple(facts)
