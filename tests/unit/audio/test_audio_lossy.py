"""ALAC, AAC, MP3, Vorbis and Opus: exact lengths and places, and every kind of damage, on files of other encoders."""

import shutil
import subprocess

import numpy as np
import pytest
import soundfile

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.audio.scan import scan
from release.errors import SourceError

N = 50_003
RATE = 44_100
NEEDS_FFMPEG = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")


def programs(*names):
    missing = [n for n in names if shutil.which(n) is None]
    return pytest.mark.skipif(bool(missing), reason=f"needs {missing}")


FFMPEG = ["ffmpeg", "-v", "error", "-y", "-i", "s.wav"]
FILES = {
    "alac16.m4a": [*FFMPEG, "-c:a", "alac", "alac16.m4a"],
    "alac24.m4a": [*FFMPEG, "-c:a", "alac", "-sample_fmt", "s32p", "alac24.m4a"],
    "aac.m4a": [*FFMPEG, "-c:a", "aac", "-b:a", "256k", "aac.m4a"],
    "aac-start.m4a": [*FFMPEG, "-c:a", "aac", "-b:a", "256k", "-movflags", "+faststart", "aac-start.m4a"],
    "lame.mp3": ["lame", "--quiet", "-b", "320", "s.wav", "lame.mp3"],
    "vbr.mp3": ["lame", "--quiet", "-V2", "s.wav", "vbr.mp3"],
    "ffmpeg.mp3": [*FFMPEG, "-b:a", "192k", "ffmpeg.mp3"],
    "bare.mp3": ["lame", "--quiet", "-t", "-b", "128", "s.wav", "bare.mp3"],
    "vorbis.ogg": ["oggenc", "-Q", "s.wav", "-o", "vorbis.ogg"],
    "opus.opus": ["opusenc", "--quiet", "s.wav", "opus.opus"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """One signal in every format that the installed programs write."""
    path = tmp_path_factory.mktemp("coded")
    rng = np.random.default_rng(5)
    t = np.arange(N)[:, np.newaxis] / RATE
    signal = 0.3 * np.sin(2 * np.pi * 441.0 * t * [1.0, 1.5]) + 0.02 * rng.standard_normal((N, 2))
    soundfile.write(path / "s.wav", np.round(signal * 32767).astype(np.int16), RATE)
    for command in FILES.values():
        if shutil.which(command[0]):
            subprocess.run(command, cwd=path, check=True)
    return path


def need(folder, name):
    if not (folder / name).exists():
        pytest.skip(f"needs {FILES[name][0]}")
    return folder / name


def read_in_blocks(path, info, size=4001):
    with open_reader(path, info) as reader:
        return np.concatenate([reader.read(at, size) for at in range(0, info.n_samples, size)])


def best_lag(decoded, original) -> int:
    """Samples by which the decoded signal is late, by correlation around 0."""
    middle = slice(20_000, 24_096)
    lags = range(-600, 601)
    scores = [float(np.dot(decoded[20_000 + lag : 24_096 + lag, 0], original[middle, 0])) for lag in lags]
    return lags[int(np.argmax(scores))]


@pytest.mark.parametrize(
    "name", ["alac16.m4a", "aac.m4a", "aac-start.m4a", "lame.mp3", "vbr.mp3", "ffmpeg.mp3", "vorbis.ogg"]
)
def test_length_and_place_are_exact(folder, name):
    path = need(folder, name)
    original, _ = soundfile.read(folder / "s.wav")

    info = probe(path)
    decoded = read_in_blocks(path, info)

    assert info.n_samples == N
    assert decoded.shape == (N, 2)
    assert best_lag(decoded, original) == 0


def test_alac_is_bit_exact(folder):
    original, _ = soundfile.read(folder / "s.wav", dtype="int16")
    path16, path24 = need(folder, "alac16.m4a"), need(folder, "alac24.m4a")
    info16, info24 = probe(path16), probe(path24)

    assert (info16.codec, info16.bit_depth, info24.bit_depth) == ("alac", 16, 24)
    np.testing.assert_array_equal(open_reader(path16, info16).read_ints(0, N), original)
    np.testing.assert_array_equal(open_reader(path24, info24).read_ints(0, N), original.astype(np.int32) << 8)
    assert scan(path24, info24).used_bits == 16


def test_mp3_without_a_tag_keeps_every_frame(folder):
    path = need(folder, "bare.mp3")
    info = probe(path)

    assert info.n_samples % 1152 == 0
    assert len(read_in_blocks(path, info)) == info.n_samples


def test_opus_is_read_at_48_khz(folder):
    path = need(folder, "opus.opus")
    info = probe(path)

    assert info.sample_rate_hz == 48_000
    assert abs(info.n_samples - N * 48_000 / RATE) < 1
    assert len(read_in_blocks(path, info)) == info.n_samples


@pytest.mark.parametrize("name", FILES)
def test_going_back_gives_the_same_samples(folder, name):
    path = need(folder, name)
    info = probe(path)

    with open_reader(path, info) as reader:
        whole = reader.read(0, info.n_samples)
        np.testing.assert_array_equal(reader.read(1000, 2500), whole[1000:3500])
        np.testing.assert_array_equal(reader.read(40_000, 10**6), whole[40_000:])
        np.testing.assert_array_equal(reader.read(0, 1), whole[:1])


@pytest.mark.parametrize("name", FILES)
def test_sound_files_scan(folder, name):
    path = need(folder, name)

    facts = scan(path, probe(path))

    assert facts.integrated_lufs == pytest.approx(-11.1, abs=0.5)  # two sines of 0.3; padding kept by one format
    assert facts.notes == ()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("keep", [0.99, 0.61, 0.1])
def test_cut_off_files_are_refused(folder, tmp_path, name, keep):
    data = need(folder, name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * keep)])

    with pytest.raises(SourceError) as caught:
        scan(path, probe(path))

    assert caught.value.problems[0].code in ("truncated", "damaged", "lying-header")


