"""``release cohesion``: the tracks of one target beside each other, as they are delivered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from release.dsp.cohesion import (
    NARROWEST_DB,
    Comparison,
    NeighbourStep,
    Outlier,
    TrackDistance,
    TrackFigures,
    compare,
)
from release.errors import UsageError
from release.model.target import LevelSpec
from release.operations.explained import explained_outliers
from release.operations.measured import track_meters
from release.operations.pasting import Paste, paste_of
from release.operations.plugins import named_plugins, require_trust
from release.operations.project import OpenProject, PlannedProject, open_project, plan_opened
from release.operations.proposals import effective_level, propose
from release.operations.sources import read_sources
from release.pipeline.cache import Cache
from release.pipeline.event import Event
from release.pipeline.run import run_plan
from release.record import CohesionOutlier, CohesionRecord, CohesionStep, CohesionTrack
from release.targets.plan import TargetPlan
from release.targets.tone_steps import compared_target, plan_tones

UNITS = {"level": "LU", "tone": "dB", "dynamics": "dB", "range": "LU", "width": "dB"}


@dataclass(frozen=True, slots=True)
class CohesionResult:
    """What was compared.

    Attributes:
        target: name of the target.
        titles: of the tracks by key.
        cohesion: the same as the record holds it.
        pastes: the proposals as they go into this manifest, in the same order.
    """

    target: str
    titles: Mapping[str, str]
    cohesion: CohesionRecord
    pastes: tuple[Paste, ...]


def cohesion_project(
    path: Path,
    *,
    target: str | None = None,
    jobs: int | None = None,
    source_roots: Sequence[Path] = (),
    trust_plugins: bool = False,
    on_event: Callable[[Event], None] | None = None,
) -> CohesionResult:
    """Lay the tracks of a target side by side; what is not stored from a build is rendered, nothing is encoded.

    Args:
        path: the manifest.
        target: None for the one with most tracks, files before discs before sides.
        jobs: workers; default: processors.
        source_roots: further folders that sources may lie in.
        trust_plugins: load plug-ins that nobody has trusted, this time.
        on_event: told of progress.

    Raises:
        ReleaseError: as a build would.
        UsageError: no such target, or only one track.
    """
    opened = open_project(path, source_roots)
    if not trust_plugins:
        require_trust(named_plugins(opened.manifest, opened.plugin_files))
    planned = _planned(opened, target, jobs)
    plan = planned.plans[0]
    source_steps = [s.id for s in planned.book.steps if s.stage.name == "source"]
    goals = [*(t.measure for t in plan.audio.tracks), *plan.tones, plan.audio.level, *source_steps]
    cache = Cache()
    cache.root.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="cohesion-", dir=cache.root) as scratch:
        read_sources(
            planned.book.steps,
            source_steps,
            manifest=opened.manifest,
            cache=cache,
            scratch_dir=Path(scratch),
            jobs=planned.book.jobs,
            on_event=on_event,
        )
        result = run_plan(
            planned.book.steps,
            goals,
            cache=cache,
            scratch_dir=Path(scratch),
            jobs=planned.book.jobs,
            on_event=on_event,
        )
    cohesion = cohesion_record(opened, plan, result.facts)
    assert cohesion is not None
    titles = {key: info.display_title for key, info in plan.target.tracks.items()}
    pastes = tuple(paste_of(opened.manifest, proposal) for proposal in cohesion.proposals)
    return CohesionResult(plan.target.name, titles, cohesion, pastes)


def _planned(opened: OpenProject, name: str | None, jobs: int | None) -> PlannedProject:
    wanted = compared_target(opened.project.targets) if name is None else None
    if name is None and wanted is None:
        raise UsageError("no target has two tracks", remedy="there is nothing to lay beside a single one")
    planned = plan_opened(opened, [name or (wanted.name if wanted else "")], jobs)
    plan = planned.plans[0]
    if len(plan.audio.tracks) < 2:
        raise UsageError(f"target {plan.target.name} has only one track", remedy="name another target with --target")
    if not plan.tones:
        plan = replace(plan, tones=plan_tones(planned.book, plan.target, plan.audio))
    return replace(planned, plans=(plan,))


def cohesion_record(opened: OpenProject, plan: TargetPlan, facts: Mapping[str, Any]) -> CohesionRecord | None:
    """The tracks of a target side by side, as the record holds them; None for a target that is not compared."""
    if not plan.tones:
        return None
    figures = _figures(plan, facts, effective_level(opened.project, plan.target))
    comparison = compare(figures)
    meters = track_meters(plan, facts)
    explained = explained_outliers(opened, facts)
    measured = {f.key: (m.true_peak_dbtp, f.width_db) for f, m in zip(figures, meters, strict=True)}
    return CohesionRecord(
        median_level_lufs=_rounded(comparison.median_level_lufs),
        median_peak_to_loudness_db=_rounded(comparison.median_dynamics_db),
        median_range_lu=_rounded(comparison.median_range_lu),
        median_side_to_middle_db=_rounded(comparison.median_width_db),
        tracks=[_track(f, d) for f, d in zip(figures, comparison.tracks, strict=True)],
        steps=[_step(s) for s in comparison.steps],
        outliers=[_outlier(o, comparison, explained.get((o.key, o.what), "")) for o in comparison.outliers],
        proposals=propose(opened, plan, facts, comparison, measured, {f.key: f.levels_db for f in figures}, explained),
    )


def _figures(plan: TargetPlan, facts: Mapping[str, Any], level: LevelSpec) -> list[TrackFigures]:
    # Only match: tracks lets level_offset act; elsewhere the mixes keep their own distances.
    offsets = dict(level.offsets_lu) if level.match == "tracks" else {}
    figures = []
    for track, meter, tone in zip(plan.audio.tracks, track_meters(plan, facts), plan.tones, strict=True):
        loudness, fact = meter.loudness(), facts[tone]
        peak, level_lufs = loudness.true_peak_dbtp, loudness.integrated_lufs
        figures.append(
            TrackFigures(
                key=track.key,
                level_lufs=level_lufs,
                offset_lu=offsets.get(track.key, 0.0),
                range_lu=loudness.range_lu,
                peak_to_loudness_db=None if peak is None or level_lufs is None else peak - level_lufs,
                width_db=fact["width_db"],
                levels_db=None if fact["levels_db"] is None else tuple(fact["levels_db"]),
                octave_widths_db=tuple(fact["octave_widths_db"] or [None] * 10),
                short_term_lufs=meter.curve,
                unit=track.unit,
            )
        )
    return figures


def _track(figures: TrackFigures, distance: TrackDistance) -> CohesionTrack:
    return CohesionTrack(
        track=figures.key,
        level_lufs=_rounded(figures.level_lufs),
        level_distance_lu=_rounded(distance.level_lu),
        tone_distance_db=_rounded(distance.tone_db),
        bands_db=[_rounded(v, 1) for v in distance.bands_db],
        tilt_db_per_octave=_rounded(distance.tilt_db),
        peak_to_loudness_db=_rounded(figures.peak_to_loudness_db),
        dynamics_distance_db=_rounded(distance.dynamics_db),
        range_lu=_rounded(figures.range_lu),
        range_distance_lu=_rounded(distance.range_lu),
        side_to_middle_db=_rounded(figures.width_db),
        width_distance_db=_rounded(distance.width_db),
        octave_side_to_middle_db=[_rounded(v, 1) for v in figures.octave_widths_db],
    )


def _step(step: NeighbourStep) -> CohesionStep:
    return CohesionStep(
        first=step.first,
        second=step.second,
        level_lu=_rounded(step.level_lu),
        join_lu=_rounded(step.join_lu),
        tone_db=_rounded(step.tone_db),
        tilt_db_per_octave=_rounded(step.tilt_db),
        dynamics_db=_rounded(step.dynamics_db),
        width_db=_rounded(step.width_db),
    )


def _outlier(outlier: Outlier, comparison: Comparison, fault: str) -> CohesionOutlier:
    message = _message(outlier, comparison)
    return CohesionOutlier(
        track=outlier.key,
        what=outlier.what,  # type: ignore[arg-type]
        distance=round(outlier.distance, 2) + 0.0,
        limit=round(outlier.limit, 2) + 0.0,
        message=f"{message.removesuffix('.')}; {fault}." if fault else message,
    )


def _message(outlier: Outlier, comparison: Comparison) -> str:
    amount = f"{abs(outlier.distance):.1f} {UNITS[outlier.what]}"
    is_more = outlier.distance > 0.0
    if outlier.what == "tone":
        return f"Tone lies {amount} (RMS over third octaves) from the album's median{_where_tone(outlier, comparison)}."
    if outlier.what == "width" and (comparison.median_width_db or 0.0) + outlier.distance <= NARROWEST_DB:
        return f"One channel (mono): the album's median has a side at {comparison.median_width_db:.1f} dB."
    words = {
        "level": ("louder", "softer"),
        "dynamics": ("more between peaks and loudness (PLR)", "less between peaks and loudness (PLR)"),
        "range": ("more loudness range", "less loudness range"),
        "width": ("wider", "narrower"),
    }[outlier.what][0 if is_more else 1]
    return f"{amount} {words} than the album's median."


def _where_tone(outlier: Outlier, comparison: Comparison) -> str:
    """The band that lies furthest off."""
    from release.dsp.meters.spectrum import NOMINAL_HZ

    bands = next(t.bands_db for t in comparison.tracks if t.key == outlier.key)
    value, hertz = max(
        ((v, hz) for v, hz in zip(bands, NOMINAL_HZ, strict=True) if v is not None), key=lambda pair: abs(pair[0])
    )
    name = f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz:g} Hz"
    return f", most at {name} ({value:+.1f} dB)"


def _rounded(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(float(value), digits) + 0.0
