"""The cohesion section: every figure in words, pictures that hold every track, nothing where nothing was compared."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import album
from beside import make_cohesion

from release.documents.tone_chart import ToneLane, tone_chart
from release.report.charts import wide_charts
from release.report.cohesion_view import LANES_A_CHART, cohesion_charts
from release.report.qc_view import build_view

SVG = "{http://www.w3.org/2000/svg}"


def test_every_distance_stands_in_the_table():
    record = album.make_record()
    view = build_view(record, "0" * 64, charts=cohesion_charts(record)).cohesion

    cohesion = record["targets"]["streaming"]["cohesion"]
    assert [row.heading for row in view.tracks.rows][:2] == ["1 Departure", "2 Tide (Live)"]
    assert view.tracks.rows[1].cells[:2] == ("−8.7 (+4.4)*", "4.4*")
    assert view.tracks.rows[3].cells[-1] == "mono"
    assert view.tracks.rows[2].cells[4] == "–"
    assert view.tracks.rows[-1].heading == "Median"
    assert len(view.steps.rows) == len(cohesion["steps"])
    assert view.steps.rows[0].heading == "1 Departure → 2 Tide (Live)"
    assert view.proposals[0].lines == ("process:", "  - gain: -4.5 dB")


def test_proposals_can_be_copied_from_the_page(report):
    html = (report / "qc-report.html").read_text()

    copied = re.search(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.DOTALL)[1]
    assert copied == "process:\n  - gain: -4.5 dB"


def test_without_a_comparison_there_is_no_section():
    record = album.make_record()
    record["targets"]["streaming"]["cohesion"] = None

    assert build_view(record, "0" * 64).cohesion is None
    assert cohesion_charts(record) == {}
    del record["targets"]["streaming"]["cohesion"]  # a record of an earlier version
    assert build_view(record, "0" * 64).cohesion is None


def test_many_tracks_make_several_pictures():
    titles = [f"Track {n}" for n in range(LANES_A_CHART * 2 + 1)]
    record = album.make_record(titles)

    charts = cohesion_charts(record)

    assert list(wide_charts(charts)) == ["cohesion/1", "cohesion/2", "cohesion/3"]
    words = " ".join(wide_charts(charts).values())
    assert all(f">{n} {title}<" in words or f">{n} {title} *<" in words for n, title in enumerate(titles, start=1))


def test_the_picture_is_sound_xml_with_words_for_those_who_cannot_see_it():
    bands = (None, 1.0, 2.0, None, *[30.0] * 20, *[-30.0] * 7)
    chart = tone_chart(
        "x", "Tone <of> & tracks", "a: 1 dB", [ToneLane('<script>"&', bands, True), ToneLane("b", (), False)]
    )

    root = ET.fromstring(chart)
    assert root.find(f"{SVG}title").text == "Tone <of> & tracks"
    assert root.find(f"{SVG}desc").text == "a: 1 dB"
    assert '<script>"& *' in [t.text for t in root.iter(f"{SVG}text")]
    height = float(root.get("height"))
    heights = [float(y) for path in root.iter(f"{SVG}path") for y in re.findall(r"[ML][\d.]+ ([\d.-]+)", path.get("d"))]
    assert min(heights) >= 0.0
    assert max(heights) <= height


def test_the_made_up_comparison_is_one_that_a_record_can_hold():
    from release.record import CohesionRecord

    CohesionRecord.model_validate(make_cohesion(["a", "b", "c", "d"]))
