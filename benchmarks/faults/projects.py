"""Projects and targets that hold planted files, as checks of a programme or of delivered tracks want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from release.dsp.meter import Meter
from release.dsp.meters.delivered import DeliveredMeter
from release.model.metadata import ReleaseInfo
from release.model.programme import TargetProgramme, Timeline, TrackSpan, Unit
from release.model.project import ResolvedProject
from release.model.source import SourceFacts
from release.model.target import DitherSpec, FileSpec, FilesSpec, LevelSpec, ResolvedTarget
from release.qc.contexts import ProgrammeContext, TargetContext

BLOCK = 32_768


def programme_context(facts: Mapping[str, SourceFacts]) -> ProgrammeContext:
    """A project in which every file is a track of its own name."""
    nothing = Timeline(44_100, 0, (), ())
    uses = {Path(name).stem: name for name in facts}
    project = ResolvedProject("0" * 64, ReleaseInfo("", ""), {}, nothing, (), (), {}, uses)
    return ProgrammeContext(project, facts)


def target_context(
    tracks: Mapping[str, np.ndarray], rate_hz: int, joined: Sequence[str] = (), gap: int = 0
) -> TargetContext:
    """A target that delivers these tracks one after the other, each with a gap at its end but before those in ``joined``.

    ``gap`` counts samples that are in the files already.
    """
    spans, at = [], 0
    delivered, powers = {}, {}
    for number, (key, audio) in enumerate(tracks.items(), 1):
        end = at + len(audio)
        spans.append(TrackSpan(key, number, at, at, end, at, end - gap, joined=key in joined))
        at = end
        stereo = np.ascontiguousarray(np.repeat(audio, 2, axis=1) if audio.shape[1] == 1 else audio)
        meter, other = Meter(rate_hz, 2, finds_peaks=False), DeliveredMeter(rate_hz)
        for start in range(0, len(stereo), BLOCK):
            meter.process(stereo[start : start + BLOCK])
            other.process(stereo[start : start + BLOCK])
        powers[key] = meter.finish().block_powers
        delivered[key] = other.finish(meter.sides)
    timeline = Timeline(rate_hz, at, (), tuple(spans))
    target = ResolvedTarget(
        "streaming", "streaming", ReleaseInfo("", ""), {}, TargetProgramme("streaming", rate_hz, (Unit("1", "", timeline),)), rate_hz,
        24, is_float=False, level=LevelSpec(), dither=DitherSpec(), spec=FilesSpec((FileSpec("flac"),)),
    )  # fmt: skip
    return TargetContext(target=target, delivered=delivered, powers=powers)
