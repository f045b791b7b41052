"""Q sub-channel vectors (cd.md 1.4); the first CRC is the one DiscImageCreator and psx-spx give."""

import pytest

from release.formats.subcode import q_isrc, q_mcn, q_position


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (q_position(1, 1, 0, 150, control=4), "41 01 01 00 00 00 00 00 02 00 28 32"),
        (q_position(1, 1, 0, 150), "01 01 01 00 00 00 00 00 02 00 5a 28"),
        (q_position(2, 0, 74, 675), "01 02 00 00 00 74 00 00 09 00 78 c5"),
        (q_mcn("0123456789012", 33), "02 01 23 45 67 89 01 20 00 33 36 b7"),
        (q_isrc("USABC2600001", 40), "03 96 34 52 4c 26 00 00 10 40 d4 44"),
    ],
)
def test_vectors(made, expected):
    assert made.hex(" ") == expected


def test_times_past_two_digits_are_refused():
    with pytest.raises(ValueError, match="BCD"):
        q_position(1, 1, 0, 450_000)
