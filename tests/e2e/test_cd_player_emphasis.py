"""A track with pre-emphasis sounds on the player page as a CD player plays it, and the page says so."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from e2e_studio import Studio, track

from release.stages.preview import played

RATE = 44_100
HZ = 10_000.0
EXPECTED_DB = 10 * np.log10((1 + (2 * np.pi * HZ * 15e-6) ** 2) / (1 + (2 * np.pi * HZ * 50e-6) ** 2))
"""IEC 60908: time constants 50 and 15 microseconds; -9.5 dB at 10 kHz."""


def tone(seconds: float) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return 0.25 * np.sin(2 * np.pi * HZ * t)[:, None] * np.ones((1, 2))


def level_db(sound: np.ndarray, at_s: float, rate_hz: int) -> float:
    part = sound[round(at_s * rate_hz) :][: rate_hz // 2]
    return float(10 * np.log10((part**2).mean()))


def test_the_page_plays_it_without_the_boost(studio: Studio) -> None:
    import av

    for name in "abc":
        studio.record(f"{name}.wav", tone(5), RATE, 16)
    studio.write(
        tracks=[
            track(1, "a.wav"),
            {**track(2, "b.wav", gap="0 s"), "pre_emphasis": True},
            track(3, "c.wav", gap="0 s"),
        ],
        targets={"cd": {"level": {"match": "none"}, "dither": {"type": "none"}}},
    )
    built = studio.build()
    page = (built.folder / "cd/player.html").read_text(encoding="utf-8")

    sound = base64.b64decode(re.search(r'id="sound">(.*?)</script>', page, re.DOTALL)[1].strip())
    with av.open(io.BytesIO(sound)) as container:
        frames = [(frame.format.is_planar, frame.to_ndarray()) for frame in container.decode(audio=0)]
    decoded = np.concatenate([s.reshape(2, -1).T if planar else s.reshape(-1, 2) for planar, s in frames])[:, 0]
    levels = [level_db(decoded, at_s, 48_000) for at_s in (1.0, 6.0, 11.0)]

    assert levels[1] - levels[0] == pytest.approx(EXPECTED_DB, abs=0.3)
    assert levels[2] - levels[0] == pytest.approx(0, abs=0.3)
    assert "pre-emphasis on track 2" in page
    (entry,) = [d for d in built.record["targets"]["cd"]["deliverables"] if d["role"] == "preview"]
    assert entry["verified"]["places_heard"] == 3


@pytest.mark.parametrize("block", [100, 588, 5000])
def test_only_the_stretches_that_were_named_change(block: int) -> None:
    words = np.random.default_rng(1).integers(-3000, 3000, (20 * 588, 2)).astype(np.int16)
    blocks = [words[at : at + block] for at in range(0, len(words), block)]

    out = np.concatenate(list(played(blocks, [(3, 5), (5, 8), (15, 20)])))

    same = (out == words / 32768.0).all(axis=1).reshape(20, 588).all(axis=1)
    assert out.shape == words.shape
    assert list(np.flatnonzero(same)) == [*range(3), *range(8, 15)]
