"""Written files: bytes spelled out, read back by other programs, the same every time."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from odd_files import noise

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.audio.writer import AiffWriter, WavWriter
from release.errors import RenderError
from release.formats.riff import Chunk

N = 20_011
WORDS = np.array([[1, -2], [0x7FFF, -0x8000]], np.int32)


def test_the_plain_wav_is_these_bytes(tmp_path):
    with WavWriter(tmp_path / "a.wav", 44_100, 2, bit_depth=16, n_samples_expected=2) as writer:
        writer.write_ints(WORDS)

    assert (tmp_path / "a.wav").read_bytes().hex(" ", 4) == (
        "52494646 2c000000 57415645 "  # RIFF, 44 bytes follow, WAVE
        "666d7420 10000000 0100 0200 44ac0000 10b10200 0400 1000 "  # fmt: 16 bytes, PCM, stereo, 44100, 176400, 4, 16
        "64617461 08000000 0100feff ff7f0080"  # data: 8 bytes
    ).replace("0100 0200", "01000200").replace("0400 1000", "04001000")


def test_the_float_wav_has_tag_3(tmp_path):
    with WavWriter(tmp_path / "a.wav", 96_000, 1, is_float=True, n_samples_expected=1) as writer:
        writer.write_floats(np.array([[1.5]]))

    data = (tmp_path / "a.wav").read_bytes()
    assert data[12:36].hex() == "666d742010000000030001000077010000dc050004002000"
    assert data[36:].hex() == "64617461040000000000c03f"


def test_the_aiff_is_these_bytes(tmp_path):
    with AiffWriter(tmp_path / "a.aiff", 44_100, 1, bit_depth=24, n_samples_expected=1) as writer:
        writer.write_ints(np.array([[-2]], np.int32))

    assert (tmp_path / "a.aiff").read_bytes().hex() == (
        "464f524d"
        "00000032"
        "41494646"  # FORM, 50 bytes follow, AIFF
        "434f4d4d"
        "00000012"
        "0001"
        "00000001"
        "0018"
        "400eac44000000000000"  # COMM: mono, 1 sample, 24 bits, 44100
        "53534e44"
        "0000000b"
        "00000000"
        "00000000"
        "fffffe"
        "00"  # SSND: offset, block size, sample, pad
    )


@pytest.mark.parametrize("writer_class", [WavWriter, AiffWriter])
@pytest.mark.parametrize("bits", [16, 24])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("expected", [N, None])
def test_other_code_reads_the_same_samples(tmp_path, writer_class, bits, channels, expected):
    values = noise(N, channels, bits).astype(np.int32)
    path = tmp_path / "a"
    before = [Chunk(b"NAME", b"four")]
    after = [Chunk(b"id3 ", b"odd")]

    with writer_class(
        path, 88_200, channels, bit_depth=bits, n_samples_expected=expected, chunks_before=before, chunks_after=after
    ) as writer:
        for start in range(0, N, 7001):
            writer.write_ints(values[start : start + 7001])

    read, rate = soundfile.read(path, dtype="int32", always_2d=True)
    assert rate == 88_200
    np.testing.assert_array_equal(read >> (32 - bits), values)
    np.testing.assert_array_equal(open_reader(path, probe(path)).read_ints(0, N), values)


def test_floats_past_full_scale_are_kept(tmp_path):
    values = np.random.default_rng(4).standard_normal((N, 2))
    with WavWriter(tmp_path / "a.wav", 44_100, 2, is_float=True) as writer:
        writer.write_floats(values)

    np.testing.assert_array_equal(soundfile.read(tmp_path / "a.wav", dtype="float32")[0], values.astype(np.float32))


@pytest.mark.parametrize("expected", [N, None])
def test_rf64_above_the_threshold(tmp_path, expected):
    values = noise(N, 2, 24).astype(np.int32)
    kwargs = {"n_samples_expected": expected, "chunks_before": [Chunk(b"axml", b"x" * 7)]}
    with WavWriter(tmp_path / "plain.wav", 48_000, 2, **kwargs) as writer:
        writer.write_ints(values)
    size = (tmp_path / "plain.wav").stat().st_size
    for limit, magic in ((size, b"RIFF"), (size - 1, b"RF64")):
        path = tmp_path / "a.wav"
        with WavWriter(path, 48_000, 2, rf64_above_bytes=limit, **kwargs) as writer:
            writer.write_ints(values)

        data = path.read_bytes()
        assert data[:4] == magic
        if magic == b"RF64":
            assert data[12:16] == b"ds64"
            assert int.from_bytes(data[20:28], "little") == len(data) - 8
            assert int.from_bytes(data[28:36], "little") == N * 6
            assert int.from_bytes(data[36:44], "little") == N
        assert probe(path).n_samples == N
        np.testing.assert_array_equal(open_reader(path, probe(path)).read_ints(0, N), values)


def test_rf64_is_read_by_libsndfile(tmp_path):
    values = noise(N, 2, 24).astype(np.int32)
    with WavWriter(tmp_path / "a.wav", 48_000, 2, n_samples_expected=N, rf64_above_bytes=1000) as writer:
        writer.write_ints(values)

    np.testing.assert_array_equal(soundfile.read(tmp_path / "a.wav", dtype="int32")[0] >> 8, values)


def test_a_file_past_4_gib_is_rf64_without_being_asked(tmp_path):
    """Only the header is written: the length is announced, then the file is given up."""
    writer = WavWriter(tmp_path / "a.wav", 96_000, 2, n_samples_expected=2**30)
    head = (tmp_path / "a.wav").read_bytes()
    writer.abort()

    assert head[:8] == b"RF64\xff\xff\xff\xff"
    assert int.from_bytes(head[28:36], "little") == 6 * 2**30
    assert not (tmp_path / "a.wav").exists()


def test_an_aiff_past_4_gib_is_refused(tmp_path):
    with pytest.raises(RenderError, match="too long"):
        AiffWriter(tmp_path / "a.aiff", 96_000, 2, n_samples_expected=2**30)


def test_the_same_samples_give_the_same_bytes_for_any_blocks(tmp_path):
    values = noise(N, 2, 24).astype(np.int32)
    digests = set()
    for size in (N, 1, 4096, 10_000):
        if size == 1:
            part = values[:50]
        tap = hashlib.sha256()
        with WavWriter(tmp_path / f"{size}.wav", 44_100, 2, n_samples_expected=N, tap=tap.update) as writer:
            if size == 1:
                for row in part:
                    writer.write_ints(row[np.newaxis])
                writer.write_ints(values[50:])
            else:
                for start in range(0, N, size):
                    writer.write_ints(values[start : start + size])
        data = (tmp_path / f"{size}.wav").read_bytes()
        assert tap.hexdigest() == hashlib.sha256(data).hexdigest()
        digests.add(tap.hexdigest())

    assert len(digests) == 1


def test_too_few_samples_are_a_fault_and_leave_no_file(tmp_path):
    writer = WavWriter(tmp_path / "a.wav", 44_100, 2, n_samples_expected=3)
    writer.write_ints(np.zeros((2, 2), np.int32))

    with pytest.raises(RenderError, match="2 samples were written, 3 were announced"):
        writer.close()
    assert not (tmp_path / "a.wav").exists()


def test_an_exception_leaves_no_file(tmp_path):
    with pytest.raises(KeyError), WavWriter(tmp_path / "a.wav", 44_100, 2):
        raise KeyError

    assert list(tmp_path.iterdir()) == []


def test_links_are_not_written_through(tmp_path):
    (tmp_path / "precious").write_text("mine")
    (tmp_path / "a.wav").symlink_to(tmp_path / "precious")

    with pytest.raises(RenderError, match="cannot be written"):
        WavWriter(tmp_path / "a.wav", 44_100, 2)
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_missing_folder_is_a_render_error(tmp_path):
    with pytest.raises(RenderError, match="cannot be written"):
        AiffWriter(tmp_path / "none" / "a.aiff", 44_100, 2)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_render_error_and_leaves_no_file(tmp_path):
    writer = WavWriter(tmp_path / "a.wav", 44_100, 2, n_samples_expected=2)
    writer._file.close()
    with Path("/dev/full").open("wb", buffering=0) as full:
        writer._file = full
        with pytest.raises(RenderError, match="No space left"):
            writer.write_ints(WORDS)
        writer.abort()

    assert list(tmp_path.iterdir()) == []


def test_wrong_shapes_and_kinds_are_programming_errors(tmp_path):
    with WavWriter(tmp_path / "a.wav", 44_100, 2) as writer:
        with pytest.raises(ValueError, match="shape"):
            writer.write_ints(np.zeros((4, 1), np.int32))
        with pytest.raises(ValueError, match="integers"):
            writer.write_floats(np.zeros((4, 2)))
    with pytest.raises(ValueError, match="16 or 24"):
        WavWriter(tmp_path / "b.wav", 44_100, 2, bit_depth=20)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="needs ffprobe (Debian package ffmpeg)")
@pytest.mark.parametrize(("bits", "codec"), [(16, "pcm_s16le"), (24, "pcm_s24le"), (0, "pcm_f32le")])
def test_ffmpeg_agrees(tmp_path, bits, codec):
    path = tmp_path / "a.wav"
    values = noise(N, 2, bits or 24).astype(np.int32)
    with WavWriter(path, 96_000, 2, bit_depth=bits or 24, is_float=not bits, n_samples_expected=N) as writer:
        if bits:
            writer.write_ints(values)
        else:
            writer.write_floats(values / 2.0**23)
    command = ["ffprobe", "-v", "error", "-show_streams", "-of", "json", path]

    stream = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"][0]

    assert (stream["codec_name"], stream["sample_rate"], stream["duration_ts"]) == (codec, "96000", N)
    md5 = ["ffmpeg", "-v", "error", "-xerror", "-i", path, "-f", "hash", "-hash", "md5", "-c:a", codec, "-"]
    printed = subprocess.run(md5, check=True, capture_output=True, text=True).stdout.strip()
    assert printed == f"MD5={hashlib.md5(path.read_bytes()[44:]).hexdigest()}"


@pytest.mark.skipif(shutil.which("sox") is None, reason="needs sox (Debian package sox)")
@pytest.mark.parametrize(("writer_class", "name"), [(WavWriter, "a.wav"), (AiffWriter, "a.aiff")])
def test_sox_reads_the_same_samples(tmp_path, writer_class, name):
    values = noise(N, 2, 24).astype(np.int32)
    with writer_class(tmp_path / name, 44_100, 2, n_samples_expected=N) as writer:
        writer.write_ints(values)

    raw = subprocess.run(
        ["sox", "-D", tmp_path / name, "-t", "raw", "-e", "signed", "-b", "32", "-"], check=True, capture_output=True
    ).stdout

    np.testing.assert_array_equal(np.frombuffer(raw, "<i4").reshape(-1, 2) >> 8, values)


@pytest.mark.skipif(shutil.which("mediainfo") is None, reason="needs mediainfo (Debian package mediainfo)")
def test_mediainfo_finds_nothing_cut_off(tmp_path):
    with WavWriter(tmp_path / "a.wav", 44_100, 2, bit_depth=16, n_samples_expected=N) as writer:
        writer.write_ints(noise(N, 2, 16).astype(np.int32))

    printed = subprocess.run(
        ["mediainfo", "--Output=JSON", tmp_path / "a.wav"], check=True, capture_output=True, text=True
    ).stdout
    audio = json.loads(printed)["media"]["track"][1]

    assert "IsTruncated" not in printed
    assert (audio["BitDepth"], audio["SamplingCount"]) == ("16", str(N))
