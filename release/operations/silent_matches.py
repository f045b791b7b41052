"""What ``match_eq`` compares, heard before anything is planned: where nothing sounds there is no tone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from release.errors import ManifestError, Problem
from release.manifest.load import LoadedManifest
from release.model.programme import Clip, Timeline
from release.model.project import ResolvedProject
from release.model.source import SourceInfo
from release.targets.match_steps import Stretch, other_stretches, own_stretch

BLOCK_SAMPLES = 65_536
SILENT = "nothing in it reaches -60 dBFS"


def refuse_silent_matches(manifest: LoadedManifest, project: ResolvedProject, paths: Mapping[str, Path]) -> None:
    """Read what ``match_eq`` would compare, as far as the first sound; of all other projects, nothing.

    Raises:
        ManifestError: naming each step with a track or a reference in which nothing sounds.
    """

    @cache
    def sounds(part: Stretch) -> bool:
        return has_tone(paths[part.source], project.sources[part.source], part.start, part.end)

    found = [
        problem
        for key, clip in _matched(project)
        if (problem := _silent_problem(manifest, project, key, clip, sounds)) is not None
    ]
    if found:
        raise ManifestError("tones that cannot be compared", problems=list(dict.fromkeys(found)))


def has_tone(path: Path, info: SourceInfo, start: int, end: int) -> bool:
    """Whether ``match_eq`` finds anything to measure in a stretch of a source, in samples of its own."""
    from release.audio.reader import open_reader
    from release.dsp.tone_match import ToneMeter

    with open_reader(path, info) as reader:
        meter = ToneMeter(reader.rate_hz, reader.channels)
        end = min(end, reader.n_samples)
        for at in range(start, end, BLOCK_SAMPLES):
            meter.process(reader.read(at, min(BLOCK_SAMPLES, end - at)))
            if meter.has_heard:
                return True
        return meter.finish() is not None


def _matched(project: ResolvedProject) -> Iterator[tuple[str, Clip]]:
    """Track key and clip of every ``match_eq`` on any timeline."""
    for timeline in dict.fromkeys(_timelines(project)):
        for clip in timeline.clips:
            if clip.chain and clip.chain[0].kind == "match_eq" and not clip.repeats:
                for span in timeline.tracks:
                    if clip.position <= span.audio_start < clip.end:
                        yield span.key, clip


def _timelines(project: ResolvedProject) -> Iterator[Timeline]:
    yield project.programme
    for target in project.targets:
        yield from (unit.timeline for unit in target.programme.units)
        yield from (run.timeline for run in target.programme.sequences)


def _silent_problem(
    manifest: LoadedManifest, project: ResolvedProject, key: str, clip: Clip, sounds: Callable[[Stretch], bool]
) -> Problem | None:
    track = key.partition("@")[0]
    index = next(i for i, t in enumerate(manifest.project.tracks) if t.id == track)
    steps = manifest.project.tracks[index].process
    number = next((n for n, step in enumerate(steps) if step.kind == "match_eq"), None)
    if number is None:  # the clip of another track, over which this one only reaches
        return None
    place = ("tracks", index, "process", number, "match_eq")
    own = own_stretch(project, clip)
    if not sounds(own):
        problem = f"track '{key}' has no tone to match: {own.source} is silent here ({SILENT})"
        return Problem(manifest.where(*place), problem, "leave match_eq out there", "silent-match")
    if any(map(sounds, other_stretches(project, clip))):
        return None
    values = dict(clip.chain[0].parameters)
    word = "reference" if values["reference"] else "track"
    problem = f"track '{key}' cannot take the tone of '{values[word]}': it is silent ({SILENT})"
    remedy = "name a file or a track with music in it, or leave match_eq out"
    return Problem(manifest.where(*place, word), problem, remedy, "silent-match")
