"""A chain is fed from far enough before a trim start that all its steps have settled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from release.audio.probe import probe
from release.model.programme import ProcessStep
from release.stages.clip_audio import PRE_ROLL_S, SourceSound, pre_roll_s

RATE = 44_100


def step(kind: str, acts_on: str = "both", **parameters) -> ProcessStep:
    return ProcessStep(kind, tuple(sorted(parameters.items())), acts_on=acts_on)


def test_slow_steps_are_fed_longer_one_after_the_other() -> None:
    slow = step("compressor", threshold=-30.0, ratio=2.0, release=2.0, attack=0.0)

    assert pre_roll_s((step("gain", gain=1.0),), RATE) == PRE_ROLL_S
    assert pre_roll_s((slow,), RATE) == 21  # and what its detector holds
    assert pre_roll_s((slow, slow), RATE) == 41


def test_a_trimmed_start_sounds_as_the_whole_does(tmp_path: Path) -> None:
    """The desk's slowest and longest steps in a row: what comes after the trim start is that of the untrimmed sound."""
    rng = np.random.default_rng(4)
    swell = 0.05 + 0.4 * np.abs(np.sin(np.arange(40 * RATE) / RATE * 0.9))[:, None]
    path = tmp_path / "a.wav"
    soundfile.write(path, rng.standard_normal((40 * RATE, 2)) * 0.2 * swell, RATE, subtype="DOUBLE")
    chain = (
        step("highpass", frequency=25.0, phase="linear"),
        step("eq", "side", shape="low-shelf", frequency=60.0, gain=-6.0),
        step("compressor", threshold=-30.0, ratio=4.0, release=1.5, detector="rms"),
        step("multiband", crossovers=(120.0, 3000.0), threshold=-40.0, ratio=2.0),
        step("delay", "left", time=-0.003),
        step("width", width=(0.2, 1.1), crossovers=200.0),
    )
    sound = SourceSound(path, probe(path, "a.wav"), RATE, chain=chain)

    whole = np.concatenate(list(sound.blocks(0)))
    start = 33 * RATE + 123
    part = np.concatenate(list(sound.blocks(start)))

    assert len(whole) == 40 * RATE
    assert len(part) == len(whole) - start
    assert np.abs(part - whole[start:]).max() < 1e-5
