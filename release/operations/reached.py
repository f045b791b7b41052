"""What was reached of the loudness that was asked for, on the delivered audio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from release.dsp.loudness import integrated_lufs
from release.dsp.meter import HOPS_A_STEP, MOMENTARY_HOPS, MeterResult
from release.operations.measured import pooled
from release.targets.audio_steps import PlannedTrack
from release.targets.plan import TargetPlan


def reached_loudness(
    plan: TargetPlan, facts: Mapping[str, Any], meters: Sequence[MeterResult]
) -> dict[int, float | None]:
    """Loudness of what each track was matched with, as delivered."""
    level = plan.target.level
    if level.like or level.match in ("none", "peak"):
        return {}
    if level.match == "album":
        whole = pooled(meters).integrated_lufs
        return dict.fromkeys(range(len(plan.audio.level_keys)), whole)
    if level.match == "anchor":
        measured = facts[plan.audio.level]["measured_lufs"]
        ranked = sorted((v, i) for i, v in enumerate(measured) if v is not None)
        if level.anchor in plan.audio.level_keys:
            at = plan.audio.level_keys.index(level.anchor)
        elif ranked:
            at = ranked[(len(ranked) - 1) // 2][1] if level.anchor == "median" else ranked[-1][1]
        else:
            return dict.fromkeys(range(len(plan.audio.level_keys)))  # nothing to be the anchor: no track was matched
        by_index = {t.placed.index: (t, m) for t, m in zip(plan.audio.tracks, meters, strict=True)}
        return {at: _own_reading(plan, *by_index[at]).integrated_lufs} if at in by_index else {}
    own = [_own_reading(plan, track, meter) for track, meter in zip(plan.audio.tracks, meters, strict=True)]
    groups: dict[str, list[tuple[int, MeterResult]]] = {}
    for track, meter in zip(plan.audio.tracks, own, strict=True):
        span = track.placed.span
        if not span.gain_of:  # a version is not matched itself
            groups.setdefault(span.level_group or track.key, []).append((track.placed.index, meter))
    return {n: pooled([m for _, m in members]).integrated_lufs for members in groups.values() for n, _ in members}


def _own_reading(plan: TargetPlan, track: PlannedTrack, meter: MeterResult) -> MeterResult:
    """The reading of a track without the hidden tracks that lie in its file and have an aim of their own."""
    placed, group = track.placed, track.placed.span.level_group or track.key
    others = [
        (other.audio_start - placed.start, other.audio_end - placed.start)
        for other in plan.audio.units[track.unit].tracks
        if other.span.number is None and (other.span.level_group or other.span.key) != group
    ]
    starts = np.arange(len(meter.block_powers)) * HOPS_A_STEP * plan.audio.rate_hz // 100
    ends = starts + MOMENTARY_HOPS * plan.audio.rate_hz // 100
    is_own = np.ones(len(starts), dtype=bool)
    for first, last in others:
        is_own &= (ends <= first) | (starts >= last)
    if is_own.all():
        return meter
    powers = meter.block_powers[is_own]
    return replace(meter, block_powers=powers, integrated_lufs=integrated_lufs(powers))
