"""RIFF, IFF, WAV, AIFF and FLAC records against bytes spelled out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.formats.aiff import Comm, decode_extended, encode_extended, plain_comm
from release.formats.flac import StreamInfo, crc8, crc16, parse_frame_header
from release.formats.riff import Chunk, chunks_to_bytes, is_chunk_id, parse_chunks
from release.formats.wave import Ds64, WaveFormat, plain_format

IDS = st.binary(min_size=4, max_size=4)
CHUNKS = st.lists(st.builds(Chunk, IDS, st.binary(max_size=40)), max_size=6).map(tuple)


def test_an_odd_chunk_gets_a_pad_byte_that_its_size_does_not_count():
    assert Chunk(b"abcd", b"xyz").to_bytes().hex() == "616263640300000078797a00"
    assert Chunk(b"abcd", b"xyz").to_bytes(">").hex() == "616263640000000378797a00"
    assert Chunk(b"abcd", b"xyz").stored_bytes == 12


@given(chunks=CHUNKS, order=st.sampled_from(["<", ">"]))
def test_chunks_survive_bytes(chunks, order):
    data = chunks_to_bytes(chunks, order)

    assert parse_chunks(data, order) == chunks
    assert len(data) == sum(c.stored_bytes for c in chunks)


@given(data=st.binary(max_size=80))
def test_any_bytes_are_chunks_or_a_value_error(data):
    try:
        chunks = parse_chunks(data)
    except ValueError:
        return
    # Pad bytes may hold anything and the last may be missing; all else comes back.
    assert [c.id for c in parse_chunks(chunks_to_bytes(chunks))] == [c.id for c in chunks]


@pytest.mark.parametrize("data", [b"abcd\x05\0\0\0xyz", b"abcd\0\0\0\0ab"])
def test_chunks_that_do_not_fit_are_refused(data):
    with pytest.raises(ValueError):
        parse_chunks(data)


def test_ids():
    assert is_chunk_id(b"fmt ")
    assert not is_chunk_id(b"fm\0 ")
    assert not is_chunk_id(b"fmt")
    with pytest.raises(ValueError, match="four bytes"):
        Chunk(b"abc", b"")


def test_a_plain_format_is_sixteen_bytes():
    assert plain_format(44_100, 2, 16).to_bytes().hex() == "0100020044ac000010b1020004001000"
    assert plain_format(96_000, 2, 32, is_float=True).to_bytes()[:2].hex() == "0300"


def test_an_extensible_format_from_bytes():
    """24 valid bits in 32, front left and right, PCM: as the driver kit documentation shows it."""
    data = bytes.fromhex(
        "feff"
        "0200"
        "80bb0000"
        "00dc0500"
        "0800"
        "2000"  # tag, channels, 48000 Hz, 384000 B/s, block 8, container 32
        "1600"
        "1800"
        "03000000"
        "0100000000001000800000aa00389b71"  # 22 more bytes, 24 valid, mask 3, PCM
    )

    fmt = WaveFormat.from_bytes(data)

    assert (fmt.sample_tag, fmt.bits, fmt.valid_bits, fmt.channel_mask, fmt.rate_hz) == (1, 32, 24, 3, 48_000)
    assert fmt.to_bytes() == data


@given(
    st.builds(
        Ds64,
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**64 - 1),
        st.lists(st.tuples(IDS, st.integers(0, 2**64 - 1)), max_size=3).map(tuple),
    )
)
def test_ds64_survives_bytes(ds64):
    assert Ds64.from_bytes(ds64.to_chunk().data) == ds64


def test_ds64_with_a_lying_table_is_refused():
    with pytest.raises(ValueError, match="no room"):
        Ds64.from_bytes(bytes(24) + b"\xff\xff\xff\xff")


@pytest.mark.parametrize(
    ("rate", "data"),
    [
        (44_100, "400eac44000000000000"),  # from Apple's AIFF document, as every AIFF of this rate has it
        (48_000, "400ebb80000000000000"),
        (96_000, "400fbb80000000000000"),
        (1, "3fff8000000000000000"),
        (0, "00000000000000000000"),
    ],
)
def test_extended_rates(rate, data):
    assert encode_extended(rate).hex() == data
    assert decode_extended(bytes.fromhex(data)) == rate


@given(st.integers(0, 2**64 - 1))
def test_extended_survives_bytes(value):
    assert decode_extended(encode_extended(value)) == value


def test_extended_of_fractions_and_of_nothing():
    assert decode_extended(bytes.fromhex("400eac44800000000000")) == Fraction(88_201, 2)
    assert decode_extended(bytes.fromhex("c00eac44000000000000")) == -44_100
    assert decode_extended(bytes.fromhex("7fffc000000000000000")) is None


def test_comm_of_both_kinds():
    comm = plain_comm(44_100, 2, 24, 1000)
    assert comm.to_chunk().data.hex() == "0002000003e80018400eac44000000000000"
    assert Comm.from_bytes(comm.to_chunk().data, is_aifc=False) == comm
    aifc = Comm(2, 1000, 16, encode_extended(44_100), b"sowt", b"odd")
    assert Comm.from_bytes(aifc.to_chunk().data, is_aifc=True) == aifc
    assert len(aifc.to_chunk().data) % 2 == 0


def test_stream_info_from_the_example_of_the_standard():
    """RFC 9639, appendix D.1: one sample of stereo 16-bit at 44.1 kHz."""
    data = bytes.fromhex("1000100000000f00000f0ac442f0000000013e84b41807dc69030758 6a3dad1a2e0f".replace(" ", ""))

    stream = StreamInfo.from_bytes(data)

    assert (stream.rate_hz, stream.channels, stream.bits, stream.n_samples) == (44_100, 2, 16, 1)
    assert (stream.min_block, stream.max_block, stream.max_frame_bytes) == (4096, 4096, 15)
    assert stream.has_md5
    assert stream.to_bytes() == data


def test_a_frame_from_the_example_of_the_standard():
    """RFC 9639, appendix D.1.2: frame 0, one sample, header CRC 0xBF, frame CRC 0xAA9A."""
    stream = StreamInfo(4096, 4096, 15, 15, 44_100, 2, 16, 1, bytes(16))
    frame = bytes.fromhex("fff869180000bf0358fd03128baa9a")

    header = parse_frame_header(frame, stream)

    assert header is not None
    assert (header.number, header.block_size, header.end_sample(4096)) == (0, 1, 1)
    assert crc8(frame[:6]) == 0xBF
    assert crc16(frame) == 0
    assert parse_frame_header(frame[:6] + b"\xbe" + frame[7:], stream) is None
