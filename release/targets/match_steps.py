"""The steps behind ``match_eq``: spectra of sources, and gains from them, as inputs of a render."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from release.model.programme import Clip, Timeline
from release.model.project import ResolvedProject
from release.pipeline.step import Input, StepRef, fact_of
from release.stages.match import MATCH, SPECTRUM
from release.stages.render import SourceFile
from release.targets.book import Book
from release.units import convert_position


def plan_matches(book: Book, clips: Sequence[Clip]) -> tuple[tuple[Clip, ...], dict[str, Input]]:
    """Clips whose ``match_eq`` names a role instead of a reference, and the inputs in those roles."""
    roles: dict[str, Input] = {}
    made: list[Clip] = []
    for clip in clips:
        if not clip.chain or clip.chain[0].kind != "match_eq":
            made.append(clip)
            continue
        role = f"match:{len(roles)}"
        roles[role] = StepRef(_plan_match(book, clip), "gains_db", files=False)
        # Only the gains and the phase decide the samples: names and files stay out of the key.
        values = (("phase", dict(clip.chain[0].parameters)["phase"]), ("track", role))
        made.append(replace(clip, chain=(replace(clip.chain[0], parameters=values), *clip.chain[1:])))
    return tuple(made), roles


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a source: a track's audio, or a whole reference; in samples of the source itself."""

    source: str
    start: int
    end: int


def own_stretch(project: ResolvedProject, clip: Clip) -> Stretch:
    """What ``match_eq`` at the head of a clip's chain takes for the track's own tone."""
    return _stretch(project, clip.source, clip.source_start, clip.source_start + clip.length)


def other_stretches(project: ResolvedProject, clip: Clip) -> list[Stretch]:
    """What it is compared with: a file, a track, or all of the main order."""
    values = dict(clip.chain[0].parameters)
    if values["reference"]:
        source = str(values["reference"])
        return [Stretch(source, 0, project.sources[source].n_samples)]
    return [
        _stretch(project, source, start, end)
        for key, source, start, end in _stretches(project.programme)
        if values["track"] in ("", key)
    ]


def _plan_match(book: Book, clip: Clip) -> str:
    values = dict(clip.chain[0].parameters)
    others = [_plan_spectrum(book, other) for other in other_stretches(book.project, clip)]
    own = _plan_spectrum(book, own_stretch(book.project, clip))
    inputs: dict[str, Input] = {"own": fact_of(own, "levels_db")}
    inputs |= {f"other:{n}": fact_of(other, "levels_db") for n, other in enumerate(others)}
    return book.add(
        f"match/{clip.source}/{clip.source_start}",
        MATCH,
        {"amount": values["amount"], "limit": values["limit"]},
        inputs,
        title=f"match the tone of {clip.source}",
        cost=0.1,
        numbered=True,
    )


def _stretches(programme: Timeline) -> list[tuple[str, str, int, int]]:
    """Key, source, start and end in it, of the audio of every track of the main order."""
    found = []
    for span in programme.tracks:
        for clip in programme.clips:
            if not clip.repeats and clip.position <= span.audio_start < clip.end and span.audio_end <= clip.end:
                start = clip.source_start + span.audio_start - clip.position
                found.append((span.key, clip.source, start, start + span.audio_end - span.audio_start))
                break
    return found


def _stretch(project: ResolvedProject, source: str, start: int, end: int) -> Stretch:
    rate_hz, own_hz = project.programme.rate_hz, project.sources[source].sample_rate_hz
    return Stretch(source, convert_position(start, rate_hz, own_hz), convert_position(end, rate_hz, own_hz))


def _plan_spectrum(book: Book, part: Stretch) -> str:
    info = book.info(part.source)
    return book.add(
        f"spectrum/{part.source}/{part.start}",
        SPECTRUM,
        {"start": part.start, "end": part.end},
        {"file": fact_of(book.source(part.source), "sha256")},
        context={"source": SourceFile(book.paths[part.source], info)},
        title=f"measure the tone of {part.source}",
        cost=(part.end - part.start) / info.sample_rate_hz,
        numbered=True,
    )
