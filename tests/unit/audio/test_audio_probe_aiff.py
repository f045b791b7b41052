"""AIFF and AIFC headers: every coding, every lie."""

import numpy as np
import pytest
from odd_files import aiff, chunk, comm_chunk, noise, words

from release.audio.probe import probe
from release.audio.reader import open_reader
from release.errors import SourceError

N = 101
PCM16 = words(noise(N, 2, 16), 2, ">")
COMM16 = comm_chunk(2, N, 16)


def put(tmp_path, data: bytes):
    path = tmp_path / "take.aiff"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("bits", "compression", "order", "wanted"),
    [
        (8, None, ">", ("pcm_s8", 8)),
        (12, None, ">", ("pcm_s16", 12)),
        (16, None, ">", ("pcm_s16", 16)),
        (20, None, ">", ("pcm_s24", 20)),
        (24, None, ">", ("pcm_s24", 24)),
        (32, None, ">", ("pcm_s32", 32)),
        (24, b"NONE", ">", ("pcm_s24", 24)),
        (16, b"twos", ">", ("pcm_s16", 16)),
        (16, b"sowt", "<", ("pcm_s16", 16)),
        (24, b"sowt", "<", ("pcm_s24", 24)),
        (24, b"in24", ">", ("pcm_s24", 24)),
        (32, b"in32", ">", ("pcm_s32", 32)),
    ],
)
def test_integer_codings_are_read_exactly(tmp_path, bits, compression, order, wanted):
    width = (bits + 7) // 8
    values = noise(N, 2, bits) << (8 * width - bits)
    path = put(tmp_path, aiff(words(values, width, order), comm_chunk(2, N, bits, 88200, compression)))

    info = probe(path)
    with open_reader(path, info) as reader:
        block = reader.read(0, N)

    assert (info.container, info.codec, info.bit_depth) == ("aiff", *wanted)
    assert (info.sample_rate_hz, info.n_samples) == (88200, N)
    np.testing.assert_array_equal(block, values / 2.0 ** (8 * width - 1))


@pytest.mark.parametrize(("compression", "kind"), [(b"fl32", ">f4"), (b"FL32", ">f4"), (b"fl64", ">f8")])
def test_float_codings_are_read_exactly(tmp_path, compression, kind):
    values = np.random.default_rng(3).standard_normal((N, 2)).astype(kind)
    path = put(tmp_path, aiff(values.tobytes(), comm_chunk(2, N, 32, 44100, compression)))

    info = probe(path)

    assert info.is_float
    np.testing.assert_array_equal(open_reader(path, info).read(0, N), values.astype(float))


def test_the_order_of_chunks_and_the_offset_of_the_samples_do_not_matter(tmp_path):
    name = chunk(b"NAME", b"odd", order=">")
    first = put(tmp_path, aiff(PCM16, COMM16, offset=16, before=name, after=name))

    np.testing.assert_array_equal(open_reader(first, probe(first)).read_ints(0, N), noise(N, 2, 16))


def test_comm_after_the_audio(tmp_path):
    path = put(tmp_path, aiff(PCM16, b"", after=COMM16).replace(b"AIFC", b"AIFF"))

    assert probe(path).n_samples == N


@pytest.mark.parametrize("rest", [bytes(300), b"TAG" + bytes(125)], ids=["zeros", "ID3v1"])
def test_tags_and_padding_after_the_audio_are_left_unread(tmp_path, rest):
    assert probe(put(tmp_path, aiff(PCM16, COMM16) + rest)).n_samples == N
    assert probe(put(tmp_path, aiff(PCM16, COMM16, after=rest))).n_samples == N


LIES = {
    "audio cut off": (aiff(PCM16, COMM16)[:-10], "truncated"),
    "more samples in COMM": (aiff(PCM16, comm_chunk(2, N + 1, 16)), "lying-header"),
    "fewer samples in COMM": (aiff(PCM16, comm_chunk(2, N - 1, 16)), "lying-header"),
    "streamed": (aiff(PCM16, comm_chunk(2, 0, 16), ssnd_size=0, form_size=0), "damaged"),
    "form longer than the file": (aiff(PCM16, COMM16, form_size=10**6), "truncated"),
    "form ends inside the audio": (aiff(PCM16, COMM16, form_size=60), "lying-header"),
    "no COMM": (aiff(PCM16, b"").replace(b"AIFC", b"AIFF"), "damaged"),
    "two COMM": (aiff(PCM16, COMM16, before=COMM16), "damaged"),
    "no channels": (aiff(PCM16, comm_chunk(0, N, 16)), "bad-channels"),
    "rate of half a Hz": (aiff(PCM16, comm_chunk(2, N, 16, 44100.5)), "bad-rate"),
    "rate 0": (aiff(PCM16, comm_chunk(2, N, 16, 2.0)), "bad-rate"),
    "rate NaN": (aiff(PCM16, COMM16[:16] + b"\x7f\xff" + b"\xff" * 8), "bad-rate"),
    "0 bits": (aiff(PCM16, comm_chunk(2, N, 0)), "unsupported"),
    "compressed": (aiff(PCM16, comm_chunk(2, N, 16, 44100, b"ulaw")), "unsupported"),
    "samples start past the chunk": (
        aiff(PCM16, COMM16).replace(
            b"SSND" + (len(PCM16) + 8).to_bytes(4, "big") + bytes(4),
            b"SSND" + (len(PCM16) + 8).to_bytes(4, "big") + b"\xff\xff\xff\xff",
        ),
        "lying-header",
    ),
    "audio behind the end that all lengths give": (aiff(PCM16, COMM16) + PCM16, "lying-header"),
    "no samples": (aiff(b"", comm_chunk(2, 0, 16)), "empty"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_lying_header_is_refused(tmp_path, name):
    data, code = LIES[name]

    with pytest.raises(SourceError) as caught:
        probe(put(tmp_path, data))

    assert caught.value.problems[0].code == code


@pytest.mark.parametrize("n", [101, 102])
def test_the_pad_byte_that_libsndfile_counts_as_sound_is_none(tmp_path, n):
    """An odd number of 24-bit mono samples: its SSND chunk says one byte more than there is sound."""
    import soundfile

    values = noise(n, 1, 24) << 8
    path = tmp_path / "odd.aiff"
    soundfile.write(path, values.astype(np.int32), 44100, subtype="PCM_24")

    info = probe(path)
    with open_reader(path, info) as reader:
        np.testing.assert_array_equal(reader.read(0, n), values / 2.0**31)
    assert info.n_samples == n
