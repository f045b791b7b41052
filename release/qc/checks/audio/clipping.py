"""audio/clipping."""

from __future__ import annotations

from collections.abc import Iterator

from release.model.finding import Status
from release.qc.check import Outcome, check
from release.qc.contexts import SourceContext
from release.qc.places import clock, sides


@check(
    "audio/clipping",
    context=SourceContext,
    rationale="Samples that stick at full scale, or at the file's own maximum, are a waveform cut flat before it came to mastering. "
    "A later step can only guess what was there.",
    source="measurement.md section 7 (runs of at least 3 equal extreme samples)",
    remedy="Ask for a mix without clipping, or let declip rebuild the peaks; where the distortion is meant, waive it with that reason.",
    severity=Status.WARN,
)
def rule(context: SourceContext) -> Iterator[Outcome]:
    """No run of samples sticks at full scale or at the file's own maximum."""
    facts, limits = context.facts, context.limits
    rate_hz = facts.info.sample_rate_hz
    heard = [run for run in facts.clip_runs if context.is_used(run.at_sample / rate_hz)]
    if not heard:
        return
    # Only the first hundred runs are listed; when there are more, all are counted, whether heard or not.
    count = facts.clip_run_count if facts.clip_run_count > len(facts.clip_runs) else len(heard)
    longest = max(heard, key=lambda run: run.length)
    warn_runs, warn_length = (limits.get("audio/clipping", name) for name in ("warn_runs", "warn_run_samples"))
    is_bad = count >= warn_runs or longest.length >= warn_length
    at_s = longest.at_sample / rate_hz
    # Of runs that are not listed nobody knows the channel.
    where = sides(context, heard) if count == len(heard) or len({run.channel for run in heard}) > 1 else ""
    is_mended = bool(context.uses) and all("declip" in use.chain_kinds for use in context.uses)
    tail = "; declip in the chain rebuilds the peaks" if is_mended else ""
    yield Outcome(
        Status.WARN if is_bad and not is_mended else Status.NOTE,
        "clipped",
        f"{context.source} has {count} run{'' if count == 1 else 's'} of equal extreme samples{where} (limit {warn_runs:.0f}); "
        f"the longest is {longest.length} samples (limit {warn_length:.0f}), at {clock(at_s)}{sides(context, [longest])}{tail}.",
        track=context.track_at(at_s),
        at_s=at_s,
        value=count,
        limit=warn_runs if count >= warn_runs else None,
    )
