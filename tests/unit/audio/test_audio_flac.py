"""FLAC: lengths, checksums and damage, against files of libFLAC, of FFmpeg and of the flac program."""

import hashlib
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from odd_files import noise

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.audio.scan import scan
from release.errors import SourceError
from release.formats.flac import StreamInfo

N = 30_001


def flac(path, bits=24, channels=2, n=N):
    values = noise(n, channels, bits)
    soundfile.write(path, (values << (32 - bits)).astype(np.int32), 48000, f"PCM_{'S8' if bits == 8 else bits}")
    return values


def patched(path, **fields):
    """The same file with other fields in STREAMINFO."""
    data = bytearray(path.read_bytes())
    stream = StreamInfo.from_bytes(bytes(data[8:42]))
    data[8:42] = StreamInfo(
        **{name: fields.get(name, getattr(stream, name)) for name in StreamInfo.__slots__}
    ).to_bytes()
    path.write_bytes(data)


def code_of(action) -> str:
    with pytest.raises(SourceError) as caught:
        action()
    return caught.value.problems[0].code


@pytest.mark.parametrize("bits", [8, 16, 24])
@pytest.mark.parametrize("channels", [1, 2])
def test_samples_are_exact_from_any_place(tmp_path, bits, channels):
    values = flac(tmp_path / "a.flac", bits, channels)

    info = probe(tmp_path / "a.flac")

    assert (info.n_samples, info.bit_depth, info.channels) == (N, bits, channels)
    with open_reader(tmp_path / "a.flac", info) as reader:
        np.testing.assert_array_equal(reader.read_ints(20_000, 99_999), values[20_000:])
        np.testing.assert_array_equal(reader.read(5, 100), values[5:105] / 2.0 ** (bits - 1))
        assert reader.read(N, 10).shape == (0, channels)


@pytest.mark.skipif(shutil.which("flac") is None, reason="needs flac (Debian package flac)")
@pytest.mark.parametrize("bits", [12, 20])
def test_rare_widths_are_read_exactly(tmp_path, bits):
    values = noise(5000, 2, bits)
    raw = (values << 4).astype("<i2").tobytes() if bits == 12 else b""
    width = (bits + 7) // 8
    raw = b"".join(int(v).to_bytes(width, "little", signed=True) for v in (values << (8 * width - bits)).reshape(-1))
    from odd_files import fmt_chunk, wav

    (tmp_path / "a.wav").write_bytes(wav(raw, fmt_chunk(0xFFFE, 2, 44100, 8 * width, valid=bits)))
    subprocess.run(["flac", "-s", "-o", tmp_path / "a.flac", tmp_path / "a.wav"], check=True)

    info = probe(tmp_path / "a.flac")

    assert info.bit_depth == bits
    np.testing.assert_array_equal(open_reader(tmp_path / "a.flac", info).read(0, 5000), values / 2.0 ** (bits - 1))
    assert scan(tmp_path / "a.flac", info).used_bits == bits


def test_a_sound_file_scans_without_notes(tmp_path):
    flac(tmp_path / "a.flac")

    facts = scan(tmp_path / "a.flac", probe(tmp_path / "a.flac"))

    assert facts.notes == ()
    assert facts.sha256 == hashlib.sha256((tmp_path / "a.flac").read_bytes()).hexdigest()


def test_a_wrong_md5_is_refused(tmp_path):
    flac(tmp_path / "a.flac")
    patched(tmp_path / "a.flac", md5=bytes(range(16)))
    info = probe(tmp_path / "a.flac")

    assert code_of(lambda: scan(tmp_path / "a.flac", info)) == "md5-mismatch"


def test_a_missing_md5_is_noted(tmp_path):
    flac(tmp_path / "a.flac")
    patched(tmp_path / "a.flac", md5=bytes(16))

    facts = scan(tmp_path / "a.flac", probe(tmp_path / "a.flac"))

    assert "no MD5" in facts.notes[0]


@pytest.mark.parametrize("has_md5", [True, False])
def test_damaged_audio_is_refused(tmp_path, has_md5):
    path = tmp_path / "a.flac"
    flac(path)
    if not has_md5:
        patched(path, md5=bytes(16))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)

    assert code_of(lambda: scan(path, probe(path))) in ("damaged", "md5-mismatch")


