"""The steps behind the cohesion section: the tone of each delivered track of one target."""

from __future__ import annotations

from collections.abc import Sequence

from release.model.target import ResolvedTarget
from release.stages.tone import TONE
from release.targets.audio_steps import PlannedAudio
from release.targets.book import Book

KIND_ORDER = ("streaming", "download", "cd", "vinyl", "cassette")


def compared_target(targets: Sequence[ResolvedTarget]) -> ResolvedTarget | None:
    """The target whose tracks are laid side by side: the one with most of them, files before discs before sides.

    None where no target has two.
    """
    counts = {
        target.name: sum(span.number is not None for unit in target.programme.units for span in unit.timeline.tracks)
        for target in targets
    }
    able = [target for target in targets if counts[target.name] > 1]
    return min(able, key=lambda t: (-counts[t.name], KIND_ORDER.index(t.kind)), default=None)


def plan_tones(book: Book, target: ResolvedTarget, audio: PlannedAudio) -> tuple[str, ...]:
    """A step for each track, in order."""
    return tuple(
        book.add(
            f"{target.name}/tone/{track.key}",
            TONE,
            {
                "parts": [list(p) for p in track.parts],
                "bit_depth": audio.bit_depth,
                "is_float": audio.is_float,
                "rate_hz": audio.rate_hz,
            },
            track.inputs,
            title=f"listen to the tone of {track.key}",
            cost=0.02 * track.n_samples / audio.rate_hz,
        )
        for track in audio.tracks
    )
