"""A decoded lossy file is recognised with every codec; what is not the master is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from release.audio.decode import decode_float
from release.encode.encoder import EncodeSpec, encode
from release.stages.lossy_match import LossyMatch, match_lossy

RATE_HZ = 48_000
SUFFIX = {"mp3": ".mp3", "aac": ".m4a", "opus": ".opus"}


def make_music() -> np.ndarray:
    """Six seconds of plucked notes in the stereo field."""
    rng = np.random.default_rng(5)
    music = np.zeros((6 * RATE_HZ, 2))
    for start in range(0, len(music), RATE_HZ // 5):
        time_s = np.arange(min(RATE_HZ, len(music) - start)) / RATE_HZ
        pitch_hz = 110 * 2 ** (rng.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * pitch_hz * h * time_s) / h for h in range(1, 16)) * np.exp(-3 * time_s) * 0.1
        place = rng.uniform(0.2, 0.8)
        music[start : start + len(time_s)] += note[:, None] * [place, 1 - place]
    return music


def decoded(folder: Path, codec: str, audio: np.ndarray) -> np.ndarray:
    path = folder / f"coded{SUFFIX[codec]}"
    encode([audio], path, EncodeSpec(codec, RATE_HZ, len(audio)))
    return np.concatenate(list(decode_float(path, codec)))


def match(reference: np.ndarray, found: np.ndarray) -> LossyMatch:
    return match_lossy([reference], [found], RATE_HZ)


@pytest.mark.parametrize("codec", SUFFIX)
class TestGood:
    def test_music_passes(self, tmp_path: Path, codec: str) -> None:
        music = make_music()

        result = match(music, decoded(tmp_path, codec, music))

        assert result.problems == ()
        assert result.offset_samples == 0
        assert result.n_samples == result.expected_samples == len(music)

    def test_an_offset_from_zero_is_no_sound(self, tmp_path: Path, codec: str) -> None:
        """Opus takes it away; real music was found with more offset than sound."""
        music = make_music() * 0.1
        music[RATE_HZ : 3 * RATE_HZ] += 0.1
        music[-RATE_HZ:] = 0.0

        result = match(music, decoded(tmp_path, codec, music))

        assert result.problems == ()


def _hole(audio: np.ndarray) -> np.ndarray:
    audio[100_000:110_000] = 0.0
    return audio


def _foreign(audio: np.ndarray) -> np.ndarray:
    audio[100_000:106_000] += np.random.default_rng(1).normal(0.0, 0.5, (6000, 2))
    return audio


DAMAGES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "hole": (_hole, "sound is missing around 2"),
    "foreign": (_foreign, "there is sound around 2"),
    "late": (lambda audio: np.roll(audio, 3, axis=0), "it lies +3 samples off"),
    "loud": (lambda audio: audio * 10 ** (0.25 / 20), "its gain below 10 kHz is +0.2"),
    "exchanged": (lambda audio: audio[:, ::-1], "left and right are exchanged"),
    "short": (lambda audio: audio[:-1], "287999 samples where 288000 went in"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("offset", [0.0, 0.05])
def test_what_is_not_the_master_is_refused(tmp_path: Path, damage: str, offset: float) -> None:
    music = make_music() + offset
    change, problem = DAMAGES[damage]

    result = match(music, change(decoded(tmp_path, "opus", music)))

    assert any(text.startswith(problem) for text in result.problems), result.problems
