"""What no single field can tell, each with its place, its code and its words."""

from __future__ import annotations

import pytest
from written_manifests import WHOLE, load, only_problem, problems, small

CASES = [  # manifest, what stands where the problem is, its code, its words
    # tracks
    (
        small(second="gap: 0 s").replace("id: two", "id: one"),
        "one, title: Two",
        "duplicate-id",
        "the id 'one' is taken by track 1",
    ),
    (small().replace("id: two", "id: ONE"), "ONE, title: Two", "duplicate-id", "by track 1, in another case"),
    (small().replace("id: two", "id: loudest"), "loudest", "bad-word", "means something else"),
    (small().replace("title: Two, ", ""), "{id: two", "missing", "neither title nor work"),
    (
        small(track="isrc: GBLTR2600001", second="isrc: GB-LTR-26-00001"),
        "GB-LTR-26-00001",
        "duplicate-isrc",
        "already the code of one",
    ),
    (
        small(track="isrc: GBLTR2600001, versions: {live: {source: l.wav, isrc: GBLTR2600001}}"),
        "GBLTR2600001}",
        "duplicate-isrc",
        "already the code of one",
    ),
    (small(second="crossfade: 2 s, gap: 1 s"), "gap: 1 s", "conflict", "takes the place of gap"),
    (small(second="crossfade: 2 s, fade_in: 1 s"), "fade_in: 1 s", "conflict", "takes the place of fade_in"),
    (
        small(track="fade_out: 1 s", second="crossfade: 2 s"),
        "fade_out: 1 s",
        "conflict",
        "takes the place of this fade_out",
    ),
    (small(track="crossfade: 2 s"), "crossfade: 2 s", "no-effect", "no track before the first"),
    (small(track="gap: -1 s"), "gap: -1 s", "no-effect", "no track before the first"),
    (small(second="crossfade: {curve: linear}"), "{curve: linear", "missing", "has no length"),
    (small(second="crossfade: {length: 1 s, out: 2 s}"), "1 s, out: 2 s", "conflict", "beside out and in"),
    (small(second="crossfade: {in: 2 s}"), "{in: 2 s", "missing", "has no length"),
    (small(second="crossfade: {out: 1 s, in: 2 s}"), "2 s}", "out-of-range", "longer than the overlap"),
    (small(second="unjoined: {gap: 1 s}"), "unjoined: {gap: 1 s", "no-effect", "nothing to part"),
    (small(second="gap: 0 s, unjoined: {gap: -1 s}"), "-1 s", "negative", "cannot overlap"),
    (small(second="trim: {start: 3 s, end: 2 s}"), "2 s}", "out-of-range", "ends before it starts"),
    (small(second="trim: {start: -3 s}"), "-3 s", "negative", "-3 s is negative"),
    (small(second="pause: -3 s"), "-3 s", "negative", "-3 s is negative"),
    (small(second="fade_in: 0 s"), "0 s}", "out-of-range", "a length of zero does nothing"),
    (small(second="indexes: [2 s, 1 s]"), "1 s]", "out-of-range", "not behind the one before"),
    (small(second="indexes: [0 s]"), "0 s]", "out-of-range", "index 01"),
    (small(second="index: true"), "true", "no-effect", "for hidden tracks"),
    (
        small(second="work: {title: Symphony}").replace("title: Two, ", ""),
        "{title: Symphony",
        "missing",
        "gives no title",
    ),
    # sequence and release
    (small(sequence="discs: [{first: onE}]"), "onE}", "unknown-track", "there is no track 'onE'"),
    (small(sequence="discs: [{first: two}]"), "two}", "order", "does not begin with the first track"),
    (
        small(sequence="discs: [{first: one}, {first: three}, {first: two}]"),
        "two}",
        "order",
        "at or before the one above",
    ),
    (
        small(release="release_date: 2020-01-01, original_release_date: 2021-01-01"),
        "2021-01-01",
        "conflict",
        "later than this one",
    ),
    # level
    (small(target="streaming: {level: {match: album}}"), "{match: album", "missing", "match: album needs an aim"),
    (small(target="streaming: {level: {match: tracks}}"), "{match: tracks", "missing", "match: tracks needs an aim"),
    (small(target="streaming: {level: {match: anchor}}"), "{match: anchor", "missing", "match: anchor needs an aim"),
    (small(target="streaming: {level: {match: peak}}"), "{match: peak", "missing", "match: peak needs a ceiling"),
    (small(target="streaming: {level: {loudness: -14}}"), "loudness: -14", "no-effect", "no use for a loudness"),
    (small(target="streaming: {level: {limiter: {}}}"), "limiter: {", "missing", "a limiter needs a ceiling"),
    (small(target="streaming: {level: {anchor: one}}"), "anchor: one", "no-effect", "has no anchor"),
    (
        small(target="streaming: {level: {match: anchor, loudness: -14, anchor: tow}}"),
        "tow}",
        "unknown-track",
        "there is no track 'tow'",
    ),
    (small(target="streaming: {level: {as: cd}}"), "cd}}", "unknown-target", "there is no target 'cd'"),
    (small(target="streaming: {level: {as: streaming}}"), "streaming}", "cycle", "taken from itself"),
    (
        small(target="streaming: {level: {as: cd, limiter: {}}}\n  cd: {}"),
        "limiter: {",
        "conflict",
        "limiter comes from target cd",
    ),
    (
        small(target="streaming: {dither: {type: tpdf, curve: lipshitz}}"),
        "curve: lipshitz",
        "no-effect",
        "has no curve",
    ),
    (
        small(target="streaming: {bit_depth: float, dither: tpdf}"),
        "dither: tpdf",
        "no-effect",
        "float files have no dither",
    ),
    # lists of targets
    (small(target="streaming: {tracks: [one, tow]}"), "tow]", "unknown-track", "there is no track 'tow'"),
    (small(target="streaming: {tracks: [one, one]}"), "one]", "duplicate", "twice"),
    (small(target="streaming: {tracks: []}"), "[]}", "missing", "this list of tracks is empty"),
    (small(target="streaming: {tracks: [one@live]}"), "one@live", "unknown-version", "no version 'live'"),
    (small(target="streaming: {version: live}"), "live", "unknown-version", "no track has a version 'live'"),
    (
        small(target="streaming: {version: live}", second="versions: {live: l.wav}"),
        "live}",
        "unknown-version",
        "one and three have no version 'live'",
    ),
    (small(target="streaming: {missing: main}"), "missing: main", "no-effect", "takes none"),
    (small(target="streaming: {without: [glue]}"), "glue", "unknown-step", "no processing step is called 'glue'"),
    (small(target="streaming: {gaps: {tow: 1 s}}"), "tow: 1 s", "unknown-track", "there is no track 'tow'"),
    (
        small(target="streaming: {tracks: [one], gaps: {two: 1 s}}"),
        "two: 1 s",
        "no-effect",
        "two is not in this target",
    ),
    (small(target="streaming: {tracks: [two]}", second="hidden: true"), "two]", "hidden-track", "two is hidden"),
    (small(target="streaming: {files: []}"), "[]}", "missing", "the list of files is empty"),
    (
        small(target="streaming: {files: [flac, {format: flac, compression: 5}]}"),
        "{format: flac",
        "duplicate-folder",
        "folder flac",
    ),
    (
        small(target="streaming: {files: [mp3, {format: mp3, bitrate: 320}]}"),
        "{format: mp3",
        "duplicate-folder",
        "folder mp3-320",
    ),
    (
        small(target="streaming: {}\n  Streaming: {kind: download}"),
        "Stre",
        "duplicate-folder",
        "one folder on some file systems",
    ),
    (
        small(target="sign-off: {kind: download}"),
        "sign-off: {kind: download",
        "bad-word",
        "cannot be called 'sign-off'",
    ),
    (small(target="report: {kind: download}"), "report: {kind: download", "bad-word", "cannot be called 'report'"),
    (small(target="con: {kind: download}"), "con: {kind: download", "bad-word", "cannot be called 'con'"),
    (small(target="../x: {kind: download}"), "../x: {kind: download", "bad-word", "is not the name of a target"),
    # carriers
    (small(target="cd: {images: []}"), "[]}", "missing", "the list of images is empty"),
    (small(target="cd: {images: [ddp, ddp]}"), "ddp]", "duplicate", "listed twice"),
    (small(target="cd: {tracks: [one], discs: [[one]]}"), "tracks: [one", "conflict", "both say which tracks"),
    (small(target="cd: {discs: [[one], []]}"), "[]]}", "missing", "this list of tracks is empty"),
    (small(target="cd: {discs: [[one], [one]]}"), "one]]", "duplicate", "twice"),
    (small(target="vinyl: {sides: {A: [one], B: [won]}}"), "won]", "unknown-track", "there is no track 'won'"),
    (small(target="vinyl: {sides: both}"), "both", "bad-value", "neither auto nor"),
    (small(target="vinyl: {sides: {A: [one]}, matrix: {B: x}}"), "B: x", "unknown-side", "there is no side 'B'"),
    (small(target="vinyl: {sides: {A: [one]}, locked_groove: [B]}"), "B]}", "unknown-side", "there is no side 'B'"),
    (small(target="vinyl: {matrix: {A: a/b}}"), "a/b}", "bad-word", "no file can be called so"),
    (small(target="vinyl: {matrix: {A: x, B: X}}"), "X}}", "duplicate", "the same matrix number"),
    (small(target="cassette: {sides: {A: [one], C: [two]}}"), "{A: [one", "bad-word", "sides A and B"),
    # waivers
    (
        small(more="qc: {waivers: [{check: audio/clipping, track: tow, reason: x, by: y}]}\n"),
        "tow, reason: x",
        "unknown-track",
        "there is no track 'tow'",
    ),
    (
        small(more="qc: {waivers: [{check: audio/clipping, target: cd, reason: x, by: y}]}\n"),
        "cd, reason: x",
        "unknown-target",
        "there is no target 'cd'",
    ),
    (small(more="qc: {waivers: [{check: clipping, reason: x, by: y}]}\n"), "clipping", "bad-word", "no id of a check"),
    (small(more="qc: {waivers: [{check: a/b, by: y}]}\n"), "{check: a/b", "missing", "reason: this key is missing"),
]


