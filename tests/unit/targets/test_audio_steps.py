"""The steps of targets: equal work once, titles in no audio key, gains taken over by track."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile
from numpy import zeros

from release.operations.project import OpenProject, PlannedProject, open_project, plan_opened
from release.pipeline.step import Step
from release.targets.history import planned_words, source_lines

HEAD = "version: 1\nrelease: {title: Night Ferry, artist: Us, barcode: '4006381333931', catalogue_number: LTR014}\n"
TRACKS = """tracks:
  - {id: a, title: First, source: a.wav}
  - {id: b, title: Second, source: b.wav}
"""


@pytest.fixture
def opened(tmp_path: Path):
    for name, rate in (("a", 44_100), ("b", 44_100), ("c", 48_000)):
        soundfile.write(tmp_path / f"{name}.wav", zeros((2 * rate, 2)), rate, "PCM_24")

    def made(text: str) -> OpenProject:
        (tmp_path / "project.yaml").write_text(HEAD + text)
        return open_project(tmp_path / "project.yaml")

    return made


def steps(planned: PlannedProject, stage: str) -> list[Step]:
    return [s for s in planned.book.steps if s.stage.name == stage]


def test_targets_of_one_rate_share_their_render(opened) -> None:
    planned = plan_opened(
        opened(TRACKS + "targets:\n  streaming: {files: [flac]}\n  download: {files: [wav], bit_depth: 16}\n")
    )

    assert len(steps(planned, "render")) == 2  # two islands
    assert {s.id.split("/")[0] for s in steps(planned, "finish")} == {"streaming", "download"}


def test_equal_targets_share_everything_but_tags(opened) -> None:
    planned = plan_opened(opened(TRACKS + "targets:\n  streaming: {files: [flac]}\n  download: {files: [flac]}\n"))

    for stage in ("render", "level", "finish", "measure", "encode-flac", "prove-lossless"):
        assert not [s.id for s in steps(planned, stage) if s.id.startswith("download")]


def test_titles_and_ids_reach_no_audio_step(opened) -> None:
    text = TRACKS + "targets:\n  streaming: {files: [flac, mp3]}\n  cd: {}\n  vinyl: {sides: {A: [a], B: [b]}}\n"
    audio = ("render", "level", "finish", "measure", "encode-flac", "encode-mp3", "prove-lossy", "cd-image", "side")

    def params(text: str) -> str:
        planned = plan_opened(opened(text))
        return json.dumps(
            [[s.stage.name, s.params] for s in planned.book.steps if s.stage.name in audio], sort_keys=True
        )

    renamed = text.replace("First", "Prelude").replace("id: a", "id: opening").replace("[a]", "[opening]")
    assert params(text) == params(renamed)


def test_opus_has_its_own_conversion_and_takes_the_gains(opened) -> None:
    text = TRACKS + "targets:\n  streaming: {files: [flac, opus], level: {match: album, loudness: -14 LUFS}}\n"
    planned = plan_opened(opened(text))

    level = next(s for s in steps(planned, "level") if s.id == "streaming/level-48k")
    assert level.inputs["like"].step_id == "streaming/level"
    assert level.params["spec"]["match"] == "none"
    assert level.params["like_tracks"] == [0, 1]
    assert {s.params["rate_hz"] for s in steps(planned, "render")} == {44_100, 48_000}


def test_opus_at_its_own_rate_needs_no_second_conversion(opened) -> None:
    text = "sequence: {sample_rate: 48 kHz}\n" + TRACKS + "targets:\n  streaming: {files: [flac, opus]}\n"
    planned = plan_opened(opened(text))

    assert {s.params["rate_hz"] for s in steps(planned, "render")} == {48_000}
    assert all(s.params["float_copy"] for s in steps(planned, "finish"))


def test_float_copies_are_made_only_for_lossy_files(opened) -> None:
    planned = plan_opened(opened(TRACKS + "targets:\n  streaming: {files: [flac, wav]}\n"))

    assert not any(s.params["float_copy"] for s in steps(planned, "finish"))


def test_audio_that_nothing_touches_is_kept_narrow_and_may_be_exact(opened) -> None:
    text = """tracks:
  - {id: a, title: First, source: a.wav}
  - {id: b, title: Second, source: b.wav, gain: -1 dB}
