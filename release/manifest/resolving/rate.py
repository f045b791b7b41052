"""The programme's rate, and the sources that decide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.manifest.fields import source_id
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.source import SourceInfo
from release.units import PROGRAMME_RATES_HZ


def source_uses(project: Project) -> Iterator[tuple[str, Loc]]:
    """Every source with the place that names it, in the order of the file."""
    sequence = project.sequence
    if sequence.gap.fill is not None:
        yield source_id(sequence.gap.fill), ("sequence", "gap", "fill")
    for index, track in enumerate(project.tracks):
        loc: Loc = ("tracks", index)
        yield source_id(track.source), (*loc, "source")
        if track.gap is not None and track.gap.fill is not None:
            yield source_id(track.gap.fill), (*loc, "gap", "fill")
        if track.unjoined is not None and track.unjoined.gap is not None and track.unjoined.gap.fill is not None:
            yield source_id(track.unjoined.gap.fill), (*loc, "unjoined", "gap", "fill")
        for name, version in track.versions.items():
            yield source_id(version.source), (*loc, "versions", name, "source")
    for name, target in project.targets.items():
        for ref, gap in target.gaps.items():
            if gap.fill is not None:
                yield source_id(gap.fill), ("targets", name, "gaps", ref, "fill")


def reference_uses(project: Project) -> Iterator[tuple[str, Loc]]:
    """Every file that is only compared with, with the place that names it; it is heard nowhere."""
    for index, track in enumerate(project.tracks):
        for number, step in enumerate(track.process):
            reference = step.parameters.get("reference") if step.kind == "match_eq" else ""
            if reference:
                yield str(reference), ("tracks", index, "process", number, "match_eq", "reference")
            noise = step.parameters.get("print") if step.kind == "denoise" else ""
            if noise:
                yield str(noise), ("tracks", index, "process", number, "denoise", "print")


def programme_rate(project: Project, sources: Mapping[str, SourceInfo], problems: Problems) -> int:
    """The rate of the programme in Hz: as written, or the one that all sources share.

    With a problem noted, the best guess is returned, so that other problems are found in the same pass.
    """
    if project.sequence.sample_rate is not None:
        return project.sequence.sample_rate
    used = dict.fromkeys(source for source, _ in source_uses(project) if source in sources)
    rates = {sources[source].sample_rate_hz for source in used}
    allowed = ", ".join(f"{rate / 1000:g}" for rate in PROGRAMME_RATES_HZ)
    if len(rates) > 1:
        listed = ", ".join(f"{source} {sources[source].sample_rate_hz / 1000:g} kHz" for source in used)
        problems.add(
            ("sequence",),
            f"the sources have different sample rates: {listed}",
            f"say which the programme has: sequence: {{sample_rate: {max(rates) / 1000:g} kHz}}",
            "mixed-rates",
        )
    rate = max(rates, default=44_100)
    if rate in PROGRAMME_RATES_HZ:
        return rate
    if len(rates) == 1:
        problems.add(
            ("sequence",),
            f"the sources have {rate / 1000:g} kHz, which a programme cannot have",
            f"write sequence: {{sample_rate: …}} with one of {allowed} kHz",
            "bad-rate",
        )
    return 44_100
