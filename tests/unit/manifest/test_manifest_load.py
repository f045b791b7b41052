"""A good manifest gives types and places; a bad one gives every problem at once, in the order of the file."""

from __future__ import annotations

import os
import time
from fractions import Fraction
from pathlib import Path

import pytest
from written_manifests import SMALL, WHOLE, load, only_problem, problems, small

from release.errors import ManifestError
from release.manifest.load import load_manifest, parse_manifest
from release.manifest.scalars import TimeValue
from release.manifest.targets import CassetteTarget, CdTarget, DownloadTarget, StreamingTarget, VinylTarget
from release.model.programme import ProcessStep


def test_the_whole_example_is_read_value_by_value():
    project = load(WHOLE).project
    departure, tide, lanterns, coda, secret = project.tracks

    assert project.release.barcode == "4006381333931"
    assert project.sequence.sample_rate == 96_000
    assert project.sequence.gap.length.amount == 2
    assert departure.trim.start.amount == Fraction(1, 4)
    assert departure.trim.end.amount == Fraction(2212, 10)
    assert departure.fade_in.length.amount == Fraction(1, 50)
    assert departure.fade_in.curve == "s-curve"
    assert departure.gain == -0.5
    assert [step.kind for step in departure.process] == ["highpass", "eq", "compressor"]
    assert departure.process[2].name == "glue"
    assert departure.explicit == "clean"
    assert [(a.name, a.role) for a in departure.artists] == [
        ("The Harbour Lights", "primary"),
        ("Ana Reis", "featured"),
    ]
    assert (tide.title, tide.title_version, tide.gap.length.is_zero) == ("Tide", "Live", True)
    assert lanterns.crossfade.length.amount == 4
    assert lanterns.crossfade.curve == "equal-power"
    assert lanterns.indexes == (TimeValue(Fraction(92)),)
    assert lanterns.versions["instrumental"].isrc == "GBLTR2600013"
    assert (coda.level_offset, coda.fade_out.curve) == (-1.0, "s-curve")
    assert (secret.hidden, secret.gap.length.amount) == (True, 180)
    assert project.qc.waivers[0].by == "Jo Marsh"


def test_targets_are_of_the_kind_that_they_name():
    targets = load(WHOLE).project.targets

    assert {name: type(target) for name, target in targets.items()} == {
        "streaming": StreamingTarget, "hires": DownloadTarget, "instrumentals": DownloadTarget, "cd": CdTarget,
        "vinyl": VinylTarget, "cassette": CassetteTarget,
    }  # fmt: skip
    assert [f.folder for f in targets["streaming"].files] == ["flac", "wav", "mp3-320", "aac-256", "opus-128"]
    assert targets["streaming"].files[1].wav_chunks == ()
    assert targets["hires"].files[1].wav_chunks == ("bext", "axml", "info", "id3")
    assert targets["instrumentals"].files[0].wav_chunks == ("bext", "axml")
    assert targets["hires"].level.as_ == "streaming"
    assert targets["cd"].text.languages == ("en",)
    assert targets["cd"].level.limiter.max_reduction == 4
    assert targets["cd"].edition.model_fields_set == {"catalogue_number", "barcode"}
    assert targets["vinyl"].sides == {"A": ("departure", "tide", "lanterns"), "B": ("coda",)}
    assert (targets["vinyl"].speed, targets["vinyl"].size, targets["cassette"].tape) == (33, 12, 46)


def test_a_step_carries_all_its_parameters_in_fixed_units():
    step = load(WHOLE).project.tracks[0].process[2]

    assert step.resolved(44_100) == ProcessStep(
        "compressor",
        (
            ("attack", 0.02), ("detector", "peak"), ("gain", 0.0), ("knee", 6.0), ("link", 1.0), ("mix", 1.0),
            ("ratio", 2.0), ("release", 0.15), ("sidechain_highpass", 0.0), ("threshold", -18.0), ("window", 0.01),
        ),
        "glue",
    )  # fmt: skip


