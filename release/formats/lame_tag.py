"""The Info/Xing frame with LAME's extension: how many samples of an MP3 are music.

    offset from the marker        (all four flags set: +4, +8, +12, +16, +116)
    +0    4  "Info" (constant bit rate) or "Xing" (variable)
    +4    4  flags, big-endian: 1 frames, 2 bytes, 4 table of contents, 8 quality
    ...      the fields of the flags, in this order: 4, 4, 100, 4 bytes
    +120  9  encoder, "LAME3.100"
    +141  3  delay and padding, 12 bits each

Sample count = frames x 1152 - delay - padding; the frame with the tag itself is not counted.

Source: delivery.md 3.1; the LAME project's "MP3 Info Tag revision 1" page.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

SAMPLES_PER_FRAME = 1152
"""MPEG-1 Layer III (ISO/IEC 11172-3, clause 2.4.2.1)."""
_FIELD_BYTES = ((1, 4), (2, 4), (4, 100), (8, 4))


@dataclass(frozen=True, slots=True)
class LameTag:
    """What the Info frame says.

    Attributes:
        marker: ``Info`` or ``Xing``.
        frames: of audio.
        encoder: ``LAME3.100``.
        delay_samples: put before the music by the encoder.
        padding_samples: put after it.
    """

    marker: str
    frames: int
    encoder: str
    delay_samples: int
    padding_samples: int

    @property
    def n_samples(self) -> int:
        """Of music."""
        return self.frames * SAMPLES_PER_FRAME - self.delay_samples - self.padding_samples


def read_lame_tag(path: Path) -> LameTag:
    """The tag of an MP3 file; an ID3v2 tag before it is passed over.

    Raises:
        ValueError: there is no Info frame, or it lacks the frame count or LAME's extension.
    """
    with path.open("rb") as file:
        file.seek(_id3_bytes(file.read(10)))
        return parse_lame_tag(file.read(SAMPLES_PER_FRAME * 2))


def _id3_bytes(head: bytes) -> int:
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size + (10 if head[5] & 0x10 else 0)


def parse_lame_tag(frame: bytes) -> LameTag:
    """The tag in the first frame of an MPEG-1 stream.

    Raises:
        ValueError: it is not there or not whole.
    """
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xFA != 0xFA:
        raise ValueError("no MPEG-1 Layer III frame at the start of the audio")
    at = 21 if frame[3] >> 6 == 3 else 36  # header and side information; mono has less of it
    marker = frame[at : at + 4]
    if marker not in (b"Info", b"Xing"):
        raise ValueError("no Info or Xing header in the first frame")
    flags = struct.unpack_from(">I", frame, at + 4)[0]
    if not flags & 1:
        raise ValueError("the Info header gives no frame count")
    frames = struct.unpack_from(">I", frame, at + 8)[0]
    encoder_at = at + 8 + sum(size for flag, size in _FIELD_BYTES if flags & flag)
    packed = frame[encoder_at + 21 : encoder_at + 24]
    if len(packed) < 3 or not frame[encoder_at : encoder_at + 4].strip(b"\0"):
        raise ValueError("the Info header gives no delay and padding")
    return LameTag(
        marker=marker.decode(),
        frames=frames,
        encoder=frame[encoder_at : encoder_at + 9].decode("latin-1").rstrip("\0"),
        delay_samples=packed[0] << 4 | packed[1] >> 4,
        padding_samples=(packed[1] & 15) << 8 | packed[2],
    )
