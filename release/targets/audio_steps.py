"""The steps that every target kind shares: render, level, finish, measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from release.model.programme import Clip, TargetProgramme, TrackSpan
from release.model.target import LevelSpec, ResolvedTarget
from release.pipeline.step import Input, StepRef, fact_of
from release.stages.clip_json import chain_to_json, clip_to_json
from release.stages.finish import FINISH
from release.stages.level import LEVEL, level_spec_to_json, margin_db
from release.stages.measure import MEASURE
from release.stages.render import RENDER, SEQUENCE, SourceFile
from release.targets.book import Book
from release.targets.exactness import exact_stretches, is_untouched, scratch_dtype
from release.targets.geometry import PlacedSegment, PlacedTrack, PlacedUnit, place_unit
from release.targets.match_steps import plan_matches
from release.targets.plugin_steps import PluginsOfRender, plugin_steps
from release.targets.repair_steps import RepairPlace, RepairPlan, plan_prints, plan_repairs, repair_places


@dataclass(frozen=True, slots=True)
class PlannedTrack:
    """A track with its cut: what the encoders of a target read.

    Attributes:
        parts: (role, start, end) of the samples that it takes.
        inputs: roles to finished segments, pinned to the content of the cut.
        measure: id of the step that measures it.
    """

    placed: PlacedTrack
    unit: int
    parts: tuple[tuple[str, int, int], ...]
    inputs: Mapping[str, Input]
    measure: str

    @property
    def key(self) -> str:
        """Track key."""
        return self.placed.span.key

    @property
    def n_samples(self) -> int:
        """Samples of its file."""
        return self.placed.end - self.placed.start


@dataclass(frozen=True, slots=True)
class PlannedAudio:
    """The finished audio of a target at one rate.

    Attributes:
        finishes: finish step ids by unit and segment.
        level: step that solves the gains.
        level_keys: keys of the tracks there, hidden ones included, in its order.
        tracks: those that a file is cut for.
        repairs: what gathers the logs of repair steps; None without any.
        plugins: steps that asked plug-ins what they are.
    """

    rate_hz: int
    bit_depth: int
    is_float: bool
    units: tuple[PlacedUnit, ...]
    renders: tuple[tuple[str, ...], ...]
    finishes: tuple[tuple[str, ...], ...]
    level: str
    level_keys: tuple[str, ...]
    tracks: tuple[PlannedTrack, ...]
    repairs: RepairPlan | None = None
    plugins: tuple[str, ...] = ()

    def whole_unit(self, unit: int) -> tuple[tuple[tuple[str, int, int], ...], dict[str, Input]]:
        """Parts and inputs of a unit from its first sample to its last."""
        parts: list[tuple[str, int, int]] = []
        inputs: dict[str, Input] = {}
        for n, (segment, step_id) in enumerate(zip(self.units[unit].segments, self.finishes[unit], strict=True)):
            role = f"segment:{n}"
            parts.append((role, 0, segment.n_samples))
            inputs[role] = StepRef(step_id, "cuts")
        return tuple(parts), inputs


@dataclass(frozen=True, slots=True)
class AudioWish:
    """What a target wants of its audio beside what the target itself says.

    Attributes:
        suffix: of step ids, for a second rate of the same target.
        like: level step whose gains are taken; None to solve.
        like_keys: keys of the tracks there, in its order.
        float_copy: keep the samples from before dither for lossy encoders.
    """

    rate_hz: int
    bit_depth: int
    is_float: bool
    float_copy: bool
    level: LevelSpec
    suffix: str = ""
    like: str | None = None
    like_keys: tuple[str, ...] = ()


def plan_audio(book: Book, target: ResolvedTarget, wish: AudioWish) -> PlannedAudio:
    """Render, level, finish and measure all units of a target at one rate."""
    if target.level_programme is not None and wish.like is None:
        # Versions move with their main recordings: solve on those, then take the gains over.
        main = _render_units(book, target, wish, target.level_programme, "-main")
        keys = tuple(span.key for placed in main.units for span in placed.spans)
        like = _plan_level(book, target, wish, main, "-main")
        wish = replace(wish, like=like, like_keys=keys)
    rendered = _render_units(book, target, wish, target.programme, wish.suffix)
    level = _plan_level(book, target, wish, rendered, wish.suffix)
    finishes = _plan_finishes(book, target, wish, rendered, level)
    tracks = tuple(
        _plan_track(book, target, wish, number, placed, finishes[number], track)
        for number, placed in enumerate(rendered.units)
        for track in placed.tracks
        if track.span.number is not None
    )
    return PlannedAudio(
        wish.rate_hz,
        wish.bit_depth,
        wish.is_float,
        rendered.units,
        rendered.renders,
        finishes,
        level,
        tuple(span.key for placed in rendered.units for span in placed.spans),
        tracks,
        plan_repairs(book, f"{target.name}/repairs{wish.suffix}", rendered.logged),
        plugin_steps(book, [*rendered.runs.values(), *(step for unit in rendered.renders for step in unit)]),
    )


@dataclass(frozen=True, slots=True)
class RenderedUnits:
    """All units of a programme at one rate, with their render steps by segment."""

    programme: TargetProgramme
    units: tuple[PlacedUnit, ...]
    renders: tuple[tuple[str, ...], ...]
    runs: Mapping[str, str]

    @property
    def logged(self) -> list[tuple[str, RepairPlace]]:
        """Every render with what its log would be about."""
        return repair_places(self.programme, self.units, self.renders, self.runs)


def _render_units(
    book: Book, target: ResolvedTarget, wish: AudioWish, programme: TargetProgramme, suffix: str
) -> RenderedUnits:
    runs = {run.id: _plan_sequence(book, target, programme, run.id, suffix) for run in programme.sequences}
    units: list[PlacedUnit] = []
    renders = []
    first = 0
    for unit in programme.units:
        placed = place_unit(unit.timeline, wish.rate_hz, first, whole=bool(programme.chain))
        first += len(placed.tracks)
        units.append(placed)
        word = f"{unit.name}-" if len(programme.units) > 1 else ""
        renders.append(
            tuple(
                _plan_render(book, wish, programme, runs, segment, f"{target.name}/render{suffix}/{word}{n + 1}")
                for n, segment in enumerate(placed.segments)
            )
        )
    return RenderedUnits(programme, tuple(units), tuple(renders), runs)


def _unit_word(target: ResolvedTarget, number: int) -> str:
    units = target.programme.units
    return f"{units[number].name}-" if len(units) > 1 else ""


def _clip_inputs(
    book: Book, clips: Sequence[Clip], runs: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, Input], dict[str, Any]]:
    roles: dict[str, str] = {}
    inputs: dict[str, Input] = {}
    sources: dict[str, SourceFile] = {}
    run_roles: list[str] = []
    for clip in clips:
        if clip.source in roles:
            continue
        if clip.source in runs:
            role = roles[clip.source] = f"run:{len(run_roles)}"
            run_roles.append(role)
            inputs[role] = StepRef(runs[clip.source])
        else:
            role = roles[clip.source] = f"source:{len(sources)}"
            inputs[role] = fact_of(book.source(clip.source), "sha256")
            sources[role] = SourceFile(book.paths[clip.source], book.info(clip.source))
    return roles, inputs, {"sources": sources, "runs": tuple(run_roles)}


def _plan_sequence(book: Book, target: ResolvedTarget, programme: TargetProgramme, run_id: str, suffix: str) -> str:
    run = next(r for r in programme.sequences if r.id == run_id)
    roles, inputs, context = _clip_inputs(book, run.timeline.clips, {})
    clips, matches = plan_matches(book, run.timeline.clips)
    clips, prints = plan_prints(book, clips)
    plugins = PluginsOfRender(book, run.timeline.rate_hz)
    clips, chain = plugins.clips(clips), plugins.chain(run.chain)
    params = {
        "clips": [clip_to_json(c, roles, 0) for c in clips],
        "length": run.timeline.length,
        "programme_hz": run.timeline.rate_hz,
        "sequence_chain": chain_to_json(chain),
    }
    word = run_id.lstrip("@")
    return book.add(
        f"{target.name}/sequence{suffix}/{word}",
        SEQUENCE,
        params,
        {**inputs, **matches, **prints, **plugins.inputs},
        context={**context, "plugins": plugins.files},
        title="the main order through the sequence chain",
        cost=run.timeline.length / run.timeline.rate_hz,
    )


def _plan_render(
    book: Book,
    wish: AudioWish,
    programme: TargetProgramme,
    runs: Mapping[str, str],
    segment: PlacedSegment,
    step_id: str,
) -> str:
    island = segment.segment
    roles, inputs, context = _clip_inputs(book, island.clips, runs)
    clips, matches = plan_matches(book, island.clips)
    clips, prints = plan_prints(book, clips)
    plugins = PluginsOfRender(book, programme.rate_hz)
    clips, chain = plugins.clips(clips), plugins.chain(programme.chain)
    params = {
        "clips": [clip_to_json(c, roles, island.start) for c in clips],
        "length": island.end - island.start,
        "programme_hz": programme.rate_hz,
        "rate_hz": wish.rate_hz,
        "n_samples": segment.n_samples,
        "gain_db": programme.gain_db,
        "chain": chain_to_json(chain),
        "pieces": [p.to_json()[:4] for p in segment.pieces],
        "dtype": scratch_dtype(book, programme, wish.rate_hz, segment.segment),
    }
    seconds = segment.n_samples / wish.rate_hz
    return book.add(
        step_id,
        RENDER,
        params,
        {**inputs, **matches, **prints, **plugins.inputs},
        context={**context, "plugins": plugins.files},
        title="render",
        cost=seconds,
    )


def _plan_level(book: Book, target: ResolvedTarget, wish: AudioWish, rendered: RenderedUnits, suffix: str) -> str:
    inputs: dict[str, Input] = {}
    segments: list[dict[str, Any]] = []
    needs_audio = wish.level.limiter is not None
    for placed, steps in zip(rendered.units, rendered.renders, strict=True):
        for segment, step_id in zip(placed.segments, steps, strict=True):
            role = f"segment:{len(segments)}"
            inputs[role] = StepRef(step_id) if needs_audio else fact_of(step_id, "pieces")
            segments.append(
                {
                    "role": role,
                    "dtype": scratch_dtype(book, rendered.programme, wish.rate_hz, segment.segment),
                    "n_samples": segment.n_samples,
                    "regions": [list(r) for r in segment.regions],
                    "pieces": [p.to_json() for p in segment.pieces],
                }
            )
    if wish.like is not None:
        inputs["like"] = fact_of(wish.like, "gains_db")
    spans = [span for placed in rendered.units for span in placed.spans]
    groups = {word: n for n, word in enumerate(dict.fromkeys(s.level_group or s.key for s in spans))}
    offsets = dict(wish.level.offsets_lu)
    ceiling = wish.level.ceiling_dbtp
    params = {
        "spec": level_spec_to_json(wish.level),
        "rate_hz": wish.rate_hz,
        "margin_db": 0.0 if ceiling is None else margin_db(wish.bit_depth, wish.is_float, target.dither.type, ceiling),
        "anchor": _anchor(wish.level.anchor, spans, target),
        "tracks": [
            {"group": groups[s.level_group or s.key], "offset_lu": offsets.get(s.key, 0.0), "rate_hz": wish.rate_hz}
            for s in spans
        ],
        "segments": segments,
        "like_tracks": [_like_index(span, wish.like_keys) for span in spans],
    }
    seconds = sum(p.n_samples for p in rendered.units) / wish.rate_hz
    return book.add(
        f"{target.name}/level{suffix}",
        LEVEL,
        params,
        inputs,
        context={"jobs": book.jobs},
        title="solve the level",
        cost=seconds if needs_audio else 0.1,
    )


def _anchor(word: str, spans: Sequence[TrackSpan], target: ResolvedTarget) -> int | None:
    """Number of the track that an anchor names: by its own key, or by the one whose gain it takes."""
    keys = [s.key for s in spans]
    if word in keys:
        return keys.index(word)
    gain_of = {s.key: s.gain_of for unit in target.programme.units for s in unit.timeline.tracks}
    return keys.index(gain_of[word]) if gain_of.get(word) in keys else None


def _like_index(span: TrackSpan, keys: Sequence[str]) -> int | None:
    """Number of the track elsewhere whose gain this one takes."""
    for key in (span.key, span.gain_of, span.key.split("@")[0]):
        if key in keys:
            return list(keys).index(key)
    return None


def _plan_finishes(
    book: Book, target: ResolvedTarget, wish: AudioWish, rendered: RenderedUnits, level: str
) -> tuple[tuple[str, ...], ...]:
    finishes: list[tuple[str, ...]] = []
    count = 0
    programme = target.programme
    for number, (placed, steps) in enumerate(zip(rendered.units, rendered.renders, strict=True)):
        ids = []
        for n, (segment, render) in enumerate(zip(placed.segments, steps, strict=True)):
            params = {
                "rate_hz": wish.rate_hz,
                "dtype": scratch_dtype(book, programme, wish.rate_hz, segment.segment),
                "regions": [list(r[:2]) for r in segment.regions],
                "cuts": [list(c[:2]) for c in segment.cuts],
                "bit_depth": wish.bit_depth,
                "is_float": wish.is_float,
                "dither": {"type": target.dither.type, "curve": target.dither.curve, "silence": target.dither.silence},
                "float_copy": wish.float_copy,
                "may_be_exact": is_untouched(book, programme, wish.rate_hz, segment.segment.clips),
                "exact": exact_stretches(book, programme, wish.rate_hz, segment.segment, wish.bit_depth),
            }
            inputs: dict[str, Input] = {"render": StepRef(render), "level": fact_of(level, f"segments/{count}")}
            ids.append(
                book.add(
                    f"{target.name}/finish{wish.suffix}/{_unit_word(target, number)}{n + 1}",
                    FINISH,
                    params,
                    inputs,
                    title="gain, limiter, dither",
                    cost=segment.n_samples / wish.rate_hz,
                )
            )
            count += 1
        finishes.append(tuple(ids))
    return tuple(finishes)


def _plan_track(
    book: Book,
    target: ResolvedTarget,
    wish: AudioWish,
    unit: int,
    placed: PlacedUnit,
    finishes: Sequence[str],
    track: PlacedTrack,
) -> PlannedTrack:
    parts, inputs = cut_inputs(placed, finishes, track)
    params = {
        "parts": [list(p) for p in parts],
        "bit_depth": wish.bit_depth,
        "is_float": wish.is_float,
        "rate_hz": wish.rate_hz,
    }
    measure = book.add(
        f"{target.name}/measure{wish.suffix}/{track.span.key}",
        MEASURE,
        params,
        inputs,
        title=f"measure {track.span.key}",
        cost=(track.end - track.start) / wish.rate_hz,
    )
    return PlannedTrack(track, unit, parts, inputs, measure)


def cut_inputs(
    placed: PlacedUnit, finishes: Sequence[str], track: PlacedTrack
) -> tuple[tuple[tuple[str, int, int], ...], dict[str, Input]]:
    """What a track takes from finished segments, each pinned to the content of the cut."""
    parts: list[tuple[str, int, int]] = []
    inputs: dict[str, Input] = {}
    for n, (segment, cut) in enumerate(track.parts):
        role = f"segment:{n}"
        start, end, _ = placed.segments[segment].cuts[cut]
        parts.append((role, start, end))
        inputs[role] = StepRef(finishes[segment], f"cuts/{cut}")
    return tuple(parts), inputs
