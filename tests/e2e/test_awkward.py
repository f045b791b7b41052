"""What a tired engineer writes and what tired sources hold: the right result or a plain error, never a fault of the program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from e2e_studio import Studio, ints, music, release, track

from release.cli.entry import run
from release.errors import ManifestError, SourceError

RATE = 44_100
FILES = ["flac", "wav", "aiff", "alac", "mp3", "aac", "opus"]
LIMITED = {"match": "album", "loudness": "-16 LUFS", "ceiling": "-1 dBTP", "limiter": {"max_reduction": "6 dB"}}
EVERY_KIND = {
    "streaming": {"files": FILES, "level": LIMITED},
    "cd": {"images": ["ddp", "cue", "toc"], "text": True, "dither": {"type": "shaped"}},
    "vinyl": {"sides": {"A": ["t1"], "B": ["t2"]}, "level": {"match": "peak", "ceiling": "-3 dBTP"}},
}


def two(
    studio: Studio, audio: np.ndarray, *, rate: int = RATE, bits: int | str = 24, second: np.ndarray | None = None,
    one: dict[str, Any] | None = None, other: dict[str, Any] | None = None, targets: dict[str, Any] | None = None,
    sequence: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """An album of the given track and a plain one; returns the path of its manifest."""
    studio.record("1.wav", audio, rate, bits)
    studio.record("2.wav", music(4.2, RATE, 2) if second is None else second, RATE, 24)
    manifest: dict[str, Any] = {
        "tracks": [track(1, "1.wav", **(one or {})), track(2, "2.wav", **(other or {}))],
        "targets": targets or EVERY_KIND,
    }
    return str(studio.write(**manifest, **({"sequence": sequence} if sequence else {})))


def impulse() -> np.ndarray:
    audio = np.zeros((4 * RATE, 2))
    audio[RATE] = 1.0
    return audio


SOUNDS: dict[str, tuple[np.ndarray, dict[str, Any]]] = {
    "one sample": (np.full((1, 2), 0.3), {}),
    "two samples": (np.full((2, 2), 0.3), {}),
    "10 ms": (music(0.01, RATE, 1), {}),
    "silence": (np.zeros((4 * RATE, 2)), {}),
    "an offset and nothing else": (np.full((4 * RATE, 2), 0.25), {}),
    "next to nothing": (1e-5 * music(4, RATE, 1), {}),
    "an impulse": (impulse(), {}),
    "full-scale noise": (np.clip(np.random.default_rng(1).standard_normal((4 * RATE, 2)), -1, 1), {}),
    "one side": (music(4, RATE, 1) * [1.0, 0.0], {}),
    "float far above full scale": (50.0 * music(4, RATE, 1), {"bits": "float"}),
    "double": (music(4, RATE, 1), {"bits": "double"}),
    "8 bits": (music(4, RATE, 1), {"bits": 8}),
    "32 bits": (music(4, RATE, 1), {"bits": 32}),
    "8 kHz": (music(4, 8_000, 1), {"rate": 8_000, "sequence": {"sample_rate": "44.1 kHz"}}),
    "384 kHz": (music(1, 384_000, 1), {"rate": 384_000, "sequence": {"sample_rate": "48 kHz"}}),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_any_sound_builds_in_every_format(studio: Studio, sound: str, capsys) -> None:
    audio, options = SOUNDS[sound]

    code = run(["build", two(studio, audio, **options), "--jobs", "1"])

    assert code in (0, 1), capsys.readouterr().err
    assert len(list((studio.folder / "build/streaming").rglob("0*.*"))) == 2 * len(FILES)


def test_what_is_cut_off_is_a_finding(studio: Studio) -> None:
    files = {"files": ["flac", "mp3"], "level": {"match": "none"}}
    two(studio, 3.0 * music(2, RATE, 1), bits="float", targets={"streaming": files, "float": {**files, "kind": "download", "files": ["wav"], "bit_depth": "float"}})  # fmt: skip

    record = studio.build().record

    clipped = [f for f in record["qc"]["findings"] if f["check"] == "level/clipped"]
    assert [(f["target"], f["track"], f["status"]) for f in clipped] == [("streaming", "t1", "fail")]
    assert record["qc"]["status"] == "failed"


def test_lossy_files_are_cut_off_only_where_integer_files_are_delivered_beside_them(studio: Studio) -> None:
    """With a lossless file of integers beside them they are of its audio; alone, or beside floats, they are of the floats."""
    loud = 1.8 * np.tanh(8.0 * music(4, RATE, 1))
    kinds: dict[str, dict[str, Any]] = {
        "alone": {"kind": "download", "files": ["aac", "mp3", "opus"]},
        "float": {"kind": "download", "files": ["wav", "aac", "mp3", "opus"], "bit_depth": "float"},
        "integer": {"kind": "download", "files": ["flac", "aac", "mp3", "opus"]},
    }
    two(studio, loud, bits="float", targets=kinds)

    record = studio.build().record

    clipped = {f["target"] for f in record["qc"]["findings"] if f["check"] == "level/clipped"}
    assert clipped == {"integer"}
    levels = {
        name: {d["format"]: d["loudness"]["integrated_lufs"] for d in target["deliverables"] if d["track"] == "t1"}
        for name, target in record["targets"].items()
    }
    whole, cut = levels["float"]["wav"], levels["integer"]["flac"]
    assert whole - cut > 0.3
    for codec in ("aac", "mp3", "opus"):
        assert levels["alone"][codec] == pytest.approx(whole, abs=0.15)
        assert levels["float"][codec] == pytest.approx(whole, abs=0.15)
        assert levels["integer"][codec] == pytest.approx(cut, abs=0.15)


def test_a_level_that_an_encoder_cannot_take_is_a_finding_with_what_mends_it(studio: Studio) -> None:
    loud = {"kind": "download", "gain": "20 dB", "bit_depth": "float", "files": ["mp3", "aac", "opus"]}
    two(studio, np.tanh(8.0 * music(4, RATE, 1)), bits="float", targets={"loud": loud})

    built = studio.build()
    found = [f for f in built.record["qc"]["findings"] if f["check"] == "level/encoder-overload"]
    studio.change(targets={"loud": loud | {"level": {"match": "peak", "ceiling": "0 dBTP"}}})
    mended = [f for f in studio.build().record["qc"]["findings"] if f["check"] == "level/encoder-overload"]

    assert {"loud/aac-256"} <= {"/".join(f["message"].split("/")[:2]) for f in found}
    assert all(f["status"] == "fail" and f["value"] > 10 and "ceiling: 0 dBTP" in f["remedy"] for f in found)
    assert not mended


@pytest.mark.parametrize("gap", ["100 ms", "199 ms", "200 ms", "1 frames"])
def test_short_gaps_are_as_long_as_written(studio: Studio, gap: str) -> None:
    files = {"files": ["flac"], "level": {"match": "none"}}
    audio = music(1, RATE, 1)
    two(studio, audio, other={"gap": gap}, targets={"streaming": files}, sequence={"cuts": "sample"})

    first, _ = studio.build().codes("streaming")

    silent = {"100 ms": 4_410, "199 ms": 8_776, "200 ms": 8_820, "1 frames": 588}[gap]
    assert len(first) == len(audio) + silent
    assert not first[len(audio) :].any()


@pytest.mark.parametrize("end", ["3 s", "132300 samples"])
def test_a_trim_at_the_very_end_takes_all(studio: Studio, end: str) -> None:
    two(studio, music(3, RATE, 1), one={"trim": {"end": end}}, targets={"streaming": {"files": ["flac"]}})

    first, _ = studio.build().codes("streaming")

    assert len(first) == 3 * RATE + 2 * RATE


def test_a_trim_may_leave_one_sample(studio: Studio) -> None:
    found = {"files": ["flac"], "gaps_in_files": "none"}
    two(studio, music(3, RATE, 1), one={"trim": {"start": "132299 samples"}}, targets={"streaming": found})

    assert len(studio.build().codes("streaming")[0]) == 1


def test_fades_may_fill_a_track(studio: Studio) -> None:
    two(
        studio, music(2, RATE, 1), one={"fade_in": "2 s", "fade_out": "2 s"}, targets={"streaming": {"files": ["flac"]}}
    )

    first, _ = studio.build().codes("streaming")

    assert np.abs(first[[0, 2 * RATE - 1]]).max() <= 1  # dither
    assert np.abs(first[RATE]).max() > 1000


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a trim past the end": ({"one": {"trim": {"end": "3.1 s"}}}, "after the end"),
    "a trim to nothing": ({"one": {"trim": {"start": "3 s"}}}, "after the end"),
    "a fade longer than the track": ({"one": {"fade_out": "10 s"}}, "the track has only"),
    "a crossfade longer than the track": ({"other": {"crossfade": "6 s"}}, "shorter overlap"),
    "a crossfade over all of the track": ({"other": {"crossfade": "3 s"}}, "shorter"),
    "a gain out of all bounds": ({"one": {"gain": "+200 dB"}}, "out of range"),
    "a title with a line break": ({"one": {"title": "A\nB"}}, "one line"),
    "an empty title": ({"one": {"title": "  "}}, "neither title nor work"),
    "an index behind the end": ({"one": {"indexes": ["9 s"]}, "targets": {"cd": {}}}, "index 02"),
    "names that are all one": ({"targets": {"streaming": {"files": ["flac"], "names": "x"}}}, "{number}"),
    "names with folders": ({"targets": {"streaming": {"files": ["flac"], "names": "{disc}/{title}"}}}, "'/'"),
    "names of no field": ({"targets": {"streaming": {"files": ["flac"], "names": "{foo}"}}}, "'foo'"),
    "titles that differ in case only": (
        {"one": {"title": "Same"}, "other": {"title": "same"}, "targets": {"streaming": {"files": ["flac"], "names": "{title}"}}},
        "would both be called",
    ),
    "a format that has no such rate": (
        {"sequence": {"sample_rate": "96 kHz"}, "targets": {"streaming": {"files": ["mp3"]}}}, "MP3 cannot carry 96 kHz",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", REFUSED)
def test_mistakes_are_told_plainly(studio: Studio, mistake: str) -> None:
    options, words = REFUSED[mistake]
    two(studio, music(3, RATE, 1), **{"targets": {"streaming": {"files": ["flac"]}}, **options})

    with pytest.raises(ManifestError) as caught:
        studio.build()

    assert words in str(caught.value)
    assert "project.yaml:" in str(caught.value)
    assert not (studio.folder / "build").exists()


TITLES = [
    'AC/DC: "Live" <at> C:\\*?|', "🎧🎶 emoji 👩‍👩‍👧", "..", "CON", "a" * 300, "né\u0301e", "-rf", "\u202eRTL", "日本語", "null", "12:51",
    "%s{number}", "ends with a dot.",
]  # fmt: skip


def test_any_title_is_a_title(studio: Studio) -> None:
    import mutagen

    studio.record("1.wav", music(0.5, RATE, 1), RATE, 16)
    studio.write(
        tracks=[track(n, "1.wav", title=title) for n, title in enumerate(TITLES, 1)],
        targets={"streaming": {"files": ["flac", "mp3", "aac"], "bit_depth": 16}},
    )

    built = studio.build()

    for folder in ("flac", "mp3-320", "aac-256"):
        paths = built.files(f"streaming/{folder}")
        assert len(paths) == len(TITLES)
        for path in paths:
            assert not set(path.name) & set('/\\:*?"<>|')
            assert len(path.name.encode()) <= 130
    flac = [mutagen.File(p)["title"][0] for p in built.files("streaming/flac")]
    import unicodedata

    assert [unicodedata.normalize("NFC", t) for t in flac] == [unicodedata.normalize("NFC", t) for t in TITLES]


def test_ninety_nine_tracks_fill_a_disc(studio: Studio) -> None:
    audio = studio.record("1.wav", music(1.1, RATE, 1), RATE, 16)
    tracks = [track(n, "1.wav", **({"gap": "1 s"} if n > 1 else {})) for n in range(1, 100)]
    studio.write(tracks=tracks, targets={"cd": {"images": ["ddp", "toc"], "text": True}})

    built = studio.build()

    image = np.fromfile(built.folder / "cd/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)
    at = 150 * 588 + 98 * (len(audio) + RATE)
    assert np.array_equal(image[at : at + len(audio)], ints(audio, 16))
    studio.change(tracks=[*tracks, track(100, "1.wav")])
    with pytest.raises(ManifestError, match="99"):
        studio.build()


@pytest.mark.parametrize("damage", ["text", "empty", "cut"])
def test_files_that_are_no_audio_are_told(studio: Studio, damage: str) -> None:
    two(studio, music(2, RATE, 1), targets={"streaming": {"files": ["flac"]}})
    path = studio.folder / "mixes/1.wav"
    data = path.read_bytes()
    path.write_bytes({"text": b"not audio at all", "empty": b"", "cut": data[: len(data) // 2]}[damage])

    with pytest.raises(SourceError) as caught:
        studio.build()

    assert "mixes/1.wav" in str(caught.value)


def test_more_than_two_channels_are_refused(studio: Studio) -> None:
    two(studio, np.repeat(music(2, RATE, 1), 2, axis=1), targets={"streaming": {"files": ["flac"]}})

    with pytest.raises(SourceError, match="channel"):
        studio.build()


def test_a_release_of_one_word_builds(studio: Studio) -> None:
    """Only what must be written."""
    studio.record("1.wav", music(1, RATE, 1), RATE, 16)
    studio.write(
        release={"title": release()["title"], "artist": "X"},
        tracks=[{"id": "a", "title": "A", "source": "mixes/1.wav"}],
        targets={"download": {"files": ["flac"]}},
    )

    assert len(studio.build().codes("download")) == 1
