"""FLAC headers, and the last frame held against the length that STREAMINFO claims."""

from __future__ import annotations

from release.audio.flac_order import check_single_stream
from release.audio.layout import FileBytes, check_has_samples, check_shape
from release.audio.refuse import COPY_AGAIN, source_error
from release.formats.flac import MAX_HEADER_BYTES, STREAMINFO_BYTES, StreamInfo, crc16, parse_frame_header
from release.model.source import SourceInfo

BLOCK_STREAMINFO = 0
BLOCK_FORBIDDEN = 127
MAX_BLOCKS = 1_024
TAIL_BYTES = 1 << 20
TRAILING_TAG_BYTES = 128
"""An ID3v1 tag at the end, which has no business in a FLAC file but is met there."""


def probe_flac(file: FileBytes, start: int = 0) -> SourceInfo:
    """Header facts of a FLAC file.

    A length that STREAMINFO leaves open is taken from the last frame.

    Args:
        file: the file.
        start: where ``fLaC`` stands; past 0 after an ID3v2 tag.

    Raises:
        SourceError: when blocks run past the end, or the last frame is not where the claimed length puts it.
    """
    stream, audio_at = read_stream_info(file, start)
    check_shape(stream.rate_hz, stream.channels, file.where)
    n_samples = _checked_length(file, stream, audio_at)
    check_single_stream(file, stream, audio_at)
    check_has_samples(n_samples, file.where)
    return SourceInfo(
        container="flac",
        codec="flac",
        sample_rate_hz=stream.rate_hz,
        channels=stream.channels,
        n_samples=n_samples,
        bit_depth=stream.bits,
        is_float=False,
        is_lossy=False,
        bytes=file.size,
    )


def read_stream_info(file: FileBytes, start: int = 0) -> tuple[StreamInfo, int]:
    """STREAMINFO, and where the frames start.

    Raises:
        SourceError: when the metadata blocks are damaged or cut off.
    """
    at = start + 4
    stream: StreamInfo | None = None
    for number in range(MAX_BLOCKS):
        head = file.at(at, 4, "a FLAC metadata block")
        kind, size = head[0] & 0x7F, int.from_bytes(head[1:], "big")
        if (kind == BLOCK_STREAMINFO) != (number == 0) or kind == BLOCK_FORBIDDEN:
            raise source_error(file.where, "the FLAC metadata blocks are damaged")
        if at + 4 + size > file.size:
            raise source_error(file.where, "the file ends inside a FLAC metadata block", COPY_AGAIN, "truncated")
        if number == 0:
            if size != STREAMINFO_BYTES:
                raise source_error(file.where, f"the STREAMINFO block has {size} bytes, not {STREAMINFO_BYTES}")
            stream = StreamInfo.from_bytes(file.at(at + 4, size, "the STREAMINFO block"))
        at += 4 + size
        if head[0] & 0x80 and stream is not None:
            return stream, at
    raise source_error(file.where, f"the file has more than {MAX_BLOCKS} FLAC metadata blocks")


def _checked_length(file: FileBytes, stream: StreamInfo, audio_at: int) -> int:
    """The length, when STREAMINFO and the last frame agree on it."""
    if audio_at >= file.size:
        raise source_error(file.where, "the file ends before its first FLAC frame", COPY_AGAIN, "truncated")
    longest = stream.max_frame_bytes or stream.max_block * stream.channels * 5
    tail_at = max(audio_at, file.size - max(TAIL_BYTES, 2 * longest))
    tail = file.peek(tail_at, file.size - tail_at)
    if tail[-TRAILING_TAG_BYTES : -TRAILING_TAG_BYTES + 3] == b"TAG":
        tail = tail[:-TRAILING_TAG_BYTES]
    if stream.n_samples == 0:
        return _length_by_last_frame(file, stream, tail)
    if stream.n_samples not in [end for _, end in _frame_ends(tail, stream)]:
        text = f"STREAMINFO says {stream.n_samples} samples, and the last FLAC frame ends elsewhere"
        remedy = f"{COPY_AGAIN} `flac -t` says more."
        raise source_error(file.where, text, remedy, "lying-header")
    return stream.n_samples


def _length_by_last_frame(file: FileBytes, stream: StreamInfo, tail: bytes) -> int:
    """Where the frame ends that reaches to the end of the file with a right CRC."""
    for at, end in _frame_ends(tail, stream):
        if crc16(tail[at:]) == 0:  # over a frame with its CRC the sum is 0
            return end
    text = "the FLAC file says no length, and its last frame is not whole"
    raise source_error(file.where, text, COPY_AGAIN, "truncated")


def _frame_ends(tail: bytes, stream: StreamInfo) -> list[tuple[int, int]]:
    """Place in ``tail`` and end sample of everything that looks like a frame, the last first."""
    found = []
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        header = parse_frame_header(tail[at : at + MAX_HEADER_BYTES], stream)
        if header is not None:
            found.append((at, header.end_sample(stream.max_block)))
    return found
