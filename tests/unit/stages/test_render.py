"""The render stage: its samples, its length, and measurements that equal those of the whole file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from stage_runs import read_scratch, run_stage

from release.audio.probe import probe
from release.dsp.meter import Meter
from release.stages.render import AUDIO_FILE, RENDER, Piece, PieceMeters, SourceFile

RATE = 48_000


def tone(seconds: float, seed: int = 1) -> np.ndarray:
    n = round(seconds * RATE)
    t = np.arange(n) / RATE
    noise = np.random.default_rng(seed).standard_normal((n, 2)) * 0.02
    return 0.3 * np.sin(2 * np.pi * 440 * t)[:, None] * (1 + 0.5 * np.sin(t))[:, None] + noise


def reading(*parts: np.ndarray):
    meter = Meter(RATE, 2)
    for part in parts:
        meter.process(part)
    return meter.finish()


@pytest.mark.parametrize(("lead", "tail"), [(0.0, 0.0), (0.73, 0.0), (0.0, 2.0), (1.25, 2.9)])
def test_silence_beside_a_piece_counts_as_in_the_file(lead: float, tail: float) -> None:
    audio = tone(4.0)
    before, behind = np.zeros((round(lead * RATE), 2)), np.zeros((round(tail * RATE), 2))
    whole = reading(before, audio, behind)

    meters = PieceMeters([Piece(0, len(audio), len(before), len(behind))], RATE)
    for at in range(0, len(audio), 10_007):
        meters.process(audio[at : at + 10_007], at)
    (found,) = meters.finish()

    assert found.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-9)
    assert found.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-9)
    assert found.max_short_term_lufs == pytest.approx(whole.max_short_term_lufs, abs=1e-6)
    assert found.max_momentary_lufs == pytest.approx(whole.max_momentary_lufs, abs=1e-6)


def test_pieces_that_share_a_segment_are_measured_apart() -> None:
    audio = np.concatenate([tone(2.0), 0.1 * tone(3.0, 2)])
    meters = PieceMeters([Piece(0, 2 * RATE, 0, 0), Piece(2 * RATE, 5 * RATE, 0, 0)], RATE)
    for at in range(0, len(audio), 7_001):
        meters.process(audio[at : at + 7_001], at)

    one, two = meters.finish()

    assert one.integrated_lufs == pytest.approx(reading(audio[: 2 * RATE]).integrated_lufs, abs=1e-9)
    assert two.integrated_lufs == pytest.approx(reading(audio[2 * RATE :]).integrated_lufs, abs=1e-9)


@pytest.fixture
def source(tmp_path: Path) -> tuple[SourceFile, np.ndarray]:
    path = tmp_path / "x.wav"
    audio = np.rint(tone(3.0) * (1 << 23)) / (1 << 23)
    soundfile.write(path, (audio * (1 << 31)).astype(np.int32), RATE, "PCM_24")
    return SourceFile(path, probe(path, "x")), audio


def params(**more):
    return {
        "clips": [
            {"source": "source:0", "source_start": 0, "length": 3 * RATE, "position": RATE // 2},
        ],
        "length": 4 * RATE,
        "programme_hz": RATE,
        "rate_hz": RATE,
        "n_samples": 4 * RATE,
        "gain_db": 0.0,
        "chain": [],
        "pieces": [[0, 4 * RATE, 0, 0]],
        "dtype": "<f4",
        **more,
    }


def clip(role: str, start: int, length: int, position: int) -> dict:
    from release.model.programme import Clip
    from release.stages.clip_json import clip_to_json

    return clip_to_json(Clip("x", start, length, position), {"x": role}, 0)


def rendered(tmp_path: Path, source: SourceFile, **more) -> tuple[np.ndarray, dict]:
    settings = params(clips=[clip("source:0", 0, 3 * RATE, RATE // 2)], **more)
    result = run_stage(
        RENDER,
        tmp_path / "out",
        settings,
        facts={"source:0": "sha"},
        context={"sources": {"source:0": source}, "runs": ()},
    )
    return read_scratch(result.files[AUDIO_FILE], settings["dtype"]), result.fact


def test_an_untouched_segment_is_its_source(tmp_path, source) -> None:
    found, fact = rendered(tmp_path, source[0])

    assert np.array_equal(found[RATE // 2 : RATE // 2 + 3 * RATE], source[1])
    assert not found[: RATE // 2].any()
    assert fact["n_samples"] == 4 * RATE


def test_target_gain_and_conversion_in_order(tmp_path, source, soxr_whole) -> None:
    settings = {
        "gain_db": -6.0,
        "rate_hz": 44_100,
        "n_samples": 4 * 44_100,
        "dtype": "<f8",
        "pieces": [[0, 4 * 44_100, 0, 0]],
    }
    found, _ = rendered(tmp_path, source[0], **settings)

    timeline = np.zeros((4 * RATE, 2))
    timeline[RATE // 2 : RATE // 2 + 3 * RATE] = source[1]
    expected = soxr_whole(timeline * 10 ** (-6 / 20), RATE, 44_100)
    assert np.abs(found - expected).max() < 1e-12


def test_a_segment_of_the_wrong_length_is_our_own_fault(tmp_path, source) -> None:
    with pytest.raises(AssertionError, match="planned"):
        rendered(tmp_path, source[0], n_samples=4 * RATE + 1)
