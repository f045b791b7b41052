"""What checks look at: frozen records of facts, one type for each kind of thing that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from release.model.disc import Disc
from release.model.disc_hidden import NOTHING_HIDDEN, HiddenParts
from release.model.measurement import Loudness
from release.model.metadata import ReleaseInfo, TrackInfo
from release.model.programme import Shift
from release.model.project import ResolvedProject, Waiver
from release.model.source import SourceFacts
from release.model.target import ResolvedTarget
from release.qc.profiles import Limits, default_limits

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from release.dsp.meters.delivered import DeliveredFacts


@dataclass(frozen=True, slots=True)
class SourceUse:
    """How one track uses a source; seconds count in the source.

    Attributes:
        joined_before: True when a join leads into this track, so that its start is meant to be cut.
        joined_after: True when a join leads out of it.
        chain_kinds: kinds of the steps that act on it (``highpass``).
    """

    track: str
    start_s: float
    end_s: float
    has_fade_in: bool = False
    has_fade_out: bool = False
    joined_before: bool = False
    joined_after: bool = False
    chain_kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceContext:
    """One source file, as scanned, and the tracks that use it."""

    source: str
    facts: SourceFacts
    uses: tuple[SourceUse, ...] = ()
    limits: Limits = field(default_factory=default_limits)

    @property
    def track(self) -> str | None:
        """The track that findings are filed under: the first that uses the source."""
        return self.uses[0].track if self.uses else None

    def track_at(self, seconds: float) -> str | None:
        """The track that plays a moment of the source, None where none does."""
        return next((use.track for use in self.uses if use.start_s <= seconds < use.end_s), None)

    def is_used(self, seconds: float) -> bool:
        """True when the moment is heard in some track, or when uses are not known."""
        return not self.uses or self.track_at(seconds) is not None


@dataclass(frozen=True, slots=True)
class ProgrammeContext:
    """The whole project: what is true of it whatever the target."""

    project: ResolvedProject
    facts: Mapping[str, SourceFacts] = field(default_factory=dict)
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class GainFact:
    """The gain that a track got, and what was wanted.

    Attributes:
        aim_lufs: loudness wanted of what was matched (the track, its group, the album), offset included.
        reached_lufs: loudness of the same as delivered; None takes the track's own.
        held_back_lu: how far the ceiling or the limiter's ``max_reduction`` keeps it from its aim, 0 or more.
        held_back_by: track whose peak forbade it.
        held_back_why: ``ceiling``, ``max-reduction``, or ``limiter`` where more gain brought no loudness.
        held_back_at_s: where in that track.
        needs_db: the greatest ``max_reduction`` that was tried to reach the aim; None where none was.
        lacks_lu: what was still lacking with it; 0 where it reached the aim.
    """

    track: str
    gain_db: float
    reason: str = ""
    aim_lufs: float | None = None
    reached_lufs: float | None = None
    held_back_lu: float = 0.0
    held_back_by: str | None = None
    held_back_why: str = ""
    held_back_at_s: float | None = None
    needs_db: float | None = None
    lacks_lu: float = 0.0


@dataclass(frozen=True, slots=True)
class DeliverableFact:
    """One deliverable as it was read back. ``verified`` holds what was compared and whether it agreed."""

    path: str
    format: str
    role: str = "audio"
    track: str | None = None
    is_lossy: bool = False
    sample_rate_hz: int | None = None
    samples: int | None = None
    loudness: Loudness | None = None
    true_peak_at_s: float | None = None
    verified: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetContext:
    """One target as delivered.

    Attributes:
        loudness: of each delivered PCM track, by key.
        true_peak_at_s: where its true peak lies, by key.
        album: loudness of all tracks together.
        sources: scanned facts of the source behind each track, by key.
        clipped: samples that were cut off at full scale, and the time of the first, of each track that has any.
        delivered: how the channels of each track go together, and how it starts and ends, by key.
        powers: K-weighted power of every 400 ms block, one each 100 ms, by key.
    """

    target: ResolvedTarget
    loudness: Mapping[str, Loudness] = field(default_factory=dict)
    true_peak_at_s: Mapping[str, float] = field(default_factory=dict)
    album: Loudness | None = None
    gains: tuple[GainFact, ...] = ()
    deliverables: tuple[DeliverableFact, ...] = ()
    sources: Mapping[str, SourceFacts] = field(default_factory=dict)
    clipped: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    delivered: Mapping[str, DeliveredFacts] = field(default_factory=dict)
    powers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class DiscContext:
    """One compact disc of a target.

    Attributes:
        number: counts from 1.
        shifts: those of the target, on its first disc.
        images: forms in which it is written: ``ddp``, ``cue``, ``bin``, ``toc``.
        hidden: what it plays beside its numbered tracks.
        names: what sentences call the tracks of the target, by key; those without one by their key.
    """

    target: str
    disc: Disc
    number: int = 1
    shifts: tuple[Shift, ...] = ()
    images: tuple[str, ...] = ()
    hidden: HiddenParts = NOTHING_HIDDEN
    names: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class SideContext:
    """One side of a vinyl or cassette target, gaps counted.

    Attributes:
        kind: ``vinyl`` or ``cassette``.
        carrier: key in the side-length data: ``12in-33``, ``7in-45``; ``cassette`` for tapes.
        tape_minutes: both sides together, for cassettes.
        other_lengths_s: lengths of the carrier's other sides by name.
    """

    target: str
    kind: str
    name: str
    length_s: float
    carrier: str
    tape_minutes: int | None = None
    other_lengths_s: tuple[tuple[str, float], ...] = ()
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class MetadataContext:
    """Codes and texts of one target, its edition laid over the release. ``tracks`` in order, hidden ones left out."""

    target: str
    kind: str
    release: ReleaseInfo
    tracks: tuple[TrackInfo, ...]
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class WrittenText:
    """A text of a deliverable beside the text that was asked for.

    Attributes:
        place: file, or files, that it stands in or names: ``flac/01 Tide``, ``LTR014-A.wav``.
        asked: as the manifest has it.
        used: as it is written.
        track: key, or None for a disc or a side.
    """

    place: str
    asked: str
    used: str
    track: str | None = None


@dataclass(frozen=True, slots=True)
class WrittenContext:
    """Texts of a target that a file system or a format may force to change.

    Attributes:
        names: of its files, without extension.
        descriptions: of its WAV files, in the bext chunk.
    """

    target: str
    names: tuple[WrittenText, ...] = ()
    descriptions: tuple[WrittenText, ...] = ()


@dataclass(frozen=True, slots=True)
class ArtworkFacts:
    """What opening the artwork showed.

    Attributes:
        problem: why it could not be read, or empty; the other fields are then 0 or empty.
        format: ``PNG``, ``JPEG``…
        mode: Pillow's word: ``RGB``, ``CMYK``, ``RGBA``, ``L``, ``P``, ``I;16``.
        orientation: EXIF orientation; 1 is upright.
    """

    bytes: int
    problem: str = ""
    format: str = ""
    mode: str = ""
    width: int = 0
    height: int = 0
    orientation: int = 1


@dataclass(frozen=True, slots=True)
class ArtworkContext:
    """The front picture; ``facts`` is None when the manifest names none. ``kinds`` are the kinds of all targets."""

    path: str
    facts: ArtworkFacts | None
    kinds: tuple[str, ...] = ()
    limits: Limits = field(default_factory=default_limits)


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """A rendered document and the texts that its fonts cannot show.

    Attributes:
        document: its path.
        target: whose paper it is, such as a PQ sheet that goes to a plant; None for the QC report.
    """

    document: str
    missing: tuple[str, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True)
class WaiverContext:
    """A waiver after all checks ran.

    Attributes:
        matches: findings that it covers.
        is_known: False when no check has that id.
        can_be_waived: False when the check cannot be waived.
        as_of: the day that its expiry is judged on; without one, a waiver that ends does not count.
    """

    waiver: Waiver
    matches: int
    is_known: bool = True
    can_be_waived: bool = True
    as_of: date | None = None
