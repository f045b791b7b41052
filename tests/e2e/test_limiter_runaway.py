"""Sound that no limiter makes louder: the search must end near where the limiter begins to work, and say so."""

import numpy as np
import pytest
from e2e_studio import Studio, track

RATE = 44_100


def claps():
    rng, audio = np.random.default_rng(5), np.zeros((8 * RATE, 2))
    for start in range(0, len(audio), RATE // 2):
        audio[start : start + RATE // 100] = rng.uniform(-0.9, 0.9, (RATE // 100, 1))
    return audio


def metronome():
    audio = np.zeros((8 * RATE, 2))
    audio[:: RATE // 2] = 0.9
    return audio


def pulses():
    audio = np.zeros((6 * RATE, 2))
    audio[:: RATE // 3], audio[1 :: RATE // 3] = 1.0, -1.0
    audio[:, 1] *= 0.3
    return audio


@pytest.mark.parametrize(
    ("sound", "aim"), [(claps, -14), (claps, -9), (metronome, -14), (metronome, -23), (pulses, -9)]
)
def test_no_gain_is_added_that_the_limiter_takes_away_again(tmp_path, sound, aim):
    studio = Studio(tmp_path)
    studio.record("a.wav", sound(), RATE, 24)
    studio.write(
        tracks=[track(1, "a.wav")],
        targets={
            "out": {
                "kind": "download",
                "files": ["wav"],
                "level": {"match": "tracks", "loudness": aim, "ceiling": -1, "limiter": {}, "held_back": "each"},
            }
        },
    )
    built = studio.build()
    target = built.record["targets"]["out"]

    assert target["level"]["max_reduction_db"] <= 14.0
    assert target["level"]["held_back_db"] > 0.5
    assert "limiter" in target["level"]["held_back_because"]
