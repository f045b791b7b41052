"""audio/polarity."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.model.source import OppositeStretch
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext


@check(
    "audio/polarity",
    context=SourceContext,
    rationale="Where one channel is inverted, be it for some bars or only in the bass, the middle vanishes in mono and a cutting stylus is thrown "
    "out of its groove. Wide effects pass through such moments; an inverted wire stays there. Stretches shorter than 5 s, in the bass 8 s, are not told.",
    source="measurement.md section 7 (polarity; correlation, for vinyl again below 150 to 300 Hz)",
    remedy="Listen there in mono; if one channel is inverted, ask for the mix again, or put polarity on one side of the track.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """Left and right keep the same polarity, also in the bass."""
    facts = context.facts
    rate_hz = facts.info.sample_rate_hz
    get = context.limits.get
    for band, words in (("all", ""), ("bass", "the bass of ")):
        shortest_s, warn = (get("audio/polarity", f"{band}_{name}") for name in ("shortest_s", "warn"))
        found = [
            s
            for s in facts.opposite
            if s.band == band
            and s.length / rate_hz >= shortest_s
            and context.is_used((s.at_sample + s.length / 2) / rate_hz)
        ]
        if not found:
            continue
        longest = found[0]
        at_s, length_s = longest.at_sample / rate_hz, longest.length / rate_hz
        is_mended = bool(context.uses) and all("polarity" in use.chain_kinds for use in context.uses)
        # Where the sides have little in common all the time, a negative stretch is one of its moods.
        is_wide = longest.elsewhere is not None and longest.elsewhere < get("audio/polarity", "least_elsewhere")
        more = f", and in {len(found) - 1} more stretches" if len(found) > 1 else ""
        tail = "; polarity in the chain turns a channel round" if is_mended else ""
        yield Outcome(
            Status.WARN if longest.correlation <= warn and not is_mended and not is_wide else Status.NOTE,
            "opposite" if band == "all" else "opposite-bass",
            f"Left and right of {words}{context.source} are of opposite polarity for {length_s:.0f} s "
            f"(correlation {longest.correlation:.2f}{_elsewhere(longest)}){more}{tail}.",
            track=context.track_at(at_s) or context.track_at(at_s + length_s / 2),
            at_s=at_s,
            value=longest.correlation,
            limit=warn if longest.correlation <= warn else None,
        )
        return


def _elsewhere(stretch: OppositeStretch) -> str:
    return "" if stretch.elsewhere is None else f", elsewhere {stretch.elsewhere:.2f}"
