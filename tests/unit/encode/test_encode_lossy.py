"""Lossy files: exact length, the same bytes for any block split, float all the way into the encoder."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encode_material import RATE_HZ, blocks_of, ffmpeg_floats, make_music, needs, run

from release.audio.decode import decode_float, decode_pcm_sha256
from release.encode import lame, mp3
from release.encode.encoder import EncodeSpec, encode
from release.errors import RenderError
from release.formats.lame_tag import parse_lame_tag, read_lame_tag
from release.formats.mp4_length import read_length

RATES = {"mp3": 44_100, "aac": 44_100, "opus": 48_000}
EXTENSIONS = {"mp3": "mp3", "aac": "m4a", "opus": "opus"}


@pytest.fixture(scope="module")
def music() -> np.ndarray:
    return make_music(RATE_HZ, 3.0)


def encoded(
    folder: Path, name: str, samples: np.ndarray, size: int = 5000, rate_hz: int | None = None, kbps: int | None = None
) -> Path:
    path = folder / f"{name}-{size}.{EXTENSIONS[name]}"
    encode(blocks_of(samples, size), path, EncodeSpec(name, rate_hz or RATES[name], len(samples), bitrate_kbps=kbps))
    return path


def decoded(path: Path, name: str) -> np.ndarray:
    return np.concatenate(list(decode_float(path, name)))


@pytest.mark.parametrize("name", RATES)
class TestAll:
    @pytest.mark.parametrize("n_samples", [1, 10, 441, 4410, 44_103])
    def test_length_is_exact(self, tmp_path: Path, music: np.ndarray, name: str, n_samples: int) -> None:
        path = encoded(tmp_path, name, music[:n_samples])

        assert len(decoded(path, name)) == n_samples
        assert decode_pcm_sha256(path, name, None).n_samples == n_samples

    def test_blocks_do_not_show(self, tmp_path: Path, music: np.ndarray, name: str) -> None:
        files = [encoded(tmp_path, name, music, size).read_bytes() for size in (777, 4096, len(music))]

        assert files[0] == files[1] == files[2]

    def test_threads_do_not_show(self, tmp_path: Path, music: np.ndarray, name: str) -> None:
        alone = encoded(tmp_path, name, music).read_bytes()
        for i in range(4):
            (tmp_path / str(i)).mkdir()

        with ThreadPoolExecutor(4) as pool:
            together = list(pool.map(lambda i: encoded(tmp_path / str(i), name, music).read_bytes(), range(4)))

        assert together == [alone] * 4

    def test_overs_are_not_clipped(self, tmp_path: Path, name: str) -> None:
        time_s = np.arange(RATES[name]) / RATES[name]
        sine = np.repeat(1.8 * np.sin(2 * np.pi * 500 * time_s)[:, None], 2, axis=1)
        path = encoded(tmp_path, name, sine)

        assert np.abs(decoded(path, name)[5000:-5000]).max() == pytest.approx(1.8, rel=0.02)

    def test_below_sixteen_bits_there_is_still_music(self, tmp_path: Path, name: str) -> None:
        """A sine at -100 dBFS is a sixth of a 16-bit step; cut to 16 bits it would be gone or be noise."""
        time_s = np.arange(RATES[name] * 2) / RATES[name]
        sine = np.repeat(1e-5 * np.sin(2 * np.pi * 1000 * time_s)[:, None], 2, axis=1)
        path = encoded(tmp_path, name, sine)

        error = decoded(path, name)[5000:-5000] - sine[5000:-5000]

        assert np.sqrt(np.mean(error**2)) < 0.1 * 1e-5 / np.sqrt(2)

    def test_silence_is_silence(self, tmp_path: Path, name: str) -> None:
        path = encoded(tmp_path, name, np.zeros((20_000, 2)))

        found = decoded(path, name)

        assert len(found) == 20_000
        assert np.abs(found).max() < 1e-6

    @needs("ffmpeg", "ffmpeg")
    def test_it_lies_where_it_should_by_ffmpeg(self, tmp_path: Path, music: np.ndarray, name: str) -> None:
        found = ffmpeg_floats(encoded(tmp_path, name, music))[: len(music)]

        error = found - music[: len(found)]

        assert len(found) == len(music)
        assert np.mean(error**2) < 0.02 * np.mean(music**2)  # one sample off would be above 0.1


class TestMp3:
    @pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000])
    @pytest.mark.parametrize("kbps", [128, 320])
    def test_the_tag_counts_right(self, tmp_path: Path, rate_hz: int, kbps: int) -> None:
        music = make_music(rate_hz, 1.3)
        path = encoded(tmp_path, "mp3", music, rate_hz=rate_hz, kbps=kbps)

        tag = read_lame_tag(path)

        assert tag.marker == "Info"
        assert tag.encoder.startswith("LAME3.100")
        assert tag.n_samples == len(music)
        assert tag.delay_samples == 576

    @needs("lame", "lame")
    def test_lame_decodes_the_same_count(self, tmp_path: Path, music: np.ndarray) -> None:
        path = encoded(tmp_path, "mp3", music)

        run("lame", "--quiet", "--decode", path, tmp_path / "out.wav")

        assert soundfile.info(tmp_path / "out.wav").frames == len(music)

    @needs("ffprobe", "ffmpeg")
    def test_the_bit_rate_is_what_was_asked(self, tmp_path: Path, music: np.ndarray) -> None:
        path = encoded(tmp_path, "mp3", music, kbps=192)

        shown = run("ffprobe", "-v", "error", "-show_entries", "stream=bit_rate", "-of", "csv=p=0", path)

        assert shown.stdout.decode().strip() == "192000"

    def test_lames_hidden_gain_is_undone(self, tmp_path: Path) -> None:
        """LAME's presets scale by 0.95 at 128 kb/s; a tone must come out as loud as it went in."""
        time_s = np.arange(RATE_HZ) / RATE_HZ
        sine = np.repeat(0.5 * np.sin(2 * np.pi * 997 * time_s)[:, None], 2, axis=1)
        found = decoded(encoded(tmp_path, "mp3", sine, kbps=128), "mp3")[5000:-5000]

        gain_db = 20 * np.log10(np.std(found) / np.std(sine))

        assert abs(gain_db) < 0.01

    def test_settings_that_lame_refuses_are_a_render_error(self, tmp_path: Path) -> None:
        with pytest.raises(RenderError, match="44100 Hz, 3 channels"):
            mp3.encode(
                [np.zeros((10, 3))], tmp_path / "a.mp3", rate_hz=44_100, bitrate_kbps=320, n_samples=10, channels=3
            )

    def test_without_pedalboards_lame_pyav_does_it(
        self, tmp_path: Path, music: np.ndarray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mp3, "library", lambda: None)

        path = encoded(tmp_path, "mp3", music)

        assert mp3.encoder_name() == "PyAV libmp3lame"
        assert read_lame_tag(path).n_samples == len(music)
        assert len(decoded(path, "mp3")) == len(music)

    def test_the_encoder_is_named(self) -> None:
        assert re.fullmatch(r"pedalboard LAME 3\.100(\.\d+)?|PyAV libmp3lame", mp3.encoder_name())
        assert lame.library() is None or lame.version().startswith("LAME")

    @pytest.mark.parametrize(
        ("frame", "reason"),
        [
            (b"", "no MPEG-1"),
            (b"\xff\xfb\xe0\x44" + bytes(200), "no Info"),
            (b"\xff\xfb\xe0\x44" + bytes(32) + b"Info" + bytes(200), "no frame count"),
            (b"\xff\xfb\xe0\x44" + bytes(32) + b"Info\0\0\0\x01" + bytes(200), "no delay"),
        ],
    )
    def test_a_frame_without_the_tag_says_what_is_missing(self, frame: bytes, reason: str) -> None:
        with pytest.raises(ValueError, match=reason):
            parse_lame_tag(frame)


