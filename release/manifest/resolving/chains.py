"""Every chain against the programme's rate, at which all of them run: what the ranges of a step alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.dsp.steps import registry
from release.manifest.fields import did_you_mean
from release.manifest.process import Process
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.programme import Value


def check_chains(project: Project, rate_hz: int, problems: Problems) -> None:
    """Note each step that cannot run at the programme's rate, such as a filter above half of it."""
    for chain, loc in chains(project):
        for index, step in enumerate(chain):
            if step.kind == "match_eq":
                _check_match(project, step.parameters, (*loc, index, "match_eq"), problems)
            try:
                registry.check(step.kind, step.parameters, rate_hz, acts_on=step.channels)
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
    if track and track not in ids:
        problems.add((*loc, "track"), f"there is no track '{track}'", did_you_mean(track, ids), "unknown-track")


def chains(project: Project) -> Iterator[tuple[Process, Loc]]:
    """Every chain of a project with its place."""
    for index, track in enumerate(project.tracks):
        yield track.process, ("tracks", index, "process")
    yield project.sequence.process, ("sequence", "process")
    for name, target in project.targets.items():
        yield target.process, ("targets", name, "process")
