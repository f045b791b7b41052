"""Lossless files hold exactly the integers given, by our decoder and by strangers; the same bytes for any block split."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from encode_material import RATE_HZ, blocks_of, make_music, needs, run, to_bytes, to_ints

from release.audio.decode import decode_float, decode_pcm_sha256
from release.encode.encoder import EncodeSpec, encode
from release.errors import InternalError, RenderError, VerificationError
from release.formats.flac_metadata import read_stream_info

EXTENSIONS = {"flac": "flac", "aiff": "aiff", "alac": "m4a"}


@pytest.fixture(scope="module")
def music() -> np.ndarray:
    return make_music(RATE_HZ, 3.0)


def encoded(
    folder: Path, name: str, ints: np.ndarray, bit_depth: int, rate_hz: int = RATE_HZ, size: int = 5000
) -> Path:
    path = folder / f"{name}-{bit_depth}-{size}.{EXTENSIONS[name]}"
    encode(blocks_of(ints, size), path, EncodeSpec(name, rate_hz, len(ints), bit_depth=bit_depth))
    return path


@pytest.mark.parametrize("bit_depth", [16, 24])
@pytest.mark.parametrize("name", EXTENSIONS)
class TestSamples:
    def test_decode_to_what_was_given(self, tmp_path: Path, music: np.ndarray, name: str, bit_depth: int) -> None:
        ints = to_ints(music * 8, bit_depth)  # clipped: both ends of the range occur
        path = encoded(tmp_path, name, ints, bit_depth)

        decoded = decode_pcm_sha256(path, name, bit_depth)

        assert decoded.sha256 == hashlib.sha256(to_bytes(ints, bit_depth)).hexdigest()
        assert (decoded.n_samples, decoded.rate_hz, decoded.channels) == (len(ints), RATE_HZ, 2)

    @needs("ffmpeg", "ffmpeg")
    def test_ffmpeg_agrees(self, tmp_path: Path, music: np.ndarray, name: str, bit_depth: int) -> None:
        ints = to_ints(music, bit_depth)
        path = encoded(tmp_path, name, ints, bit_depth)

        done = run("ffmpeg", "-v", "error", "-i", path, "-f", f"s{bit_depth}le", "-c:a", f"pcm_s{bit_depth}le", "-")

        assert done.stdout == to_bytes(ints, bit_depth)

    def test_blocks_do_not_show(self, tmp_path: Path, music: np.ndarray, name: str, bit_depth: int) -> None:
        ints = to_ints(music, bit_depth)

        files = [encoded(tmp_path, name, ints, bit_depth, size=size).read_bytes() for size in (1000, 4096, len(ints))]

        assert files[0] == files[1] == files[2]

    @pytest.mark.parametrize("n_samples", [1, 10, 4410])
    def test_short_ones_are_whole(self, tmp_path: Path, name: str, bit_depth: int, n_samples: int) -> None:
        ints = np.arange(n_samples * 2, dtype=np.int32).reshape(-1, 2) - n_samples
        path = encoded(tmp_path, name, ints, bit_depth)

        assert decode_pcm_sha256(path, name, bit_depth).sha256 == hashlib.sha256(to_bytes(ints, bit_depth)).hexdigest()


@pytest.mark.parametrize("rate_hz", [32_000, 88_200, 192_000, 384_000])
@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_rate_is_stated_right(tmp_path: Path, music: np.ndarray, name: str, rate_hz: int) -> None:
    ints = to_ints(music[:8000], 24)
    path = encoded(tmp_path, name, ints, 24, rate_hz)

    decoded = decode_pcm_sha256(path, name, 24)

    assert decoded.rate_hz == rate_hz
    assert decoded.sha256 == hashlib.sha256(to_bytes(ints, 24)).hexdigest()


def test_floats_of_a_lossless_file_are_exact(tmp_path: Path, music: np.ndarray) -> None:
    ints = to_ints(music, 24)
    path = encoded(tmp_path, "flac", ints, 24)

    assert np.array_equal(np.concatenate(list(decode_float(path, "flac"))), ints / 2**23)


@needs("flac", "flac")
def test_flac_itself_is_content(tmp_path: Path, music: np.ndarray) -> None:
    ints = to_ints(music, 24)
    path = encoded(tmp_path, "flac", ints, 24)

    assert run("flac", "-ts", path).returncode == 0
    assert read_stream_info(path).md5.hex() == hashlib.md5(to_bytes(ints, 24)).hexdigest()
    assert run("metaflac", "--show-md5sum", path).stdout.decode().strip() == read_stream_info(path).md5.hex()


def test_a_higher_level_is_smaller(tmp_path: Path, music: np.ndarray) -> None:
    ints = to_ints(music, 24)
    sizes = []
    for level in (0, 8):
        path = tmp_path / f"{level}.flac"
        encode([ints], path, EncodeSpec("flac", RATE_HZ, len(ints), bit_depth=24, compression=level))
        sizes.append(path.stat().st_size)

    assert sizes[1] < sizes[0]


@needs("ffmpeg", "ffmpeg")
@pytest.mark.parametrize("bit_depth", [16, 24])
def test_apples_alac_decoder_agrees(tmp_path: Path, music: np.ndarray, bit_depth: int) -> None:
    """libsndfile carries Apple's own decoder; it reads the same packets from a CAF file."""
    ints = to_ints(music, bit_depth)
    path = encoded(tmp_path, "alac", ints, bit_depth)

    caf = tmp_path / "same.caf"
    run("ffmpeg", "-v", "error", "-i", path, "-c", "copy", caf)
    data = bytearray(caf.read_bytes())
    flags_at = data.index(b"alac") + 4
    data[flags_at : flags_at + 4] = (1 if bit_depth == 16 else 3).to_bytes(4, "big")  # ffmpeg leaves the width out
    caf.write_bytes(data)
    samples, _ = soundfile.read(caf, dtype="int32")

    assert np.array_equal(samples[: len(ints)] >> (32 - bit_depth), ints)


