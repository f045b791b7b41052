"""Tables of AAC-LC that say how long every code is; nothing of what the codes mean for the sound.

All codebooks of AAC are canonical: codes of one length follow each other, and the shortest come first. So the number of
codes of each length is the whole book, and a code's rank in that order names it. For the books that send signs apart,
a digit per rank says how many follow.

Source: ISO/IEC 14496-3, tables 4.A.1 (scale factors), 4.A.2 to 4.A.12 (spectrum), 4.129 to 4.147 (scale factor bands).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SCALE_FACTOR_BOOK = 0
LONGEST_CODE = 19

CODE_COUNTS = (
    (1, 0, 1, 3, 2, 4, 3, 5, 4, 6, 6, 6, 5, 8, 4, 7, 3, 7, 46),
    (1, 0, 0, 0, 8, 0, 24, 0, 24, 8, 16),
    (0, 0, 1, 1, 7, 24, 15, 19, 14),
    (1, 0, 0, 4, 2, 6, 3, 5, 15, 15, 8, 9, 3, 3, 5, 2),
    (0, 0, 0, 10, 6, 0, 9, 21, 8, 14, 11, 2),
    (1, 0, 0, 4, 4, 0, 4, 12, 12, 12, 18, 10, 4),
    (0, 0, 0, 9, 0, 16, 13, 8, 23, 8, 4),
    (1, 0, 2, 1, 0, 4, 5, 10, 14, 15, 8, 4),
    (0, 0, 1, 5, 7, 10, 14, 15, 8, 4),
    (1, 0, 2, 1, 0, 4, 3, 8, 11, 20, 31, 38, 32, 14, 4),
    (0, 0, 0, 3, 8, 14, 17, 25, 31, 41, 22, 8),
    (0, 0, 0, 2, 6, 7, 16, 59, 55, 95, 43, 6),
)
"""By book, how many codes have 1, 2, 3… bits. Book 0 is the scale factors'; 1 to 11 are spectral."""

SIGNS = {
    3: "011112222232343311223232331221224334323244332333223243344233333344442233434443233",
    4: "433331202222121144443333333333332222222222221111444444333333333433344422222243333",
    7: "0112221122211222222221122212122222222211222222222222112222222222",
    8: "2212120112222222221122222222221212222222121222222222221212222112",
    9: (
        "011222112221122222222112222222121222222221222222221222122221222211222222222222212221222222222222"
        "2222222212212222222122222222222222212212222122222222222222222222222222222"
    ),
    10: (
        "222211222221122220221122222222222212122222222222212122222222222222222212222212222222222222222212"
        "1222222212222221222222222222222221212122222222222222212122212221222222122"
    ),
    11: (
        "028112222221212222222112222222222222225555525121525555222225522555225255525225522215522221255225"
        "252222222522122222212222222222222212222222222242222224212222222222222222222222222222221222222222"
        "222222222122222222222222222222222222211222222222222222222222222221221212221222221122221221211211"
        "2"
    ),
}
"""By unsigned book and rank: how many signs follow. In book 11 three more for every value that is sent as an escape."""

_LONG_96 = "4 4 4 4 4 4 4 4 4 4 4 4 4 4 8 8 8 8 8 12 12 12 12 12 16 16 24 28 36 44 64 64 64 64 64 64 64 64 64 64 64"
_LONG_48 = (
    "4 4 4 4 4 4 4 4 4 4 8 8 8 8 8 8 8 12 12 12 12 16 16 20 20 24 24 28 28 32 32 32 32 32 32 32 32 32 32 32 32 32 32 "
    "32 32 32 32 32 96"
)
_LONG_32 = _LONG_48.removesuffix("96") + "32 32 32"
_SHORT_96 = "4 4 4 4 4 4 8 8 8 16 28 36"
_SHORT_48 = "4 4 4 4 4 8 8 8 12 12 12 16 16 16"

_WIDTHS = {
    96_000: (_LONG_96, _SHORT_96),
    88_200: (_LONG_96, _SHORT_96),
    48_000: (_LONG_48, _SHORT_48),
    44_100: (_LONG_48, _SHORT_48),
    32_000: (_LONG_32, _SHORT_48),
}


def band_widths(rate_hz: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Coefficients in each scale factor band, of long and of short windows.

    Raises:
        KeyError: a rate that no deliverable has.
    """
    long_widths, short_widths = (np.array(text.split(), np.int64) for text in _WIDTHS[rate_hz])
    return long_widths, short_widths


def code_tables() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``CODE_COUNTS`` as an array (books, lengths), and ``SIGNS`` as an array (books, ranks)."""
    counts = np.zeros((12, LONGEST_CODE + 1), np.int64)
    signs = np.zeros((12, 289), np.int64)
    for book, lengths in enumerate(CODE_COUNTS):
        counts[book, 1 : len(lengths) + 1] = lengths
        digits = SIGNS.get(book, "")
        signs[book, : len(digits)] = [int(digit) for digit in digits]
    return counts, signs
