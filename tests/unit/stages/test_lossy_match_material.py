"""No false alarm on anything that an album may hold, with each codec at its lowest and its default bit rate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from release.audio.decode import decode_float
from release.encode.encoder import EncodeSpec, encode
from release.stages.lossy_match import LossyMatch, match_lossy

CASES = (
    ("mp3", 44_100, 320),
    ("mp3", 32_000, 128),
    ("aac", 44_100, 256),
    ("aac", 96_000, 256),
    ("aac", 48_000, 128),
    ("opus", 48_000, 128),
    ("opus", 48_000, 96),
)
EXTENSIONS = {"mp3": "mp3", "aac": "m4a", "opus": "opus"}
SECONDS = 2


def tone(rate_hz: int, pitch_hz: float, level: float = 0.5) -> np.ndarray:
    return np.repeat(level * np.sin(2 * np.pi * pitch_hz * np.arange(rate_hz * SECONDS) / rate_hz)[:, None], 2, axis=1)


def noise(rate_hz: int, level: float = 0.2, seconds: float = SECONDS) -> np.ndarray:
    return np.random.default_rng(7).standard_normal((round(rate_hz * seconds), 2)) * level


def pink(rate_hz: int) -> np.ndarray:
    spectrum = np.fft.rfft(noise(rate_hz), axis=0)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 50))[:, None]
    shaped = np.fft.irfft(spectrum, rate_hz * SECONDS, axis=0)
    return 0.15 * shaped / shaped.std()


def notes(rate_hz: int, seconds: float = SECONDS) -> np.ndarray:
    rng = np.random.default_rng(3)
    music = np.zeros((round(rate_hz * seconds), 2))
    for start in range(0, len(music), rate_hz // 5):
        time_s = np.arange(min(rate_hz, len(music) - start)) / rate_hz
        pitch_hz = 110 * 2 ** (rng.integers(0, 24) / 12)
        note = sum(np.sin(2 * np.pi * pitch_hz * h * time_s) / h for h in range(1, 14)) * np.exp(-3 * time_s) * 0.1
        place = rng.uniform(0.2, 0.8)
        music[start : start + len(time_s)] += note[:, None] * [place, 1 - place]
    return music


def ringing(rate_hz: int) -> np.ndarray:
    """The end of a silent track whose converter rings before the loud start of the next."""
    audio = np.zeros((rate_hz * SECONDS, 2))
    count = np.arange(1, 200)
    audio[-199:] = (0.1 * (-1.0) ** count / count)[::-1, None]
    return audio


MATERIAL: dict[str, Callable[[int], np.ndarray]] = {
    "notes": notes,
    "notes of a tenth of a second": lambda rate_hz: notes(rate_hz, 0.1),
    "soft notes": lambda rate_hz: notes(rate_hz) * 0.003,
    "notes at the edge of hearing": lambda rate_hz: notes(rate_hz) * 2e-5,
    "loud master": lambda rate_hz: np.clip(notes(rate_hz) * 4 + pink(rate_hz), -1, 1),
    "left only": lambda rate_hz: notes(rate_hz) * [1.0, 0.0],
    "pink noise": pink,
    "white noise": noise,
    "the same noise twice": lambda rate_hz: np.repeat(noise(rate_hz)[:, :1], 2, axis=1),
    "a tenth of a second of noise": lambda rate_hz: noise(rate_hz, seconds=0.1),
    "low tone": lambda rate_hz: tone(rate_hz, 50),
    "full tone": lambda rate_hz: tone(rate_hz, 440, 1.0),
    "high tone": lambda rate_hz: tone(rate_hz, 13_000),
    "silence": lambda rate_hz: np.zeros((rate_hz, 2)),
    "dither": lambda rate_hz: np.rint(np.random.default_rng(1).uniform(-1, 1, (rate_hz * SECONDS, 2))) / 2**15,
    "clicks": lambda rate_hz: (np.arange(rate_hz * SECONDS) % (rate_hz // 3) == 50)[:, None] * np.array([[0.8, 0.5]]),
    "one sample, then silence": lambda rate_hz: np.pad(np.full((1, 2), 0.3), ((0, 2 * rate_hz), (0, 0))),
    "two samples, then silence": lambda rate_hz: np.pad(np.full((2, 2), 0.3), ((0, 2 * rate_hz), (0, 0))),
    "silence, and what rings before the next track": ringing,
    "one sample": lambda _: np.array([[0.5, -0.5]]),
}


def coded(folder: Path, codec: str, rate_hz: int, kbps: int, audio: np.ndarray) -> np.ndarray:
    path = folder / f"coded.{EXTENSIONS[codec]}"
    encode([audio], path, EncodeSpec(codec, rate_hz, len(audio), bitrate_kbps=kbps))
    return np.concatenate(list(decode_float(path, codec)))


def match(rate_hz: int, reference: np.ndarray, found: np.ndarray, size: int = 1 << 16) -> LossyMatch:
    pair = ([audio[at : at + size] for at in range(0, len(audio), size)] for audio in (reference, found))
    return match_lossy(*pair, rate_hz)


@pytest.mark.parametrize("material", MATERIAL)
@pytest.mark.parametrize(("codec", "rate_hz", "kbps"), CASES)
def test_it_passes(tmp_path: Path, codec: str, rate_hz: int, kbps: int, material: str) -> None:
    audio = MATERIAL[material](rate_hz)

    result = match(rate_hz, audio, coded(tmp_path, codec, rate_hz, kbps, audio))

    assert result.problems == ()
    assert result.n_samples == len(audio)


@pytest.mark.parametrize(("codec", "rate_hz", "kbps"), CASES)
def test_blocks_do_not_show(tmp_path: Path, codec: str, rate_hz: int, kbps: int) -> None:
    audio = notes(rate_hz)
    found = coded(tmp_path, codec, rate_hz, kbps, audio)

    assert match(rate_hz, audio, found, 999) == match(rate_hz, audio, found, 100_000)


@pytest.mark.parametrize("lag", [1, -1, 529, 1105, -2112])
@pytest.mark.parametrize(("codec", "rate_hz", "kbps"), CASES)
def test_any_offset_is_counted(tmp_path: Path, codec: str, rate_hz: int, kbps: int, lag: int) -> None:
    audio = notes(rate_hz) + noise(rate_hz, 0.01)
    found = coded(tmp_path, codec, rate_hz, kbps, audio)

    assert match(rate_hz, audio, np.roll(found, lag, axis=0)).offset_samples == lag


@pytest.mark.parametrize("gain_db", [0.2, -0.2])
@pytest.mark.parametrize(("codec", "rate_hz", "kbps"), [case for case in CASES if case[2] >= 128 and case != CASES[4]])
def test_a_fifth_of_a_decibel_on_music_is_told(
    tmp_path: Path, codec: str, rate_hz: int, kbps: int, gain_db: float
) -> None:
    audio = notes(rate_hz)
    found = coded(tmp_path, codec, rate_hz, kbps, audio) * 10 ** (gain_db / 20)

    result = match(rate_hz, audio, found)

    assert "its gain" in result.problems[0]
    assert result.gain_db == pytest.approx(gain_db, abs=0.05)