@pytest.mark.parametrize("keep", [0.999, 0.5, 0.05])
def test_a_cut_off_file_is_refused(tmp_path, keep):
    path = tmp_path / "a.flac"
    flac(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])

    assert code_of(lambda: scan(path, probe(path))) in ("truncated", "lying-header", "damaged")


def test_a_file_cut_at_a_frame_is_refused_by_its_header_alone(tmp_path):
    path = tmp_path / "a.flac"
    flac(path)
    data = path.read_bytes()
    path.write_bytes(data[: data.rfind(b"\xff\xf8")])

    assert code_of(lambda: probe(path)) == "lying-header"


@pytest.mark.parametrize("n_samples", [N + 1, N - 1, 1, 2**36 - 1])
def test_a_lying_length_is_refused(tmp_path, n_samples):
    path = tmp_path / "a.flac"
    flac(path)
    patched(path, n_samples=n_samples)

    assert code_of(lambda: probe(path)) == "lying-header"


def test_an_unknown_length_is_found(tmp_path):
    path = tmp_path / "a.flac"
    values = flac(path)
    patched(path, n_samples=0)

    info = probe(path)

    assert info.n_samples == N
    with open_reader(path, info) as reader:
        np.testing.assert_array_equal(reader.read_ints(0, N), values)
        np.testing.assert_array_equal(reader.read_ints(100, 50), values[100:150])
    assert "no length" in scan(path, info).notes[0]


def test_an_unknown_length_with_a_damaged_end_is_refused(tmp_path):
    path = tmp_path / "a.flac"
    flac(path)
    patched(path, n_samples=0)
    path.write_bytes(path.read_bytes()[:-100])

    assert code_of(lambda: probe(path)) == "truncated"


def test_an_id3_tag_in_front_is_noted(tmp_path):
    path = tmp_path / "a.flac"
    values = flac(path)
    path.write_bytes(b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + path.read_bytes())

    info = probe(path)

    np.testing.assert_array_equal(open_reader(path, info).read_ints(0, N), values)
    assert "ID3" in scan(path, info).notes[0]


def test_metadata_blocks_that_run_past_the_end_are_refused(tmp_path):
    path = tmp_path / "a.flac"
    flac(path)
    data = bytearray(path.read_bytes())
    data[42] &= 0x7F
    data[43:46] = b"\xff\xff\xff"
    path.write_bytes(data)

    assert code_of(lambda: probe(path)) == "truncated"


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
def test_other_encoders_frames_are_understood(tmp_path):
    """FFmpeg's block size is 4608, and ``-8e`` style streams of flac itself 4096."""
    values = flac(tmp_path / "a.flac", 16)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", tmp_path / "a.flac", "-c:a", "flac", tmp_path / "b.flac"], check=True
    )

    info = probe(tmp_path / "b.flac")

    np.testing.assert_array_equal(open_reader(tmp_path / "b.flac", info).read_ints(0, N), values)


@pytest.mark.parametrize("n", [500, N, 1_500_000])
def test_a_second_stream_behind_the_first_is_refused(tmp_path, n):
    """A file appended to itself: its last frame is the one that the header promises."""
    path = tmp_path / "a.flac"
    flac(path, 16, n=n)
    probe(path)
    path.write_bytes(path.read_bytes() * 2)

    assert code_of(lambda: probe(path)) == "several-streams"


def test_a_second_stream_of_silence_is_refused(tmp_path):
    path, other = tmp_path / "a.flac", tmp_path / "b.flac"
    flac(path, 16, n=1_500_000)
    soundfile.write(other, np.zeros((1_500_000, 2), np.int16), 48000, "PCM_16")
    path.write_bytes(path.read_bytes() + other.read_bytes())

    assert code_of(lambda: probe(path)) in ("several-streams", "lying-header")


def test_much_rubbish_behind_the_last_frame_is_refused(tmp_path):
    path = tmp_path / "a.flac"
    flac(path)
    path.write_bytes(path.read_bytes() + b"rubbish!" * 200_000)

    assert code_of(lambda: probe(path)) == "lying-header"
