"""The ``bext`` chunk of Broadcast Wave, version 2: 602 bytes of fixed fields, then the coding history.

    0   256  Description                346    2  Version
    256  32  Originator                 348   64  UMID (SMPTE 330M)
    288  32  OriginatorReference        412   10  five loudness fields, int16, hundredths
    320  10  OriginationDate            422  180  reserved, zeros
    330   8  OriginationTime            602    n  CodingHistory, lines ended by CR LF
    338   8  TimeReference, samples, uint64 as two 32-bit words, low first

Source: EBU Tech 3285 version 2 (2011); coding history lines: EBU R 98. That 0x7FFF stands for a loudness value that is
not known was found in another implementation, not in the text of the standard.
"""

from __future__ import annotations

import math
import struct
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from release.formats.riff import Chunk
from release.model.measurement import Loudness

FIXED_BYTES = 602
_LAYOUT = struct.Struct("<256s32s32s10s8sQH64s5h180x")
UNKNOWN_LOUDNESS = 0x7FFF
DESCRIPTION_BYTES = 256
ORIGINATOR_BYTES = 32
DATE_BYTES = 10
TIME_BYTES = 8
UMID_BYTES = 64
LOUDNESS_VERSION = 2


@dataclass(frozen=True, slots=True)
class BextChunk:
    """Broadcast extension. Texts are ASCII; loudness values are None when not known.

    Attributes:
        description: at most 256 characters.
        originator: who made the file, at most 32.
        originator_reference: at most 32 (EBU R 99 where there is one).
        origination_date: ``YYYY-MM-DD``, or empty.
        origination_time: ``HH:MM:SS``, or empty.
        time_reference_samples: place of the first sample on the programme's timeline.
        version: 0, 1 or 2.
        umid: 64 bytes, or none.
        loudness_lufs: integrated loudness.
        range_lu: loudness range.
        max_true_peak_dbtp: true peak.
        max_momentary_lufs: greatest momentary loudness.
        max_short_term_lufs: greatest short-term loudness.
        coding_history: lines as ``CodingLine`` formats them, each ended by CR LF.

    Raises:
        ValueError: when a text is not ASCII or does not fit.
    """

    description: str = ""
    originator: str = ""
    originator_reference: str = ""
    origination_date: str = ""
    origination_time: str = ""
    time_reference_samples: int = 0
    version: int = LOUDNESS_VERSION
    umid: bytes = b""
    loudness_lufs: float | None = None
    range_lu: float | None = None
    max_true_peak_dbtp: float | None = None
    max_momentary_lufs: float | None = None
    max_short_term_lufs: float | None = None
    coding_history: str = ""

    def __post_init__(self) -> None:
        for name, width in _TEXTS:
            _check_ascii(name, getattr(self, name), width)
        _check_ascii("coding_history", self.coding_history, None)
        if len(self.umid) not in (0, UMID_BYTES):
            raise ValueError(f"a UMID has {UMID_BYTES} bytes, not {len(self.umid)}")
        if not 0 <= self.time_reference_samples < 1 << 64:
            raise ValueError(f"the time reference does not fit 64 bits: {self.time_reference_samples}")

    def to_bytes(self) -> bytes:
        """The chunk's data."""
        loudness = self._loudness() if self.version >= LOUDNESS_VERSION else (0, 0, 0, 0, 0)
        fixed = _LAYOUT.pack(
            *(getattr(self, name).encode("ascii") for name, _ in _TEXTS),
            self.time_reference_samples,
            self.version,
            self.umid,
            *loudness,
        )
        return fixed + self.coding_history.encode("ascii")

    def _loudness(self) -> tuple[int, ...]:
        values = (
            self.loudness_lufs,
            self.range_lu,
            self.max_true_peak_dbtp,
            self.max_momentary_lufs,
            self.max_short_term_lufs,
        )
        return tuple(encode_loudness(value) for value in values)

    def to_chunk(self) -> Chunk:
        """The chunk; a NUL ends an odd history, since some readers lose their way after a pad byte."""
        data = self.to_bytes()
        return Chunk(b"bext", data + bytes(len(data) & 1))

    @classmethod
    def from_bytes(cls, data: bytes) -> BextChunk:
        """Read a chunk of any version; bytes that are no ASCII become ``?``.

        Raises:
            ValueError: when it has fewer than 602 bytes.
        """
        if len(data) < FIXED_BYTES:
            raise ValueError(f"the bext chunk has {len(data)} bytes and needs {FIXED_BYTES}")
        *texts, time_reference, version, umid, loudness, range_, peak, momentary, short_term = _LAYOUT.unpack_from(data)
        has_loudness = version >= LOUDNESS_VERSION
        return cls(
            **{name: _text(raw) for (name, _), raw in zip(_TEXTS, texts, strict=True)},
            time_reference_samples=time_reference,
            version=version,
            umid=umid if any(umid) else b"",
            loudness_lufs=decode_loudness(loudness) if has_loudness else None,
            range_lu=decode_loudness(range_) if has_loudness else None,
            max_true_peak_dbtp=decode_loudness(peak) if has_loudness else None,
            max_momentary_lufs=decode_loudness(momentary) if has_loudness else None,
            max_short_term_lufs=decode_loudness(short_term) if has_loudness else None,
            coding_history=_text(data[FIXED_BYTES:]),
        )