@needs("ffprobe", "ffmpeg")
def test_alac_states_its_width(tmp_path: Path, music: np.ndarray) -> None:
    path = encoded(tmp_path, "alac", to_ints(music, 24), 24)

    shown = run(
        "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,bits_per_raw_sample", "-of", "csv=p=0", path
    )

    assert shown.stdout.decode().strip() == "alac,24"


@pytest.mark.parametrize("name", EXTENSIONS)
def test_a_wrong_count_is_our_fault_and_said_so(tmp_path: Path, name: str) -> None:
    ints = np.zeros((100, 2), np.int32)

    with pytest.raises(InternalError, match="100 samples came where 99 were promised"):
        encode([ints], tmp_path / "a", EncodeSpec(name, RATE_HZ, 99, bit_depth=16))


@pytest.mark.parametrize("name", ["flac", "alac", "mp3"])
def test_a_folder_that_is_not_there_is_a_render_error(tmp_path: Path, name: str) -> None:
    block = np.zeros((100, 2), np.int32)
    depth = None if name == "mp3" else 16

    with pytest.raises(RenderError, match="was not written"):
        encode([block], tmp_path / "no" / "a", EncodeSpec(name, RATE_HZ, 100, bit_depth=depth))


def test_aiff_refuses_what_its_header_cannot_say(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="4 GiB"):
        encode([], tmp_path / "a.aiff", EncodeSpec("aiff", 384_000, 2**31, bit_depth=24))


class TestDamage:
    @pytest.mark.parametrize("name", EXTENSIONS)
    def test_changes_the_digest_or_is_refused(self, tmp_path: Path, music: np.ndarray, name: str) -> None:
        path = encoded(tmp_path, name, to_ints(music, 24), 24)
        whole = decode_pcm_sha256(path, name, 24)
        data = bytearray(path.read_bytes())
        data[len(data) * 2 // 3] ^= 0x10
        path.write_bytes(data)

        try:
            found = decode_pcm_sha256(path, name, 24).sha256
        except VerificationError:
            found = "refused"

        assert found != whole.sha256

    def test_a_flac_with_anothers_md5_is_refused(self, tmp_path: Path, music: np.ndarray) -> None:
        path = encoded(tmp_path, "flac", to_ints(music, 24), 24)
        data = bytearray(path.read_bytes())
        data[26] ^= 1  # first byte of the MD5
        path.write_bytes(data)

        with pytest.raises(VerificationError, match="MD5"):
            decode_pcm_sha256(path, "flac", 24)

    def test_more_bits_than_stated_are_refused(self, tmp_path: Path, music: np.ndarray) -> None:
        path = encoded(tmp_path, "flac", to_ints(music, 24), 24)

        with pytest.raises(VerificationError, match="more than 16 bits"):
            decode_pcm_sha256(path, "flac", 16)

    def test_what_is_no_audio_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "a.flac"
        path.write_bytes(b"no audio at all" * 100)

        with pytest.raises(VerificationError, match="does not open"):
            decode_pcm_sha256(path, "flac", 24)
