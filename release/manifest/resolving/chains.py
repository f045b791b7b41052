"""Every chain against the programme's rate, at which all of them run: what the ranges of a step alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.dsp.steps import registry
from release.dsp.steps.registry import STEP_KINDS
from release.manifest.fields import did_you_mean, source_id
from release.manifest.process import Process
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.programme import Value
from release.model.source import SourceInfo


def check_chains(project: Project, rate_hz: int, problems: Problems) -> None:
    """Note each step that cannot run at the programme's rate, such as a filter above half of it."""
    for chain, loc in chains(project):
        for index, step in enumerate(chain):
            if step.kind == "denoise":
                _check_print(chain, (*loc, index, "denoise"), problems)
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


def check_prints(project: Project, sources: Mapping[str, SourceInfo], problems: Problems) -> None:
    """Note each region that a print is learned from and that its source, or that of a version, does not have."""
    for index, track in enumerate(project.tracks):
        named = {"its source": track.source, **{f"version {n}": v.source for n, v in track.versions.items()}}
        for number, step in enumerate(track.process):
            region = step.parameters.get("learn") if step.kind == "denoise" else ()
            if not isinstance(region, tuple) or not region:
                continue
            for what, path in named.items():
                info = sources.get(source_id(path))
                if info is not None and region[1] > info.duration_s:
                    problems.add(
                        ("tracks", index, "process", number, "denoise", "learn"),
                        f"the noise print ends at {region[1]:g} s, but {what} has only {float(info.duration_s):.3f} s",
                        "name a region inside the source, or a file: print: …",
                        "outside-source",
                    )


def chains(project: Project) -> Iterator[tuple[Process, Loc]]:
    """Every chain of a project with its place."""
    for index, track in enumerate(project.tracks):
        yield track.process, ("tracks", index, "process")
    yield project.sequence.process, ("sequence", "process")
    for name, target in project.targets.items():
        yield target.process, ("targets", name, "process")
