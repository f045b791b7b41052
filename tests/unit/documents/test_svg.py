"""Charts: well-formed, small, the same every time, and hostile text stays text."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from release.documents.svg import (
    AlbumTrack,
    LengthBar,
    TrackChart,
    Waveform,
    album_chart,
    format_minutes,
    length_chart,
    waveform_chart,
)

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script>&\x00\"'"


def noise(columns: int) -> tuple[float, ...]:
    return tuple(((i * 7919) % 1000) / 1000 for i in range(columns))


def chart(columns: int = 4000, lanes: int = 1, **changes) -> TrackChart:
    high = noise(columns)
    low = tuple(-v for v in high)
    values = {
        "name": "track-1", "title": "Tide", "description": "words", "seconds": 227.3, "waveform": Waveform((low,) * lanes, (high,) * lanes),
        "short_term_lufs": tuple(-14 - (i % 90) / 10 for i in range(2273)), "integrated_lufs": -14.0,
    }  # fmt: skip
    return TrackChart(**{**values, **changes})


@pytest.mark.parametrize("lanes", [1, 2])
def test_waveform_of_the_noisiest_track_is_under_14_kb(lanes):
    svg = waveform_chart(chart(lanes=lanes))

    assert len(svg.encode()) < 14_000 * lanes
    assert ET.fromstring(svg).get("role") == "img"


def test_same_data_same_bytes():
    assert waveform_chart(chart()) == waveform_chart(chart())


def test_chart_has_a_name_and_a_description_for_screen_readers():
    root = ET.fromstring(waveform_chart(chart()))

    ids = root.get("aria-labelledby").split()
    assert [root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")] == ids
    assert root.find(f"{SVG}title").text == "Tide"


def test_hostile_text_is_inert():
    svg = waveform_chart(chart(title=HOSTILE, description=HOSTILE, name='x" onload="alert(1)'))
    root = ET.fromstring(svg)

    assert root.find(f"{SVG}script") is None
    assert "onload" not in root.attrib
    assert root.find(f"{SVG}title").text.startswith("</title><script>")


@pytest.mark.parametrize(
    "changes",
    [
        {"waveform": Waveform((), ()), "short_term_lufs": (), "integrated_lufs": None},
        {"waveform": Waveform(((0.0,),), ((0.0,),)), "seconds": 0.0},
        {"short_term_lufs": (None, None, None)},
        {"short_term_lufs": (-3.0, None, -200.0, 5.0)},
        {"waveform": Waveform(((-9.0, -9.0),), ((9.0, 9.0),))},
    ],
)
def test_odd_data_still_draws(changes):
    ET.fromstring(waveform_chart(chart(**changes)))


def test_peaks_stand_where_they_are():
    """One full-scale column in the middle of silence: the outline reaches the top there and nowhere else."""
    high = tuple(1.0 if i == 240 else 0.0 for i in range(480))
    svg = waveform_chart(
        chart(waveform=Waveform((tuple(0.0 for _ in high),), (high,)), short_term_lufs=(), integrated_lufs=None)
    )

    outline = next(p for p in ET.fromstring(svg).iter(f"{SVG}path") if p.get("transform"))
    points = path_points(outline.get("d"))
    top = min(y for _, y in points)
    assert [round(x) for x, y in points if y == top] == [pytest.approx(80 + 6720 * 240 / 480, abs=15)]


def path_points(d: str) -> list[tuple[float, float]]:
    import re

    head, tail = d.rstrip("z").split("l", 1)
    x, y = map(float, head[1:].split())
    points = [(x, y)]
    numbers = list(map(float, re.findall(r"-?\d+", tail)))
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


def test_album_of_many_tracks_draws_each():
    tracks = [AlbumTrack(str(i + 1), i * 100.0, 98.0, noise(300), (-14.0,) * 980, -14.0, -1.0) for i in range(99)]
    svg = album_chart("album", "Album", "words", tracks)

    labels = [t.text for t in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {str(i + 1) for i in range(99)} <= set(labels)
    ET.fromstring(album_chart("album", "Album", "words", []))


def test_side_bars_say_their_length():
    svg = length_chart(
        "sides", "Sides", "words", [LengthBar("Side A", 19.75, 19.5, 23.0), LengthBar("Side B", 12.0, 19.5, 23.0)]
    )

    texts = [t.text for t in ET.fromstring(svg).iter(f"{SVG}text")]
    assert {"Side A", "19:45", "Side B", "12:00", "best 19:30", "longest 23:00"} <= set(texts)


@pytest.mark.parametrize(("minutes", "text"), [(0.0, "0:00"), (19.5, "19:30"), (59.999, "60:00")])
def test_minutes(minutes, text):
    assert format_minutes(minutes) == text
