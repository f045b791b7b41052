"""What the report says of loudness held back is what other meters find, and following either remedy reaches the aim."""

from __future__ import annotations

import re

import numpy as np
import pytest
from e2e_meters import loudness
from e2e_studio import Built, Studio, music, track

RATE, AIM, ALLOWED_DB = 44_100, -13.0, 3.0
NOTE = {"kind": "download", "files": ["flac"], "gaps_in_files": "none"}


def struck(seed: int, over: float) -> np.ndarray:
    """Music with hits of different height on it, so that loudness is lost slowly as a limiter works harder."""
    audio = music(7.0, RATE, seed, peak=0.2)
    rng = np.random.default_rng(seed)
    for start in range(2000, len(audio) - 4000, 9000):
        shape = np.exp(-np.arange(3000) / 500.0) * np.sin(np.arange(3000) * 0.05)
        audio[start : start + 3000] += (rng.uniform(0.3, 1.0) * over * shape)[:, None]
    return audio


def wanted(match: str, aim: float, allowed_db: float) -> dict[str, object]:
    level = {"match": match, "loudness": f"{aim:.2f} LUFS", "ceiling": "-1 dBTP", "held_back": "each"}
    return {**NOTE, "level": {**level, "limiter": {"max_reduction": f"{allowed_db:.1f} dB"}}}


def write(studio: Studio, targets: dict[str, dict[str, object]]) -> Built:
    studio.write(sequence={"gap": "1 s"}, tracks=[track(n, f"{n}.wav") for n in (1, 2)], targets=targets)
    return studio.build()


def readings(built: Built, target: str) -> list[float]:
    files = [codes / float(1 << 23) for codes in built.codes(target)]
    return [loudness([audio], RATE) for audio in files] + [loudness(files, RATE)]


def held_back(built: Built, target: str) -> list[dict]:
    found = built.record["qc"]["findings"]
    return [f for f in found if f["check"] in ("level/held-back", "level/aim") and f["target"] == target]


@pytest.fixture(scope="module")
def studio(new_studio) -> Studio:
    made = new_studio()
    for n, over in ((1, 0.5), (2, 0.6)):
        made.record(f"{n}.wav", struck(n, over), RATE, 24)
    return made


@pytest.mark.parametrize("match", ["album", "tracks"])
def test_both_remedies_reach_the_aim(studio: Studio, match: str) -> None:
    first = write(studio, {"tight": wanted(match, AIM, ALLOWED_DB)})
    told = held_back(first, "tight")
    heard = readings(first, "tight")
    assert len(told) == (1 if match == "album" else 2)
    for n, finding in enumerate(told):
        lacking = AIM - (heard[2] if match == "album" else heard[n])
        assert lacking > 0.3
        assert finding["value"] == pytest.approx(lacking, abs=0.06)
    needs = max(float(re.match(r"max_reduction: ([\d.]+) dB", f["remedy"])[1]) for f in told)
    lower = max(float(re.search(r"lower the aim by ([\d.]+) LU", f["remedy"])[1]) for f in told)

    targets = {
        "allowed": wanted(match, AIM, needs),
        "lowered": wanted(match, AIM - lower, ALLOWED_DB),
        "less": wanted(match, AIM, needs - 1.0),
    }
    after = write(studio, targets)

    for name, aim in (("allowed", AIM), ("lowered", AIM - lower)):
        assert not held_back(after, name)
        reached = readings(after, name)
        assert (reached[2:] if match == "album" else reached[:2]) == pytest.approx(
            [aim] * (1 if match == "album" else 2), abs=0.1
        )
    assert held_back(after, "less")


def test_a_track_that_no_limiter_makes_louder_is_named_itself(tmp_path) -> None:
    studio = Studio(tmp_path)
    clicks = np.zeros((6 * RATE, 2))
    clicks[:: RATE // 2] = 0.9
    studio.record("1.wav", clicks, RATE, 24)
    studio.record("2.wav", clicks * 0.5, RATE, 24)
    levels = {"limiter": {"max_reduction": "4 dB"}}
    bound = wanted("tracks", -14.0, 4.0)
    free = {**NOTE, "level": {"match": "tracks", "loudness": "-14 LUFS", "ceiling": "-1 dBTP", "limiter": {}}}
    built = write(studio, {"free": free, "bound": {**bound, "level": {**bound["level"], **levels}}})

    assert [f["track"] for f in held_back(built, "free")] == ["t1", "t2"]
    for finding in held_back(built, "free"):
        assert re.match(rf"{finding['track'][1:]} “.+” is held back", finding["message"])
    assert all("does not reach the aim" in f["remedy"] for f in held_back(built, "bound"))
    assert {f["track"] for f in held_back(built, "bound")} == {"t1", "t2"}
