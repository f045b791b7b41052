"""Targets as the report prints them: order, levels, gains with reasons, files with checksums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.report import figures as fig
from release.report.programme_view import part_heading, unit_word
from release.report.qc_report import (
    Fact,
    FileGroup,
    FileRow,
    GainRow,
    OrderRow,
    OrderTable,
    Table,
    TableRow,
    TargetSection,
)
from release.report.record_view import LEVEL_COLUMNS, Json, Tracks


def target_section(name: str, target: Json, tracks: Tracks) -> TargetSection:
    """One target with its order, levels, gains and files."""
    deliverables = list(target.get("deliverables", ()))
    return TargetSection(
        name=fig.visible(name),
        kind=str(target.get("kind", "")),
        status=str(target.get("status", "")),
        facts=_target_facts(target, deliverables),
        orders=_unit_orders(target),
        levels=(*_level_tables(target, tracks), *_repair_tables(target, tracks)),
        gains=_gain_rows(target, tracks),
        files=_file_groups(deliverables),
    )


def _gain_rows(target: Json, tracks: Tracks) -> tuple[GainRow, ...]:
    """A row for each gain and reason: of one track, of several, or of all."""
    alike: dict[tuple[str, str], list[str]] = {}
    for gain in target.get("gains", ()):
        words = (fig.gain(gain.get("gain_db")), fig.prose(gain.get("reason") or ""))
        alike.setdefault(words, []).append(str(gain.get("track")))
    count = sum(map(len, alike.values()))
    return tuple(GainRow(_gain_tracks(keys, count, tracks), *words) for words, keys in alike.items())


def _gain_tracks(keys: Sequence[str], count: int, tracks: Tracks) -> str:
    if len(keys) == 1:
        return tracks.label(keys[0])
    if len(keys) == count:
        return f"All {count} tracks"
    return "Tracks " + ", ".join(
        tracks.numbers.get(key.partition("@")[0], "") or fig.isolated(tracks.title(key)) for key in keys
    )


def _target_facts(target: Json, deliverables: Sequence[Json]) -> tuple[Fact, ...]:
    level = target.get("level") or {}
    depth = target.get("bit_depth")
    pairs = [
        ("Kind", str(target.get("kind", ""))),
        ("State", STATES.get(str(target.get("status", "")), str(target.get("status", "")))),
        ("PCM", " · ".join(filter(None, [fig.rate(target.get("sample_rate_hz")), word_length(depth)]))),
        ("Files", f"{len(deliverables)}, {fig.size(sum(int(d.get('bytes') or 0) for d in deliverables))}"),
        ("Level", _level_words(level)),
        ("Ceiling", "" if level.get("ceiling_dbtp") is None else f"{fig.level(level['ceiling_dbtp'])} dBTP"),
        ("Limiter", _limiter_words(level)),
        (
            "Held back",
            f"{fig.level(level['held_back_db'], 2)} LU: {level.get('held_back_because', '')}"
            if level.get("held_back_db")
            else "",
        ),
    ]
    return tuple(Fact(label, fig.visible(value)) for label, value in pairs if value)


STATES = {"passed": "passed", "failed": "not passed", "stale": "stale: inputs have changed since it was built"}


def word_length(depth: int | None) -> str:
    """``24 bit``, ``32-bit float``, or nothing for lossy formats."""
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
    return f"takes {fig.level(most)} dB at most" if most else "on, not reached"


def _unit_orders(target: Json) -> tuple[OrderTable, ...]:
    """Order tables of discs and sides; a target with one plain set of files repeats the main order and needs none."""
    units = list(target.get("units", ()))
    if len(units) < 2 and target.get("kind") in {"streaming", "download"}:
        return ()
    word = unit_word(target)
    tables = []
    for unit in units:
        rate_hz = int(unit.get("sample_rate_hz") or target.get("sample_rate_hz") or 44_100)
        rows = [
            OrderRow(
                number="" if t.get("number") is None else str(t["number"]),
                title=fig.name(t.get("title", "")),
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
        tables.append(OrderTable(part_heading(word, unit), "", tuple(rows), fig.clock(length, rate_hz)))
    return tuple(tables)


def _level_tables(target: Json, tracks: Tracks) -> tuple[Table, ...]:
    columns = tuple(name for _, name in LEVEL_COLUMNS)
    units = list(target.get("units", ()))
    word = unit_word(target)
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
            whole = "The side, gaps counted" if word == "Side" else TOGETHER
            rows.append(TableRow(whole, _level_cells(unit["loudness"])))
        name = (
            f"Levels as delivered: {word.lower()} {unit.get('name', '')}" if len(units) > 1 else "Levels as delivered"
        )
        tables.append(Table(name, "", columns, tuple(rows)))
    lossy = _lossy_table(target, tracks)
    return (*tables, lossy) if lossy else tuple(tables)


TOGETHER = "All tracks"
TOLD_PLACES = 5


def _repair_tables(target: Json, tracks: Tracks) -> tuple[Table, ...]:
    """What was repaired, a row for each step of each track; nothing where nothing was."""
    rows = []
    for item in target.get("repairs", ()):
        events = list(item.get("events", ()))
        strongest = sorted(events, key=lambda e: -float(e["strength_db"]))[:TOLD_PLACES]
        places = ", ".join(_second(e["at_s"]) for e in sorted(strongest, key=lambda e: float(e["at_s"])))
        cells = (
            str(item.get("step", "")),
            fig.count(int(item.get("count") or 0), "place"),
            f"{float(item.get('total_s') or 0.0):.3f} s",
            fig.level(max((float(e["strength_db"]) for e in events), default=0.0)),
            fig.prose(str(item.get("strength", ""))),
            f"{places} in the {item.get('counted_in', '')}",
        )
        rows.append(TableRow(tracks.label(str(item.get("track"))), cells))
    if not rows:
        return ()
    columns = ("Step", "Places", "Together", "Strongest", "Which is", "Where it was strongest")
    note = "All other samples passed the repair steps bit for bit; release.json has the places, of more than 1000 the strongest."
    return (Table("Repairs", note, columns, tuple(rows)),)


def _second(at_s: float) -> str:
    minutes, seconds = divmod(round(float(at_s), 3), 60.0)
    return f"{int(minutes)}:{seconds:06.3f}"


def _level_cells(loudness: Json) -> tuple[str, ...]:
    return tuple(fig.level(loudness.get(field)) for field, _ in LEVEL_COLUMNS)


def _lossy_table(target: Json, tracks: Tracks) -> Table | None:
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


def _file_groups(deliverables: Sequence[Json]) -> tuple[FileGroup, ...]:
    """Files of a folder together: what all of them are stands once above them."""
    found: dict[str, list[Json]] = {}
    for item in deliverables:
        found.setdefault(str(item.get("path", "")).rpartition("/")[0], []).append(item)
    groups = []
    for folder, items in found.items():
        sounds, proofs = {_sound_words(d) for d in items}, {_verified(d) for d in items}
        rows = tuple(
            compact_file(d, "" if len(proofs) == 1 else _verified(d), "" if len(sounds) == 1 else _sound_words(d))
            for d in items
        )
        sound, proof = (found.pop() if len(found) == 1 else "" for found in (sounds, proofs))
        groups.append(FileGroup(fig.visible(folder), sound, proof, rows))
    return tuple(groups)


def _sound_words(item: Json) -> str:
    """``flac · 44.1 kHz · 24 bit``."""
    facts = [str(item.get("format") or item.get("role") or "")]
    if item.get("sample_rate_hz"):
        facts.append(fig.rate(item["sample_rate_hz"]))
    if item.get("bit_depth"):
        facts.append(f"{item['bit_depth']} bit")
    return " · ".join(filter(None, facts))


def compact_file(item: Json, verified: str = "", sound: str = "") -> FileRow:
    """A file by its own name, with its length and size; the folder stands above it."""
    facts = [sound] if sound else []
    if item.get("samples") and item.get("sample_rate_hz"):
        facts.append(fig.clock(int(item["samples"]), int(item["sample_rate_hz"])))
    facts.append(fig.size(int(item.get("bytes") or 0)))
    return FileRow(
        path=fig.visible(str(item.get("path", "")).rpartition("/")[2]),
        facts=" · ".join(facts),
        verified=verified,
        sha256=fig.groups(str(item.get("sha256") or ""), 32),
        md5=fig.groups(str(item.get("md5") or ""), 32),
    )


def _verified(item: Json) -> str:
    """What the read-back said of a file, in a few words."""
    verified = item.get("verified")
    if not isinstance(verified, Mapping) or not verified:
        return UNREAD.get(str(item.get("role")), "not read back")
    told = {str(name): value for name, value in verified.items() if name != "by"}
    wrong = [name for name, value in told.items() if value is False]
    if wrong:
        return "MISMATCH: " + fig.visible(", ".join(wrong)).replace("_", " ")
    words = [_proof(name, value) for name, value in sorted(told.items()) if isinstance(value, bool | int | float | str)]
    by = f" by {verified['by']}" if verified.get("by") else ""
    proved = f": {', '.join(words)}" if words else ""
    return fig.prose(f"read back{by}{proved}")


UNREAD = {"checksums": "checksums of this target's files", "sheet": "printed from what was read back"}
"""What stands in place of a read-back for files that hold none of the programme."""

PROOFS = {"gain_db": "gain {} dB below 10 kHz", "offset_samples": "offset {} samples"}


def _proof(name: str, value: object) -> str:
    if value is True:
        return name.replace("_", " ")
    shown = fig.level(value, 2) if isinstance(value, float) else value
    return PROOFS.get(name, f"{name} {{}}".replace("_", " ")).format(shown)
