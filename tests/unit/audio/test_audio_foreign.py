"""Files of other programs, in every form that they write, against the samples that went in."""

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

N = 5_001
FFMPEG = ["ffmpeg", "-v", "error", "-y", "-i", "s.wav"]
RAW = "sox -t raw -r 96000 -e signed -b 24 -c 2 -"
SOX = ["sox", "-D", "s.wav"]

EXACT = {
    "ffmpeg extensible": ([*FFMPEG, "-c:a", "pcm_s24le", "x.wav"], "pcm_s24"),
    "ffmpeg rf64": ([*FFMPEG, "-c:a", "pcm_s24le", "-rf64", "always", "x.wav"], "pcm_s24"),
    "ffmpeg 32": ([*FFMPEG, "-c:a", "pcm_s32le", "x.wav"], "pcm_s32"),
    "ffmpeg float": ([*FFMPEG, "-c:a", "pcm_f32le", "x.wav"], "float32"),
    "ffmpeg double": ([*FFMPEG, "-c:a", "pcm_f64le", "x.wav"], "float64"),
    "ffmpeg bext": (
        [*FFMPEG, "-c:a", "pcm_s24le", "-write_bext", "1", "-metadata", "description=a", "x.wav"],
        "pcm_s24",
    ),
    "ffmpeg aiff": ([*FFMPEG, "-c:a", "pcm_s24be", "x.aiff"], "pcm_s24"),
    "ffmpeg aifc float": ([*FFMPEG, "-c:a", "pcm_f32be", "x.aiff"], "float32"),
    "ffmpeg aifc double": ([*FFMPEG, "-c:a", "pcm_f64be", "x.aiff"], "float64"),
    "ffmpeg flac": ([*FFMPEG, "-c:a", "flac", "-sample_fmt", "s32", "x.flac"], "flac"),
    "ffmpeg alac": ([*FFMPEG, "-c:a", "alac", "-sample_fmt", "s32p", "x.m4a"], "alac"),
    "sox wav": ([*SOX, "x.wav"], "pcm_s24"),
    "sox float": ([*SOX, "-e", "float", "-b", "32", "x.wav"], "float32"),
    "sox aiff": ([*SOX, "x.aiff"], "pcm_s24"),
    "sox aifc": ([*SOX, "-t", "aifc", "x.aiff"], "pcm_s24"),
    "flac": (["flac", "-s", "-8", "-f", "s.wav", "-o", "x.flac"], "flac"),
    "flac streamed": (["sh", "-c", "flac -s -c - < s.wav > x.flac"], "flac"),
    "ffmpeg flac streamed": (["sh", "-c", "ffmpeg -v error -i s.wav -sample_fmt s32 -f flac - | cat > x.flac"], "flac"),
}


@pytest.fixture
def folder(tmp_path):
    values = noise(N, 2, 24)
    soundfile.write(tmp_path / "s.wav", (values << 8).astype(np.int32), 96_000, "PCM_24")
    return tmp_path, values


def make(folder, command):
    program = command[2].split()[0] if command[0] == "sh" else command[0]
    if shutil.which(program) is None:
        pytest.skip(f"needs {program}")
    subprocess.run(command, cwd=folder, check=True)
    return next(folder.glob("x.*"))


@pytest.mark.parametrize("name", EXACT)
def test_samples_come_through_exactly(folder, name):
    command, codec = EXACT[name]
    path = make(folder[0], command)

    info = probe(path)

    assert (info.codec, info.n_samples, info.sample_rate_hz) == (codec, N, 96_000)
    with open_reader(path, info) as reader:
        np.testing.assert_array_equal(reader.read(0, N), folder[1] / 2.0**23)
    assert scan(path, info).used_bits in (24, None)


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", "ffmpeg -v error -i s.wav -c:a pcm_s24le -f wav - | cat > x.wav"],
        ["sh", "-c", f"sox s.wav -t raw - | {RAW} -t wav - 2>/dev/null | cat > x.wav"],
    ],
)
def test_streamed_wav_is_refused(folder, command):
    path = make(folder[0], command)

    with pytest.raises(SourceError) as caught:
        probe(path)

    assert caught.value.problems[0].code in ("streamed", "truncated")


def test_24_valid_bits_in_32_of_libsndfile_are_read_right(folder):
    """FFmpeg 5.1 decodes such files as noise and sox refuses them."""
    from odd_files import fmt_chunk, wav

    values = folder[1]
    path = folder[0] / "x.wav"
    path.write_bytes(wav((values << 8).astype("<i4").tobytes(), fmt_chunk(0xFFFE, 2, 96_000, 32, valid=24)))

    np.testing.assert_array_equal(open_reader(path, probe(path)).read(0, N), soundfile.read(path)[0])