def test_what_must_be_there_is_enough():
    project = load(SMALL).project

    assert project.targets["streaming"].files[0].format == "flac"
    assert project.targets["streaming"].names == "{number:02} {title}"
    assert project.targets["streaming"].bit_depth == "24"
    assert project.tracks[0].gap is None


def test_titles_are_texts_whatever_yaml_thinks():
    for title in ("12:51", "No", "1999", "012", "null", "~", "1.10", "true", "0x1F", "2026-12-04", "1e3", "on"):
        assert load(SMALL.replace("title: One", f"title: {title}")).project.tracks[0].title == title


def test_an_empty_value_is_a_key_left_out():
    text = small(track="gap: , process: , artists: , explicit: , trim: ", target="cd: ")

    assert load(text).project.tracks[0] == load(SMALL).project.tracks[0]
    assert isinstance(load(text).project.targets["cd"], CdTarget)


@pytest.mark.parametrize(
    ("track", "value"),
    [
        ("gap: 2 s", "gap: {length: 2 s}"),
        ("fade_out: 4 s", "fade_out: {length: 4 s, curve: s-curve}"),
        ("crossfade: 4 s", "crossfade: {length: 4 s}"),
        ("artists: [Ana]", "artists: [{name: Ana, role: primary}]"),
        ("versions: {live: live.wav}", "versions: {live: {source: live.wav}}"),
        ("process: [gain: 1 dB]", "process: [{gain: {gain: 1}}]"),
        (
            "process: [compressor: {threshold: -18, ratio: 2:1}]",
            "process: [{compressor: {threshold: -18 dBFS, ratio: 2}}]",
        ),
        (
            "process: [highpass: {frequency: 0.1 kHz, slope: 24 dB/oct}]",
            "process: [highpass: {frequency: 100, slope: 24}]",
        ),
        ("isrc: GB-LTR-26-00001", "isrc: gbltr2600001"),
        ("work: Symphony, title: x", "work: {title: Symphony}, title: x"),
        ("explicit: No", "explicit: no"),
    ],
)
def test_two_ways_to_write_the_same(track, value):
    assert load(_second(track)).project.tracks == load(_second(value)).project.tracks


def _second(track: str) -> str:
    text = small(second=track)
    return text.replace("title: Two, ", "") if "title: x" in track else text


def test_every_problem_is_reported_at_once_in_the_order_of_the_file():
    text = (
        WHOLE.replace("catalogue_number: LTR014\n", "catalog_number: LTR014\n")
        .replace("4006381333931", "4006381333932")
        .replace("highpass:", "highpas:")
        .replace("title: Tide\n", "title:\n")
        .replace("GB-LTR-26-00002", "GB-LTR-26-00001")
        .replace("gap: 3.5 s", "gap: 3.5 sx")
        .replace("loudness: -14 LUFS", "loudness: -14 dB")
        .replace("{as: streaming}", "{as: streamin}")
        .replace("B: [coda]}     #", "B: [cod]}     #")
        .replace("tape: C46", "tap: C46")
        .replace("track: tide, reason", "track: tyde, reason")
    )

    expected = (Path(__file__).parent / "whole_broken.txt").read_text(encoding="utf-8")

    assert "".join(f"{p}\n" for p in problems(text)) == expected


