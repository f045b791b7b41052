"""Levels of delivered files, by other meters than ours: every mode, groups, ceilings, limiter, `as`, versions, Opus."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_meters import ffmpeg_loudness, loudness, true_peak_db
from e2e_studio import Built, Studio, ffmpeg_audio, ints, music, needs, track

RATE = 44_100
LU = 0.1
CEILING = 0.1
"""What 8x oversampling by FFT may find above a ceiling, in dB."""


def spiky(seconds: float, seed: int, *, rms: float = 0.05, spike: float = 0.9, rate: int = RATE) -> np.ndarray:
    """Steady sound with peaks that stand far above it."""
    audio = music(seconds, rate, seed)
    audio *= rms / audio.std()
    for at in range(rate // 3, len(audio), rate // 2):
        length = min(200, len(audio) - at)
        burst = np.sin(np.arange(length) * 0.9) * np.hanning(200)[:length]
        audio[at : at + length] += spike * burst[:, None]
    return audio


@pytest.fixture(scope="module")
def album(new_studio) -> Built:
    """Four tracks of different loudness in every match mode."""
    studio = new_studio()
    for n, (peak, seconds) in enumerate([(0.5, 4), (0.1, 3), (0.25, 5), (0.7, 3)], 1):
        studio.record(f"{n}.wav", music(seconds, RATE, n, peak=peak), RATE, 24)
    files = {"kind": "download", "files": ["flac"], "gaps_in_files": "none"}
    studio.write(
        tracks=[
            track(1, "1.wav", level_offset="-2 LU"),
            track(2, "2.wav", level_group="pair"),
            track(3, "3.wav", gap="1 s", level_group="pair"),
            track(4, "4.wav", gap="2 s"),
        ],
        targets={
            "none": {**files, "level": {"match": "none", "ceiling": "-6 dBTP"}},
            "peak": {**files, "level": {"match": "peak", "ceiling": "-1 dBTP"}},
            "tracks": {**files, "level": {"match": "tracks", "loudness": "-24 LUFS"}},
            "album": {**files, "level": {"match": "album", "loudness": "-23 LUFS"}},
            "loudest": {**files, "level": {"match": "anchor", "loudness": "-20 LUFS", "anchor": "loudest"}},
            "median": {**files, "level": {"match": "anchor", "loudness": "-23 LUFS", "anchor": "median"}},
            "named": {**files, "level": {"match": "anchor", "loudness": "-28 LUFS", "anchor": "t2"}},
            "together": {**files, "level": {"match": "tracks", "loudness": "-12 LUFS", "ceiling": "-1 dBTP"}},
            "each": {**files, "level": {"match": "tracks", "loudness": "-12 LUFS", "ceiling": "-1 dBTP", "held_back": "each"}},
        },
    )  # fmt: skip
    return studio.build()


def audio(built: Built, target: str) -> list[np.ndarray]:
    return [c / float(1 << 23) for c in built.codes(target)]


def test_none_moves_nothing_and_a_ceiling_is_a_check(album: Built) -> None:
    assert set(album.gains("none").values()) == {0.0}
    findings = [f for f in album.record["qc"]["findings"] if f["target"] == "none" and f["check"].startswith("level/")]
    assert [f["track"] for f in findings if f["code"].startswith(("over", "ceiling", "true-peak"))] == ["t4"], findings


def test_peak_brings_the_highest_to_the_ceiling(album: Built) -> None:
    peaks = [true_peak_db(a) for a in audio(album, "peak")]

    assert max(peaks) == pytest.approx(-1.0, abs=0.05)
    assert len(set(album.gains("peak").values())) == 1


def test_tracks_reach_the_aim_with_their_offset_and_groups_move_as_one(album: Built) -> None:
    one, two, three, four = audio(album, "tracks")

    assert loudness([one], RATE) == pytest.approx(-26.0, abs=LU)
    assert loudness([two, three], RATE) == pytest.approx(-24.0, abs=LU)
    assert loudness([four], RATE) == pytest.approx(-24.0, abs=LU)
    gains = album.gains("tracks")
    assert gains["t2"] == gains["t3"]


def test_album_reaches_the_aim_with_one_gain(album: Built) -> None:
    assert loudness(audio(album, "album"), RATE) == pytest.approx(-23.0, abs=LU)
    assert len(set(album.gains("album").values())) == 1


@pytest.mark.parametrize(
    ("target", "place", "aim"), [("loudest", 3, -20.0), ("median", None, -23.0), ("named", 1, -28.0)]
)
def test_an_anchor_reaches_the_aim_and_takes_the_rest_along(
    album: Built, target: str, place: int | None, aim: float
) -> None:
    readings = [loudness([a], RATE) for a in audio(album, target)]

    if place is None:
        place = readings.index(sorted(readings)[1])
    assert readings[place] == pytest.approx(aim, abs=LU)
    assert len(set(album.gains(target).values())) == 1


def test_held_back_together_keeps_the_distances(album: Built) -> None:
    files = audio(album, "together")

    assert max(true_peak_db(a) for a in files) == pytest.approx(-1.0, abs=0.05)
    held = -12.0 - loudness([files[3]], RATE)
    assert held > 0.5
    assert loudness([files[0]], RATE) == pytest.approx(-14.0 - held, abs=LU)
    assert loudness(files[1:3], RATE) == pytest.approx(-12.0 - held, abs=LU)
    level = album.record["targets"]["together"]["level"]
    assert level["held_back_db"] == pytest.approx(held, abs=LU)


def test_held_back_each_gives_up_only_its_own(album: Built) -> None:
    files = audio(album, "each")

    for members, aim in (([files[0]], -14.0), (files[1:3], -12.0), ([files[3]], -12.0)):
        peak, reading = max(true_peak_db(a) for a in members), loudness(members, RATE)
        assert peak <= -1.0 + CEILING
        # Either the aim is reached, or the ceiling is.
        assert reading == pytest.approx(aim, abs=LU) or peak == pytest.approx(-1.0, abs=0.05)


@needs("ffmpeg")
def test_the_record_reads_as_ffmpeg_does(album: Built) -> None:
    for delivered in album.record["targets"]["tracks"]["deliverables"]:
        if delivered["role"] == "audio":
            reading, peak = ffmpeg_loudness(album.folder / delivered["path"])
            assert delivered["loudness"]["integrated_lufs"] == pytest.approx(reading, abs=LU)
            assert delivered["loudness"]["true_peak_dbtp"] == pytest.approx(peak, abs=0.2)


@pytest.fixture(scope="module")
def limited(new_studio) -> Built:
    studio = new_studio()
    studio.record("1.wav", spiky(4, 1), RATE, 24)
    studio.record("2.wav", spiky(3, 2, rms=0.04), RATE, 24)
    studio.record("3.wav", music(3, RATE, 3, peak=0.2), RATE, 24)
    limiter = {"max_reduction": "9 dB"}
    files = {"kind": "download", "files": ["flac"], "gaps_in_files": "none"}
    album_level = {"match": "album", "loudness": "-18 LUFS", "ceiling": "-1 dBTP", "limiter": limiter}
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[track(n, f"{n}.wav") for n in (1, 2, 3)],
        targets={
            "album": {**files, "files": ["flac", "opus"], "level": album_level},
            "tracks": {**files, "level": {**album_level, "match": "tracks"}},
            "narrow": {**files, "bit_depth": 16, "dither": {"type": "shaped"}, "level": album_level},
            "tight": {**files, "level": {**album_level, "limiter": {"max_reduction": "2 dB"}}},
            "follows": {**files, "sample_rate": "48 kHz", "level": {"as": "album"}},
            "cd": {"images": ["ddp"], "level": {**album_level, "ceiling": "-0.3 dBTP"}},
        },
    )
    return studio.build()


@pytest.mark.parametrize("target", ["album", "tracks"])
def test_a_limited_target_reaches_its_aim_below_its_ceiling(limited: Built, target: str) -> None:
    files = audio(limited, target)

    assert max(true_peak_db(a) for a in files) <= -1.0 + CEILING
    if target == "album":
        assert loudness(files, RATE) == pytest.approx(-18.0, abs=LU)
    else:
        assert [loudness([a], RATE) for a in files] == pytest.approx([-18.0] * 3, abs=LU)
    level = limited.record["targets"][target]["level"]
    assert 1.0 < level["max_reduction_db"] <= 9.0 + 0.1
    assert level["held_back_db"] == 0.0


@pytest.mark.parametrize(
    ("target", "ceiling"), [("album", -1.0), ("tracks", -1.0), ("narrow", -1.0), ("tight", -1.0), ("cd", -0.3)]
)
def test_our_own_meter_finds_nothing_over_a_ceiling(limited: Built, target: str, ceiling: float) -> None:
    built = limited.record["targets"][target]
    read = [d["loudness"] for d in built["deliverables"] if d["loudness"] and d["format"] != "opus"]
    # A disc image is read by its tracks.
    peaks = [
        loudness["true_peak_dbtp"]
        for loudness in read or [t["loudness"] for unit in built["units"] for t in unit["tracks"]]
    ]

    assert peaks
    assert max(peaks) <= ceiling + 0.01


def test_the_ceiling_holds_after_shaped_dither(limited: Built) -> None:
    assert max(true_peak_db(c / 32768.0) for c in limited.codes("narrow", bits=16)) <= -1.0 + CEILING


def test_the_ceiling_holds_on_the_disc_image(limited: Built) -> None:
    image = np.fromfile(limited.folder / "cd/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)

    assert true_peak_db(image / 32768.0) <= -0.3 + CEILING


def test_max_reduction_holds_the_gain_back(limited: Built) -> None:
    level = limited.record["targets"]["tight"]["level"]

    assert level["held_back_db"] > 1.0
    (finding,) = [
        f for f in limited.record["qc"]["findings"] if f["check"] == "level/held-back" and f["target"] == "tight"
    ]
    peaks = [np.abs(source).max(axis=1) for source in (spiky(4, 1), spiky(3, 2, rms=0.04), music(3, RATE, 3, peak=0.2))]
    worst = int(finding["track"][1:]) - 1
    passage = peaks[worst][round(finding["at_s"] * RATE) + np.arange(-200, 200)]
    assert passage.max() > 0.9 * max(p.max() for p in peaks)
    moment = f"0:{finding['at_s']:06.3f}"
    told = f"{worst + 1} “Piece {worst + 1}” at {moment}, where the limiter would have to take"
    assert told in finding["message"]
    assert level["held_back_because"] == f"max_reduction at t{worst + 1}, {moment}"
    assert level["max_reduction_db"] == pytest.approx(2.0, abs=0.1)
    assert loudness(audio(limited, "tight"), RATE) < -18.5
    assert limited.gains("tight")["t1"] < limited.gains("album")["t1"] - 1.0


def test_as_takes_gains_and_limits_at_its_own_rate(limited: Built) -> None:
    files = audio(limited, "follows")

    assert limited.gains("follows") == limited.gains("album")
    assert max(true_peak_db(a) for a in files) <= -1.0 + CEILING
    assert loudness(files, 48_000) == pytest.approx(-18.0, abs=LU)


@needs("ffmpeg")
def test_opus_takes_the_gains_of_its_target(limited: Built) -> None:
    for flac, opus in zip(limited.files("album/flac"), limited.files("album/opus-128"), strict=True):
        assert ffmpeg_loudness(opus)[0] == pytest.approx(ffmpeg_loudness(flac)[0], abs=LU)


def test_joined_tracks_move_as_one(studio: Studio) -> None:
    studio.record("1.wav", music(3, RATE, 1, peak=0.5), RATE, 24)
    studio.record("2.wav", music(3, RATE, 2, peak=0.2), RATE, 24)
    studio.record("3.wav", music(3, RATE, 3, peak=0.2), RATE, 24)
    level = {"match": "tracks", "loudness": "-22 LUFS"}
    studio.write(
        sequence={"cuts": "sample"},
        tracks=[track(1, "1.wav"), track(2, "2.wav", gap="0 s"), track(3, "3.wav", gap="0 s", level_group="own")],
        targets={"streaming": {"files": ["flac"], "level": level}},
    )

    built = studio.build()

    one, two, three = audio(built, "streaming")
    assert built.gains("streaming")["t1"] == built.gains("streaming")["t2"] != built.gains("streaming")["t3"]
    assert loudness([one, two], RATE) == pytest.approx(-22.0, abs=LU)
    assert loudness([three], RATE) == pytest.approx(-22.0, abs=LU)


def test_versions_move_with_their_mains(studio: Studio) -> None:
    for n, peak in ((1, 0.5), (2, 0.2)):
        studio.record(f"{n}.wav", music(3, RATE, n, peak=peak), RATE, 24)
        studio.record(f"{n}i.wav", music(3, RATE, n + 5, peak=peak / 3), RATE, 24)
    versions = [{"instrumental": {"source": f"mixes/{n}i.wav", "isrc": f"GBLTR26{n + 10:05}"}} for n in (1, 2)]
    files = {"files": ["flac"], "gaps_in_files": "none", "level": {"match": "tracks", "loudness": "-22 LUFS"}}
    studio.write(
        tracks=[track(n, f"{n}.wav", versions=versions[n - 1]) for n in (1, 2)],
        targets={"streaming": files, "instrumentals": {**files, "kind": "download", "version": "instrumental"}},
    )

    built = studio.build()

    mains, others = built.gains("streaming"), built.gains("instrumentals")
    assert [others[f"t{n}@instrumental"] for n in (1, 2)] == [mains["t1"], mains["t2"]]
    assert loudness([audio(built, "instrumentals")[0]], RATE) < -24.0


def test_mono_is_measured_as_two_channels(studio: Studio) -> None:
    studio.record("1.wav", music(3, RATE, 1, channels=1), RATE, 24)
    studio.write(
        tracks=[track(1, "1.wav")],
        targets={"streaming": {"files": ["flac"], "level": {"match": "album", "loudness": "-20 LUFS"}}},
    )

    (found,) = audio(studio.build(), "streaming")

    assert np.abs(found[:, 0] - found[:, 1]).max() <= 3 / (1 << 23)  # each channel has its own dither
    assert loudness([found], RATE) == pytest.approx(-20.0, abs=LU)


def test_nothing_is_touched_where_the_gain_is_zero(studio: Studio) -> None:
    """A limiter that is never reached and a gain of 0 dB leave the samples alone."""
    a = studio.record("1.wav", music(2, RATE, 1, peak=0.3), RATE, 24)
    level = {"match": "none", "ceiling": "-1 dBTP", "limiter": {"max_reduction": "3 dB"}}
    studio.write(tracks=[track(1, "1.wav")], targets={"streaming": {"files": ["flac"], "level": level}})

    assert np.array_equal(studio.build().programme("streaming"), ints(a, 24))


@needs("ffmpeg")
def test_lossy_files_are_as_loud_as_lossless_ones(studio: Studio) -> None:
    studio.record("1.wav", music(4, RATE, 1, peak=0.5), RATE, 24)
    level = {"match": "album", "loudness": "-18 LUFS", "ceiling": "-1 dBTP"}
    studio.write(
        tracks=[track(1, "1.wav")], targets={"streaming": {"files": ["flac", "mp3", "aac", "opus"], "level": level}}
    )

    built = studio.build()

    (flac,) = built.codes("streaming")
    wanted = loudness([flac / float(1 << 23)], RATE)
    for folder, rate in (("mp3-320", RATE), ("aac-256", RATE), ("opus-128", 48_000)):
        (path,) = built.files(f"streaming/{folder}")
        assert loudness([ffmpeg_audio(path)], rate) == pytest.approx(wanted, abs=LU)


def test_a_hidden_track_in_the_same_file_is_judged_for_itself(studio: Studio) -> None:
    """A track 6 LU under the aim, and behind it a hidden one at the aim: both are where they should be."""
    for n in (1, 2, 3):
        studio.record(f"{n}.wav", music(5, RATE, n), RATE, 24)
    studio.write(
        tracks=[track(1, "1.wav", level_offset="-6 LU"), track(2, "2.wav", hidden=True), track(3, "3.wav")],
        targets={"cd": {"level": {"match": "tracks", "loudness": "-20 LUFS"}, "images": ["bin"]}},
    )

    record = studio.build().record

    gains = {g["track"]: g["reason"] for g in record["targets"]["cd"]["gains"]}
    assert "-6 LU" in gains["t1"]
    assert not [f for f in record["qc"]["findings"] if f["check"] == "level/aim"]
