"""What a target kind gives the engine, and what the assembly needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from release.model.disc import Disc
from release.model.target import ResolvedTarget
from release.targets.audio_steps import PlannedAudio
from release.targets.book import PlannedFile


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """A target with its audio, its deliverables and the steps that must be done for it.

    Attributes:
        audio: the finished audio at the target's own rate.
        files: every deliverable but checksum lists.
        discs: of a CD target, by unit.
        tones: steps that listen to the tone of each track, where the tracks of this target are laid side by side.
    """

    target: ResolvedTarget
    audio: PlannedAudio
    files: tuple[PlannedFile, ...]
    discs: tuple[Disc, ...] = field(default=())
    tones: tuple[str, ...] = field(default=())

    @property
    def goals(self) -> tuple[str, ...]:
        """Steps whose results the assembly reads."""
        wanted = [f.step_id for f in self.files]
        wanted += [proof for f in self.files for proof in f.proofs]
        wanted += [track.measure for track in self.audio.tracks]
        wanted += self.tones
        wanted.append(self.audio.level)
        wanted += self.audio.plugins
        if self.audio.repairs is not None:
            wanted.append(self.audio.repairs.step_id)
        wanted += [finish for unit in self.audio.finishes for finish in unit]
        return tuple(dict.fromkeys(wanted))
