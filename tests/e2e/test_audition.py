"""``release audition`` on a build whose deliverables are known sample for sample."""

from __future__ import annotations

import hashlib
import json
import re

import numpy as np
import pytest
import soundfile

from release.cli.app import app
from release.errors import UsageError, VerificationError
from release.operations.audition import AuditionWish, audition_project
from release.operations.build import build_project

RATE = 44_100
MANIFEST = """\
version: 1
release: {title: Heard, artist: Again, label: L, catalogue_number: H1}
sequence: {gap: 2 s}
tracks:
  - {id: one, title: One, source: mixes/one.wav}
  - {id: two, title: Two, source: mixes/two.wav, gap: 0 s}
  - {id: three, title: Three, source: mixes/three.wav}
  - {id: four, title: Four, source: mixes/four.wav, crossfade: {length: 1 s, curve: linear}}
targets:
  streaming: {files: [flac, wav, {format: mp3, bitrate: 320}, opus], bit_depth: 16}
  bare: {kind: download, files: [wav], bit_depth: 16, gaps_in_files: none}
  cd: {images: [ddp, cue, toc]}
  vinyl: {size: 12 in, speed: 45 rpm, sides: {A: [one, two, three, four]}}
"""
SECONDS = {"one": 12, "two": 14, "three": 13, "four": 8}


def made(name):
    rng = np.random.default_rng(sorted(SECONDS).index(name))
    n = SECONDS[name] * RATE
    audio = np.cumsum(rng.standard_normal((n, 2)), axis=0)
    audio -= np.cumsum(audio, axis=0) / np.arange(1, n + 1)[:, np.newaxis]
    audio = 0.5 * rng.standard_normal((n, 2)) * (0.2 if name == "two" else 0.05)
    audio[5 * RATE : 7 * RATE] *= 2.0  # the loudest passage
    return np.rint(np.clip(audio, -0.99, 0.99) * 32768.0).astype(np.int16)


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audition")
    (folder / "mixes").mkdir()
    for name in SECONDS:
        soundfile.write(folder / "mixes" / f"{name}.wav", made(name), RATE, subtype="PCM_16")
    (folder / "project.yaml").write_text(MANIFEST)
    build_project(folder / "project.yaml")
    return folder


def ints(path):
    return soundfile.read(path, dtype="int16", always_2d=True)[0]


def tree(folder):
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


@pytest.mark.parametrize(
    ("target", "file_format"),
    [
        ("streaming", None),
        ("streaming", "wav"),
        ("bare", None),
        ("cd", "wav"),
        ("cd", "ddp"),
        ("cd", "bin"),
        ("vinyl", None),
    ],
)
def test_a_butt_join_is_the_sources_sample_for_sample(heard, target, file_format, tmp_path):
    wish = AuditionWish(("one", "two"), is_join=True, target=target, file_format=file_format)

    result = audition_project(heard / "project.yaml", wish, output=tmp_path / "join.wav")

    expected = np.concatenate([made("one")[-10 * RATE :], made("two")[: 10 * RATE]])
    if target == "vinyl":  # 24 bits hold the same values
        audio = soundfile.read(result.path)[0] * 32768.0
        assert np.array_equal(audio, expected)
    else:
        assert np.array_equal(ints(result.path), expected)
    assert [p.at_s for p in result.parts] == [0.0, 10.0]
    assert result.target == target


@pytest.mark.parametrize("target", ["streaming", "bare", "cd", "vinyl"])
def test_a_gap_is_heard_whole(heard, target, tmp_path):
    result = audition_project(
        heard / "project.yaml",
        AuditionWish(("two", "three"), is_join=True, target=target, length="3 s"),
        output=tmp_path / "j.wav",
    )

    audio = soundfile.read(result.path)[0] * 32768.0
    assert np.array_equal(audio[: 3 * RATE], made("two")[-3 * RATE :])
    assert not audio[3 * RATE : 5 * RATE].any()
    assert np.array_equal(audio[5 * RATE :], made("three")[: 3 * RATE])
    assert bool(result.notes) == (target == "bare")