class TestAac:
    @pytest.mark.parametrize("rate_hz", [32_000, 44_100, 48_000, 88_200, 96_000])
    def test_the_edit_list_counts_in_samples(self, tmp_path: Path, rate_hz: int) -> None:
        music = make_music(rate_hz, 0.7)
        path = encoded(tmp_path, "aac", music, rate_hz=rate_hz)

        length = read_length(path)

        assert length.is_exact
        assert (length.rate_hz, length.delay_samples, length.n_samples) == (rate_hz, 1024, len(music))
        assert 0 <= length.aac_padding_samples < 2048

    @needs("ffprobe", "ffmpeg")
    def test_ffprobe_sees_the_same_length(self, tmp_path: Path, music: np.ndarray) -> None:
        path = encoded(tmp_path, "aac", music)

        shown = run(
            "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,profile,duration_ts", "-of", "csv=p=0", path
        )

        assert shown.stdout.decode().strip() == f"aac,LC,{len(music)}"

    def test_the_index_comes_before_the_audio(self, tmp_path: Path, music: np.ndarray) -> None:
        data = encoded(tmp_path, "aac", music).read_bytes()

        assert data.index(b"moov") < data.index(b"mdat")


class TestOpus:
    @needs("opusinfo", "opus-tools")
    def test_opusinfo_is_content(self, tmp_path: Path, music: np.ndarray) -> None:
        shown = run("opusinfo", encoded(tmp_path, "opus", music)).stdout.decode()

        assert "Pre-skip: 312" in shown
        assert "Playback gain: 0 dB" in shown
        assert "WARNING" not in shown
        assert "serial: 00000001" in shown

    @needs("opusdec", "opus-tools")
    def test_opusdec_decodes_the_same_count(self, tmp_path: Path, music: np.ndarray) -> None:
        run("opusdec", "--quiet", "--rate", "48000", encoded(tmp_path, "opus", music), tmp_path / "out.wav")

        assert soundfile.info(tmp_path / "out.wav").frames == len(music)
