"""Whether a FLAC file holds one stream: frames all over the file have to count upwards.

Two streams behind each other end in the frame that the header promises when both are equally long, as after a copy
that was appended to itself; decoders stop after the first.
"""

from __future__ import annotations

from release.audio.layout import FileBytes
from release.audio.refuse import EXPORT_AGAIN, source_error
from release.errors import SourceError
from release.formats.flac import MAX_HEADER_BYTES, FrameHeader, StreamInfo, parse_frame_header

MARK = b"fLaC\0\0\0\x22"
"""The start of a stream and of its STREAMINFO block."""
PROBES = 24
WINDOW_BYTES = 64 * 1024
_MAX_COST_BYTES = 1 << 20
_TAIL_BYTES = 1 << 20


def check_single_stream(file: FileBytes, stream: StreamInfo, audio_at: int) -> None:
    """Look at places spread over the file: none may start a second stream, and none may count back.

    Raises:
        SourceError: when more than one stream is found.
    """
    window = min(max(WINDOW_BYTES, 3 * stream.max_frame_bytes), _MAX_COST_BYTES)
    step = max((file.size - audio_at) // PROBES, window)
    last = -1
    for at in range(audio_at, file.size, step):
        data = file.peek(at, window + len(MARK) - 1)
        number = _first_number(data, stream)
        if MARK in data or (number is not None and number <= last):
            raise _several_streams(file)
        last = last if number is None else number
    if MARK in file.peek(max(audio_at, file.size - _TAIL_BYTES), _TAIL_BYTES):
        raise _several_streams(file)


def _several_streams(file: FileBytes) -> SourceError:
    text = "the file holds more than one FLAC stream, and readers stop after the first"
    return source_error(file.where, text, EXPORT_AGAIN, "several-streams")


def _first_number(data: bytes, stream: StreamInfo) -> int | None:
    """Number of the first frame that another one follows on; a header found by chance is followed by none."""
    waiting: dict[int, int] = {}
    at = -1
    while (at := data.find(b"\xff", at + 1)) >= 0:
        header = parse_frame_header(data[at : at + MAX_HEADER_BYTES], stream)
        if header is None:
            continue
        if header.number in waiting:
            return waiting[header.number]
        waiting[_next_number(header)] = header.number
    return None


def _next_number(header: FrameHeader) -> int:
    return header.number + (header.block_size if header.has_variable_blocks else 1)
