"""Sources with 50/15 µs emphasis: they may only pass untouched to a CD, which says so in its flags (IEC 60908)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from release.manifest.resolving.part import Book, Part
from release.manifest.resolving.playing import Played
from release.manifest.resolving.problems import Problems
from release.manifest.targets import CdTarget, TargetBase
from release.model.metadata import TrackInfo
from release.model.source import SourceInfo
from release.units import CD_RATE_HZ


def keeps_emphasis(info: TrackInfo, part: Part) -> TrackInfo:
    """The track as it is delivered: a first step ``deemphasis`` takes the emphasis off."""
    if info.pre_emphasis and part.chain and part.chain[0].kind == "deemphasis":
        return replace(info, pre_emphasis=False)
    return info


def check_emphasis(
    name: str,
    target: TargetBase,
    played: Played,
    problems: Problems,
    *,
    book: Book,
    sources: Mapping[str, SourceInfo],
    tracks: Mapping[str, TrackInfo],
) -> None:
    """A track that keeps its emphasis passes bit for bit to a CD, or the target is refused."""
    for part in played.parts:
        if not tracks[part.key].pre_emphasis:
            continue
        why = _touched(part, target, played, book, sources)
        if why:
            problems.add(
                (*book.main[part.place].loc, "pre_emphasis"),
                f"'{part.key}' carries emphasis and can only pass untouched to a CD; in target '{name}' {why}",
                f"begin its process with deemphasis, leave '{part.key}' out of '{name}', or use a source without emphasis",
                "emphasis",
            )


def _touched(part: Part, target: TargetBase, played: Played, book: Book, sources: Mapping[str, SourceInfo]) -> str:
    """What keeps a track from passing bit for bit; empty when nothing does."""
    if not isinstance(target, CdTarget):
        return "there is no flag for it"
    info = sources.get(part.source)
    span = next((s for u in played.programme.units for s in u.timeline.tracks if s.key == part.key), None)
    clips = [
        clip
        for unit in played.programme.units
        for clip in unit.timeline.clips
        if span in unit.timeline.tracks
        and span is not None
        and clip.position < span.audio_end
        and span.audio_start < clip.end
    ]
    level = target.level
    reasons = {
        "its source is not 44.1 kHz": info is not None and info.sample_rate_hz != CD_RATE_HZ,
        "its source is not 16 bits": info is not None and (info.is_float or info.bit_depth != 16 or info.is_lossy),
        "the programme is not 44.1 kHz": book.rate_hz != CD_RATE_HZ,
        "it has a gain or a chain": bool(part.gain_db or part.chain),
        "the sequence has a chain": bool(played.programme.sequences),
        "the target has a gain or a chain": bool(played.programme.gain_db or played.programme.chain),
        "the level is changed": level.match != "none" or bool(level.as_) or level.limiter is not None,
        "it is faded": any(c.fade_in or c.fade_out for c in clips),
        "it overlaps another sound": len(clips) > 1,
    }
    return next((why for why, holds in reasons.items() if holds), "")
