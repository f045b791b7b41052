"""Noise prints held against the audio itself before anything is planned: digital silence teaches nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from release.errors import ManifestError, Problem
from release.manifest.fields import source_id
from release.manifest.load import LoadedManifest
from release.model.project import ResolvedProject
from release.model.source import SourceInfo

BLOCK_SAMPLES = 65_536


def refuse_silent_prints(manifest: LoadedManifest, project: ResolvedProject, paths: Mapping[str, Path]) -> None:
    """Read what ``denoise`` would learn from; of all other projects, nothing.

    Raises:
        ManifestError: naming each print that is digital silence.
    """
    problems: list[Problem] = []
    for index, track in enumerate(manifest.project.tracks):
        for number, step in enumerate(track.process):
            if step.kind != "denoise":
                continue
            region, file = step.parameters["learn"], str(step.parameters["print"])
            named = [file] if file else [track.source, *(v.source for v in track.versions.values())]
            for source in dict.fromkeys(map(source_id, named)):
                start, end = region if isinstance(region, tuple) and region else (0.0, 1e9)
                if source in project.sources and is_black(paths[source], project.sources[source], start, end):
                    place = ("tracks", index, "process", number, "denoise", "print" if file else "learn")
                    problem = f"the noise print is digital silence in {source}"
                    remedy = "name a part with the noise in it"
                    problems.append(Problem(manifest.where(*place), problem, remedy, "silent-print"))
    if problems:
        raise ManifestError("noise prints that hold nothing", problems=problems)


def is_black(path: Path, info: SourceInfo, start_s: float, end_s: float) -> bool:
    """Whether a part of a source is nothing but zeros; read only as far as it takes to know."""
    from release.audio.reader import open_reader

    with open_reader(path, info) as reader:
        at, end = round(start_s * info.sample_rate_hz), min(round(end_s * info.sample_rate_hz), reader.n_samples)
        while at < end:
            block = reader.read(at, min(BLOCK_SAMPLES, end - at))
            if not len(block):
                break
            if block.any():
                return False
            at += len(block)
    return True
