"""The short version for the client: what was made, how loud, how it sounds beside the others, what to listen for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from release.report import figures as fig
from release.report.brief import Brief, BriefItem, BriefSection, BriefTable, Column
from release.report.brief_parts import (
    BriefSource,
    facts_of,
    folders,
    make_brief,
    numbered,
    release_facts,
)
from release.report.client_findings import client_items
from release.report.cohesion_view import WORDS, compared
from release.report.programme_view import programme_parts, running_time, track_lengths, unit_word
from release.report.record_view import Json, Tracks, delivered_loudness, ordered_targets
from release.report.target_view import word_length

ROLES = ("Artist", "Producer")
MOST_ITEMS = 12
"""Findings and outliers that are told one by one; the QC report has all."""
FORMAT_NAMES = {
    "flac": "FLAC",
    "wav": "WAV",
    "aiff": "AIFF",
    "alac": "ALAC",
    "mp3": "MP3",
    "aac": "AAC",
    "opus": "Opus",
}
IMAGE_NAMES = {"ddp": "DDP 2.00", "cue": "CUE", "toc": "TOC"}


def client_brief(source: BriefSource, charts: Mapping[str, str], chart_target: str) -> Brief:
    """The paper for the people whose music it is.

    Args:
        source: the build and what the manifest says.
        charts: pictures that exist, by name; only ``album`` is used.
        chart_target: the target whose sound they show, and whose tracks are told one by one.
    """
    record, tracks = source.record, Tracks(source.record)
    facts = [
        *release_facts(source),
        *facts_of(("Tracks", str(len(tracks.main))), ("Running time", running_time(programme_parts(record, tracks)))),
    ]
    sections = (
        BriefSection("What was made", tables=(_made(record),)),
        BriefSection("How loud it is", tables=(_loudness(record),), lines=_predictions(record)),
        _beside(record, tracks, charts, chart_target),
        _listening(record, tracks),
        _join_section(record, tracks, chart_target or _first_target(record)),
    )
    return make_brief("client", source, facts, sections, ROLES)


def _made(record: Json) -> BriefTable:
    rows = [
        (
            fig.visible(name),
            ", ".join(dict.fromkeys(format_words(folder, items) for folder, items in folders(target))),
            " · ".join(filter(None, [fig.rate(target.get("sample_rate_hz")), word_length(target.get("bit_depth"))])),
            _unit_count(target),
            fig.size(sum(int(d.get("bytes") or 0) for d in target.get("deliverables", ()))),
        )
        for name, target in ordered_targets(record)
    ]
    columns = (Column("For"), Column("Forms"), Column("Sound"), Column("Parts"), Column("Size", True))
    return BriefTable("", "", columns, tuple(rows))


def format_words(folder: str, items: Sequence[Json]) -> str:
    """``MP3 320``, ``DDP 2.00``, ``WAV``: what a folder of deliverables holds."""
    own = next((part for part in reversed(folder.split("/")) if not re.fullmatch(r"disc-\d+", part)), "")
    if own in IMAGE_NAMES:
        return IMAGE_NAMES[own]
    kind = str(items[0].get("format") or items[0].get("role") or "")
    rate = own.rpartition("-")[2] if kind in fig.LOSSY_FORMATS and own.rpartition("-")[2].isdigit() else ""
    return f"{FORMAT_NAMES.get(kind, fig.visible(kind))} {rate}".strip()


def _unit_count(target: Json) -> str:
    units = list(target.get("units", ()))
    if target.get("kind") in {"streaming", "download"} and len(units) < 2:
        return fig.count(sum(len(u.get("tracks", ())) for u in units), "track")
    return fig.count(len(units), unit_word(target).lower())


def _loudness(record: Json) -> BriefTable:
    rows = []
    for name, target in ordered_targets(record):
        level = target.get("level") or {}
        peaks = [u["loudness"]["true_peak_dbtp"] for u in target.get("units", ()) if u.get("loudness")]
        measured = [p for p in peaks if p is not None]
        rows.append(
            (
                fig.visible(name),
                fig.level(level.get("reached_lufs")),
                fig.level(level.get("aim_lufs")),
                fig.level(max(measured, default=None)),
                _reduction(level),
                _gain_span([float(g["gain_db"]) for g in target.get("gains", ()) if g.get("gain_db") is not None]),
            )
        )
    columns = (
        Column("For"),
        Column("Album LUFS", True),
        Column("Aim LUFS", True),
        Column("True peak dBTP", True),
        Column("Limiter takes dB", True),
        Column("Gain dB", True),
    )
    note = "Album: integrated loudness of all tracks together. Gain: what was added to or taken from the mixes."
    return BriefTable("", note, columns, tuple(rows))


def _reduction(level: Json) -> str:
    if not level.get("limiter"):
        return fig.NOT_MEASURABLE
    return fig.level(level.get("max_reduction_db") or 0.0)


def _gain_span(gains: Sequence[float]) -> str:
    """``+0.99``, or ``−1.20 to +0.99`` where tracks were moved apart."""
    words = list(dict.fromkeys(fig.gain(g) for g in (min(gains), max(gains)))) if gains else [fig.NOT_MEASURABLE]
    return " to ".join(words)


def _predictions(record: Json) -> tuple[str, ...]:
    """What streaming services are expected to do."""
    found = [f for f in record.get("qc", {}).get("findings", ()) if str(f.get("check")) == "services/prediction"]
    return tuple(dict.fromkeys(fig.prose(f.get("message", "")) for f in found))


def _beside(record: Json, tracks: Tracks, charts: Mapping[str, str], chart_target: str) -> BriefSection:
    found = compared(record)
    name, cohesion = found if found is not None else (chart_target or _first_target(record), {})
    delivered = delivered_loudness(record.get("targets", {}).get(name, {}))
    held = {str(t["track"]): t for t in cohesion.get("tracks", ())}
    lengths = track_lengths(programme_parts(record, tracks))
    rows = [
        (
            numbered(tracks, key),
            tracks.title(key),
            lengths[key],
            fig.level((delivered.get(key) or {}).get("integrated_lufs")),
            _distance(held.get(key, {}).get("level_distance_lu")),
            fig.level((delivered.get(key) or {}).get("true_peak_dbtp")),
            _distance(held.get(key, {}).get("dynamics_distance_db")),
            fig.level(held.get(key, {}).get("tone_distance_db")),
        )
        for track in tracks.main
        for key in (str(track["id"]),)
    ]
    columns = (
        Column("No.", True),
        Column("Title"),
        Column("Length", True),
        Column("LUFS", True),
        Column("Level LU", True),
        Column("True peak dBTP", True),
        Column("PLR dB", True),
        Column("Tone dB", True),
    )
    cut = 4 if not held else len(columns)
    order = [0, 1, 2, 3, 5] if cut == 4 else list(range(len(columns)))
    table = BriefTable("", "", tuple(columns[i] for i in order), tuple(tuple(row[i] for i in order) for row in rows))
    items = [
        BriefItem("note", WORDS[o["what"]], tracks.label(str(o["track"])), fig.prose(o["message"]))
        for o in cohesion.get("outliers", ())
    ]
    note = f"As delivered for {fig.visible(name)}."
    if held:
        note += (
            " Level, PLR (true peak over loudness) and tone (third octaves) are distances from the album's median:"
            " far is not wrong, but should be meant."
        )
    chart = ("album",) if "album" in charts else ()
    return BriefSection(
        "The tracks beside each other", note, tables=(table,), charts=chart, items=tuple(items[:MOST_ITEMS])
    )


def _first_target(record: Json) -> str:
    return next((name for name, _ in ordered_targets(record)), "")


def _distance(value: float | None) -> str:
    if value is None:
        return fig.NOT_MEASURABLE
    text = fig.level(value)
    return f"+{text}" if value > 0 and float(f"{value:.1f}") else text


def _listening(record: Json, tracks: Tracks) -> BriefSection:
    items = client_items(record, tracks)
    left = len(items) - MOST_ITEMS
    lines = [f"{fig.count(left, 'further point')} in the QC report."] if left > 0 else []
    return BriefSection(
        "What to listen for",
        "Hear all of it from start to end, on what you know well; and these places with care.",
        items=items[:MOST_ITEMS],
        lines=tuple(lines) if items else ("No check asks for a decision.",),
    )


def _join_section(record: Json, tracks: Tracks, name: str) -> BriefSection:
    rows = tuple(_joins(record, tracks, name))
    note = "Tracks that run into each other; the time is the start of the second on its disc, side or set of files."
    table = BriefTable("", "", (Column("From"), Column("To"), Column("At", True), Column("How")), rows)
    return BriefSection("Joins", note, tables=(table,) if rows else ())


def _joins(record: Json, tracks: Tracks, name: str) -> list[tuple[str, ...]]:
    target = record.get("targets", {}).get(name, {})
    rows: list[tuple[str, ...]] = []
    for unit in target.get("units", ()):
        rate_hz = int(unit.get("sample_rate_hz") or target.get("sample_rate_hz") or 44_100)
        for one, other in pairwise(unit.get("tracks", ())):
            overlap = (
                int(one.get("audio_start", 0)) + int(one.get("audio_length", 0)) - int(other.get("audio_start", 0))
            )
            if overlap < 0:
                continue
            how = "butt join" if overlap == 0 else f"overlap of {overlap / rate_hz:.2f} s"
            at = fig.clock(int(other.get("start", 0)), rate_hz)
            rows.append((tracks.label(str(one.get("key"))), tracks.label(str(other.get("key"))), at, how))
    return rows