targets: {streaming: {files: [flac]}}
"""
    one, two = steps(plan_opened(opened(text)), "finish")

    assert (one.params["dtype"], one.params["may_be_exact"]) == ("<f4", True)
    assert (two.params["dtype"], two.params["may_be_exact"]) == ("<f8", False)


def exact(opened, text: str) -> list[list[list[int]]]:
    return [s.params["exact"] for s in steps(plan_opened(opened(text)), "finish")]


def test_stretches_that_nothing_touches_are_known_to_the_sample(opened) -> None:
    text = """sequence: {cuts: sample}
tracks:
  - {id: a, title: First, source: a.wav, fade_in: 100 ms}
  - {id: b, title: Second, source: b.wav, crossfade: 500 ms}
  - {id: c, title: Third, source: b.wav, gap: 0 s, gain: -1 dB}
"""
    found = exact(opened, text + "targets: {streaming: {files: [flac]}}\n")

    at_b = 88_200 - 22_050
    assert found == [[[4_410, at_b], [at_b + 22_050, at_b + 88_200]]]


@pytest.mark.parametrize(
    "target",
    ["{files: [flac], bit_depth: 16}", "{files: [flac], gain: -1 dB}", "{files: [flac], sample_rate: 48 kHz}",
     "{files: [flac], process: [{highpass: {frequency: 30 Hz}}]}"],
)  # fmt: skip
def test_nothing_is_exact_where_a_target_touches_all(opened, target: str) -> None:
    assert not any(exact(opened, f"{TRACKS}targets: {{streaming: {target}}}\n"))


def test_gains_are_taken_over_by_track_not_by_place(opened) -> None:
    text = (
        TRACKS
        + """targets:
  streaming: {files: [flac], level: {match: tracks, loudness: -14 LUFS}}
  download: {files: [flac], tracks: [b, a], level: {as: streaming}}
"""
    )
    level = next(s for s in steps(plan_opened(opened(text)), "level") if s.id == "download/level")

    assert level.params["like_tracks"] == [1, 0]


def test_a_target_that_as_names_is_planned_with_it(opened) -> None:
    text = (
        TRACKS
        + "targets:\n  streaming: {files: [flac], level: {match: album, loudness: -14 LUFS}}\n  download: {files: [wav], level: {as: streaming}}\n"
    )
    planned = plan_opened(opened(text), ["download"])

    assert [p.target.name for p in planned.plans] == ["download"]
    assert "streaming/level" in [s.id for s in planned.book.steps]
    assert not [f for p in planned.plans for f in p.files if f.path.startswith("streaming")]


def test_files_are_named_by_pattern_and_disc(opened) -> None:
    text = """sequence: {discs: [{first: a}, {first: b}]}
tracks:
  - {id: a, title: "AC/DC", source: a.wav, isrc: GB-LTR-26-00001}
  - {id: b, title: Second, source: b.wav}
targets:
  streaming: {files: [flac], names: "{disc}-{number:03} {title} [{isrc}]"}
"""
    planned = plan_opened(opened(text))

    paths = [f.path for f in planned.plans[0].files]
    assert paths[0].startswith("streaming/flac/disc-1/1-001 AC")
    assert paths[0].count("/") == 3
    assert paths[1].startswith("streaming/flac/disc-2/2-001 Second [")


def test_the_coding_history_names_every_source_that_sounds(opened) -> None:
    text = """sequence: {sample_rate: 44.1 kHz}
tracks:
  - {id: a, title: First, source: a.wav}
  - {id: b, title: Second, source: c.wav, crossfade: 1 s}
targets: {download: {files: [wav]}}
"""
    planned = plan_opened(opened(text))
    plan = planned.plans[0]

    lines = source_lines(planned.book, plan.target, plan.audio.tracks[1])

    assert lines[0].startswith("A=PCM,F=44100,W=24,M=stereo")
    assert lines[1].startswith("A=PCM,F=48000,W=24,M=stereo")
    assert planned_words(planned.book, plan.target, plan.audio.tracks[1], 44_100) == ["resampled"]


def test_the_coding_history_looks_through_the_sequence_chain(opened) -> None:
    text = """sequence: {process: [{highpass: {frequency: 30 Hz}}], gap: 1 s}
tracks:
  - {id: a, title: First, source: a.wav}
  - {id: b, title: Second, source: b.wav}
targets: {download: {files: [wav], tracks: [b, a]}}
"""
    planned = plan_opened(opened(text))
    plan = planned.plans[0]

    for track in plan.audio.tracks:
        assert len(source_lines(planned.book, plan.target, track)) == 1
        assert planned_words(planned.book, plan.target, track, 44_100) == ["processed"]