def test_a_broken_track_hides_nothing_and_invents_nothing():
    text = (
        SMALL.replace("id: two", "id: t wo")
        .replace("source: three.wav", "sorce: three.wav")
        .replace("streaming: {}", "vinyl: {sides: {A: [one, three], B: [fuor]}}")
    )

    assert [(p.where, p.code) for p in problems(text)] == [
        ("project.yaml:5:10", "bad-word"),
        ("project.yaml:6:5", "missing"),
        ("project.yaml:6:31", "unknown-key"),
        ("project.yaml:8:40", "unknown-track"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (SMALL.replace("version: 1", "version: 2"), "unknown-version", "version 2"),
        (SMALL.replace("version: 1\n", ""), "missing", "version: this key is missing"),
        (SMALL.replace("title: Night Ferry, ", ""), "missing", "release.title: this key is missing"),
        (SMALL.replace("title: Night Ferry", "title: "), "missing", "nothing is written behind this key"),
        (SMALL.replace("targets:\n  streaming: {}", "targets: {}"), "missing", "there is no target"),
        (SMALL.replace("targets:\n  streaming: {}\n", ""), "missing", "targets: this key is missing"),
        (SMALL.partition("tracks:")[0] + "tracks: []\ntargets: {cd: }\n", "missing", "the list of tracks is empty"),
        (small(target="web: {files: [flac]}"), "missing-kind", "does not say its kind"),
        (small(target="web: {kind: streamin}"), "unknown-value", "there is no kind of target 'streamin'"),
        (small(target="streaming: {files: flac}"), "wrong-type", "a list is expected here, not 'flac'"),
        (small(track="trim: 3 s"), "wrong-type", "a mapping is expected here, not '3 s'"),
        (small(track="message: [x]"), "wrong-type", "a text is expected here, not a list"),
        (small(track="artists: [{role: featured}]"), "missing", "tracks[one].artists[1].name: this key is missing"),
        (small(target="cd: {files: [flac]}"), "unknown-key", "targets.cd.files"),
        (small(track="fade_in: {length: 2 s, curve: scurve}"), "unknown-value", "'scurve' is not one of"),
        (small(track="gain: 90 dB"), "out-of-range", "at most 60 dB"),
        (small(target="streaming: {level: {ceiling: 1 dBTP}}"), "out-of-range", "at most 0 dBTP"),
        (
            small(target="streaming: {files: [{format: mp3, bitrate: 300}]}"),
            "bad-bitrate",
            "MP3 is not offered at 300 kb/s",
        ),
        (small(target="streaming: {files: [{format: flac, bitrate: 320}]}"), "not-for-format", "flac has no bit rate"),
        (small(target="streaming: {files: [{format: wav, chunks: [bext, bext]}]}"), "duplicate", "listed twice"),
        (small(target="streaming: {services: [spotfy]}"), "unknown-value", "'spotfy' is not one of"),
        (small(target="streaming: {names: '{titel}'}"), "bad-names", "no field 'titel'"),
        (small(track="process: [highpass: {frequency: 25 dB}]"), "wrong-unit", "'dB' is no unit of it"),
        (small(track="process: [highpass: {frequency: 0}]"), "out-of-range", "0 Hz is below 1 Hz"),
        (small(track="process: [highpass: {}]"), "missing", "process[1].highpass.frequency: this key is missing"),
        (
            small(track="process: [{gain: 1, highpass: {frequency: 9}}]"),
            "two-kinds",
            "cannot be both gain and highpass",
        ),
        (small(track="process: [{name: x}]"), "missing", "this step says no kind"),
        (small(track="source: /etc/passwd").replace("source: one.wav, ", ""), "bad-path", "not relative"),
        (small(release="title2: x"), "unknown-key", "release.title2"),
        (small(release="artist_name: x"), "unknown-key", "release.artist_name"),
    ],
)
def test_one_slip_is_one_problem(text, code, words):
    problem = only_problem(text)

    assert (problem.code, words in problem.problem) == (code, True), problem
    assert problem.remedy


def test_a_key_in_the_wrong_place_is_told_its_home():
    assert only_problem(small(target="streaming: {speed: 33}")).remedy == "speed is a key of targets.vinyl"
    assert only_problem(small(target="streaming: {limiter: {}}")).remedy == (
        "did you mean dither? limiter is a key of targets.*.level"
    )
    assert only_problem(small(target="cd: {sample_rate: 44.1 kHz}")).remedy == "a CD always has 44.1 kHz: leave it out"


def test_missing_files_join_the_report(tmp_path):
    (tmp_path / "one.wav").write_bytes(b"")
    (tmp_path / "Two.wav").write_bytes(b"")
    (tmp_path / "three.wav").mkdir()
    path = tmp_path / "project.yaml"
    path.write_text(small(release="barcode: 12, artwork: front.png", second="versions: {live: live.wav}"))

    with pytest.raises(ManifestError) as caught:
        load_manifest(path)

    assert [
        (p.code, p.problem.partition(": ")[2], p.remedy) for p in caught.value.problems if p.code == "missing-file"
    ] == [
        ("missing-file", "there is no file 'front.png'", "paths are relative to the manifest"),
        ("missing-file", "there is no file 'two.wav'", "did you mean Two.wav?"),
        ("missing-file", "there is no file 'live.wav'", "paths are relative to the manifest"),
        ("missing-file", "'three.wav' is a folder", "name a file in it"),
    ]
    assert caught.value.problems[0].code == "bad-barcode"


