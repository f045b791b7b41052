"""Which samples reach a target unchanged, so that nothing may be added to them.

Source: manifest.md, signal path: what isn't needed doesn't run; same rate, same width and no step means the same samples.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from release.model.programme import Clip, Segment, TargetProgramme
from release.targets.book import Book

WIDEST_IN_FLOAT32 = 24
"""Bits that float32 holds exactly."""


def is_untouched(book: Book, programme: TargetProgramme, rate_hz: int, clips: Sequence[Clip]) -> bool:
    """Whether clips reach a target's rate with their samples unchanged, apart from fades and overlaps."""
    return _plays_as_it_is(programme, rate_hz) and all(_is_plain(book, c) for c in clips)


def scratch_dtype(book: Book, programme: TargetProgramme, rate_hz: int, segment: Segment) -> str:
    """Scratch is float64, but for audio that nothing touched and that float32 holds exactly."""
    narrow = (
        is_untouched(book, programme, rate_hz, segment.clips)
        and not any(c.fade_in or c.fade_out for c in segment.clips)
        and not _overlap(segment.clips)
        and all(_has_words_of(book, c, WIDEST_IN_FLOAT32) or _is_float32(book, c) for c in segment.clips)
    )
    return "<f4" if narrow else "<f8"


def exact_stretches(
    book: Book, programme: TargetProgramme, rate_hz: int, segment: Segment, bit_depth: int
) -> list[list[int]]:
    """Where a segment plays one clip alone, outside its fades, whose words fit the target's.

    Returns:
        (start, end) in samples from the start of the segment, in order. A level gain or a limiter may still touch them.
    """
    if not _plays_as_it_is(programme, rate_hz):
        return []
    found = []
    for clip in segment.clips:
        if not _is_plain(book, clip) or not _has_words_of(book, clip, bit_depth):
            continue
        start = clip.position + (clip.fade_in.length if clip.fade_in else 0)
        end = clip.end - (clip.fade_out.length if clip.fade_out else 0)
        for a, b in _alone(start, end, [c for c in segment.clips if c is not clip]):
            found.append([a - segment.start, b - segment.start])
    return sorted(found)


def _alone(start: int, end: int, others: Sequence[Clip]) -> list[tuple[int, int]]:
    """What of a stretch no other clip covers."""
    stretches = [(start, end)]
    for other in others:
        stretches = [
            part
            for a, b in stretches
            for part in ((a, min(b, other.position)), (max(a, other.end), b))
            if part[0] < part[1]
        ]
    return [s for s in stretches if s[0] < s[1]]


def _plays_as_it_is(programme: TargetProgramme, rate_hz: int) -> bool:
    return rate_hz == programme.rate_hz and programme.gain_db == 0.0 and not programme.chain


def _is_plain(book: Book, clip: Clip) -> bool:
    return (
        clip.gain_db == 0.0
        and not clip.chain
        and not clip.source.startswith("@")
        and book.info(clip.source).sample_rate_hz == book.project.programme.rate_hz
    )


def _has_words_of(book: Book, clip: Clip, bits: int) -> bool:
    info = book.info(clip.source)
    return not info.is_lossy and not info.is_float and info.bit_depth is not None and info.bit_depth <= bits


def _is_float32(book: Book, clip: Clip) -> bool:
    return book.info(clip.source).codec == "float32"


def _overlap(clips: Sequence[Clip]) -> bool:
    ordered = sorted(clips, key=lambda c: c.position)
    return any(a.end > b.position for a, b in itertools.pairwise(ordered))
