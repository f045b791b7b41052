"""audio/digital-dropout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from release.model.finding import Status
from release.model.source import Defect
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import MOST_TIMES, clock, heard, is_mended, length_text, more_places, sides, together

CHECK = "audio/digital-dropout"
WORDS = {
    "hole": "of digital silence inside the sound",
    "drop": "in which the sound is gone",
    "held": "of one value over and over",
}
Groups = Sequence[Sequence[Defect]]


@check(
    CHECK,
    context=SourceContext,
    rationale="A lost buffer leaves a stretch of zeros, of one value or of next to nothing, cut out of sound that goes on as if nothing were. "
    "Programmed music has rests of digital silence on purpose, so that longer ones, those that are many and those whose edges are soft are notes.",
    source="measurement.md section 8 (interior exact-zero or constant runs of 1 ms and more, loss in one channel only, "
    "falls of more than 40 dB for 1 to 50 ms with recovery)",
    remedy="Listen at the times given; let dropout fill short holes, or ask for a new bounce.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No source has short holes inside the sound."""
    rate_hz = context.facts.info.sample_rate_hz
    groups = together(heard(context, WORDS), rate_hz)
    longest_s = context.limits.get(CHECK, "warn_longest_s")
    sharp = [g for g in groups if _is_alone(g) or g[0].kind == "held" or g[0].length / rate_hz <= longest_s]
    # Longer ones of silence are told by the facts on silence, which know more of them.
    long = [g for g in groups if g not in sharp and g[0].kind == "drop"]
    if sharp:
        yield _outcome(context, sharp, is_sharp=True)
    if long:
        yield _outcome(context, long, is_sharp=False)
    yield from _rests(context, {d.at_sample for g in sharp for d in g})


def _is_alone(group: Sequence[Defect]) -> bool:
    return all(d.is_alone for d in group)


def _outcome(context: SourceContext, groups: Groups, *, is_sharp: bool) -> Outcome:
    """What is said of holes that the sound goes on after."""
    rate_hz = context.facts.info.sample_rate_hz
    most = context.limits.get(CHECK, "most_places")
    first = groups[0]
    cured = is_mended(context, "dropout")
    length_s, at_s = first[0].length / rate_hz, first[0].at_sample / rate_hz
    code = "hole-one-side" if _is_alone(first) else first[0].kind
    others = ", while the sound goes on beside it" if code == "hole-one-side" else ""
    return Outcome(
        Status.WARN if is_sharp and len(groups) <= most and not cured else Status.NOTE,
        code,
        f"{context.source} has {length_text(length_s)} {WORDS[first[0].kind]}{sides(context, first)}{others}"
        f"{more_places(context, groups, with_length=True)}{'; dropout in the chain fills short holes' if cured else ''}.",
        track=context.track_at(at_s),
        at_s=at_s,
        value=length_s,
        limit=context.limits.get(CHECK, "shortest_s"),
    )


def _rests(context: SourceContext, told: set[int]) -> Iterator[Outcome]:
    """Stretches of digital silence in all channels that may well be rests."""
    facts, limits = context.facts, context.limits
    rate_hz = facts.info.sample_rate_hz
    shortest_s, longest_s = (limits.get(CHECK, name) for name in ("shortest_s", "longest_s"))
    # In a fade's last quiet words zeros are rounding, not loss.
    first, last = facts.head_quiet_samples, facts.info.n_samples - facts.tail_quiet_samples
    rests = [
        (start / rate_hz, length / rate_hz)
        for start, length in facts.inner_silences
        if shortest_s <= length / rate_hz <= longest_s
        and first <= start
        and start + length <= last
        and not any(abs(start - at) <= 2 for at in told)
        and context.is_used(start / rate_hz)
    ]
    if rests:
        at_s, length_s = rests[0]
        times = [f"{clock(at)} for {length_text(length)}" for at, length in rests[1 : MOST_TIMES + 1]]
        later = " and later" if len(rests) - 1 > len(times) else ""
        places = f"{len(rests) - 1} more place{'' if len(rests) == 2 else 's'}"
        more = f", and in {places} (at {', '.join(times)}{later})" if times else ""
        yield Outcome(
            Status.NOTE,
            "hole",
            f"{context.source} has {length_text(length_s)} of digital silence between its sounds{more}; it may be meant.",
            track=context.track_at(at_s),
            at_s=at_s,
            value=length_s,
            limit=shortest_s,
        )