def test_an_empty_text_means_there_is_none():
    project = load(small(track='isrc: ""', release='barcode: "", language: "", artwork: "", label: ""')).project

    assert (project.tracks[0].isrc, project.release.barcode, project.release.language) == ("", "", "")
    assert only_problem(SMALL.replace("title: Night Ferry", 'title: ""')).problem == "release.title: the text is empty"


def test_messages_are_safe_to_print_and_not_endless():
    problem = only_problem(small(track='"\\e[31m\\u202e": 1'))
    assert problem.problem == r"tracks[one].\x1b[31m\u202e: there is no such key here"
    long = only_problem(small(track=f"explicit: {'x' * 20_000}"))
    assert len(long.problem) < 600


def test_a_wreck_is_told_in_part():
    keys = ", ".join(f"key{n}: 1" for n in range(2000))
    found = problems(small(track=keys))

    assert len(found) == 500
    copies = "".join(f"  - {{id: one, title: x, source: x{n}.wav}}\n" for n in range(700))
    found = problems(SMALL.replace("targets:", copies + "targets:"))
    assert len(found) == 501
    assert found[-1].problem == "and 200 more problems"


def test_a_long_manifest_is_read_in_reasonable_time():
    tracks = "".join(f"  - {{id: t{n}, title: x, source: x.wav}}\n" for n in range(5000))
    text = SMALL.replace("targets:", tracks + "targets:").replace(
        "streaming: {}", f"streaming: {{tracks: [{', '.join(f't{n}' for n in range(5000))}]}}"
    )
    started = time.process_time()

    load(text)

    assert time.process_time() - started < 6


def test_places_are_found_or_the_nearest_around_them():
    manifest = load(WHOLE)

    assert manifest.where("tracks", 0, "isrc") == "project.yaml:32:11"
    assert manifest.where("tracks", 1, "crossfade", "curve") == "project.yaml:46:5"
    assert manifest.where() == "project.yaml:2:1"
    assert manifest.positions["targets", "cd", "text"] == (84, 11)
    assert manifest.problem(("tracks", 1), "is odd", "mend it", "odd").problem == "tracks[tide]: is odd"


def test_the_digest_is_of_what_is_written_not_of_its_layout():
    flow = SMALL.replace(
        "\n  - {id: one, title: One, source: one.wav}", "\n  - id: one   # first\n    source: one.wav\n    title: One"
    )

    assert load(flow).digest == load(SMALL).digest
    assert load(SMALL.replace("One", "Uno")).digest != load(SMALL).digest


def test_the_file_is_called_by_its_name():
    with pytest.raises(ManifestError) as caught:
        parse_manifest("", Path("/some/where/album.yaml"))
    assert caught.value.problems[0].where == "album.yaml:1:1"


def test_what_is_no_file_is_told_for_what_it_is(tmp_path):

    (tmp_path / "loop.wav").symlink_to("loop.wav")
    (tmp_path / "gone.wav").symlink_to("nothing.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    path = tmp_path / "project.yaml"
    tracks = "".join(f"  - {{id: {n}, title: T, source: {n}.wav}}\n" for n in ("loop", "gone", "pipe"))
    path.write_text(f"version: 1\nrelease: {{title: A, artist: B}}\ntracks:\n{tracks}targets: {{streaming: {{}}}}\n")

    with pytest.raises(ManifestError) as caught:
        load_manifest(path)

    told = [p.problem for p in caught.value.problems]
    assert [t.split(" is ", 1)[1] for t in told] == [
        "a link that leads to itself, not a file",
        "a link to what is not there, not a file",
        "a pipe or a device, not a file",
    ]