_TEXTS = (
    ("description", DESCRIPTION_BYTES),
    ("originator", ORIGINATOR_BYTES),
    ("originator_reference", ORIGINATOR_BYTES),
    ("origination_date", DATE_BYTES),
    ("origination_time", TIME_BYTES),
)


def _check_ascii(name: str, text: str, width: int | None) -> None:
    if not text.isascii() or "\0" in text:
        raise ValueError(f"{name} must be ASCII: {text!r}")
    if width is not None and len(text) > width:
        raise ValueError(f"{name} has {len(text)} characters, {width} fit")


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", "replace").replace("\ufffd", "?")


def encode_loudness(value: float | None) -> int:
    """Hundredths in int16, rounded half away from zero; out of range or None is 0x7FFF (not known)."""
    if value is None or not math.isfinite(value):
        return UNKNOWN_LOUDNESS
    hundredths = math.floor(abs(value) * 100.0 + 0.5)
    hundredths = -hundredths if value < 0 else hundredths
    return hundredths if -0x8000 <= hundredths < UNKNOWN_LOUDNESS else UNKNOWN_LOUDNESS


def decode_loudness(value: int) -> float | None:
    """The value of a loudness field; None for 0x7FFF."""
    return None if value == UNKNOWN_LOUDNESS else value / 100.0


def format_coding_line(*, rate_hz: int, bits: int, channels: int, text: str = "", algorithm: str = "PCM") -> str:
    """One line of the coding history: ``A=PCM,F=96000,W=24,M=stereo,T=text`` and CR LF (EBU R 98).

    Raises:
        ValueError: when ``text`` holds a comma or a line end, which would break the line apart.
    """
    if set(text) & set(",\r\n"):
        raise ValueError(f"the text of a coding history line has no commas or line ends: {text!r}")
    mode = {1: "mono", 2: "stereo"}.get(channels, f"{channels}ch")
    fields = [f"A={algorithm}", f"F={rate_hz}", f"W={bits}", f"M={mode}"] + ([f"T={text}"] if text else [])
    return ",".join(fields) + "\r\n"


def bext_chunk(
    *,
    description: str,
    originator: str,
    originator_reference: str,
    origination_date: str,
    time_reference: int,
    loudness: Loudness,
    coding_history: Iterable[str],
) -> Chunk:
    """The chunk of a deliverable. Texts are brought to ASCII, which is all that the standard lets it hold.

    Args:
        description: artist and title.
        originator: the program.
        originator_reference: the ISRC, or empty.
        origination_date: ``YYYY-MM-DD``, or empty.
        time_reference: place of the first sample on the programme, in samples.
        loudness: of this file.
        coding_history: lines, without their ends.
    """
    return BextChunk(
        description=fit_ascii(description, DESCRIPTION_BYTES),
        originator=fit_ascii(originator, ORIGINATOR_BYTES),
        originator_reference=fit_ascii(originator_reference, ORIGINATOR_BYTES),
        origination_date=origination_date,
        time_reference_samples=time_reference,
        loudness_lufs=loudness.integrated_lufs,
        range_lu=loudness.range_lu,
        max_true_peak_dbtp=loudness.true_peak_dbtp,
        max_momentary_lufs=loudness.max_momentary_lufs,
        max_short_term_lufs=loudness.max_short_term_lufs,
        coding_history="".join(f"{line}\r\n" for line in coding_history),
    ).to_chunk()


def track_description(artist: str, title: str) -> str:
    """What the description of a track's file is to say, before it is fitted."""
    return f"{artist} - {title}"


def fit_ascii(text: str, width: int) -> str:
    """The nearest ASCII text that fits: accents dropped, ``?`` for what has no ASCII letter, cut at ``width``.

    Whoever calls it compares and reports: no text is changed in silence.
    """
    folded = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    kept = "".join(c for c in folded if not unicodedata.combining(c))
    ascii_text = "".join(_PUNCTUATION.get(c, c) if c.isascii() or c in _PUNCTUATION else "?" for c in kept)
    return "".join(c if c.isprintable() else " " for c in ascii_text)[:width].rstrip()


_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)
_PUNCTUATION = {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-"}
