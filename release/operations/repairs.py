"""What repair steps did, by track, for the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from release.dsp.repair.log import BOTH
from release.dsp.steps.registry import STEP_KINDS
from release.model.programme import Clip, TrackSpan
from release.record import RepairEvent, RepairRecord
from release.stages.repair_log import CHAIN, MOST_EVENTS
from release.targets.plan import TargetPlan
from release.targets.repair_steps import RepairPlace

CHANNEL_WORDS = {BOTH: "both", 0: "left", 1: "right"}


def repair_records(plan: TargetPlan, facts: Mapping[str, Any]) -> list[RepairRecord]:
    """Every repair step that did something, track by track in order."""
    repairs = plan.audio.repairs
    if repairs is None:
        return []
    rate_hz = plan.target.programme.rate_hz
    logs = facts[repairs.step_id]
    found: list[RepairRecord] = []
    for place, role in zip(repairs.places, sorted(logs), strict=True):
        for entry in logs[role]:
            found += _records(place, entry, rate_hz)
    order = {key: n for n, key in enumerate(dict.fromkeys(s.key for p in repairs.places for s in p.timeline.tracks))}
    return sorted(found, key=lambda r: order.get(r.track, len(order)))


def _records(place: RepairPlace, entry: Mapping[str, Any], rate_hz: int) -> Iterable[RepairRecord]:
    """One entry of a log; by track, where a clip or a chain carries several."""
    clip = None if entry["clip"] == CHAIN else place.clips[entry["clip"]]
    by_track: dict[str, list[RepairEvent]] = {}
    for at, length, channel, strength in entry["events"]:
        on_timeline = at + (place.start if clip is None else clip.position - clip.source_start)
        span = span_at(place.timeline.tracks, on_timeline, clip)
        if span is None:
            continue
        counted = at if clip is not None else on_timeline - span.start
        event = RepairEvent(
            at_s=round(counted / rate_hz, 6),
            length_s=round(length / rate_hz, 6),
            channel=CHANNEL_WORDS[channel],  # type: ignore[arg-type]
            strength_db=round(strength, 2),
        )
        by_track.setdefault(span.key, []).append(event)
    is_told_whole = entry["count"] <= MOST_EVENTS or len(by_track) != 1
    for key, events in by_track.items():
        yield RepairRecord(
            track=key,
            step=entry["kind"],
            chain="track" if clip is not None else place.word,  # type: ignore[arg-type]
            counted_in="track" if clip is None else "source",
            count=len(events) if is_told_whole else entry["count"],
            total_s=round(sum(e.length_s for e in events) if is_told_whole else entry["samples"] / rate_hz, 6),
            strength=STEP_KINDS[entry["kind"]].strength,
            events=events,
        )


def span_at(tracks: Iterable[TrackSpan], at: int, clip: Clip | None) -> TrackSpan | None:
    """The track that sounds at a moment: of several the one that the clip carries; before the first one, that."""
    spans = sorted((t for t in tracks if not t.hidden or clip is not None), key=lambda t: t.audio_start)
    if clip is not None:
        spans = [t for t in spans if clip.position <= t.audio_start and t.audio_end <= clip.end] or spans
    begun = [t for t in spans if t.audio_start <= at]
    return begun[-1] if begun else (spans[0] if spans else None)
