"""``match_eq`` through a whole build: a reference file of another rate, another track, the album's median."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_studio import Studio, track

from release.dsp.tone_match import ToneMeter
from release.errors import ManifestError
from release.operations.project import open_project

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


@pytest.mark.parametrize(
    ("source", "more", "place", "said", "remedy"),
    [
        ("a.wav", {"reference": "mixes/silent.wav"}, "reference", "'mixes/silent.wav': it is silent", "name a file"),
        ("a.wav", {"track": "still"}, "track", "'still': it is silent", "name a file or a track"),
        ("silent.wav", {"reference": "mixes/a.wav"}, "match_eq", "mixes/silent.wav is silent", "leave match_eq out"),
        ("silent.wav", {}, "match_eq", "mixes/silent.wav is silent", "leave match_eq out"),
    ],
)
def test_silence_is_refused_with_its_line_before_anything_runs(
    studio: Studio, source, more, place, said, remedy
) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    quiet = coloured(2, 3.0) * 10 ** (-50 / 20)
    studio.record("silent.wav", quiet, RATE, 24)
    matched = track(1, source, process=match(**more))
    still = {**track(2, "silent.wav"), "id": "still"}
    path = studio.write(tracks=[matched, still, track(3, "a.wav")], targets=NONE)

    with pytest.raises(ManifestError) as caught:
        open_project(path)

    (problem,) = caught.value.problems
    assert said in problem.problem
    assert f"'{matched['id']}'" in problem.problem
    assert problem.remedy.startswith(remedy)
    _, line, _ = problem.where.rsplit(":", 2)
    lines = path.read_text().splitlines()
    assert place in "".join(lines[int(line) - 2 : int(line)])  # a step stands at its first parameter


def test_music_that_begins_late_is_a_reference(studio: Studio) -> None:
    late = np.concatenate([np.zeros((4 * RATE, 2)), coloured(2, 3.0, seconds=1.0)])
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    studio.record("late.wav", late, RATE, 24)
    path = studio.write(tracks=[track(1, "a.wav", process=match(reference="mixes/late.wav"))], targets=NONE)

    assert open_project(path).project.references == ("mixes/late.wav",)


def test_it_stands_first_in_a_tracks_chain_and_names_what_exists(studio: Studio) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    late = [{"gain": "1 dB"}, *match(track="nobody")]
    studio.write(tracks=[track(1, "a.wav", process=late)], targets=NONE)

    with pytest.raises(ManifestError) as caught:
        studio.build()

    said = " ".join(p.problem for p in caught.value.problems)
    assert "only be the first step" in said
    assert "there is no track 'nobody'" in said


def test_a_track_is_not_its_own_reference(studio: Studio) -> None:
    studio.record("a.wav", coloured(1, 3.0), RATE, 24)
    alone = {**track(1, "a.wav", process=match(track="alone")), "id": "alone"}

    with pytest.raises(ManifestError) as caught:
        open_project(studio.write(tracks=[alone], targets=NONE))

    (problem,) = caught.value.problems
    assert "track 'alone' would be matched with itself" in problem.problem
