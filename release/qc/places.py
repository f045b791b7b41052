"""How findings tell places in a source: on which side, when, and how many more there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from release.model.source import ClipRun, Defect
from release.qc.contexts import SourceContext

MOST_TIMES = 3
TOGETHER_S = 0.002
"""What happens in two channels within so much is one thing that is heard."""


def heard(context: SourceContext, kinds: Iterable[str]) -> list[Defect]:
    """Defects of some kinds that some track plays, in the order of the file."""
    rate_hz = context.facts.info.sample_rate_hz
    wanted = frozenset(kinds)
    return [d for d in context.facts.defects if d.kind in wanted and context.is_used(d.at_sample / rate_hz)]


def together(defects: Sequence[Defect], rate_hz: int) -> list[list[Defect]]:
    """Defects in groups of those that are heard as one, in all channels."""
    groups: list[list[Defect]] = []
    for defect in defects:
        if groups and defect.at_sample - groups[-1][0].at_sample <= TOGETHER_S * rate_hz:
            groups[-1].append(defect)
        else:
            groups.append([defect])
    return groups


def sides(context: SourceContext, defects: Iterable[Defect | ClipRun]) -> str:
    """`` in the left channel``, `` in both channels``; nothing for mono."""
    return channels_text(context, {d.channel for d in defects})


def channels_text(context: SourceContext, which: Iterable[int]) -> str:
    """The same for channels by number, from 0."""
    channels, count = sorted(which), context.facts.info.channels
    if count == 1:
        return ""
    if len(channels) == count:
        return " in both channels" if count == 2 else " in all channels"
    if count == 2:
        return f" in the {('left', 'right')[channels[0]]} channel"
    return f" in channel{'' if len(channels) == 1 else 's'} {', '.join(str(c + 1) for c in channels)}"


def more_places(
    context: SourceContext, groups: Sequence[Sequence[Defect]], n_unlisted: int = 0, *, with_length: bool = False
) -> str:
    """``; and in 4 more places (at 0:12.040 left, 0:14.551 both, 1:03.000 left and later)``; nothing for one place.

    ``with_length`` tells of each how long it is: ``0:12.040 left for 2.0 ms``.
    """
    rate_hz = context.facts.info.sample_rate_hz
    times = []
    for group in groups[1 : MOST_TIMES + 1]:
        length = f" for {length_text(max(d.length for d in group) / rate_hz)}" if with_length else ""
        times.append(f"{clock(group[0].at_sample / rate_hz)}{_side_word(context, group)}{length}")
    count = len(groups) - 1 + n_unlisted
    if not count:
        return ""
    later = " and later" if count > len(times) else ""
    return f"; and in {count} more place{'' if count == 1 else 's'} (at {', '.join(times)}{later})"


def _side_word(context: SourceContext, defects: Iterable[Defect]) -> str:
    """`` left``, `` both``: what stands behind a time."""
    words = sides(context, defects).removeprefix(" in ").removeprefix("the ")
    return f" {words.removesuffix(' channels').removesuffix(' channel')}" if words else ""


def clock(seconds: float) -> str:
    """Minutes, seconds and milliseconds."""
    thousandths = round(seconds * 1000)
    return f"{thousandths // 60_000}:{thousandths // 1000 % 60:02d}.{thousandths % 1000:03d}"


def is_mended(context: SourceContext, step: str) -> bool:
    """Whether every track that plays the source has a step in its chain."""
    return bool(context.uses) and all(step in use.chain_kinds for use in context.uses)


def length_text(seconds: float) -> str:
    """Milliseconds below a second."""
    return f"{seconds:.2f} s" if seconds >= 1.0 else f"{seconds * 1000:.1f} ms"
