"""Places parts on one timeline: where each one's audio stands, and the clips that make it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from release.manifest.resolving.part import Slot, nameless
from release.manifest.resolving.problems import Problems
from release.model.programme import Clip


@dataclass(frozen=True, slots=True)
class LaidTrack:
    """Where the audio of a slot stands."""

    slot: Slot
    audio_start: int
    audio_end: int
    gap: int

    @property
    def asked_start(self) -> int:
        """Where number and file cut are asked for."""
        return self.audio_start + self.slot.part.track_start


@dataclass(frozen=True, slots=True)
class Laid:
    """A unit with every sample in its place, before track starts go to any grid.

    Attributes:
        clips: sources and room tone, in order.
        tracks: in order.
        length: one past the last sample.
    """

    clips: tuple[Clip, ...]
    tracks: tuple[LaidTrack, ...]
    length: int

    def has_sound_before(self, position: int) -> bool:
        """True when the sample before a position lies in a clip: a cut there is inside sound."""
        return any(clip.position < position <= clip.end for clip in self.clips)


def lay_out(slots: tuple[Slot, ...], problems: Problems) -> Laid:
    """Place the slots one after the other.

    Sample 0 is the start of the first audio or of the first numbered track, whichever is earlier.
    """
    tracks: list[LaidTrack] = []
    clips: list[Clip] = []
    position = 0
    for slot in slots:
        gap = slot.before.approach.gap if tracks and slot.before.approach is not None else 0
        start = position + gap
        if tracks and gap < 0:
            _check_overlap(tracks[-1].slot, slot, -gap, problems)
        if tracks and gap > 0 and slot.before.approach is not None and slot.before.approach.fill is not None:
            clips.append(Clip(slot.before.approach.fill, 0, gap, position, repeats=True))
        _check_fades(slot, problems)
        if tracks and is_one_clip(tracks[-1].slot, slot):
            _check_one_clip(tracks[-1].slot, slot, problems)
            clips[-1] = replace(clips[-1], length=clips[-1].length + slot.part.length, fade_out=slot.fade_out)
        else:
            clips.append(_clip(slot, start))
        tracks.append(LaidTrack(slot, start, start + slot.part.length, gap))
        position = start + slot.part.length
    first = next((t for t in tracks if not t.slot.inside), None)
    shift = max(0, -first.asked_start) if first is not None else 0
    return _shifted(clips, tracks, shift)


def _clip(slot: Slot, position: int) -> Clip:
    part = slot.part
    return Clip(
        part.source, part.source_start, part.length, position, part.gain_db, part.chain, slot.fade_in, slot.fade_out
    )  # fmt: skip


def _shifted(clips: list[Clip], tracks: list[LaidTrack], by: int) -> Laid:
    moved = tuple(replace(c, position=c.position + by) for c in clips)
    placed = tuple(replace(t, audio_start=t.audio_start + by, audio_end=t.audio_end + by) for t in tracks)
    return Laid(moved, placed, max((c.end for c in moved), default=0))


def is_one_clip(earlier: Slot, later: Slot) -> bool:
    """True when two joined neighbours are consecutive samples of one source."""
    approach = later.before.approach
    return (
        later.before.joined
        and approach is not None
        and approach.gap == 0
        and not approach.is_crossfade
        and earlier.part.source == later.part.source
        and earlier.part.source_start + earlier.part.length == later.part.source_start
    )


def _check_one_clip(earlier: Slot, later: Slot, problems: Problems) -> None:
    """One clip has one chain, one gain and no fade inside it."""
    one, two = earlier.part, later.part
    pair = f"'{one.key}' and '{two.key}' run on in {two.source} without a gap and are one clip"
    if one.gain_db != two.gain_db:
        problems.add(
            (*two.loc, "gain"), f"{pair}: their gains differ ({one.gain_db:g} dB and {two.gain_db:g} dB)",
            "write the same gain for both, or a gap between them", "one-clip",
        )  # fmt: skip
    if nameless(one.chain) != nameless(two.chain):
        problems.add(
            (*two.loc, "process"), f"{pair}: their chains differ",
            "write the same process for both, or a gap between them", "one-clip",
        )  # fmt: skip
    for slot, key, fade in ((earlier, "fade_out", earlier.fade_out), (later, "fade_in", later.fade_in)):
        if fade is not None:
            problems.add(
                (*slot.part.loc, key), f"{pair}: a fade cannot stand inside it", f"leave {key} out", "one-clip"
            )


def _check_fades(slot: Slot, problems: Problems) -> None:
    for what, fade in (("fade-in", slot.fade_in), ("fade-out", slot.fade_out)):
        if fade is not None and fade.length > slot.part.length:
            problems.add(
                slot.part.loc,
                f"the {what} of '{slot.part.key}' lasts {fade.length} samples, the track has only {slot.part.length}",
                "write a shorter fade",
                "fade-too-long",
            )


def _check_overlap(earlier: Slot, later: Slot, overlap: int, problems: Problems) -> None:
    shorter = min(earlier.part, later.part, key=lambda part: part.length)
    if overlap > shorter.length:
        is_crossfade = later.before.approach is not None and later.before.approach.is_crossfade
        problems.add(
            (*later.part.loc, "crossfade" if is_crossfade else "gap"),
            f"'{later.part.key}' overlaps '{earlier.part.key}' by {overlap} samples, "
            f"but '{shorter.key}' has only {shorter.length}",
            "write a shorter overlap",
            "overlap",
        )
