"""A frame raised by eight steps decodes to exactly four times the samples; what is no frame is not touched silently."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from encode_material import make_music

from release.audio.decode import decode_float
from release.dsp.kernels.aac_gain import OK, shift_gain
from release.dsp.kernels.aac_tables import CODE_COUNTS, SIGNS, band_widths, code_tables
from release.encode import aac
from release.errors import RenderError


def frames_of(samples: np.ndarray, rate_hz: int, kbps: int, channels: int = 2) -> tuple[list[bytes], bytes]:
    """FFmpeg's own AAC frames, with every tool that it has, and the decoder's set-up."""
    context = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format = rate_hz, "stereo" if channels == 2 else "mono", "fltp"
    context.bit_rate = kbps * 1000
    planar = np.ascontiguousarray(samples.T[:channels], dtype=np.float32)
    frame = av.AudioFrame.from_ndarray(planar, format="fltp", layout="stereo" if channels == 2 else "mono")
    frame.sample_rate, frame.pts = rate_hz, 0
    packets = [bytes(packet) for part in (frame, None) for packet in context.encode(part)]
    return packets, bytes(context.extradata)


def decode(packets: list[bytes], setup: bytes) -> np.ndarray:
    context = av.CodecContext.create("aac", "r")
    context.extradata = setup
    return np.concatenate([f.to_ndarray() for p in packets for f in context.decode(av.Packet(p))], axis=1)


def raised(packet: bytes, rate_hz: int, steps: int = 8) -> tuple[int, bytes]:
    data = np.frombuffer(packet, np.uint8).copy()
    return shift_gain(data, steps, *band_widths(rate_hz), *code_tables()), data.tobytes()


def materials(rate_hz: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(2)
    time_s = np.arange(rate_hz) / rate_hz
    clicks = np.zeros((rate_hz, 2))
    clicks[:: rate_hz // 9] = 0.8
    return {
        "music": make_music(rate_hz, 1.0) * 0.25,
        "noise": rng.standard_normal((rate_hz, 2)) * 0.05,
        "mono noise": np.repeat(rng.standard_normal((rate_hz, 1)) * 0.05, 2, axis=1),
        "sine": np.repeat(0.2 * np.sin(2 * np.pi * 997 * time_s)[:, None], 2, axis=1),
        "clicks": clicks * 0.25,
        "silence": np.zeros((rate_hz, 2)),
    }


@pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000, 88_200, 96_000])
@pytest.mark.parametrize("kbps", [96, 256])
def test_four_times_the_samples_exactly(rate_hz: int, kbps: int) -> None:
    for name, samples in materials(rate_hz).items():
        packets, setup = frames_of(samples, rate_hz, kbps)
        results = [raised(packet, rate_hz) for packet in packets]

        assert [fault for fault, _ in results] == [OK] * len(packets), name
        assert np.array_equal(decode([data for _, data in results], setup), 4 * decode(packets, setup)), name


def test_one_channel_too() -> None:
    packets, setup = frames_of(make_music(44_100, 1.0) * 0.25, 44_100, 128, channels=1)
    results = [raised(packet, 44_100) for packet in packets]

    assert np.array_equal(decode([data for _, data in results], setup), 4 * decode(packets, setup))


def test_up_and_down_again_is_the_same_frame() -> None:
    packets, _ = frames_of(make_music(44_100, 0.5) * 0.25, 44_100, 256)

    assert [raised(raised(packet, 44_100)[1], 44_100, -8)[1] for packet in packets] == packets


def test_the_plain_twin_agrees() -> None:
    """The same source without the compiler."""
    packets, _ = frames_of(make_music(44_100, 0.2) * 0.25, 44_100, 128)
    packet = max(packets, key=len)
    data = np.frombuffer(packet, np.uint8).copy()

    fault = shift_gain.py_func(data, 8, *band_widths(44_100), *code_tables())  # type: ignore[attr-defined]

    assert (fault, data.tobytes()) == raised(packet, 44_100)


@pytest.mark.parametrize("seed", range(40))
def test_rubbish_ends_with_a_fault(seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = rng.integers(0, 256, 400, dtype=np.uint8)
    data[0] = (data[0] & 0x1F) | (seed % 2) << 5  # a channel element, so that there is something to read

    assert shift_gain(data, 8, *band_widths(44_100), *code_tables()) < 0


def test_a_cut_frame_ends_with_a_fault() -> None:
    packets, _ = frames_of(make_music(44_100, 0.5) * 0.25, 44_100, 256)
    packet = max(packets, key=len)

    assert raised(packet[: len(packet) // 2], 44_100)[0] < 0


def test_a_level_that_does_not_fit_is_told() -> None:
    packets, _ = frames_of(make_music(44_100, 0.2), 44_100, 256)

    assert raised(max(packets, key=len), 44_100, 255)[0] < 0


def test_books_are_complete() -> None:
    """Kraft: the codes of a book use up all bit strings; a slip of a count shows here."""
    for book, counts in enumerate(CODE_COUNTS):
        assert sum(Fraction(count, 2**length) for length, count in enumerate(counts, 1)) == 1, book
        if book in SIGNS:
            assert len(SIGNS[book]) == sum(counts)


@pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000, 88_200, 96_000])
def test_bands_fill_a_window(rate_hz: int) -> None:
    long_widths, short_widths = band_widths(rate_hz)

    assert (long_widths.sum(), short_widths.sum()) == (1024, 128)


def test_a_loud_master_keeps_its_level(tmp_path: Path) -> None:
    """FFmpeg alone takes 0.4 dB off a full-scale tone."""
    time_s = np.arange(44_100) / 44_100
    tone = np.repeat(np.sin(2 * np.pi * 440 * time_s)[:, None], 2, axis=1)
    aac.encode([tone], tmp_path / "a.m4a", rate_hz=44_100, bitrate_kbps=256, n_samples=len(tone))
    found = np.concatenate(list(decode_float(tmp_path / "a.m4a", "aac")))

    assert abs(20 * np.log10(np.std(found[5000:-5000]) / np.std(tone[5000:-5000]))) < 0.01


def test_a_frame_that_cannot_be_read_is_a_render_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.dsp.kernels.aac_gain.shift_gain", lambda *_: -4)

    with pytest.raises(RenderError, match="cannot be read"):
        aac.encode([np.zeros((3000, 2))], tmp_path / "a.m4a", rate_hz=44_100, bitrate_kbps=256, n_samples=3000)
