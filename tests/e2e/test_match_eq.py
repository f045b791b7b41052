"""``match_eq`` through a whole build: a reference file of another rate, another track, the album's median."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_studio import Studio, track

from release.dsp.tone_match import ToneMeter
from release.errors import ManifestError, RenderError

RATE = 48_000
NONE = {"streaming": {"files": ["flac"], "bit_depth": 24, "level": {"match": "none"}, "gaps_in_files": "none"}}


def coloured(seed: int, slope: float, rate: int = RATE, seconds: float = 6.0) -> np.ndarray:
    """Noise that falls by ``slope`` dB an octave."""
    n = int(rate * seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal((n, 2)), axis=0)
    frequency = np.maximum(np.fft.rfftfreq(n, 1 / rate), 10.0)
    spectrum *= (frequency / 1000.0)[:, None] ** (-slope / 6.0206) * (frequency < 20_000.0)[:, None]
    audio = np.fft.irfft(spectrum, n, axis=0)
    return audio * 0.1 / audio.std()


def tone(audio: np.ndarray, rate: int = RATE) -> np.ndarray:
    meter = ToneMeter(rate, 2)
    meter.process(audio)
    levels = np.array(meter.finish())[8:28]
    return levels - levels.mean()


def match(**more) -> list:
    return [{"match_eq": {"amount": 1, "limit": "12 dB", **more}}]


def test_a_track_takes_the_tone_of_a_file_of_another_rate(studio: Studio) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    reference = coloured(2, 4.0, 44_100)
    studio.record("reference.wav", reference, 44_100, 24)
    studio.write(tracks=[track(1, "a.wav", process=match(reference="mixes/reference.wav"))], targets=NONE)

    (codes,) = studio.build().codes("streaming")

    assert tone(codes / 2**23) == pytest.approx(tone(reference, 44_100), abs=0.7)


def test_a_track_takes_the_tone_of_another_and_the_album_its_median(studio: Studio) -> None:
    mixes = [coloured(n, slope) for n, slope in enumerate((2.0, 3.0, 5.0))]
    for n, audio in enumerate(mixes):
        studio.record(f"{n}.wav", audio, RATE, 24)
    ids = [track(n + 1, f"{n}.wav") for n in range(3)]
    ids[0] = track(1, "0.wav", process=match(track=ids[2]["id"]))
    ids[2] = track(3, "2.wav", process=match())
    studio.write(tracks=ids, targets=NONE)

    one, two, three = (tone(codes / 2**23) for codes in studio.build().codes("streaming"))

    assert one == pytest.approx(tone(mixes[2]), abs=0.7)
    assert two == pytest.approx(tone(mixes[1]), abs=0.01)
    assert three == pytest.approx(tone(mixes[1]), abs=0.7)


def test_tracks_of_one_source_may_be_matched_otherwise(studio: Studio) -> None:
    """Another reference, another amount, another part of it: each track gets gains of its own."""
    own = coloured(1, 2.0)
    studio.record("a.wav", own, RATE, 24)
    studio.record("b.wav", coloured(2, 5.0), RATE, 24)
    studio.record("c.wav", coloured(3, 1.0), RATE, 24)
    whole = [match(reference="mixes/b.wav"), match(reference="mixes/b.wav", amount=0), match(reference="mixes/c.wav")]
    tracks = [track(n + 1, "a.wav", process=chain) for n, chain in enumerate(whole)]
    tracks.append(track(4, "a.wav", process=match(reference="mixes/b.wav"), trim={"end": "3 s"}))
    studio.write(tracks=tracks, targets=NONE)

    near_b, as_it_was, near_c, short = (tone(codes / 2**23) for codes in studio.build().codes("streaming"))

    assert near_b == pytest.approx(tone(coloured(2, 5.0)), abs=0.7)
    assert as_it_was == pytest.approx(tone(own), abs=0.01)
    assert near_c == pytest.approx(tone(coloured(3, 1.0)), abs=0.7)
    assert short == pytest.approx(tone(coloured(2, 5.0)), abs=1.0)


def test_a_silent_track_or_reference_stops_the_build(studio: Studio) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    studio.record("silent.wav", np.zeros((RATE, 2)), RATE, 24)
    studio.write(tracks=[track(1, "a.wav", process=match(reference="mixes/silent.wav"))], targets=NONE)

    with pytest.raises(RenderError, match="reference is silent"):
        studio.build()


def test_it_stands_first_in_a_tracks_chain_and_names_what_exists(studio: Studio) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    late = [{"gain": "1 dB"}, *match(track="nobody")]
    studio.write(tracks=[track(1, "a.wav", process=late)], targets=NONE)

    with pytest.raises(ManifestError) as caught:
        studio.build()

    said = " ".join(p.problem for p in caught.value.problems)
    assert "only be the first step" in said
    assert "there is no track 'nobody'" in said
