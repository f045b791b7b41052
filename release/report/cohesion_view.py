"""The section of the report that lays the tracks beside each other."""

from __future__ import annotations

from collections.abc import Mapping

from release.documents.svg import NARROW
from release.documents.tone_chart import ToneLane, tone_chart
from release.report import figures as fig
from release.report.qc_report import CohesionSection, ProposalRow, Remark, Table, TableRow
from release.report.record_view import NO_NUMBER, Json, Tracks, ordered_targets

LANES_A_CHART = 18
"""More would not fit on one sheet of paper."""
WORDS = {
    "level": "Level",
    "tone": "Tone",
    "dynamics": "Dynamics",
    "range": "Loudness range",
    "width": "Width",
}
TRACK_NOTE = (
    "Level, PLR and width with their distance from the album's median; tone: RMS distance of the third octaves in dB,"
    " and tilt in dB an octave. An asterisk marks an outlier."
)
STEP_NOTE = (
    "More is positive. Join: from the loudest 3 s of the last 15 s to the loudest 3 s of the first 15 s."
    " Tone: RMS difference of the third octaves."
)


def compared(record: Json) -> tuple[str, Json] | None:
    """Name and cohesion of the target whose tracks were compared."""
    for name, target in ordered_targets(record):
        if target.get("cohesion"):
            return name, target["cohesion"]
    return None


def cohesion_charts(record: Json) -> dict[str, str]:
    """``cohesion/1``… : the tone of every track, some lanes to a chart."""
    found = compared(record)
    if found is None:
        return {}
    tracks, cohesion = Tracks(record), found[1]
    outliers = {o["track"] for o in cohesion["outliers"] if o["what"] == "tone"}
    lanes = [
        ToneLane(tracks.label(str(t["track"])), tuple(t["bands_db"]), t["track"] in outliers)
        for t in cohesion["tracks"]
    ]
    charts = {}
    for number, start in enumerate(range(0, len(lanes), LANES_A_CHART), start=1):
        part = lanes[start : start + LANES_A_CHART]
        words = "; ".join(
            f"{tracks.label(str(t['track']))}: {fig.level(t['tone_distance_db'])} dB"
            for t in cohesion["tracks"][start : start + LANES_A_CHART]
        )
        title = "Tone of each track against the album's median"
        charts[f"cohesion/{number}"] = tone_chart(f"cohesion-{number}", title, words, part)
        charts[f"narrow/cohesion/{number}"] = tone_chart(f"cohesion-{number}-narrow", title, words, part, NARROW)
    return charts


def cohesion_section(record: Json, tracks: Tracks, charts: Mapping[str, str]) -> CohesionSection | None:
    """The section; None where nothing was compared."""
    found = compared(record)
    if found is None:
        return None
    name, cohesion = found
    marks = {(o["track"], o["what"]) for o in cohesion["outliers"]}
    return CohesionSection(
        note=f"As delivered in the target {fig.visible(name)}.",
        charts=tuple(chart for chart in charts if chart.startswith("cohesion/")),
        chart_note="Third octaves of each track over the album's median, each track at its own mean level; dots: 3 dB over and under.",
        tracks=_track_table(cohesion, tracks, marks),
        steps=_step_table(cohesion, tracks),
        outliers=tuple(
            Remark("note", WORDS[o["what"]], f"{tracks.label(str(o['track']))}: {fig.prose(o['message'])}")
            for o in cohesion["outliers"]
        ),
        proposals=tuple(
            ProposalRow(
                heading=f"{_answers(p)} of {tracks.label(str(p['track']))}",
                place=fig.visible(p["place"]),
                note=fig.prose(p["note"]),
                lines=tuple(fig.visible(line) for line in p["lines"]),
            )
            for p in cohesion["proposals"]
        ),
    )


def _answers(proposal: Json) -> str:
    """``Tone and level``."""
    first, *others = (WORDS[what] for what in (proposal["what"], *proposal.get("also", ())))
    return " and ".join([first, *(word.lower() for word in others)])


def _track_table(cohesion: Json, tracks: Tracks, marks: set[tuple[str, str]]) -> Table:
    def cell(track: Json, value: str, what: str) -> str:
        return f"{value}*" if (track["track"], what) in marks else value

    rows = [
        TableRow(
            tracks.label(str(t["track"])),
            (
                cell(t, _with_distance(t["level_lufs"], t["level_distance_lu"]), "level"),
                cell(t, fig.level(t["tone_distance_db"]), "tone"),
                _signed(t["tilt_db_per_octave"]),
                cell(t, _with_distance(t["peak_to_loudness_db"], t["dynamics_distance_db"]), "dynamics"),
                cell(t, fig.level(t["range_lu"]), "range"),
                cell(t, _width(t["side_to_middle_db"], t["width_distance_db"]), "width"),
            ),
        )
        for t in cohesion["tracks"]
    ]
    medians = (
        fig.level(cohesion["median_level_lufs"]),
        NO_NUMBER,
        NO_NUMBER,
        fig.level(cohesion["median_peak_to_loudness_db"]),
        fig.level(cohesion["median_range_lu"]),
        fig.level(cohesion["median_side_to_middle_db"]),
    )
    columns = ("Level LUFS", "Tone dB", "Tilt dB/oct", "PLR dB", "Range LU", "Side dB")
    return Table("Tracks beside each other", TRACK_NOTE, columns, (*rows, TableRow("Median", medians)))


def _step_table(cohesion: Json, tracks: Tracks) -> Table:
    rows = tuple(
        TableRow(
            f"{tracks.label(str(s['first']))} → {tracks.label(str(s['second']))}",
            (
                _signed(s["level_lu"]),
                _signed(s["join_lu"]),
                fig.level(s["tone_db"]),
                _signed(s["tilt_db_per_octave"]),
                _signed(s["dynamics_db"]),
                _signed(s["width_db"]),
            ),
        )
        for s in cohesion["steps"]
    )
    columns = ("Level LU", "Join LU", "Tone dB", "Tilt dB/oct", "PLR dB", "Side dB")
    return Table("Steps between neighbours", STEP_NOTE, columns, rows)


def _with_distance(value: float | None, distance: float | None) -> str:
    return fig.level(value) if distance is None else f"{fig.level(value)} ({_signed(distance)})"


def _width(value: float | None, distance: float | None) -> str:
    return "mono" if value is not None and value <= -99.0 else _with_distance(value, distance)


def _signed(value: float | None) -> str:
    if value is None:
        return fig.NOT_MEASURABLE
    text = fig.level(value)
    return text if value < 0.0 or not float(f"{value:.1f}") else f"+{text}"
