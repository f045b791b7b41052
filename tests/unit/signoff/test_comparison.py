"""What two records differ in, value by value."""

from __future__ import annotations

import json

import pytest
from signed_album import Album

from release.comparison.records import compare_records
from release.record import Record
from release.report.diff_view import diff_view


@pytest.fixture
def raw(album: Album) -> dict:
    return json.loads((album.build / "release.json").read_bytes())


def changed(raw: dict, change) -> tuple[Record, Record]:
    other = json.loads(json.dumps(raw))
    change(other)
    return Record.model_validate(raw), Record.model_validate(other)


def compare(raw: dict, change):
    old, new = changed(raw, change)
    return compare_records(old, new, old_identity="a" * 64, new_identity="b" * 64)


def tracks(record: dict, target: str = "streaming") -> list[dict]:
    return record["targets"][target]["units"][0]["tracks"]


def said(difference, target: str = "streaming") -> list[tuple[str, str, str, str, str]]:
    found = next(t for t in difference.targets if t.name == target)
    return [(c.area, c.subject, c.what, c.old, c.new) for c in found.changes]


def test_nothing_differs_from_itself(raw) -> None:
    difference = compare(raw, lambda _: None)

    assert difference.is_identical
    assert (difference.changes, difference.findings, difference.delta()) == ((), (), ())
    assert {t.audio for target in difference.targets for t in target.tracks} <= {"identical", "unknown"}


def test_order(raw) -> None:
    difference = compare(raw, lambda r: tracks(r).reverse())

    assert said(difference) == [("order", "", "order", "one, two", "two, one")]


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("isrc", "GBLTR2600001", ("code", "one", "isrc", "", "GBLTR2600001")),
        ("title", "Uno", ("text", "one", "title", "One", "Uno")),
        ("artist", "Others", ("text", "one", "artist", "The Harbour Lights", "Others")),
        ("number", 7, ("order", "one", "number", "1", "7")),
        ("length", 44_105, ("time", "one", "length", "0.000 s", "1.000 s")),
        ("pause", 88_200, ("time", "one", "pause", "0.000 s", "2.000 s")),
    ],
)
def test_a_value_of_a_track(raw, field, value, wanted) -> None:
    assert wanted in said(compare(raw, lambda r: tracks(r)[0].update({field: value})))


def test_a_gap_is_measured_from_sound_to_sound(raw) -> None:
    for track, start in zip(tracks(raw), (0, 44_100), strict=True):
        track.update(audio_start=start, audio_length=22_050)

    assert said(compare(raw, lambda r: tracks(r)[1].update(audio_start=66_150))) == [
        ("gap", "one / two", "gap", "0.500 s", "1.000 s")
    ]


def test_formats_that_come_and_go(raw) -> None:
    def deeper(record: dict) -> None:
        for item in record["targets"]["streaming"]["deliverables"]:
            item["bit_depth"] = 24

    assert said(compare(raw, deeper)) == [
        ("format", "streaming/flac (flac)", "format", "44100 Hz, 16 bits, 2 channels", "44100 Hz, 24 bits, 2 channels")
    ]


def test_targets_that_come_and_go(raw) -> None:
    states = {t.name: t.state for t in compare(raw, lambda r: r["targets"].pop("cd")).targets}
    assert states == {"streaming": "identical", "cd": "removed"}

    old, new = changed(raw, lambda r: r["targets"].pop("cd"))
    back = compare_records(new, old, old_identity="b" * 64, new_identity="a" * 64)
    assert {(f.path, f.action) for f in back.delta()} == {
        (path, "add") for path in ("cd/ddp/DDPID", "cd/ddp/IMAGE.DAT", "cd/pq-sheet.txt")
    }


def test_a_tag_is_told_from_audio_and_a_set_counts_whole(raw) -> None:
    def change(record: dict) -> None:
        record["targets"]["streaming"]["deliverables"][0]["sha256"] = "0" * 64
        record["targets"]["cd"]["deliverables"][0]["sha256"] = "1" * 64

    difference = compare(raw, change)

    found = {f.path: (f.action, f.part) for f in difference.delta()}
    assert found == {
        "streaming/flac/01 One.flac": ("replace", "tags"),
        "cd/ddp/DDPID": ("replace", "content"),
        "cd/ddp/IMAGE.DAT": ("same", ""),
    }
    rows = {row.path: row for row in diff_view(difference, "a", "b").delta}
    assert rows["cd/ddp/"].why == "a set of 2 files, 1 changed: send the whole folder"
    assert rows["streaming/flac/01 One.flac"].why == "only its tags differ"


def test_findings_that_come_and_go(raw) -> None:
    finding = {"check": "level/ceiling", "status": "fail", "code": "over", "target": "cd", "message": "over"}
    came = compare(raw, lambda r: r["qc"]["findings"].append(finding))
    assert [(f.change, f.check, f.target) for f in came.findings] == [("came", "level/ceiling", "cd")]

    raw["qc"]["findings"] = [finding]
    went = compare(raw, lambda r: r["qc"]["findings"].clear())
    assert [f.change for f in went.findings] == ["went"]
    waived = compare(raw, lambda r: r["qc"]["findings"][0].update(waived="loud (Jo)"))
    assert [f.change for f in waived.findings] == ["waived"]


def test_release_sources_and_programs(raw) -> None:
    source = {
        "id": "a.wav", "sha256": "2" * 64, "container": "wav", "codec": "pcm", "sample_rate_hz": 44100, "channels": 2,
        "samples": 1, "bit_depth": 16,
    }  # fmt: skip

    def change(record: dict) -> None:
        record["project"].update(barcode="4006381333931", catalogue_number="LTR015")
        record["sources"] = [source]
        record["tool"]["libraries"] = {"soxr": "1.1"}

    found = [(c.area, c.subject, c.what, c.old, c.new) for c in compare(raw, change).changes]
    assert found == [
        ("code", "release", "catalogue number", "LTR014", "LTR015"),
        ("code", "release", "barcode", "", "4006381333931"),
        ("source", "a.wav", "content", "", "2" * 12),
        ("tool", "soxr", "version", "", "1.1"),
    ]