@pytest.mark.parametrize("name", ["lame.mp3", "vbr.mp3", "bare.mp3"])
def test_mp3_with_a_hole_is_refused(folder, tmp_path, name):
    data = need(folder, name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[:10_000] + data[10_500:])

    with pytest.raises(SourceError):
        scan(path, probe(path))


def test_mp3_with_lost_frames_is_refused_by_its_tag(folder, tmp_path):
    """Whole frames taken out leave a file that decodes without complaint, shorter than its tag says."""
    data = need(folder, "lame.mp3").read_bytes()
    frame = 144 * 320_000 // RATE
    starts = [i for i in range(len(data) - 4) if data[i : i + 2] == b"\xff\xfb" and data[i + 2] & 0xF0 == 0xE0]
    at = next(s for s in starts if s > 10 * frame)
    size = frame + (data[at + 2] >> 1 & 1)
    path = tmp_path / "a.mp3"
    path.write_bytes(data[:at] + data[at + size :])

    with pytest.raises(SourceError, match="its tag says"):
        probe(path)


@pytest.mark.parametrize("name", ["vorbis.ogg", "opus.opus"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_ogg_with_a_flipped_bit_is_refused(folder, tmp_path, name, share):
    data = bytearray(need(folder, name).read_bytes())
    data[int(len(data) * share)] ^= 1
    path = tmp_path / name
    path.write_bytes(data)

    with pytest.raises(SourceError):
        probe(path)


@pytest.mark.parametrize("name", ["vorbis.ogg", "opus.opus"])
def test_chained_ogg_is_refused(folder, tmp_path, name):
    data = need(folder, name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data + data)

    with pytest.raises(SourceError, match="more than one stream"):
        probe(path)


def test_alac_with_damaged_packets_is_refused(folder, tmp_path):
    data = bytearray(need(folder, "alac16.m4a").read_bytes())
    start = len(data) // 2
    data[start : start + 3000] = bytes(3000)
    path = tmp_path / "a.m4a"
    path.write_bytes(data)

    with pytest.raises(SourceError):
        scan(path, probe(path))


def test_itunsmpb_tells_the_length(folder, tmp_path):
    """With iTunSMPB an edit list in milliseconds does not matter; one that contradicts the packets is not believed."""
    from mutagen.mp4 import MP4, MP4FreeForm

    path = tmp_path / "a.m4a"
    shutil.copyfile(need(folder, "aac.m4a"), path)
    packets = -(-(N + 1024) // 1024)
    for told, wanted in ((N - 7, N - 7), (N + 5000, N)):
        remainder = packets * 1024 - 1024 - told if told < N else 0
        tags = MP4(path)
        text = f" 00000000 00000400 {remainder:08X} {told:016X}" + " 00000000" * 8
        tags["----:com.apple.iTunes:iTunSMPB"] = [MP4FreeForm(text.encode())]
        tags.save()

        assert probe(path).n_samples == wanted


@NEEDS_FFMPEG
def test_other_codecs_are_named(tmp_path, folder):
    subprocess.run([*FFMPEG, "-c:a", "flac", "-strict", "-2", tmp_path / "a.mp4"], cwd=folder, check=True)
    subprocess.run(
        [*FFMPEG, "-c:a", "alac", "-f", "ipod", "-movflags", "frag_keyframe+empty_moov", tmp_path / "b.m4a"],
        cwd=folder,
        check=True,
    )

    with pytest.raises(SourceError, match="ALAC and AAC-LC can be read"):
        probe(tmp_path / "a.mp4")
    with pytest.raises(SourceError, match="fragmented"):
        probe(tmp_path / "b.m4a")
