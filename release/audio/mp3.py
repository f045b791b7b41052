"""MP3 headers: every frame is walked, and the Xing, Info, VBRI and LAME tags are held against what was found.

Source: ISO/IEC 11172-3 and 13818-3 (frame header); LAME tag specification revision 1 (delay and padding).
"""

from __future__ import annotations

from dataclasses import dataclass

from release.audio.layout import FileBytes, check_has_samples, check_shape
from release.audio.refuse import COPY_AGAIN, source_error
from release.audio.sniff import id3_bytes
from release.model.source import SourceInfo

_KBPS_V1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_V2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}

DECODER_DELAY = 529
"""Samples that every decoder is late: 528 of the filter bank and one more."""
SEARCH_BYTES = 1 << 16
TAIL_TAGS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")
LENGTH_ENCODERS = (b"LAME", b"Lavf", b"Lavc")
"""Whose delay and padding FFmpeg believes."""


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One MPEG audio layer III frame."""

    version: int
    rate_hz: int
    channels: int
    frame_bytes: int

    @property
    def n_samples(self) -> int:
        """1152 in MPEG-1, 576 in MPEG-2 and 2.5."""
        return 1152 if self.version == 3 else 576

    @property
    def tag_at(self) -> int:
        """Where a Xing or Info tag stands in the first frame: after header and side information."""
        if self.version == 3:
            return 36 if self.channels == 2 else 21
        return 21 if self.channels == 2 else 13


def parse_frame_header(data: bytes) -> FrameHeader | None:
    """The header in four bytes, or None when they are no layer III frame of a known length."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return None
    version = data[1] >> 3 & 3
    kbps_code, rate_code = data[2] >> 4, data[2] >> 2 & 3
    if version == 1 or kbps_code in (0, 15) or rate_code == 3:
        return None
    rate_hz = _RATES_HZ[version][rate_code]
    kbps = (_KBPS_V1 if version == 3 else _KBPS_V2)[kbps_code]
    frame_bytes = (144 if version == 3 else 72) * kbps * 1000 // rate_hz + (data[2] >> 1 & 1)
    return FrameHeader(version, rate_hz, 1 if data[3] >> 6 == 3 else 2, frame_bytes)


def probe_mp3(file: FileBytes) -> SourceInfo:
    """Header facts of an MP3 file; its length is what a decoder gives after delay and padding.

    Raises:
        SourceError: when frames are cut off, lost or fewer than its tag says.
    """
    start = _find_first_frame(file)
    first = parse_frame_header(file.peek(start, 4))
    if first is None:
        raise source_error(file.where, "no MP3 frame was found in the file", code="not-audio")
    check_shape(first.rate_hz, first.channels, file.where)
    tag = _read_tag(file, start, first)
    frames = _count_frames(file, start, first) - int(tag is not None)
    if tag is not None and tag.frames not in (None, frames):
        text = f"the file has {frames} MP3 frames, its tag says {tag.frames}"
        raise source_error(file.where, text, COPY_AGAIN, "truncated")
    n_samples = frames * first.n_samples
    if tag is not None and tag.delay is not None:
        n_samples -= tag.delay + max(tag.padding, DECODER_DELAY)
    check_has_samples(n_samples, file.where)
    return SourceInfo(
        container="mp3",
        codec="mp3",
        sample_rate_hz=first.rate_hz,
        channels=first.channels,
        n_samples=n_samples,
        bit_depth=None,
        is_float=False,
        is_lossy=True,
        bytes=file.size,
    )


def _find_first_frame(file: FileBytes) -> int:
    """The first place after the ID3v2 tag where two frames follow each other."""
    start = id3_bytes(file)
    window = file.peek(start, SEARCH_BYTES)
    at = window.find(b"\xff")
    while at >= 0:
        header = parse_frame_header(window[at : at + 4])
        if header is not None:
            after = start + at + header.frame_bytes
            if after == file.size or parse_frame_header(file.peek(after, 4)) or _is_tail(file, after):
                return start + at
        at = window.find(b"\xff", at + 1)
    raise source_error(file.where, "no MP3 frames were found in the file", code="not-audio")


def _is_tail(file: FileBytes, at: int) -> bool:
    """Whether only tags or zeros follow."""
    rest = file.peek(at, SEARCH_BYTES)
    return rest.startswith(TAIL_TAGS) or (at + len(rest) == file.size and not any(rest))


def _count_frames(file: FileBytes, start: int, first: FrameHeader) -> int:
    at, count = start, 0
    while at < file.size and not _is_tail(file, at):
        header = parse_frame_header(file.peek(at, 4))
        where_s = count * first.n_samples / first.rate_hz
        if header is None:
            text = f"the bytes at {at} ({where_s:.2f} s) are no MP3 frame"
            raise source_error(file.where, text, COPY_AGAIN)
        if (header.version, header.rate_hz, header.channels) != (first.version, first.rate_hz, first.channels):
            text = f"the MP3 changes its sample rate or channels at {where_s:.2f} s"
            raise source_error(file.where, text, code="changes-format")
        if at + header.frame_bytes > file.size:
            text = f"the file ends inside an MP3 frame, at {where_s:.2f} s"
            raise source_error(file.where, text, COPY_AGAIN, "truncated")
        at += header.frame_bytes
        count += 1
    return count


@dataclass(frozen=True, slots=True)
class _Tag:
    """What the tag in the first frame says; ``delay`` None when no known encoder wrote it."""

    frames: int | None
    delay: int | None = None
    padding: int = 0


def _read_tag(file: FileBytes, start: int, first: FrameHeader) -> _Tag | None:
    """The Xing, Info or VBRI tag of the first frame; such a frame carries no audio."""
    frame = file.peek(start, first.frame_bytes)
    if frame[36:40] == b"VBRI" and len(frame) >= 54:
        return _Tag(int.from_bytes(frame[50:54], "big"))
    tag = frame[first.tag_at :]
    if tag[:4] not in (b"Xing", b"Info"):
        return None
    flags = int.from_bytes(tag[4:8], "big")
    at = 8
    frames: int | None = None
    if flags & 1:
        frames = int.from_bytes(tag[at : at + 4], "big")
    at += 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    lame = tag[at : at + 24]
    if len(lame) < 24 or not lame.startswith(LENGTH_ENCODERS):
        return _Tag(frames)
    packed = int.from_bytes(lame[21:24], "big")
    return _Tag(frames, packed >> 12, packed & 0xFFF)
