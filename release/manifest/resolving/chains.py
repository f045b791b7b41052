"""Every chain against the programme's rate, at which all of them run: what the ranges of a step alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.dsp.steps import registry
from release.dsp.steps.denoise import SHORTEST_S
from release.dsp.steps.registry import STEP_KINDS
from release.manifest.fields import did_you_mean, source_id
from release.manifest.process import Process
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.programme import Value
from release.model.source import SourceInfo

SHORTEST_REFERENCE_S = 3.0
"""Less has no long-term spectrum."""


def check_chains(project: Project, rate_hz: int, problems: Problems) -> None:
    """Note each step that cannot run at the programme's rate, such as a filter above half of it."""
    for chain, loc in chains(project):
        for index, step in enumerate(chain):
            if step.kind == "denoise":
                _check_print(chain, (*loc, index, "denoise"), problems)
            if step.kind == "match_eq":
                _check_match(project, step.parameters, (*loc, index, "match_eq"), problems)
            try:
                registry.check(step.kind, step.parameters_at(rate_hz), rate_hz, acts_on=step.channels)
            except ValueError as exc:
                parameter, _, problem = str(exc).partition(": ")
                is_named = parameter in step.parameters
                place = (*loc, index, step.kind, *([parameter] if is_named else []))
                problems.add(place, problem if is_named else str(exc), "change it, or leave the step out", "bad-step")


def _check_match(project: Project, parameters: Mapping[str, Value], loc: Loc, problems: Problems) -> None:
    """What ``match_eq`` measures is the source of a track: it stands first there, and nowhere else."""
    if loc[0] != "tracks" or loc[-2] != 0:
        problems.add(
            loc,
            "match_eq measures the source of a track: it can only be the first step of a track's chain",
            "move it there",
            "bad-step",
        )
    track = str(parameters["track"])
    ids = [t.id for t in project.tracks]
    if track and loc[0] == "tracks" and track == ids[int(loc[1])]:
        problems.add((*loc, "track"), f"track '{track}' would be matched with itself", "name another track", "bad-step")
    if not track and not parameters["reference"] and len(ids) == 1:
        problems.add(
            loc, "there is no other track whose tone could count", "name a file: {reference: path}", "bad-step"
        )
    if track and track not in ids:
        problems.add((*loc, "track"), f"there is no track '{track}'", did_you_mean(track, ids), "unknown-track")


def _check_print(chain: Process, loc: Loc, problems: Problems) -> None:
    """A noise print is learned from a track's own source, or a file beside it, through repairs only."""
    if loc[0] != "tracks":
        problems.add(
            loc,
            "denoise learns from a track's source: it can only be in a track's chain",
            "move it there",
            "bad-step",
        )
        return
    before = chain[: int(loc[-2])]
    other = next((step.kind for step in before if not STEP_KINDS[step.kind].strength or step.kind == "denoise"), "")
    if other:
        problems.add(
            loc,
            f"{other} stands before denoise and would change what its print was learned from",
            "put denoise before it; only other repairs may come earlier",
            "bad-step",
        )


def check_references(project: Project, sources: Mapping[str, SourceInfo], problems: Problems) -> None:
    """Note each reference of ``match_eq`` that is too short to have a tone."""
    for index, track in enumerate(project.tracks):
        for number, step in enumerate(track.process):
            info = sources.get(str(step.parameters["reference"])) if step.kind == "match_eq" else None
            if info is not None and info.duration_s < SHORTEST_REFERENCE_S:
                problems.add(
                    ("tracks", index, "process", number, "match_eq", "reference"),
                    f"{info.duration_s:.3f} s are too short for a tone to match",
                    f"{SHORTEST_REFERENCE_S:g} s are least; a whole piece is best",
                    "short-reference",
                )


def check_prints(project: Project, sources: Mapping[str, SourceInfo], problems: Problems) -> None:
    """Note each noise print that is not inside its source, or that cannot be one by its length."""
    for index, track in enumerate(project.tracks):
        heard = {"its source": track.source, **{f"version {n}": v.source for n, v in track.versions.items()}}
        found = {what: sources[source_id(path)] for what, path in heard.items() if source_id(path) in sources}
        for number, step in enumerate(track.process):
            if step.kind != "denoise":
                continue
            region, file = step.parameters["learn"], str(step.parameters["print"])
            place = ("tracks", index, "process", number, "denoise")
            if isinstance(region, tuple) and region:
                _check_region(region[1], found, (*place, "learn"), problems)
            elif file in sources:
                _check_print_file(sources[file], found, (*place, "print"), problems)


def _check_region(end_s: float, heard: Mapping[str, SourceInfo], loc: Loc, problems: Problems) -> None:
    for what, info in heard.items():
        if end_s > info.duration_s:
            problems.add(
                loc,
                f"the noise print ends at {end_s:g} s, but {what} has only {float(info.duration_s):.3f} s",
                "name a region inside the source, or a file: print: …",
                "outside-source",
            )


def _check_print_file(noise: SourceInfo, heard: Mapping[str, SourceInfo], loc: Loc, problems: Problems) -> None:
    length_s = float(noise.duration_s)
    if length_s < SHORTEST_S:
        problems.add(
            loc, f"{length_s:.3f} s are too short for a noise print", f"{SHORTEST_S:g} s are least", "short-print"
        )
    for what, info in heard.items():
        if noise.duration_s > info.duration_s:
            problems.add(
                loc,
                f"the noise print has {length_s:.3f} s, but {what} only {float(info.duration_s):.3f} s: "
                "that is hardly noise alone",
                "name a file with nothing but the noise, no longer than the track",
                "long-print",
            )


def chains(project: Project) -> Iterator[tuple[Process, Loc]]:
    """Every chain of a project with its place."""
    for index, track in enumerate(project.tracks):
        yield track.process, ("tracks", index, "process")
    yield project.sequence.process, ("sequence", "process")
    for name, target in project.targets.items():
        yield target.process, ("targets", name, "process")