def test_a_crossfade_is_heard_with_both_sides(heard, tmp_path):
    result = audition_project(
        heard / "project.yaml", AuditionWish(("three", "four"), is_join=True, length="2 s"), output=tmp_path / "j.wav"
    )

    audio = ints(result.path).astype(float)
    assert len(audio) == 5 * RATE
    assert np.array_equal(audio[: 2 * RATE], made("three")[10 * RATE : 12 * RATE])
    assert np.array_equal(audio[3 * RATE :], made("four")[RATE : 3 * RATE])
    ramp = np.arange(RATE)[:, np.newaxis] / RATE
    mixed = made("three")[-RATE:] * (1.0 - ramp) + made("four")[:RATE] * ramp
    assert np.abs(audio[2 * RATE : 3 * RATE] - mixed).max() < 4.0  # dither, and the law's own end points


@pytest.mark.parametrize("file_format", ["mp3", "opus"])
def test_a_lossy_join_is_decoded_where_it_belongs(heard, file_format, tmp_path):
    result = audition_project(
        heard / "project.yaml",
        AuditionWish(("one", "two"), is_join=True, file_format=file_format),
        output=tmp_path / "j.wav",
    )

    audio, rate_hz = soundfile.read(result.path)
    assert result.bits == "32-bit float"
    assert rate_hz == (48_000 if file_format == "opus" else RATE)
    assert len(audio) == 20 * rate_hz
    before, after = (np.sqrt(np.mean(part**2)) for part in (audio[: 10 * rate_hz - 400], audio[10 * rate_hz + 400 :]))
    assert 20 * np.log10(after / before) > 6.0  # two is louder, from the join on


def test_neighbours_are_equally_loud_and_never_turned_up(heard, tmp_path):
    pyloudnorm = pytest.importorskip("pyloudnorm")

    result = audition_project(
        heard / "project.yaml", AuditionWish(("one", "two"), length="4 s"), output=tmp_path / "n.wav"
    )

    audio, rate_hz = soundfile.read(result.path)
    one, two = result.parts
    meter = pyloudnorm.Meter(rate_hz, filter_class="DeMan")
    read = [
        meter.integrated_loudness(audio[round(p.at_s * RATE) : round((p.at_s + p.length_s) * RATE)]) for p in (one, two)
    ]
    assert read[0] == pytest.approx(read[1], abs=0.05)
    assert (one.gain_db, two.gain_db) == (0.0, pytest.approx(-12.0, abs=0.5))
    assert 3.0 <= one.from_s <= 5.1  # the two loud seconds lie from 5 to 7 s
    assert one.from_s + 4.0 >= 6.9
    assert not audio[round(4.0 * RATE) : round(5.0 * RATE)].any()
    first = round(one.from_s * RATE)
    assert np.array_equal(audio[: 4 * RATE] * 32768.0, made("one")[first : first + 4 * RATE])


def test_places_can_be_asked_for(heard, tmp_path):
    result = audition_project(
        heard / "project.yaml",
        AuditionWish(("one", "three"), length="1 s", at=("2 s", "0:03")),
        output=tmp_path / "n.wav",
    )

    assert [p.from_s for p in result.parts] == [2.0, 3.0]


CHAINED = (
    MANIFEST.replace(
        "  - {id: one, title: One, source: mixes/one.wav}\n",
        "  - id: one\n    title: One\n    source: mixes/one.wav\n    process:\n      - gain: -3 dB\n"
        "      - eq: {shape: high-shelf, frequency: 4 kHz, gain: 6 dB}\n        name: air\n",
    )
    .split("  bare:")[0]
    .replace(
        "bit_depth: 16}",
        "bit_depth: 24, level: {match: album, loudness: -16 LUFS, ceiling: -1 dBTP, limiter: {max_reduction: 9 dB}}}",
    )
    .replace("sequence: {gap: 2 s}", "sequence: {gap: 2 s, process: [{gain: -1 dB, name: trim}]}")
)


