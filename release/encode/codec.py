"""What each file format can carry: the one table that manifest, plan and encoders share.

Nothing here imports an audio library, so that a manifest can be checked without one.

Sources: FLAC format (RFC 9639: 4 to 32 bits, 1 Hz to 1,048,575 Hz; the programme's rates are all inside);
ISO/IEC 11172-3 clause 2.4.2.3 (MPEG-1 Layer III: 32, 44.1 and 48 kHz, bit rate index table); ISO/IEC 14496-3 (AAC
sampling frequency index, up to 96 kHz); RFC 6716 (Opus: 48 kHz inside, 6 to 510 kb/s).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from release.units import PROGRAMME_RATES_HZ


@dataclass(frozen=True, slots=True)
class Codec:
    """One format of a file target and its limits.

    Attributes:
        format: the manifest's word.
        label: as people write it.
        extension: with its dot.
        mime: media type of the file.
        is_lossy: True when decoding gives other samples than went in.
        rates_hz: sample rates that it carries.
        bit_depths: integer widths of its samples; empty for lossy formats, which take float.
        carries_float: True when it stores floating point samples.
        default_bitrate_kbps: of lossy formats.
        bitrates_kbps: bit rates that may be asked for.
        tags: ``vorbis``, ``id3`` or ``mp4``.
        own_rate_hz: the one rate that it brings along (Opus), or None.
    """

    format: str
    label: str
    extension: str
    mime: str
    is_lossy: bool
    rates_hz: tuple[int, ...]
    tags: str
    bit_depths: tuple[int, ...] = ()
    carries_float: bool = False
    default_bitrate_kbps: int | None = None
    bitrates_kbps: tuple[int, ...] = ()
    own_rate_hz: int | None = None

    def refusal(self, rate_hz: int, bit_depth: int, *, is_float: bool = False, bitrate_kbps: int | None = None) -> str:
        """Why this format can't carry such audio, naming what it does carry; empty when it can.

        Args:
            rate_hz: of the target's PCM; not looked at when the format brings its own rate.
            bit_depth: of the target's PCM; not looked at for lossy formats.
            is_float: True when the target delivers floating point.
            bitrate_kbps: asked for, or None for the default.
        """
        if self.own_rate_hz is None and rate_hz not in self.rates_hz:
            carried = ", ".join(f"{rate / 1000:g}" for rate in self.rates_hz)
            return f"{self.label} cannot carry {rate_hz / 1000:g} kHz; it carries {carried} kHz"
        if not self.is_lossy and is_float and not self.carries_float:
            return f"{self.label} cannot carry floating point; it carries {_widths(self.bit_depths)} bits"
        if not self.is_lossy and not is_float and bit_depth not in self.bit_depths:
            return f"{self.label} cannot carry {bit_depth} bits; it carries {_widths(self.bit_depths)} bits"
        if bitrate_kbps is None:
            return ""
        if not self.is_lossy:
            return f"{self.label} is lossless and has no bit rate"
        if bitrate_kbps not in self.bitrates_kbps:
            offered = ", ".join(map(str, self.bitrates_kbps))
            return f"{self.label} is not offered at {bitrate_kbps} kb/s; choose {offered}"
        return ""


def _widths(bit_depths: tuple[int, ...]) -> str:
    return " or ".join(map(str, bit_depths))


_LOSSLESS_RATES = (32_000, *PROGRAMME_RATES_HZ)

_ALL = (
    Codec("flac", "FLAC", ".flac", "audio/flac", False, _LOSSLESS_RATES, "vorbis", (16, 24)),
    Codec("wav", "WAV", ".wav", "audio/wav", False, _LOSSLESS_RATES, "id3", (16, 24), carries_float=True),
    Codec("aiff", "AIFF", ".aiff", "audio/aiff", False, _LOSSLESS_RATES, "id3", (16, 24)),
    Codec("alac", "ALAC", ".m4a", "audio/mp4", False, _LOSSLESS_RATES, "mp4", (16, 24)),
    Codec(
        "mp3",
        "MP3",
        ".mp3",
        "audio/mpeg",
        True,
        (32_000, 44_100, 48_000),
        "id3",
        default_bitrate_kbps=320,
        bitrates_kbps=(128, 160, 192, 224, 256, 320),
    ),
    Codec(
        "aac",
        "AAC",
        ".m4a",
        "audio/mp4",
        True,
        (32_000, 44_100, 48_000, 88_200, 96_000),
        "mp4",
        default_bitrate_kbps=256,
        bitrates_kbps=(128, 160, 192, 224, 256, 320),
    ),
    Codec(
        "opus",
        "Opus",
        ".opus",
        "audio/ogg",
        True,
        (48_000,),
        "vorbis",
        default_bitrate_kbps=128,
        bitrates_kbps=(96, 112, 128, 160, 192, 224, 256, 320),
        own_rate_hz=48_000,
    ),
)

CODECS: Mapping[str, Codec] = MappingProxyType({codec.format: codec for codec in _ALL})
"""By the manifest's word for the format."""
