"""Concatenated track files are the programme, sample for sample, against a reference renderer in this test."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_meters import ffmpeg_loudness_and_range
from e2e_studio import Studio, ints, lay, music, needs, on_grid, ramp, track

NONE = {"match": "none"}


def plain(bits: int, **more) -> dict:
    return {"files": ["flac"], "bit_depth": bits, "level": NONE, **more}


@pytest.mark.parametrize("bits", [16, 24])
def test_butt_joins_and_gaps_pass_bit_for_bit(studio: Studio, bits: int) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(2.013, rate, 1), rate, bits)
    b = studio.record("b.flac", music(3.1, rate, 2), rate, bits)
    c = studio.record("c.aiff", music(2.5, rate, 3, channels=1), rate, bits)
    studio.write(
        sequence={"gap": "1.5 s"},
        tracks=[track(1, "a.wav"), track(2, "b.flac", gap="0 s"), track(3, "c.aiff")],
        targets={"streaming": plain(bits), "download": plain(bits, files=["wav", "aiff"])},
    )

    built = studio.build()

    gap = round(1.5 * rate)
    total = len(a) + len(b) + gap + len(c)
    expected = ints(lay(total, (0, a), (len(a), b), (len(a) + len(b) + gap, c)), bits)
    assert np.array_equal(built.programme("streaming", "flac", bits), expected)
    assert np.array_equal(built.programme("download", "wav", bits), expected)
    assert np.array_equal(built.programme("download", "aiff", bits), expected)
    assert [len(f) for f in built.codes("streaming", "flac", bits)] == [len(a), len(b) + gap, len(c)]


def test_sixteen_bits_lie_in_the_upper_part_of_twenty_four(studio: Studio) -> None:
    a = studio.record("a.wav", music(2, 48_000, 1), 48_000, 16)
    b = studio.record("b.wav", music(2, 48_000, 2), 48_000, 8)
    studio.write(
        sequence={"gap": "0.5 s"}, tracks=[track(1, "a.wav"), track(2, "b.wav")], targets={"streaming": plain(24)}
    )

    built = studio.build()

    expected = ints(lay(len(a) + 24_000 + len(b), (0, a), (len(a) + 24_000, b)), 24)
    assert np.array_equal(built.programme("streaming"), expected)


def test_narrow_samples_in_wide_words_need_no_dither(studio: Studio) -> None:
    """A 24-bit file whose lowest octet is zero fits 16 bits, so nothing gets shorter."""
    a = studio.record("a.wav", on_grid(music(2, 44_100, 1), 16), 44_100, 24)
    studio.write(tracks=[track(1, "a.wav")], targets={"streaming": plain(16)})

    assert np.array_equal(studio.build().programme("streaming", bits=16), ints(a, 16))


@pytest.mark.parametrize("dither", ["tpdf", "shaped"])
def test_a_neighbour_that_is_processed_leaves_a_joined_track_alone(studio: Studio, dither: str) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(2, rate, 1), rate, 16)
    b = studio.record("b.wav", music(2, rate, 2), rate, 16)
    c = studio.record("c.wav", music(2, rate, 3), rate, 16)
    studio.write(
        sequence={"cuts": "sample"},
        tracks=[track(1, "a.wav"), track(2, "b.wav", gap="0 s", gain="-3 dB"), track(3, "c.wav", gap="0 s")],
        targets={"streaming": plain(16, dither={"type": dither})},
    )

    one, two, three = studio.build().codes("streaming", bits=16)

    assert np.array_equal(one, ints(a, 16))
    assert np.array_equal(three, ints(c, 16))
    assert (two - b * 10 ** (-3 / 20) * 32768).std() > 0.4


def test_float_sources_stay_float(studio: Studio) -> None:
    import soundfile

    rate = 96_000
    a = studio.record("a.wav", 3.0 * music(1.5, rate, 1), rate, "float")
    studio.write(
        tracks=[track(1, "a.wav")], targets={"download": {"files": ["wav"], "bit_depth": "float", "level": NONE}}
    )

    built = studio.build()

    path = built.files("download/wav")[0]
    with soundfile.SoundFile(path) as file:
        assert (file.subtype, file.samplerate) == ("FLOAT", rate)
        assert np.array_equal(file.read(dtype="float64"), a)


def test_crossfade_trim_and_fades_follow_the_formulas(studio: Studio) -> None:
    """Within half a code of rounding plus one of dither, in each channel."""
    rate, bits = 48_000, 24
    a = studio.record("a.wav", music(4, rate, 1), rate, bits)
    b = studio.record("b.wav", music(4, rate, 2), rate, bits)
    c = studio.record("c.wav", music(4, rate, 3, channels=1), rate, bits)
    studio.write(
        sequence={"gap": "1 s", "cuts": "sample"},
        tracks=[
            track(1, "a.wav", trim={"start": "0.25 s", "end": "3.5 s"}, fade_in="100 ms"),
            track(2, "b.wav", crossfade={"length": "1 s", "curve": "equal-power"}),
            track(3, "c.wav", crossfade={"out": "0.8 s", "in": "0.5 s", "curve": "linear"},
                  fade_out={"length": "1 s", "curve": "s-curve"}),
        ],
        targets={"streaming": plain(24)},
    )  # fmt: skip

    built = studio.build()

    a = a[rate // 4 : round(3.5 * rate)].copy()
    b, c = b.copy(), c.copy()
    a[:4800] *= ramp(4800, "s-curve")[:, None]
    a[-48_000:] *= ramp(48_000, "equal-power")[::-1, None]
    b[:48_000] *= ramp(48_000, "equal-power")[:, None]
    b[-38_400:] *= ramp(38_400, "linear")[::-1, None]
    c[:24_000] *= ramp(24_000, "linear")[:, None]
    c[-48_000:] *= ramp(48_000, "s-curve")[::-1, None]
    at_b = len(a) - 48_000
    at_c = at_b + len(b) - 38_400
    expected = lay(at_c + len(c), (0, a), (at_b, b), (at_c, c)) * (1 << 23)
    found = built.programme("streaming")
    assert found.shape == expected.shape
    error = found - expected
    fades = np.zeros(len(found), bool)
    for first, last in ((0, 4800), (at_b, at_b + 48_000), (at_c, at_c + 38_400), (len(found) - 48_000, len(found))):
        fades[first:last] = True
    assert not error[~fades].any()  # outside fades nothing was done, so nothing is added
    assert np.abs(error[fades]).max() <= 1.5 + 1e-6
    assert abs(error[fades].mean()) < 0.02
    assert error[fades].std() == pytest.approx(0.5, abs=0.01)  # TPDF and rounding: sqrt(2/12 + 1/12)
    assert [len(f) for f in built.codes("streaming")] == [at_b, at_c - at_b, len(c)]


def test_overlap_adds_both_at_full_level(studio: Studio) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(2, rate, 1, peak=0.4), rate, 16)
    b = studio.record("b.wav", music(2, rate, 2, peak=0.4), rate, 16)
    studio.write(
        sequence={"cuts": "sample"}, tracks=[track(1, "a.wav"), track(2, "b.wav", gap="-0.5 s")],
        targets={"streaming": plain(16)},
    )  # fmt: skip

    at = len(a) - rate // 2
    assert np.array_equal(studio.build().programme("streaming", bits=16), ints(lay(at + len(b), (0, a), (at, b)), 16))


def test_track_start_and_room_tone(studio: Studio) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(2, rate, 1), rate, 16)
    b = studio.record("b.wav", music(2, rate, 2), rate, 16)
    tone = studio.record("tone.wav", music(0.7, rate, 3, peak=0.01), rate, 16)
    studio.write(
        sequence={"cuts": "sample"},
        tracks=[track(1, "a.wav"), track(2, "b.wav", gap={"length": "2 s", "fill": "mixes/tone.wav"}, track_start="-200 ms")],
        targets={"streaming": plain(16)},
    )  # fmt: skip

    built = studio.build()

    filled = np.concatenate([tone] * 3)[: 2 * rate]
    expected = lay(len(a) + 2 * rate + len(b), (0, a), (len(a), filled), (len(a) + 2 * rate, b))
    assert np.array_equal(built.programme("streaming", bits=16), ints(expected, 16))
    assert len(built.codes("streaming", bits=16)[1]) == len(b) + round(0.2 * rate)


def test_gaps_left_out_of_files(studio: Studio) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(2, rate, 1), rate, 16)
    b = studio.record("b.wav", music(2, rate, 2), rate, 16)
    studio.write(tracks=[track(1, "a.wav"), track(2, "b.wav")], targets={"streaming": plain(16, gaps_in_files="none")})

    first, second = studio.build().codes("streaming", bits=16)

    assert np.array_equal(first, ints(a, 16))
    assert np.array_equal(second, ints(b, 16))


def test_all_formats_are_cut_where_the_disc_is(studio: Studio) -> None:
    """Starts snap to CD frames: after silence to the frame before, inside sound to the nearest; audio never moves."""
    rate, frame = 44_100, 588
    a = studio.record("a.wav", music(2, rate, 1)[: 3 * rate // 2 + 17], rate, 16)
    b = studio.record("b.wav", music(2, rate, 2)[: 2 * rate - 5], rate, 16)
    c = studio.record("c.wav", music(2, rate, 3), rate, 16)
    studio.write(
        tracks=[track(1, "a.wav"), track(2, "b.wav", gap="0 s"), track(3, "c.wav", gap="1 s")],
        targets={"streaming": plain(16), "cd": {"images": ["cue"], "level": NONE}},
    )

    built = studio.build()

    at_c = len(a) + len(b) + rate
    expected = ints(lay(at_c + len(c), (0, a), (len(a), b), (at_c, c)), 16)
    start_b = round(len(a) / frame) * frame
    start_c = at_c // frame * frame
    assert start_b != len(a)
    assert start_c != at_c
    assert np.array_equal(built.programme("streaming", bits=16), expected)
    lengths = [len(f) for f in built.codes("streaming", bits=16)]
    assert lengths == [start_b, start_c - start_b, len(expected) - start_c]


def test_one_source_with_many_tracks_is_one_clip(studio: Studio) -> None:
    """Through a chain with memory: the same as the whole source through it, so nothing was reset at the cut."""
    rate = 48_000
    whole = studio.record("concert.wav", music(6, rate, 1), rate, 24)
    chain = [{"highpass": {"frequency": "80 Hz"}}]
    studio.write(
        sequence={"cuts": "sample"},
        tracks=[
            track(1, "concert.wav", process=chain),
            track(2, "concert.wav", gap="0 s", trim={"start": "2.3 s"}, process=chain),
            track(3, "concert.wav", gap="0 s", trim={"start": "4.1 s"}, process=chain),
        ],
        targets={"streaming": plain(24)},
    )

    built = studio.build()

    found = built.programme("streaming") / float(1 << 23)
    assert [len(f) for f in built.codes("streaming")] == [110_400, 86_400, 91_200]
    assert np.abs(found - butterworth_highpass(whole, 80.0, rate)).max() < 1e-6


def butterworth_highpass(audio: np.ndarray, frequency: float, rate: int) -> np.ndarray:
    """Second-order Butterworth by SciPy, which the program does not use."""
    from scipy import signal

    return signal.sosfilt(signal.butter(2, frequency, "highpass", fs=rate, output="sos"), audio, axis=0)


def test_discs_restart_and_hidden_audio_stays(studio: Studio) -> None:
    rate = 44_100
    audio = [studio.record(f"{n}.wav", music(1.5, rate, n), rate, 16) for n in range(1, 6)]
    tracks = [track(n, f"{n}.wav") for n in range(1, 5)]
    tracks.append(track(5, "5.wav", hidden=True, gap="3 s"))
    del tracks[4]["isrc"]
    studio.write(
        sequence={"gap": "1 s", "discs": [{"title": "One", "first": "t1"}, {"title": "Two", "first": "t3"}]},
        tracks=tracks,
        targets={"streaming": plain(16), "download": plain(16, hidden="inside"), "cd": {"images": ["ddp"], "level": NONE}},
    )  # fmt: skip

    built = studio.build()

    gap = np.zeros((rate, 2), np.int64)
    codes = [ints(a, 16) for a in audio]
    one = np.concatenate([codes[0], gap, codes[1]])
    two = np.concatenate([codes[2], gap, codes[3]])
    hidden = np.concatenate([two, gap, gap, gap, codes[4]])
    for disc, expected in (("1", one), ("2", hidden)):
        image = np.fromfile(built.folder / f"cd/disc-{disc}/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)
        assert not image[: 150 * 588].any()
        sound = image[150 * 588 :]
        assert np.array_equal(sound[: len(expected)], expected)
        assert not sound[len(expected) :].any()
        assert len(sound) - len(expected) < 588
    assert [p.relative_to(built.folder).as_posix() for p in built.files("streaming/flac")] == [
        "streaming/flac/disc-1/01 Piece 1.flac",
        "streaming/flac/disc-1/02 Piece 2.flac",
        "streaming/flac/disc-2/01 Piece 3.flac",
        "streaming/flac/disc-2/02 Piece 4.flac",
    ]
    # A disc's last gap plays nothing, so it is in no file.
    assert np.array_equal(built.programme("streaming", bits=16), np.concatenate([one, two]))
    assert np.array_equal(built.programme("download", bits=16), np.concatenate([one, hidden]))


def test_a_hidden_first_track_stays_in_the_programme(studio: Studio) -> None:
    rate = 44_100
    a = studio.record("a.wav", music(1.5, rate, 1), rate, 16)
    b = studio.record("b.wav", music(1.5, rate, 2), rate, 16)
    hidden = track(1, "a.wav", hidden=True)
    del hidden["isrc"]
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[hidden, track(2, "b.wav")],
        targets={
            "streaming": plain(16), "download": plain(16, hidden="inside"),
            "loose": plain(16, kind="download", hidden="track"), "cd": {"images": ["ddp", "cue"], "level": NONE},
        },
    )  # fmt: skip

    built = studio.build()

    whole = ints(lay(len(a) + rate + len(b), (0, a), (len(a) + rate, b)), 16)
    image = np.fromfile(built.folder / "cd/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)
    assert np.array_equal(image[150 * 588 :][: len(whole)], whole)
    assert np.array_equal(built.programme("streaming", bits=16), ints(b, 16))
    assert np.array_equal(built.programme("download", bits=16), whole)
    assert np.array_equal(built.programme("loose", bits=16), whole)
    assert len(built.codes("loose", bits=16)) == 2


def test_rates_are_converted_once_and_lengths_are_exact(studio: Studio, soxr_whole) -> None:
    """Against soxr called once over the whole source, at its best quality."""
    rate = 44_100
    a = studio.record("a.wav", music(3, 96_000, 1), 96_000, 24)
    b = studio.record("b.wav", music(2, 48_000, 2, channels=1), 48_000, 24)
    studio.write(
        sequence={"sample_rate": "44.1 kHz", "gap": "1 s"},
        tracks=[track(1, "a.wav"), track(2, "b.wav")],
        targets={"streaming": plain(24)},
    )

    found = studio.build().programme("streaming")

    one, two = soxr_whole(a, 96_000, rate), soxr_whole(b, 48_000, rate)
    assert len(found) == 3 * rate + rate + 2 * rate
    expected = lay(6 * rate, (0, one), (4 * rate, two)) * (1 << 23)
    assert np.abs(found - expected).max() <= 1.5 + 0.5


@needs("ffmpeg")
def test_the_loudness_of_a_side_is_that_of_its_file(studio: Studio) -> None:
    """A quiet track, a long gap and a loud one: pooling the tracks leaves out the windows that span the gap."""
    rate = 44_100
    studio.record("1.wav", 0.05 * music(6, rate, 1), rate, "float")
    studio.record("2.wav", music(6, rate, 2), rate, "float")
    targets = {"vinyl": {"sides": {"A": ["t1", "t2"]}}, "cassette": {"sides": {"A": ["t1", "t2"]}, "tape": "C46"}}
    studio.write(tracks=[track(1, "1.wav"), track(2, "2.wav", gap="4 s")], targets=targets)

    built = studio.build()

    for name in targets:
        side = next(d for d in built.record["targets"][name]["deliverables"] if d["role"] == "side")
        integrated, span = ffmpeg_loudness_and_range(built.folder / side["path"])
        assert side["loudness"]["integrated_lufs"] == pytest.approx(integrated, abs=0.11)
        assert side["loudness"]["range_lu"] == pytest.approx(span, abs=0.2)
        assert built.record["targets"][name]["units"][0]["loudness"] == side["loudness"]
        sheet = next((built.folder / name).glob("*-sheet.txt")).read_text(encoding="utf-8")
        assert f"{side['loudness']['integrated_lufs']:.1f} LUFS".replace("-", "\N{MINUS SIGN}") in sheet.replace(
            "-", "\N{MINUS SIGN}"
        )
