"""WAV headers: what is read, and every lie that common readers let through."""

import struct

import numpy as np
import pytest
from odd_files import chunk, fmt_chunk, noise, wav, words

from release.audio.probe import check_release_source, probe
from release.audio.reader import open_reader
from release.errors import ExitCode, SourceError

N = 101
PCM16 = words(noise(N, 2, 16), 2)


def put(tmp_path, data: bytes, name="take.wav"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def refusal(tmp_path, data: bytes) -> str:
    path = put(tmp_path, data)
    with pytest.raises(SourceError) as caught:
        probe(path, "mixes/take.wav")
    (problem,) = caught.value.problems
    assert caught.value.exit_code == ExitCode.SOURCE
    assert problem.where == "mixes/take.wav"
    assert problem.problem
    assert problem.remedy
    return problem.code


@pytest.mark.parametrize(
    ("bits", "valid", "tag", "wanted"),
    [
        (8, None, 1, ("pcm_u8", 8)),
        (16, None, 1, ("pcm_s16", 16)),
        (24, None, 1, ("pcm_s24", 24)),
        (32, None, 1, ("pcm_s32", 32)),
        (16, 16, 0xFFFE, ("pcm_s16", 16)),
        (24, 24, 0xFFFE, ("pcm_s24", 24)),
        (24, 20, 0xFFFE, ("pcm_s24", 20)),
        (32, 24, 0xFFFE, ("pcm_s32", 24)),
        (24, 0, 0xFFFE, ("pcm_s24", 24)),
    ],
)
def test_integer_samples_are_read_exactly(tmp_path, bits, valid, tag, wanted):
    values = noise(N, 2, bits)
    if valid:
        values = values >> (bits - valid) << (bits - valid)
    data = words(values, bits // 8) if bits > 8 else (values + 128).astype(np.uint8).tobytes()
    path = put(tmp_path, wav(data, fmt_chunk(tag, 2, 48000, bits, valid=valid)))

    info = probe(path)
    with open_reader(path, info) as reader:
        block = reader.read(0, N)

    assert (info.codec, info.bit_depth) == wanted
    assert (info.n_samples, info.sample_rate_hz) == (N, 48000)
    np.testing.assert_array_equal(block, values / 2.0 ** (bits - 1))


@pytest.mark.parametrize(("bits", "depth"), [(32, 24), (64, 53)])
@pytest.mark.parametrize("tag", [3, 0xFFFE])
def test_floats_are_read_exactly(tmp_path, bits, depth, tag):
    values = np.random.default_rng(2).standard_normal((N, 2)).astype(f"<f{bits // 8}")
    path = put(tmp_path, wav(values.tobytes(), fmt_chunk(tag, 2, 96000, bits, valid=bits, sub=3)))

    info = probe(path)

    assert (info.codec, info.bit_depth, info.is_float) == (f"float{bits}", depth, True)
    np.testing.assert_array_equal(open_reader(path, info).read(0, N), values.astype(float))


@pytest.mark.parametrize("magic", [b"RF64", b"BW64"])
def test_rf64_sizes_come_from_ds64(tmp_path, magic):
    path = put(tmp_path, wav(PCM16, magic=magic, ds64=(None, None, N)))

    assert (probe(path).container, probe(path).n_samples) == ("rf64", N)


def test_chunks_of_all_kinds_around_the_audio(tmp_path):
    mono8 = fmt_chunk(1, 1, 44100, 8)
    before = chunk(b"LIST", b"INFOodd") + chunk(b"junk", b"") + chunk(b"\x20ab~", b"123")
    after = chunk(b"LIST", b"INFO") + chunk(b"id3 ", b"x" * 11)
    path = put(tmp_path, wav(b"\x80\x81\x82", mono8, before=before, after=after))

    info = probe(path)

    assert info.n_samples == 3
    np.testing.assert_array_equal(open_reader(path, info).read(0, 9)[:, 0] * 128, [0, 1, 2])


def test_missing_pad_bytes_are_forgiven(tmp_path):
    odd = chunk(b"LIST", b"INFOodd", pad=False)
    path = put(tmp_path, wav(PCM16, before=odd))
    last = put(tmp_path, wav(b"\x80\x81\x82", fmt_chunk(1, 1, 44100, 8), pad=False), "last.wav")

    assert probe(path).n_samples == N
    assert probe(last).n_samples == 3


APE = b"APETAGEX" + struct.pack("<IIII", 2000, 32, 0, 0xA0000000) + bytes(8)
ID3V2 = b"ID3\x04\0\0\0\0\0\x0a" + bytes(10)
ID3V1 = b"TAG" + b"x" * 125


@pytest.mark.parametrize(
    "rest",
    [
        bytes(5_000),
        b"crumbs",
        ID3V1,
        ID3V2 + APE + APE + ID3V1,
        chunk(b"id3 ", b"y" * 11),
        chunk(b"LIST", b"z") + ID3V1,
    ],
    ids=["zeros", "crumbs", "ID3v1", "all tags", "a chunk", "a chunk and a tag"],
)
@pytest.mark.parametrize("is_inside", [True, False])
def test_tags_and_padding_after_the_audio_are_left_unread(tmp_path, rest, is_inside):
    data = wav(PCM16, after=rest) if is_inside else wav(PCM16) + rest

    assert probe(put(tmp_path, data)).n_samples == N


LONG = words(noise(60_000, 2, 16), 2)


@pytest.mark.parametrize("riff_size", [None, 36 + len(LONG) // 2])
@pytest.mark.parametrize("sound", [LONG, bytes(len(LONG))], ids=["sound", "silence"])
def test_a_length_that_is_too_small_loses_no_audio(tmp_path, riff_size, sound):
    """What most writers leave whose program crashed: the old length in front of all of the new audio."""
    data = wav(sound, data_size=len(sound) // 2, riff_size=riff_size)

    assert refusal(tmp_path, data) == "lying-header"


def test_rubbish_after_the_form_is_refused(tmp_path):
    assert refusal(tmp_path, wav(PCM16) + b"GARBAGE" * 100) == "lying-header"


@pytest.mark.parametrize("slack", [2, 8])
def test_a_riff_size_that_counts_its_own_header_is_forgiven(tmp_path, slack):
    data = wav(PCM16)
    path = put(tmp_path, data[:4] + struct.pack("<I", len(data) - 8 + slack) + data[8:])

    assert probe(path).n_samples == N


WHOLE = wav(PCM16)
LIES = {
    "data longer than the file": (wav(PCM16)[:-40], "truncated"),
    "data longer by one sample": (wav(PCM16, data_size=len(PCM16) + 4), "truncated"),
    "data size beyond 2^31": (wav(PCM16, data_size=0xFFFFFFF0), "truncated"),
    "streamed, sizes 0": (wav(PCM16, data_size=0, riff_size=0), "streamed"),
    "streamed, data size 0": (wav(PCM16, data_size=0), "streamed"),
    "streamed, sizes -1": (wav(PCM16, data_size=0xFFFFFFFF, riff_size=0xFFFFFFFF), "streamed"),
    "riff size 0": (wav(PCM16, riff_size=0), "streamed"),
    "chunk after the audio cut off": (wav(PCM16, after=chunk(b"LIST", b"INFO" + bytes(100)))[:-50], "truncated"),
    "chunk after the audio lost": (wav(PCM16, after=chunk(b"LIST", b"INFO" + bytes(100)))[:-112], "truncated"),
    "riff ends inside the audio": (wav(PCM16, riff_size=100), "lying-header"),
    "ds64 data longer than the file": (wav(PCM16, magic=b"RF64", ds64=(None, 2**40, N)), "truncated"),
    "ds64 riff longer than the file": (wav(PCM16, magic=b"RF64", ds64=(2**40, None, N)), "truncated"),
    "ds64 other number of samples": (wav(PCM16, magic=b"RF64", ds64=(None, None, N + 1)), "lying-header"),
    "RF64 without ds64": (b"RF64" + WHOLE[4:], "lying-header"),
    "RF64 streamed": (wav(PCM16, magic=b"RF64", ds64=(0, 0, 0)), "streamed"),
    "partial sample": (wav(PCM16[:-1]), "partial-sample"),
    "no channels": (wav(PCM16, fmt_chunk(channels=0, align=4)), "bad-channels"),
    "33 channels": (wav(PCM16, fmt_chunk(channels=33)), "bad-channels"),
    "rate 0": (wav(PCM16, fmt_chunk(rate=0)), "bad-rate"),
    "rate 4 GHz": (wav(PCM16, fmt_chunk(rate=2**32 - 1, byte_rate=0)), "bad-rate"),
    "block align 0": (wav(PCM16, fmt_chunk(align=0)), "lying-header"),
    "block align of one channel": (wav(PCM16, fmt_chunk(align=2)), "lying-header"),
    "24 bits in blocks of 32 without extension": (wav(bytes(808), fmt_chunk(bits=24, align=8)), "lying-header"),
    "0 bits": (wav(PCM16, fmt_chunk(bits=0)), "unsupported"),
    "more valid bits than stored": (wav(PCM16, fmt_chunk(0xFFFE, valid=24)), "lying-header"),
    "16-bit float": (wav(PCM16, fmt_chunk(3)), "unsupported"),
    "64-bit integers": (wav(bytes(1616), fmt_chunk(bits=64)), "unsupported"),
    "ADPCM": (wav(PCM16, fmt_chunk(2, cb=0)), "unsupported"),
    "mp3 in wav": (wav(PCM16, fmt_chunk(0x55, cb=0)), "unsupported"),
    "foreign subformat": (wav(PCM16, fmt_chunk(0xFFFE, valid=16, sub=0x55)), "unsupported"),
    "fmt cut short": (wav(PCM16, chunk(b"fmt ", bytes(14))), "damaged"),
    "extensible fmt cut short": (wav(PCM16, chunk(b"fmt ", b"\xfe\xff" + bytes(16))), "damaged"),
    "no fmt": (wav(PCM16, b""), "damaged"),
    "two fmt": (wav(PCM16, before=fmt_chunk()), "damaged"),
    "two data": (wav(PCM16, after=chunk(b"data", PCM16)), "damaged"),
    "no data": (b"RIFF" + struct.pack("<I", 28) + b"WAVE" + fmt_chunk(), "truncated"),
    "no samples": (wav(b""), "empty"),
    "zeros instead of chunks": (b"RIFF" + struct.pack("<I", 400) + b"WAVE" + bytes(396), "damaged"),
    "cut in the RIFF header": (WHOLE[:10], "not-audio"),
    "cut in the fmt chunk": (WHOLE[:30], "truncated"),
    "endless tiny chunks": (wav(PCM16, before=chunk(b"junk", b"") * 5000), "damaged"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lying_header_is_refused(tmp_path, name):
    data, code = LIES[name]

    assert refusal(tmp_path, data) == code


def test_more_than_two_channels_can_be_measured_but_not_released(tmp_path):
    path = put(tmp_path, wav(bytes(12 * 10), fmt_chunk(channels=6)))
    info = probe(path)

    assert info.channels == 6
    with pytest.raises(SourceError, match="6 channels"):
        check_release_source(info, "surround.wav")
    check_release_source(probe(put(tmp_path, WHOLE)), "stereo.wav")
