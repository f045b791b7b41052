"""Clips as they sound: any block gives the same samples, one clip alone is untouched, overlaps add."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from release.audio.probe import probe
from release.model.programme import Clip, Curve, Fade, ProcessStep
from release.stages import clip_audio
from release.stages.clip_audio import ClipPlayer, Puller, RepeatedSound, SourceSound, drop, mixed

RATE = 8_000


class Counted:
    """A sound whose samples are their own numbers."""

    def __init__(self, length: int, block: int = 7) -> None:
        self.audio = np.arange(length, dtype=np.float64)[:, None].repeat(2, axis=1) + 1.0
        self.block = block

    def blocks(self, start: int) -> Iterator[np.ndarray]:
        for at in range(start, len(self.audio), self.block):
            yield self.audio[at : at + self.block]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(1, 9))
def test_a_puller_gives_the_stream_in_any_sizes_and_then_zeros(counts: list[int], block: int) -> None:
    sound = Counted(60, block)
    puller = Puller(sound.blocks(0))

    found = np.concatenate([puller.read(n) for n in counts])

    expected = np.concatenate([sound.audio, np.zeros((sum(counts), 2))])[: sum(counts)]
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 8, 20, 60, 61])
def test_drop_leaves_the_rest(count: int) -> None:
    parts = list(drop(Counted(60).blocks(0), count))

    found = np.concatenate(parts) if parts else np.zeros((0, 2))
    assert np.array_equal(found, Counted(60).audio[count:])


def test_room_tone_repeats_from_its_start() -> None:
    player = Puller(RepeatedSound(Counted(10)).blocks(4))

    assert player.read(25)[:, 0].tolist() == [*range(5, 11), *range(1, 11), *range(1, 10)]


def test_empty_room_tone_is_silence() -> None:
    assert not Puller(RepeatedSound(Counted(0)).blocks(0)).read(5).any()


@given(st.integers(1, 50), st.data())
@settings(max_examples=60)
def test_fades_fall_the_same_in_any_blocks(length: int, data: st.DataObject) -> None:
    fade_in = Fade(data.draw(st.integers(0, length)), Curve.LINEAR)
    fade_out = Fade(data.draw(st.integers(0, length)), Curve.EQUAL_POWER)
    clip = Clip(
        "x", 0, length, 0, fade_in=fade_in if fade_in.length else None, fade_out=fade_out if fade_out.length else None
    )
    whole = ClipPlayer(clip, Counted(60)).read(length)
    player, parts, left = ClipPlayer(clip, Counted(60)), [], length
    while left:
        n = data.draw(st.integers(1, left))
        parts.append(player.read(n))
        left -= n

    assert np.array_equal(np.concatenate(parts), whole)
    if fade_in.length:
        assert not whole[0].any()
    if fade_out.length:
        assert not whole[-1].any()


@pytest.fixture
def source(tmp_path: Path) -> tuple[dict, dict, np.ndarray]:
    codes = np.random.default_rng(1).integers(-(1 << 15), 1 << 15, (4 * RATE, 2)).astype(np.int16)
    path = tmp_path / "x.wav"
    soundfile.write(path, codes, RATE, "PCM_16")
    return {"x": path}, {"x": probe(path, "x")}, codes / 32768.0


def test_one_clip_is_its_samples_bit_for_bit(source) -> None:
    paths, infos, audio = source
    clips = (Clip("x", 100, 5000, 300),)

    found = np.concatenate(list(mixed(clips, 0, 6000, RATE, paths=paths, infos=infos, runs={})))

    assert np.array_equal(found[300:5300], audio[100:5100])
    assert not found[:300].any()
    assert not found[5300:].any()


def test_overlaps_add_and_any_block_size_gives_the_same(source, monkeypatch) -> None:
    paths, infos, audio = source
    clips = (Clip("x", 0, 9000, 0), Clip("x", 50, 8000, 6000), Clip("x", 9, 4000, 14_000))
    outcomes = []
    for block in (997, 4096, 65_536):
        monkeypatch.setattr(clip_audio, "BLOCK_SAMPLES", block)
        outcomes.append(np.concatenate(list(mixed(clips, 0, 18_000, RATE, paths=paths, infos=infos, runs={}))))

    expected = np.zeros((18_000, 2))
    for clip in clips:
        expected[clip.position : clip.end] += audio[clip.source_start : clip.source_start + clip.length]
    assert all(np.array_equal(o, expected) for o in outcomes)


def test_a_stretch_out_of_the_middle_is_that_of_the_whole(source) -> None:
    """With a chain: filters are fed from before the start, so a late start sounds as if all had been played."""
    paths, infos, _ = source
    step = ProcessStep("highpass", (("frequency", 100.0), ("slope", 12)))
    sound = SourceSound(paths["x"], infos["x"], RATE, gain_db=-3.0, chain=(step,))

    whole = np.concatenate(list(sound.blocks(0)))
    late = np.concatenate(list(sound.blocks(3 * RATE + 17)))

    assert len(whole) == 4 * RATE
    assert np.abs(late - whole[3 * RATE + 17 :]).max() < 1e-12


@pytest.mark.parametrize("start", [0, 1, 44_100, 44_101, 100_003])
def test_a_conversion_starts_anywhere_with_the_samples_of_the_whole(source, soxr_whole, start: int) -> None:
    paths, infos, audio = source
    sound = SourceSound(paths["x"], infos["x"], 44_100)
    whole = soxr_whole(audio, RATE, 44_100)

    found = np.concatenate(list(sound.blocks(start)))

    assert len(found) == 4 * 44_100 - start
    assert np.abs(found - whole[start:]).max() < 1e-9
