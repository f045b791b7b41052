"""Builds the QC report's view record from the record of a build (``release.json`` as a dictionary)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.report import figures as fig
from release.report.approval_view import role_words
from release.report.cohesion_view import cohesion_section
from release.report.finding_view import finding_groups, finding_rows, remarks_of, verdict_of
from release.report.programme_view import programme_parts, running_time, track_lengths
from release.report.qc_report import Fact, FileRow, OrderRow, OrderTable, QcReport, TrackSection
from release.report.record_view import (
    LEVEL_COLUMNS,
    NO_NUMBER,
    Json,
    Tracks,
    delivered_loudness,
    ordered_targets,
    other_artist,
    with_unit,
)
from release.report.target_view import target_section, word_length

SIGNOFF_ROLES = ("Mastering engineer", "QC listener", "Artist or producer", "Label")
EXPLANATIONS = (
    Fact("Integrated loudness", "Gated loudness of the whole piece, ITU-R BS.1770-5 and EBU R 128, in LUFS."),
    Fact("Range", "Loudness range, EBU Tech 3342, in LU. Not yet stable on pieces shorter than a minute."),
    Fact("Short-term, momentary", "Highest loudness of any 3 s and of any 400 ms, EBU Tech 3341."),
    Fact("True peak", "Highest peak between the samples too, ITU-R BS.1770-5 Annex 2, in dBTP; 0 is full scale."),
    Fact("PLR", "Peak to loudness ratio: true peak over integrated loudness, AES TD1004."),
    Fact("Side", "Level of (L − R)/2 against (L + R)/2: the wider, the higher."),
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
    roles: Sequence[str] = (),
) -> QcReport:
    """The QC report of one build.

    Args:
        record: ``release.json`` as a dictionary.
        identity: SHA-256 of its bytes, lower-case hex.
        check_titles: title of each check by id; an unknown id is its own title.
        charts: charts that exist: ``album``, ``track/<key>`` and ``cohesion/<number>``; only their names are used here.
        chart_target: target whose sound the charts show.
        roles: that the project asks approvals of, for the form. What they have said does not stand here: an approval names
            the bytes of this report, which must be the same before and after it.
    """
    tracks = Tracks(record)
    findings = list(record.get("qc", {}).get("findings", ()))
    rows = finding_rows(findings, tracks, with_distance=True)
    project = record.get("project", {})
    available = charts or {}
    return QcReport(
        title=fig.name(project.get("title", "")),
        artist=fig.name(project.get("artist", "")),
        document="Quality control report",
        language="en",
        identity=fig.groups(identity),
        identity_short=identity[:12],
        verdict=verdict_of(record, findings),
        facts=_facts(record, tracks),
        orders=_programme_orders(record, tracks),
        overview_chart="album" if "album" in available else "",
        overview_note=_overview_note(chart_target),
        groups=finding_groups(rows, check_titles or {}),
        waived=tuple(row for row in rows if row.waived),
        tracks=_track_sections(record, tracks, available, chart_target),
        cohesion=cohesion_section(record, tracks, available),
        targets=tuple(target_section(name, target, tracks) for name, target in ordered_targets(record)),
        sources=tuple(_source_row(item) for item in record.get("sources", ())),
        tools=_tools(record.get("tool", {})),
        signoff_roles=tuple(map(role_words, roles)) or SIGNOFF_ROLES,
        explanations=EXPLANATIONS,
    )


def _facts(record: Json, tracks: Tracks) -> tuple[Fact, ...]:
    project = record.get("project", {})
    deliverables = [d for _, t in ordered_targets(record) for d in t.get("deliverables", ())]
    pairs = [
        ("Catalogue number", project.get("catalogue_number")),
        ("Barcode", project.get("barcode")),
        ("Label", project.get("label")),
        ("Release date", project.get("release_date")),
        ("Type", project.get("type")),
        ("Tracks", str(len(tracks.main))),
        ("Running time", running_time(programme_parts(record, tracks))),
        ("Programme rate", fig.rate(tracks.rate_hz)),
        ("Targets", ", ".join(name for name, _ in ordered_targets(record))),
        (
            "Deliverables",
            f"{fig.count(len(deliverables), 'file')}, {fig.size(sum(int(d.get('bytes') or 0) for d in deliverables))}",
        ),
    ]
    return tuple(Fact(label, fig.visible(value)) for label, value in pairs if value)


def _programme_orders(record: Json, tracks: Tracks) -> tuple[OrderTable, ...]:
    """A table for each disc or side; the note stands with the last."""
    artist = record.get("project", {}).get("artist", "")
    parts = programme_parts(record, tracks)
    note = "A length runs from a track's start to the next one's, with the gap and the hidden audio between them."
    tables = []
    for i, part in enumerate(parts, start=1):
        rows = tuple(
            OrderRow(
                number=tracks.numbers.get(t.key, "") or NO_NUMBER,
                title=tracks.title(t.key),
                artist=other_artist(tracks.info.get(t.key, {}), artist),
                isrc=fig.isrc(tracks.info.get(t.key, {}).get("isrc")),
                start=fig.clock(t.start, part.rate_hz),
                length=fig.clock(t.length, part.rate_hz),
            )
            for t in part.tracks
        )
        last = note if i == len(parts) else ""
        tables.append(OrderTable(part.heading or "Order and times", last, rows, fig.clock(part.samples, part.rate_hz)))
    return tuple(tables)


def _overview_note(chart_target: str) -> str:
    if not chart_target:
        return ""
    return (
        f"As delivered in the target {fig.visible(chart_target)}. Above: waveform and short-term loudness in running order."
        " Below: integrated loudness (bar, LUFS) and true peak (line, dBTP) of each track."
    )


def _track_sections(
    record: Json, tracks: Tracks, charts: Mapping[str, str], chart_target: str
) -> tuple[TrackSection, ...]:
    target = record.get("targets", {}).get(chart_target, {})
    delivered = delivered_loudness(target)
    gains = {str(g.get("track")): g for g in target.get("gains", ())}
    sections = []
    lengths = track_lengths(programme_parts(record, tracks))
    for track in tracks.main:
        key = str(track["id"])
        loudness = delivered.get(key) or {}
        figures = [with_unit(name, loudness.get(field)) for field, name in LEVEL_COLUMNS] if loudness else []
        if key in gains:
            figures.append(Fact("Gain", f"{fig.gain(gains[key].get('gain_db'))} dB"))
        sections.append(
            TrackSection(
                number=tracks.numbers.get(key, "") or NO_NUMBER,
                title=tracks.title(key),
                artist=other_artist(tracks.info.get(key, {}), record.get("project", {}).get("artist", "")),
                length=lengths[key],
                chart=f"track/{key}" if f"track/{key}" in charts else "",
                figures=tuple(figures),
                remarks=remarks_of(record, key),
            )
        )
    return tuple(sections)


def _source_row(item: Json) -> FileRow:
    rate_hz = int(item.get("sample_rate_hz") or 0)
    channels = {1: "mono", 2: "stereo"}.get(item.get("channels") or 0, f"{item.get('channels')} channels")
    facts = [
        str(item.get("container", "")),
        str(item.get("codec", "")),
        fig.rate(rate_hz or None),
        "" if str(item.get("codec", "")).startswith("float") else word_length(item.get("bit_depth")),
    ]
    facts += [channels, fig.clock(int(item.get("samples") or 0), rate_hz) if rate_hz else ""]
    return FileRow(
        fig.visible(item.get("id", "")),
        " · ".join(filter(None, facts)),
        "",
        fig.groups(str(item.get("sha256") or ""), 32),
        (),
    )


def _tools(tool: Json) -> tuple[Fact, ...]:
    facts = [Fact(fig.visible(tool.get("name", "release")), fig.visible(tool.get("version", "")))]
    libraries = tool.get("libraries") or {}
    facts += [Fact(fig.visible(name), fig.visible(version)) for name, version in sorted(libraries.items())]
    if tool.get("platform"):
        facts.append(Fact("Platform", fig.visible(tool["platform"])))
    return tuple(facts)
