"""Lengths and totals are those of the delivered discs, in every document; what lies between two discs is no music."""

from __future__ import annotations

import album
import briefs

from release.report.brief_client import client_brief
from release.report.brief_label import label_brief
from release.report.programme_view import programme_parts, running_time
from release.report.qc_view import build_view
from release.report.record_view import Tracks

RATE = album.RATE


def two_discs() -> dict:
    """Two tracks of ten seconds on each disc; the timeline has a gap of two seconds between the discs, the second is a butt join."""
    record = briefs.make_record(["One", "Two", "Three", "Four"])
    starts, lengths = (0, 10, 20, 32), (10, 12, 10, 10)
    for i, track in enumerate(record["programme"]["tracks"]):
        track.update(start=starts[i] * RATE, length=lengths[i] * RATE, disc=1 + i // 2, number=1 + i % 2, hidden=False)
    for target in record["targets"].values():
        own = [t for unit in target["units"] for t in unit["tracks"]]
        placed = [
            {**t, "number": 1 + i % 2, "start": i % 2 * 10 * RATE, "length": 10 * RATE, "audio_length": 10 * RATE}
            for i, t in enumerate(own)
        ]
        for track in placed:  # the sound joins a little before the start, which lies on a CD frame
            track["audio_start"] = max(track["start"] - 100, 0)
            track["audio_length"] = 10 * RATE - 100
        target["units"] = [
            {"name": str(n), "title": "", "samples": 20 * RATE, "loudness": None, "tracks": placed[n * 2 - 2 : n * 2]}
            for n in (1, 2)
        ]
    return record


def test_every_document_says_the_same_of_two_discs():
    record = two_discs()
    source = briefs.make_source(record)
    view, label, client = (
        build_view(record, "0" * 64),
        label_brief(source),
        client_brief(source, {}, "streaming"),
    )

    told = [[(row.number, row.start, row.length) for row in table.rows] for table in view.orders]
    assert told == [
        [("1-1", "0:00.000", "0:10.000"), ("1-2", "0:10.000", "0:10.000")],
        [("2-1", "0:00.000", "0:10.000"), ("2-2", "0:10.000", "0:10.000")],
    ]
    assert [(table.heading, table.total) for table in view.orders] == [("Disc 1", "0:20.000"), ("Disc 2", "0:20.000")]
    assert [t.total for t in view.targets[0].orders] == ["0:20.000", "0:20.000"]
    assert {track.length for track in view.tracks} == {"0:10.000"}
    running = {next(f.value for f in paper.facts if f.label == "Running time") for paper in (view, label, client)}
    assert running == {"0:40 (0:20 + 0:20)"}
    table = next(s for s in label.sections if s.heading == "Tracks and codes").tables[0]
    assert [row[-1] for row in table.rows] == [*["0:10.000"] * 4, "0:40.000"]
    assert "Disc 1 0:20.000, Disc 2 0:20.000" in table.note
    joins = next(s for s in client.sections if s.heading == "Joins").tables[0]
    assert [row[2] for row in joins.rows] == [
        "0:10.000",
        "0:10.000",
    ]  # the start that players show, not that of the sound


def test_without_a_target_that_has_all_of_it_the_discs_of_the_timeline_are_told():
    record = two_discs()
    for target in record["targets"].values():
        target["units"][0]["tracks"].pop()
    parts = programme_parts(record, Tracks(record))
    assert [(p.heading, [t.start // RATE for t in p.tracks]) for p in parts] == [
        ("Disc 1", [0, 10]),
        ("Disc 2", [0, 12]),
    ]
    assert running_time(parts) == "0:44 (0:22 + 0:22)"


def test_a_title_from_right_to_left_stays_within_its_own_place():
    """Isolated (UAX 9) amid numbers, arrows and other titles; as it is where it stands alone."""
    record = briefs.make_record(["One", "ضوء المنارة (Mono)", "Three", "Four"])
    finding = {"check": "audio/mono-source", "status": "note", "code": "mono", "message": "It is so.", "remedy": ""}
    record["qc"]["findings"] = [{**finding, "track": "t2", "target": "streaming", "at_s": 1.0}]
    view = build_view(record, "0" * 64)

    name = "2 \u2068ضوء المنارة (Mono)\u2069"
    assert view.groups[0].rows[0].place == f"{name} · streaming · at 0:01.000"
    assert view.cohesion is not None
    assert [row.heading for row in view.cohesion.steps.rows][:2] == [f"1 One → {name}", f"{name} → 3 Three"]
    assert view.orders[0].rows[1].title == "ضوء المنارة (Mono)"