@pytest.fixture(scope="module")
def chained(heard, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chained")
    (folder / "mixes").symlink_to(heard / "mixes")
    (folder / "project.yaml").write_text(CHAINED)
    built = build_project(folder / "project.yaml", source_roots=[heard])
    return folder, built.record["targets"]["streaming"]


def bypassed(folder, roots, word, output, **more):
    return audition_project(
        folder / "project.yaml", AuditionWish(("one",), bypass=word, **more), output=output, source_roots=roots
    )


@pytest.mark.parametrize(("word", "lift_db"), [("air", -4.0), ("eq", -4.0), ("all", 0.0)])
def test_a_bypass_is_the_sound_without_the_step_at_equal_loudness(heard, chained, tmp_path, word, lift_db):
    folder, target = chained
    before = tree(folder / "build")

    result = bypassed(folder, [heard], word, tmp_path / "b.wav", length="4 s", at=("1 s",))

    audio = soundfile.read(result.path)[0]
    with_step, without = (audio[round(p.at_s * RATE) :][: 4 * RATE] for p in result.parts)
    assert result.parts[0].lufs == pytest.approx(result.parts[1].lufs, abs=1e-9)
    source = made("one")[RATE : 5 * RATE] / 32768.0
    gain = next(g["gain_db"] for g in target["gains"] if g["track"] == "one") + lift_db + result.parts[1].gain_db
    assert (
        np.abs(without / 10 ** (gain / 20) - source).max() < 2e-5
    )  # 24-bit dither, and the record's gain in 1/1000 dB
    assert min(p.gain_db for p in result.parts) < 0.0 == max(p.gain_db for p in result.parts)
    delivered = soundfile.read(next((folder / "build/streaming/flac").glob("01*.flac")))[0][RATE : 5 * RATE]
    factor = 10 ** (result.parts[0].gain_db / 20)
    assert np.abs(with_step - delivered * factor).max() < 1e-7
    assert tree(folder / "build") == before


def test_a_step_of_the_programme_is_bypassed_too(heard, chained, tmp_path):
    folder, _ = chained

    result = bypassed(folder, [heard], "trim", tmp_path / "b.wav", length="2 s")

    gains = [p.gain_db for p in result.parts]
    assert gains[1] - gains[0] == pytest.approx(-1.0, abs=0.01)


def test_a_bypass_after_an_edit_is_refused(heard, chained, tmp_path):
    folder, _ = chained
    path = tmp_path / "project.yaml"
    path.write_text(CHAINED.replace("gain: 6 dB", "gain: 5 dB"))
    (tmp_path / "mixes").symlink_to(heard / "mixes")

    with pytest.raises(UsageError, match="another manifest"):
        audition_project(
            path,
            AuditionWish(("one",), bypass="air"),
            build=folder / "build",
            source_roots=[heard],
            output=tmp_path / "b.wav",
        )
    assert not (tmp_path / "b.wav").exists()


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (AuditionWish(("one", "nine")), "no track 'nine'"),
        (AuditionWish(("one",)), "two tracks"),
        (AuditionWish(("one", "one")), "the same"),
        (AuditionWish(("one", "three"), is_join=True), "does not follow"),
        (AuditionWish(("two", "one"), is_join=True), "does not follow"),
        (AuditionWish(("one", "two"), bypass="all"), "one track"),
        (AuditionWish(("one",), bypass="glue"), "no step 'glue'"),
        (AuditionWish(("one", "two"), target="tape"), "no target 'tape'"),
        (AuditionWish(("one", "two"), file_format="ogg"), "as ogg"),
        (AuditionWish(("one", "two"), length="0 s"), "out of range"),
        (AuditionWish(("one", "two"), length="loud"), "--length"),
        (AuditionWish(("one", "two"), at=("1:00",)), "behind the end"),
        (AuditionWish(("one", "two"), at=("1", "1", "1")), "more places"),
        (AuditionWish(("one", "two"), is_join=True, at=("1 s",)), "own place"),
    ],
)
def test_what_cannot_be_heard_is_told(heard, tmp_path, wish, words):
    with pytest.raises(UsageError, match=words):
        audition_project(heard / "project.yaml", wish, output=tmp_path / "x.wav")
    assert list(tmp_path.iterdir()) == []


