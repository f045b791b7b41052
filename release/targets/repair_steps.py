"""The steps behind repairs: noise prints as inputs of a render, and one log of all renders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from release.model.programme import Clip, ProcessStep, TargetProgramme, Timeline
from release.pipeline.step import Input, StepRef, fact_of
from release.stages.clip_json import chain_to_json
from release.stages.noise_print import NOISE_PRINT
from release.stages.render import SourceFile
from release.stages.repair_log import is_repair
from release.stages.repairs import REPAIRS
from release.targets.book import Book
from release.targets.geometry import PlacedUnit


def plan_prints(book: Book, clips: Sequence[Clip]) -> tuple[tuple[Clip, ...], dict[str, Input]]:
    """Clips whose ``denoise`` names a role instead of a region or a file, and the inputs in those roles."""
    roles: dict[str, Input] = {}
    made: list[Clip] = []
    for clip in clips:
        chain: list[ProcessStep] = []
        for number, step in enumerate(clip.chain):
            if step.kind != "denoise":
                chain.append(step)
                continue
            role = f"print:{len(roles)}"
            roles[role] = StepRef(_plan_print(book, clip, number), "powers", files=False)
            values = {**dict(step.parameters), "learn": (), "print": role}
            chain.append(replace(step, parameters=tuple(sorted(values.items()))))
        made.append(replace(clip, chain=tuple(chain)) if clip.chain else clip)
    return tuple(made), roles


def _plan_print(book: Book, clip: Clip, number: int) -> str:
    values = dict(clip.chain[number].parameters)
    region = values["learn"] if isinstance(values["learn"], tuple) and values["learn"] else (0.0, 0.0)
    source = str(values["print"]) or clip.source
    return book.add(
        f"noise-print/{source}/{region[0]:g}-{number}",
        NOISE_PRINT,
        {
            "start_s": region[0],
            "end_s": region[1],
            "gain_db": clip.gain_db,
            "before": chain_to_json(clip.chain[:number]),
            "rate_hz": book.project.programme.rate_hz,
        },
        {"file": fact_of(book.source(source), "sha256")},
        context={"source": SourceFile(book.paths[source], book.info(source)), "name": source},
        title=f"learn the noise of {source}",
        cost=1.0,
        numbered=True,
    )


@dataclass(frozen=True, slots=True)
class RepairPlace:
    """A render that keeps a log.

    Attributes:
        timeline: that it renders a part of.
        start: where on it the render begins, at the programme's rate.
        clips: in the order of the log.
        chain: over the whole render.
        word: whose chain that is: ``target`` or ``sequence``.
    """

    timeline: Timeline
    start: int
    clips: tuple[Clip, ...]
    chain: tuple[ProcessStep, ...]
    word: str


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """The step that gathers the logs of a target's renders, and what they are about, in the order of its roles."""

    step_id: str
    places: tuple[RepairPlace, ...]


def plan_repairs(book: Book, step_id: str, renders: Sequence[tuple[str, RepairPlace]]) -> RepairPlan | None:
    """The step that gathers the logs of renders; None where none of them keeps one."""
    keeping = [(r, p) for r, p in renders if is_repair(p.chain) or any(is_repair(clip.chain) for clip in p.clips)]
    if not keeping:
        return None
    inputs: dict[str, Input] = {f"render:{n:04}": fact_of(r, "repairs") for n, (r, _) in enumerate(keeping)}
    found = book.add(step_id, REPAIRS, {}, inputs, title="gather what was repaired", cost=0.1)
    return RepairPlan(found, tuple(place for _, place in keeping))


def repair_places(
    programme: TargetProgramme, units: Sequence[PlacedUnit], renders: Sequence[Sequence[str]], runs: Mapping[str, str]
) -> list[tuple[str, RepairPlace]]:
    """Every render of a programme with what its log would be about."""
    found = [
        (runs[run.id], RepairPlace(run.timeline, 0, run.timeline.clips, run.chain, "sequence"))
        for run in programme.sequences
    ]
    for unit, placed, steps in zip(programme.units, units, renders, strict=True):
        for part, step_id in zip(placed.segments, steps, strict=True):
            segment = part.segment
            place = RepairPlace(unit.timeline, segment.start, segment.clips, programme.chain, "target")
            found.append((step_id, place))
    return found
