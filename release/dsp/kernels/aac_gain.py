"""The level of an AAC frame, moved in its bits: ``global_gain`` counts in steps of a quarter of a power of two.

Eight steps are exactly a factor of four: decoders then give exactly four times the samples, noise substitution
included, because every other level in the frame is told relative to this one. The field stands at the start of each
channel's part of the frame, and where the second channel begins is known only after reading all codes of the first.

Source: ISO/IEC 14496-3, 4.4.2 (syntax of raw_data_block to spectral_data), 4.6.2 (scale factors).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.kernels.compiled import kernel, part

Bytes = NDArray[np.uint8]
Table = NDArray[np.int64]

SINGLE, PAIR, EXTENSION, FILL, END = 0, 1, 4, 6, 7
SHORT_WINDOWS = 2
NOISE, INTENSITY_2, INTENSITY = 13, 14, 15
ESCAPE_BOOK = 11

OK, UNKNOWN_ELEMENT, CUT_OFF, OUT_OF_RANGE, BAD_CODE, NOT_LC = 0, -1, -2, -3, -4, -5


@part()
def _bits(data: Bytes, at: int, count: int) -> int:
    """The unsigned number in ``count`` bits from bit ``at``; zeros past the end."""
    value = 0
    for i in range(at, at + count):
        byte = i >> 3
        bit = (data[byte] >> (7 - (i & 7))) & 1 if byte < data.shape[0] else 0
        value = value << 1 | bit
    return value


@part()
def _code(data: Bytes, at: int, counts: Table, book: int) -> tuple[int, int]:
    """Rank of the next code and the bit after it; rank -1 for what is no code."""
    code, first, rank = 0, 0, 0
    for length in range(1, counts.shape[1]):
        code = code << 1 | _bits(data, at, 1)
        at += 1
        count = counts[book, length]
        if code - first < count:
            return rank + code - first, at
        rank += count
        first = (first + count) << 1
    return -1, at


@part()
def _window_info(data: Bytes, at: int, info: Table) -> int:
    """Read ics_info into ``info``: is short, bands, groups, then windows of each group; the bit after it, or -1."""
    is_short = _bits(data, at + 1, 2) == SHORT_WINDOWS
    at += 4  # reserved bit, window sequence, window shape
    info[0] = 1 if is_short else 0
    info[2] = 1
    info[3] = 1
    if not is_short:
        info[1] = _bits(data, at, 6)
        return -1 if _bits(data, at + 6, 1) else at + 7  # prediction is no part of LC
    info[1] = _bits(data, at, 4)
    grouping = _bits(data, at + 4, 7)
    for i in range(6, -1, -1):
        if grouping >> i & 1:
            info[2 + info[2]] += 1
        else:
            info[2] += 1
            info[2 + info[2]] = 1
    return at + 11


@part()
def _sections(data: Bytes, at: int, info: Table, books: Table) -> int:
    """Read section_data: the book of each band of each group; the bit after it, or -1."""
    width = 3 if info[0] else 5
    escape = (1 << width) - 1
    for group in range(info[2]):
        band = 0
        while band < info[1]:
            book = _bits(data, at, 4)
            at += 4
            length = 0
            while True:
                more = _bits(data, at, width)
                at += width
                length += more
                if more != escape:
                    break
            if length == 0 or band + length > info[1] or book == 12 or at >> 3 > data.shape[0]:
                return -1
            books[group, band : band + length] = book
            band += length
    return at


@part()
def _scale_factors(data: Bytes, at: int, info: Table, books: Table, counts: Table) -> int:
    is_first_noise = True
    for group in range(info[2]):
        for band in range(info[1]):
            book = books[group, band]
            if book == NOISE and is_first_noise:
                is_first_noise = False
                at += 9
            elif book != 0:
                rank, at = _code(data, at, counts, 0)
                if rank < 0:
                    return -1
    return at


@part()
def _shaping(data: Bytes, at: int, info: Table) -> int:
    """Pass over pulses, temporal noise shaping and the gain control bit; -1 when gain control is used (not LC)."""
    at += 1
    if _bits(data, at - 1, 1):
        at += 2 + 6 + 9 * (_bits(data, at, 2) + 1)
    at += 1
    if _bits(data, at - 1, 1):
        is_short = info[0] == 1
        for _ in range(8 if is_short else 1):
            count_bits = 1 if is_short else 2
            filters = _bits(data, at, count_bits)
            at += count_bits
            fine = 0
            if filters:
                fine = _bits(data, at, 1)
                at += 1
            for _ in range(filters):
                at += 4 if is_short else 6
                order_bits = 3 if is_short else 5
                order = _bits(data, at, order_bits)
                at += order_bits
                if order:
                    at += 2 + order * (3 + fine - _bits(data, at + 1, 1))
    return -1 if _bits(data, at, 1) else at + 1


@part()
def _spectrum(data: Bytes, at: int, info: Table, books: Table, widths: Table, counts: Table, signs: Table) -> int:
    if info[1] > widths.shape[0]:
        return -1
    for group in range(info[2]):
        for band in range(info[1]):
            book = books[group, band]
            if book == 0 or book >= NOISE:
                continue
            codes = widths[band] * info[3 + group] // (4 if book < 5 else 2)
            for _ in range(codes):
                rank, at = _code(data, at, counts, book)
                if rank < 0:
                    return -1
                follow = signs[book, rank]
                escapes = 0
                if book == ESCAPE_BOOK:
                    escapes, follow = follow // 3, follow % 3
                at += follow
                for _ in range(escapes):
                    ones = 0
                    while _bits(data, at, 1):
                        ones += 1
                        at += 1
                    at += 1 + ones + 4
    return at


@part()
def _raise(data: Bytes, at: int, steps: int) -> bool:
    """Add to the eight bits from bit ``at``; False when the sum does not fit."""
    value = _bits(data, at, 8) + steps
    if value < 0 or value > 255:
        return False
    for i in range(8):
        bit = at + i
        mask = np.uint8(1 << (7 - (bit & 7)))
        if value >> (7 - i) & 1:
            data[bit >> 3] |= mask
        else:
            data[bit >> 3] &= np.uint8(255) ^ mask
    return True


@kernel("int64(uint8[::1], int64, int64[::1], int64[::1], int64[:, ::1], int64[:, ::1])")
def shift_gain(data: Bytes, steps: int, long_widths: Table, short_widths: Table, counts: Table, signs: Table) -> int:
    """Add ``steps`` to the level of every channel of one AAC-LC frame, in place.

    Args:
        data: raw_data_block.
        steps: of 2^(1/4).
        long_widths: coefficients in each scale factor band of a long window.
        short_widths: of a short one.
        counts: codes by book and length (``aac_tables``).
        signs: by book and rank (``aac_tables``).

    Returns:
        0, or what kept it from being read, below 0; the frame is then not whole.
    """
    info = np.zeros(12, np.int64)
    books = np.zeros((8, 64), np.int64)
    size = data.shape[0] * 8
    at = 0
    while at + 3 <= size:
        element = _bits(data, at, 3)
        at += 3
        if element == END:
            return OK
        if element == FILL:
            count = _bits(data, at, 4)
            at += 4
            if count == 15:
                count += _bits(data, at, 8) - 1
                at += 8
            at += 8 * count
            continue
        if element not in (SINGLE, PAIR):
            return UNKNOWN_ELEMENT
        at += 4
        channels, is_common = 1, False
        if element == PAIR:
            channels, is_common = 2, _bits(data, at, 1) == 1
            at += 1
        if is_common:
            at = _window_info(data, at, info)
            if at < 0:
                return NOT_LC
            masks = _bits(data, at, 2)
            at += 2 + (info[1] * info[2] if masks == 1 else 0)
        for _ in range(channels):
            if not _raise(data, at, steps):
                return OUT_OF_RANGE
            at += 8
            if not is_common:
                at = _window_info(data, at, info)
                if at < 0:
                    return NOT_LC
            at = _sections(data, at, info, books)
            if at < 0:
                return BAD_CODE
            at = _scale_factors(data, at, info, books, counts)
            if at < 0:
                return BAD_CODE
            at = _shaping(data, at, info)
            if at < 0:
                return NOT_LC
            at = _spectrum(data, at, info, books, short_widths if info[0] else long_widths, counts, signs)
            if at < 0:
                return BAD_CODE
            if at > size:
                return CUT_OFF
    return CUT_OFF