@pytest.mark.parametrize(("text", "at", "code", "words"), CASES, ids=[f"{c[2]}-{c[3][:30]}" for c in CASES])
def test_contradictions_are_found_where_they_stand(text, at, code, words):
    problem = only_problem(text)

    assert text.count(at) == 1
    before = text[: text.index(at)]
    assert problem.where == f"project.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    assert problem.code == code
    assert words in problem.problem
    assert problem.remedy


def test_levels_that_go_round_are_told_at_each_of_them():
    text = small(
        target="a: {kind: download, level: {as: b}}\n  b: {kind: download, level: {as: c}}\n  c: {kind: cd, level: {as: a}}"
    )

    found = problems(text)

    assert [p.code for p in found] == ["cycle"] * 3
    assert "a → b → c → a" in found[0].problem


def test_a_chain_of_levels_that_ends_is_fine():
    text = small(target="a: {kind: download, level: {as: b}}\n  b: {kind: download, level: {as: c}}\n  c: {kind: cd}")

    assert load(text).project.targets["a"].level.as_ == "b"


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        small(second="gap: 0 s, unjoined: {head: {fade_in: 10 ms}}"),
        small(second="unjoined: {gap: 1 s}", target="vinyl: {gaps: {two: 0 s}}"),
        small(second="unjoined: {gap: 1 s}", sequence="gap: 0 s"),
        small(second="crossfade: {out: 2 s, in: 1000 samples}"),
        small(track="gap: 0 s"),
        small(second="hidden: true", target="streaming: {gaps: {two: 1 s}, hidden: track}"),
        small(second="versions: {live: l.wav}", target="streaming: {tracks: [two@live, one], gaps: {two@live: 1 s}}"),
        small(second="versions: {live: l.wav}", target="streaming: {version: live, missing: leave-out}"),
        small(second="versions: {live: l.wav}", target="streaming: {tracks: [two, two@live]}"),
        small(track="process: [{gain: 1, name: glue}]", target="streaming: {without: [glue]}"),
        small(target="streaming: {process: [{gain: 1, name: hot}], without: [hot]}"),
        small(target="streaming: {level: {ceiling: -1 dBTP}}"),
        small(target="streaming: {level: {match: peak, ceiling: -1, limiter: {}}}"),
        small(target="streaming: {level: {as: cd, ceiling: -2 dBTP, lossy_ceiling: -1 dBTP}}\n  cd: "),
        small(target="vinyl: {sides: auto, matrix: {A: X-A, B: X-B}, locked_groove: [B]}"),
        small(
            sequence="discs: [{title: First, first: one}, {first: three}]", target="cd: {discs: [[one, two], [three]]}"
        ),
        small(track="work: {title: Symphony, movement: 2}", second="work: {title: Symphony, movement: 3}").replace(
            "title: One, ", ""
        ),
        small(
            more="qc: {waivers: [{check: a/b, track: two, target: streaming, reason: x, by: y, expires: 2027-01-01}]}\n"
        ),
    ],
)
def test_what_is_allowed_is_not_reported(text):
    assert problems(text) == []