def test_silence_has_no_loudness(heard, tmp_path):
    wish = AuditionWish(("two", "three"), length="1 s", at=("15 s",))  # in the gap after two

    with pytest.raises(UsageError, match="the excerpt of two has no loudness"):
        audition_project(heard / "project.yaml", wish, output=tmp_path / "x.wav")


def test_nothing_is_written_into_a_build_or_over_anything(heard, tmp_path):
    wish = AuditionWish(("one", "two"), is_join=True)
    for place in (heard / "build" / "x.wav", heard / "build" / "streaming" / "flac" / "x.wav"):
        with pytest.raises(UsageError, match="not written into a build"):
            audition_project(heard / "project.yaml", wish, output=place)
        assert not place.exists()
    for place in (heard / "mixes" / "one.wav", heard / "project.yaml", tmp_path):
        with pytest.raises(UsageError, match="something already"):
            audition_project(heard / "project.yaml", wish, output=place)
    (tmp_path / "link.wav").symlink_to(heard / "mixes" / "one.wav")
    with pytest.raises(UsageError, match="something already"):
        audition_project(heard / "project.yaml", wish, output=tmp_path / "link.wav")
    with pytest.raises(UsageError, match="no such folder"):
        audition_project(heard / "project.yaml", wish, output=tmp_path / "no" / "x.wav")
    first = audition_project(heard / "project.yaml", wish)
    assert first.path == heard / "audition" / "one+two-join.wav"
    assert audition_project(heard / "project.yaml", wish).path == first.path


def test_a_changed_deliverable_is_not_played(heard, tmp_path):
    build = tmp_path / "build"
    (build / "bare" / "wav").mkdir(parents=True)
    (build / "release.json").write_bytes((heard / "build" / "release.json").read_bytes())
    wish = AuditionWish(("one", "two"), is_join=True, target="bare")

    with pytest.raises(VerificationError, match="not there"):
        audition_project(heard / "project.yaml", wish, build=build, output=tmp_path / "x.wav")
    for path in (heard / "build" / "bare" / "wav").glob("*.wav"):
        data = bytearray(path.read_bytes())
        data[5_000] ^= 1
        (build / "bare" / "wav" / path.name).write_bytes(data)
    with pytest.raises(VerificationError, match="not the one that was built"):
        audition_project(heard / "project.yaml", wish, build=build, output=tmp_path / "x.wav")


def test_without_a_build_there_is_nothing_to_hear(heard, tmp_path):
    (tmp_path / "mixes").symlink_to(heard / "mixes")
    (tmp_path / "project.yaml").write_text(MANIFEST)

    with pytest.raises(UsageError, match="no build"):
        audition_project(tmp_path / "project.yaml", AuditionWish(("one", "two")))


def test_the_command_says_where_the_file_is(heard, tmp_path, capsys):
    out = tmp_path / "here.wav"
    with pytest.raises(SystemExit) as code:
        app(["audition", str(heard), "one", "two", "--join", "--length", "1 s", "-o", str(out), "--json", "-q"])
    assert code.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["path"] == str(out)
    assert told["kind"] == "join"
    assert told["sources"] == ["streaming/flac/01 One.flac", "streaming/flac/02 Two.flac"]
    assert re.fullmatch(r"16 bit", told["bits"])
    assert len(ints(out)) == 2 * RATE
