"""The finish stage: gains at their borders, words without a need for dither untouched, digests of every cut."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stage_runs import read_scratch, run_stage, scratch

from release.audio.pcm import packed
from release.stages.cut_audio import cut_length, words_to_float
from release.stages.finish import FINISH, FLOAT_FILE, PCM_FILE, gained, untouched_stretches
from release.stages.render import AUDIO_FILE
from release.stages.scratch import BLOCK_SAMPLES

N = BLOCK_SAMPLES + 5_000
"""More than one block."""


def finish(folder: Path, audio: np.ndarray, *, gains: list[float] | None = None, key: str = "key", **params: Any):
    settings = {
        "rate_hz": 44_100,
        "dtype": "<f8",
        "regions": [[0, len(audio)]],
        "cuts": [[0, len(audio)]],
        "bit_depth": 16,
        "is_float": False,
        "dither": {"type": "tpdf", "curve": "lipshitz", "silence": "keep"},
        "float_copy": False,
        "may_be_exact": True,
        "exact": [],
        **params,
    }
    folder.mkdir(exist_ok=True)
    path = scratch(folder / "in.raw", audio, settings["dtype"])
    level = {"gains_db": gains or [0.0] * len(settings["regions"]), "limiter": None}
    facts = {"render": {"n_samples": len(audio)}, "level": level}
    return run_stage(FINISH, folder / "out", settings, facts=facts, files={"render": {AUDIO_FILE: path}}, key=key)


def noise(n: int = N, scale: float = 0.5) -> np.ndarray:
    return np.random.default_rng(3).uniform(-scale, scale, (n, 2))


def grid(bits: int, n: int = N) -> np.ndarray:
    return np.rint(noise(n) * (1 << (bits - 1))) / (1 << (bits - 1))


@pytest.mark.parametrize("dtype", ["<f4", "<f8"])
@pytest.mark.parametrize("bits", [16, 24])
def test_words_that_fit_pass_untouched(tmp_path, bits: int, dtype: str) -> None:
    audio = grid(bits)

    result = finish(tmp_path, audio, bit_depth=bits, dtype=dtype)

    found = read_scratch(result.files[PCM_FILE], "<i2" if bits == 16 else "<i4")
    assert np.array_equal(found, audio * (1 << (bits - 1)))


def test_words_that_do_not_fit_are_dithered(tmp_path) -> None:
    audio = grid(24)
    found = read_scratch(finish(tmp_path, audio).files[PCM_FILE], "<i2")

    error = found - audio * 32768
    assert 0.4 < error.std() < 0.6
    assert np.abs(error).max() <= 1.5


def test_a_gain_makes_dither_even_where_the_words_would_fit(tmp_path) -> None:
    audio = grid(16)
    found = read_scratch(finish(tmp_path, audio, gains=[-6.0]).files[PCM_FILE], "<i2")

    error = found - audio * 32768 * 10 ** (-6 / 20)
    assert 0.4 < error.std() < 0.6


def test_noise_hangs_on_the_key_alone(tmp_path) -> None:
    audio = noise()
    one = finish(tmp_path / "a", audio, key="k").files[PCM_FILE].read_bytes()
    same = finish(tmp_path / "b", audio, key="k").files[PCM_FILE].read_bytes()
    other = finish(tmp_path / "c", audio, key="l").files[PCM_FILE].read_bytes()

    assert one == same != other


def test_dither_stays_out_of_what_did_not_get_shorter(tmp_path) -> None:
    """A stretch whose words fit stands beside one that needs dither, across the border of blocks."""
    audio = grid(16)
    border = BLOCK_SAMPLES + 100
    audio[border:] *= 0.7

    found = read_scratch(finish(tmp_path, audio, exact=[[200, border]]).files[PCM_FILE], "<i2")

    assert np.array_equal(found[200:border], audio[200:border] * 32768)
    for dithered in (slice(0, 200), slice(border, None)):
        error = found[dithered] - audio[dithered] * 32768
        assert 0.3 < error.std() < 0.7


def test_a_gain_takes_its_region_out_of_what_is_untouched() -> None:
    level = {"limiter": None, "gains_db": [0.0, -1.0, 0.0]}
    regions = [[0, 100], [100, 200], [200, 300]]

    assert untouched_stretches([[10, 250]], regions, level) == [(10, 100), (200, 250)]
    assert untouched_stretches([[10, 250]], regions, {**level, "limiter": {"ceiling_dbtp": -1.0}}) == []


def test_the_float_copy_is_from_before_dither(tmp_path) -> None:
    audio = noise()
    result = finish(tmp_path, audio, gains=[-6.0], float_copy=True)

    found = read_scratch(result.files[FLOAT_FILE], "<f4")
    assert np.array_equal(found, (audio * 10 ** (-6 / 20)).astype("<f4"))
    assert set(result.fact["cuts"]["0"]) == {"pcm", "float"}


def test_float_targets_get_no_dither(tmp_path) -> None:
    audio = noise() * 3
    result = finish(tmp_path, audio, is_float=True, bit_depth=32)

    assert np.array_equal(read_scratch(result.files[PCM_FILE], "<f4"), audio.astype("<f4"))
    assert result.fact["clipped"] == {}


def test_clipped_samples_are_counted(tmp_path) -> None:
    audio = np.zeros((100, 2))
    audio[10:13] = 1.5
    audio[12:15] = -1.5
    audio[50, 0] = -2.0
    audio[60] = 1.0  # one code over: no ear and no meter finds it

    plain = {"type": "none", "curve": "lipshitz", "silence": "keep"}
    result = finish(tmp_path, audio, cuts=[[10, 20], [20, 100]], dither=plain, float_copy=True)

    assert result.fact["clipped"] == {"0": [5, 0], "1": [1, 30]}
    found = read_scratch(result.files[PCM_FILE], "<i2")
    assert (found.max(), found.min()) == (32767, -32768)
    assert np.abs(read_scratch(result.files[FLOAT_FILE], "<f4")).max() == 1.0  # lossy files are of the same audio


def test_each_cut_has_the_digest_of_its_own_words(tmp_path) -> None:
    audio = grid(16)
    cuts = [[0, 100], [100, BLOCK_SAMPLES + 7], [BLOCK_SAMPLES + 7, N]]

    result = finish(tmp_path, audio, cuts=cuts)

    words = (audio * 32768).astype("<i2")
    for n, (start, end) in enumerate(cuts):
        assert result.fact["cuts"][str(n)]["pcm"] == hashlib.sha256(words[start:end].tobytes()).hexdigest()


def test_gains_change_at_the_border_and_leave_the_rest_alone() -> None:
    audio = noise(1000)
    blocks = [audio[:300], audio[300:310], audio[310:]]

    found = np.concatenate(list(gained(iter(blocks), [[0, 305], [305, 800], [800, 1000]], [0.0, -6.0, +3.0])))

    assert np.array_equal(found[:305], audio[:305])
    assert np.allclose(found[305:800], audio[305:800] * 10 ** (-6 / 20), rtol=1e-15)
    assert np.allclose(found[800:], audio[800:] * 10 ** (3 / 20), rtol=1e-15)


def test_words_come_out_as_files_hold_them() -> None:
    words = np.array([[1, -1], [8388607, -8388608]], "<i4")

    assert packed(words, 24, is_float=False) == bytes.fromhex("010000 ffffff ffff7f 000080")
    assert packed(words.astype("<i2"), 16, is_float=False)[:4] == bytes.fromhex("0100 ffff")
    assert words_to_float(words, 24, is_float=False)[1].tolist() == [8388607 / 8388608, -1.0]
    assert cut_length([("a", 3, 10), ("b", 0, 5)]) == 12
