"""The aim is reached within 0.1 LU, on all sorts of sound, wherever ceiling and ``max_reduction`` allow it; else the gain gives way, and says so."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_meters import loudness, true_peak_db
from e2e_studio import Built, music, track

RATE = 44_100
AIMS = {"quiet": -23.0, "usual": -16.0, "loud": -11.0}


def drums(seconds: float) -> np.ndarray:
    """Sharp hits with silence between them: true peaks 20 dB over the loudness."""
    rng = np.random.default_rng(3)
    t = np.arange(round(seconds * RATE)) / RATE
    line = np.zeros(len(t))
    for beat in np.arange(0.05, seconds, 0.3):
        ago = np.maximum(t - beat, 0.0)
        line += (t >= beat) * np.exp(-ago * 40) * (np.sin(2 * np.pi * 70 * ago) + 0.7 * rng.standard_normal(len(t)))
    return np.stack([line, 0.9 * line], 1)


def piano(seconds: float) -> np.ndarray:
    """Struck tones that die away, with long rests below the gates."""
    t = np.arange(round(seconds * RATE)) / RATE
    line = np.zeros(len(t))
    for n, beat in enumerate(np.arange(0.0, seconds, 1.7)):
        ago = np.maximum(t - beat, 0.0)
        on = (t >= beat) * np.minimum(ago * 300, 1) * np.exp(-ago * 3.5)
        line += on * sum(np.sin(2 * np.pi * 262 * 2 ** (n % 5 / 12) * k * t) / k**2 for k in (1, 2, 3, 4))
    return np.stack([line, 0.8 * np.roll(line, 40)], 1)


def swell(seconds: float) -> np.ndarray:
    """From nearly nothing to full and back: most of it below the relative gate."""
    shape = np.sin(np.linspace(0, np.pi, round(seconds * RATE))) ** 6 + 1e-3
    return music(seconds, RATE, 4) * shape[:, None]


def crushed(seconds: float) -> np.ndarray:
    """Already limited: hardly any room between peak and loudness."""
    return np.tanh(6.0 * music(seconds, RATE, 2))


def one_side(seconds: float) -> np.ndarray:
    return music(seconds, RATE, 5) * np.array([1.0, 0.0])


MATERIALS = {"drums": drums, "piano": piano, "swell": swell, "crushed": crushed, "one side": one_side}


@pytest.fixture(scope="module")
def built(new_studio) -> Built:
    """Five sorts of sound at three aims, each track for itself, with as much limiting as the level asks for."""
    studio = new_studio()
    for n, make in enumerate(MATERIALS.values(), 1):
        audio = make(7.0)
        studio.record(f"{n}.wav", audio * (0.7 / np.abs(audio).max()), RATE, 24)
    level = {"match": "tracks", "ceiling": "-1 dBTP", "held_back": "each"}
    files = {"kind": "download", "files": ["flac"], "gaps_in_files": "none"}
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[track(n, f"{n}.wav") for n in range(1, len(MATERIALS) + 1)],
        targets={
            **{
                name: {**files, "level": {**level, "loudness": f"{aim:g} LUFS", "limiter": {"max_reduction": "24 dB"}}}
                for name, aim in AIMS.items()
            },
            "tight": {**files, "level": {**level, "loudness": "-11 LUFS", "limiter": {"max_reduction": "3 dB"}}},
        },
    )
    return studio.build()


def sound(built: Built, target: str) -> list[np.ndarray]:
    return [codes / float(1 << 23) for codes in built.codes(target)]


def held_back(built: Built, target: str) -> dict[str, dict]:
    """Findings on tracks that stayed below their aim by a decision, by track."""
    findings = built.record["qc"]["findings"]
    return {f["track"]: f for f in findings if f["check"] == "level/held-back" and f["target"] == target}


@pytest.mark.parametrize("aim", AIMS)
def test_every_track_reaches_its_aim_where_it_can(built: Built, aim: str) -> None:
    """All but the drums, whose hits are so far over their loudness that no limiter makes them as loud: that is told."""
    told = [f for f in built.record["qc"]["findings"] if f["check"] == "level/aim" and f["target"] == aim]
    missed = {f["track"] for f in told} | set(held_back(built, aim))
    for n, (name, audio) in enumerate(zip(MATERIALS, sound(built, aim), strict=True), 1):
        assert true_peak_db(audio) <= -1.0 + 0.1, name
        if f"t{n}" not in missed:
            assert loudness([audio], RATE) == pytest.approx(AIMS[aim], abs=0.1), name
    assert missed == (set() if aim == "quiet" else {"t1"})


def test_no_more_reduction_than_allowed(built: Built) -> None:
    """With 3 dB, each that would need more stays below its aim because of its own peak; the others reach it."""
    files = dict(zip(MATERIALS, sound(built, "tight"), strict=True))
    found = held_back(built, "tight")
    assert built.record["targets"]["tight"]["level"]["max_reduction_db"] <= 3.0 + 0.1
    assert set(found) == {"t1", "t3", "t5"}
    for n, (name, audio) in enumerate(files.items(), 1):
        if f"t{n}" not in found:
            assert loudness([audio], RATE) == pytest.approx(-11.0, abs=0.1), name
            continue
        assert loudness([audio], RATE) < -11.1, name
        passage = np.abs(audio[round(found[f"t{n}"]["at_s"] * RATE) + np.arange(-100, 100)])
        assert 20 * np.log10(passage.max()) > -4.0, name
        assert "may take 3.0 dB" in found[f"t{n}"]["message"]
