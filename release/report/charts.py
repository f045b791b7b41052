"""The pictures of the QC report, from the curves that the build measured on delivered files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from release.documents.svg import NARROW, AlbumTrack, TrackChart, Waveform, album_chart, waveform_chart
from release.report import figures as fig
from release.report.record_view import Json, delivered_loudness, ordered_targets

Curves = Mapping[tuple[str, str], Json]
"""(target, track key) -> ``waveform`` {``min``, ``max``: one value per column, or one list per channel},
``short_term_lufs`` (at 100 ms, None where not measurable), ``seconds``."""


def chart_target(record: Json, curves: Curves) -> str:
    """The target whose sound the report draws: the one with most curves, the first in the order of the house among equals."""
    counts = [(sum(target == name for target, _ in curves), name) for name, _ in ordered_targets(record)]
    best = max((n for n, _ in counts), default=0)
    return next((name for n, name in counts if n == best and n), "")


def draw_charts(record: Json, curves: Curves, target: str) -> dict[str, str]:
    """SVG text by name: ``track/<key>`` for each track with a curve, and ``album``; for telephones ``narrow/…`` of each."""
    programme = record.get("programme", {})
    rate_hz = int(programme.get("sample_rate_hz") or 44_100)
    measured = delivered_loudness(record.get("targets", {}).get(target, {}))
    charts: dict[str, str] = {}
    album: list[AlbumTrack] = []
    for index, track in enumerate(programme.get("tracks", ()), start=1):
        key = str(track["id"])
        curve = curves.get((target, key))
        if curve is None:
            continue
        loudness = measured.get(key) or {}
        wave = to_waveform(curve.get("waveform") or {})
        short_term = tuple(curve.get("short_term_lufs") or ())
        seconds = float(curve.get("seconds") or 0.0)
        title = fig.visible(track.get("title") or key)
        drawn = TrackChart(
            name=f"track-{index}",
            title=f"Waveform and loudness of {title}",
            description=_describe(seconds, loudness),
            seconds=seconds,
            waveform=wave,
            short_term_lufs=short_term,
            integrated_lufs=loudness.get("integrated_lufs"),
        )
        charts[f"track/{key}"] = waveform_chart(drawn)
        charts[f"narrow/track/{key}"] = waveform_chart(replace(drawn, name=f"{drawn.name}-narrow"), NARROW)
        number = track.get("number", index)
        album.append(
            AlbumTrack(
                label="·" if number is None else str(number),
                start_s=int(track.get("start", 0)) / rate_hz,
                seconds=seconds,
                envelope=_envelope(wave),
                short_term_lufs=short_term,
                integrated_lufs=loudness.get("integrated_lufs"),
                true_peak_dbtp=loudness.get("true_peak_dbtp"),
            )
        )
    if album:
        words = "; ".join(
            f"track {t.label}: {fig.level(t.integrated_lufs)} LUFS, true peak {fig.level(t.true_peak_dbtp)} dBTP"
            for t in album
        )
        title = "The album as one picture"
        charts["album"] = album_chart("album", title, words, album)
        charts["narrow/album"] = album_chart("album-narrow", title, words, album, NARROW)
    return charts


def wide_charts(charts: Mapping[str, str]) -> dict[str, str]:
    """Those for paper."""
    return {name: svg for name, svg in charts.items() if not name.startswith("narrow/")}


def _describe(seconds: float, loudness: Json) -> str:
    return (
        f"{fig.clock_seconds(seconds)} long, integrated {fig.level(loudness.get('integrated_lufs'))} LUFS,"
        f" true peak {fig.level(loudness.get('true_peak_dbtp'))} dBTP."
    )


def to_waveform(data: Json) -> Waveform:
    """A waveform record from lists of one lane, or of one lane per channel; equal lanes (mono) become one."""
    lows, highs = _lanes(data.get("min") or ()), _lanes(data.get("max") or ())
    if len(lows) == 2 and lows[0] == lows[1] and highs[0] == highs[1]:
        return Waveform(lows[:1], highs[:1])
    return Waveform(lows, highs)


def _lanes(values: Sequence[Any]) -> tuple[tuple[float, ...], ...]:
    if not values:
        return ()
    lanes = values if isinstance(values[0], Sequence) else [values]
    return tuple(tuple(float(value) for value in lane) for lane in lanes)


def _envelope(wave: Waveform, columns: int = 240) -> tuple[float, ...]:
    """Highest magnitude of all lanes, in at most ``columns`` columns."""
    count = wave.columns
    if not count:
        return ()
    peaks = [max(abs(lane[i]) for lane in (*wave.lows, *wave.highs)) for i in range(count)]
    if count <= columns:
        return tuple(peaks)
    return tuple(max(peaks[i * count // columns : (i + 1) * count // columns]) for i in range(columns))
