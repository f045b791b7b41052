"""The capability table refuses what a format cannot carry and says what it can."""

from __future__ import annotations

import pytest

from release.encode.codec import CODECS


def test_every_format_of_the_manifest_is_there() -> None:
    assert set(CODECS) == {"flac", "wav", "aiff", "alac", "mp3", "aac", "opus"}


@pytest.mark.parametrize("name", sorted(CODECS))
def test_a_default_is_one_of_what_is_offered(name: str) -> None:
    codec = CODECS[name]

    if codec.is_lossy:
        assert codec.default_bitrate_kbps in codec.bitrates_kbps
        assert codec.bit_depths == ()
    else:
        assert codec.default_bitrate_kbps is None
        assert codec.bitrates_kbps == ()


@pytest.mark.parametrize(
    ("name", "rate_hz", "bit_depth", "is_float", "bitrate_kbps", "words"),
    [
        ("mp3", 96_000, 24, False, None, "32, 44.1, 48 kHz"),
        ("flac", 44_100, 32, True, None, "16 or 24 bits"),
        ("aiff", 44_100, 32, True, None, "16 or 24 bits"),
        ("alac", 44_100, 20, False, None, "cannot carry 20 bits"),
        ("aac", 192_000, 24, False, None, "88.2, 96 kHz"),
        ("mp3", 44_100, 24, False, 300, "256, 320"),
        ("flac", 44_100, 24, False, 320, "lossless"),
    ],
)
def test_refusals_name_what_is_carried(
    name: str, rate_hz: int, bit_depth: int, is_float: bool, bitrate_kbps: int | None, words: str
) -> None:
    refusal = CODECS[name].refusal(rate_hz, bit_depth, is_float=is_float, bitrate_kbps=bitrate_kbps)

    assert words in refusal


@pytest.mark.parametrize(
    ("name", "rate_hz", "bit_depth", "is_float"),
    [
        ("flac", 384_000, 24, False),
        ("wav", 96_000, 32, True),
        ("mp3", 44_100, 24, False),
        ("mp3", 48_000, 32, True),
        ("opus", 96_000, 24, False),
        ("opus", 44_100, 32, True),
        ("aac", 96_000, 24, False),
    ],
)
def test_what_can_be_carried_is_not_refused(name: str, rate_hz: int, bit_depth: int, is_float: bool) -> None:
    assert CODECS[name].refusal(rate_hz, bit_depth, is_float=is_float) == ""
