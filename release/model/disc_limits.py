"""What a disc may not be: limits of the format, and dated limits of plants that a waiver can lift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc, DiscTrack
from release.model.finding import Status
from release.model.identifiers import ISRC_PATTERN, check_digit
from release.units import format_msf

LAST_CD_FRAME = 99 * 4500 + 59 * 75 + 74
"""99:59:74, the last time that two-digit minutes can write (cd.md 1.2)."""
MOST_TRACKS = 99
MOST_INDEXES = 99


@dataclass(frozen=True, slots=True)
class CarrierProfile:
    """What plants take; receivers' rules are data with a date and a source, and can be waived.

    Attributes:
        name: for reports.
        as_of: when the figures were looked up.
        source: where they come from.
        warn_lead_out_cd_frames: a lead-out after this is a warning: the nominal length.
        ask_lead_out_cd_frames: a lead-out after this is a warning that asks for the plant's word.
        fail_lead_out_cd_frames: a lead-out after this is a failure.
        shortest_track_cd_frames: index 01 to the next index 01; less is a failure.
        shortest_sound_cd_frames: index 01 to the next point of any track; less is a warning.
        longest_first_pause_cd_frames: a longer pause before track 1 is a warning.
    """

    name: str
    as_of: str
    source: str
    warn_lead_out_cd_frames: int
    ask_lead_out_cd_frames: int
    fail_lead_out_cd_frames: int
    shortest_track_cd_frames: int
    shortest_sound_cd_frames: int
    longest_first_pause_cd_frames: int


RED_BOOK = CarrierProfile(
    name="red-book",
    as_of="2026-01",
    source="nominal 74:00:00 and the figure 79:57 from 'What Is A Red Book CD?' (about-audio-mastering-software.com; "
    "its last CD frame .74 is unverified); 78:00 is a usual bound of plants' forms (unverified); 4 s measured to index 01 "
    "by cue2ddp 1.1, to index 00 by REAPER's DDP help",
    warn_lead_out_cd_frames=74 * 4500,
    ask_lead_out_cd_frames=78 * 4500,
    fail_lead_out_cd_frames=79 * 4500 + 57 * 75 + 74,
    shortest_track_cd_frames=300,
    shortest_sound_cd_frames=300,
    longest_first_pause_cd_frames=225,
)


@dataclass(frozen=True, slots=True)
class LimitBreach:
    """One limit that a disc goes past.

    Attributes:
        id: short stable word (``track-too-short``).
        status: WARN or FAIL.
        message: one sentence with value and limit.
        track: number of the track, or None for the disc.
        value: what the disc has, CD frames or a count.
        limit: what is allowed.
        can_be_waived: False for limits of the format itself.
    """

    id: str
    status: Status
    message: str
    track: int | None = None
    value: int | None = None
    limit: int | None = None
    can_be_waived: bool = False


def limits(disc: Disc, profile: CarrierProfile = RED_BOOK) -> tuple[LimitBreach, ...]:
    """Every limit that the disc goes past, in the order of the disc."""
    return (
        *_shape(disc),
        *_first_track(disc, profile),
        *_order(disc),
        *_lengths(disc, profile),
        *_codes(disc),
        *_total(disc, profile),
    )


def _shape(disc: Disc) -> Iterator[LimitBreach]:
    count = len(disc.tracks)
    if not 1 <= count <= MOST_TRACKS:
        yield LimitBreach("track-count", Status.FAIL, f"{count} tracks; a disc has 1 to 99", None, count, MOST_TRACKS)
    for place, track in enumerate(disc.tracks, start=1):
        if track.number != place:
            yield LimitBreach(
                "track-number", Status.FAIL, f"track {track.number} stands where track {place} belongs", track.number
            )
        if len(track.indexes) > MOST_INDEXES:
            yield LimitBreach(
                "index-count",
                Status.FAIL,
                f"track {track.number} has index {len(track.indexes)}; the last is 99",
                track.number,
                len(track.indexes),
                MOST_INDEXES,
            )


def _first_track(disc: Disc, profile: CarrierProfile) -> Iterator[LimitBreach]:
    if not disc.tracks or not disc.tracks[0].indexes:
        return
    start = disc.tracks[0].start_cd_frames
    pause = disc.tracks[0].index00_cd_frames
    if pause != 0:
        what = "is missing" if pause is None else f"is at {format_msf(max(pause, 0))}"
        message = f"index 00 of track 1 {what}; it belongs at 00:00:00"
        yield LimitBreach("first-pause-missing", Status.FAIL, message, 1)
    if start < LEAD_PAUSE_CD_FRAMES:
        yield LimitBreach(
            "first-pause-short",
            Status.FAIL,
            f"track 1 starts at {format_msf(max(start, 0))}; it cannot start before 00:02:00",
            1,
            start,
            LEAD_PAUSE_CD_FRAMES,
        )
    longest = profile.longest_first_pause_cd_frames
    if start > longest:
        yield LimitBreach(
            "first-pause-long",
            Status.WARN,
            f"track 1 starts at {format_msf(start)}; plants expect no more than {format_msf(longest)} "
            "unless audio is hidden there",
            1,
            start,
            longest,
            can_be_waived=True,
        )


def _points(track: DiscTrack) -> tuple[int, ...]:
    return track.indexes if track.index00_cd_frames is None else (track.index00_cd_frames, *track.indexes)


def _order(disc: Disc) -> Iterator[LimitBreach]:
    before = -1
    for track in disc.tracks:
        if not track.indexes:
            yield LimitBreach("index-missing", Status.FAIL, f"track {track.number} has no index 01", track.number)
        for point in _points(track):
            if point <= before:
                yield LimitBreach(
                    "order",
                    Status.FAIL,
                    f"track {track.number}: the index at {format_msf(max(point, 0))} does not come after the one "
                    f"before it, at {format_msf(before)}",
                    track.number,
                    point,
                    before,
                )
            before = point  # one impossible time is told once, not at every point after it
    if disc.lead_out_cd_frames <= before:
        yield LimitBreach(
            "order",
            Status.FAIL,
            f"the lead-out at {format_msf(max(disc.lead_out_cd_frames, 0))} does not come after the last index, "
            f"at {format_msf(before)}",
            None,
            disc.lead_out_cd_frames,
            before,
        )


def _lengths(disc: Disc, profile: CarrierProfile) -> Iterator[LimitBreach]:
    tracks = [track for track in disc.tracks if track.indexes]
    if not tracks:
        return
    starts = [*(track.start_cd_frames for track in tracks), disc.lead_out_cd_frames]
    next_points = [*(track.first_point_cd_frames for track in tracks[1:]), disc.lead_out_cd_frames]
    for track, (start, following), next_point in zip(tracks, pairwise(starts), next_points, strict=True):
        length, sound = following - start, next_point - start
        if length <= 0:
            continue  # impossible times, which the order of the points tells
        shortest = profile.shortest_track_cd_frames
        if length < shortest:
            yield LimitBreach(
                "track-short",
                Status.FAIL,
                f"track {track.number} is {length} CD frames long ({length / 75:.2f} s); a track has at least "
                f"{shortest} ({shortest / 75:g} s)",
                track.number,
                length,
                shortest,
                can_be_waived=True,
            )
        elif sound < profile.shortest_sound_cd_frames:
            yield LimitBreach(
                "track-short-before-pause",
                Status.WARN,
                f"track {track.number} has {sound} CD frames before the next pause; some plants ask for "
                f"{profile.shortest_sound_cd_frames}",
                track.number,
                sound,
                profile.shortest_sound_cd_frames,
                can_be_waived=True,
            )


def _codes(disc: Disc) -> Iterator[LimitBreach]:
    if disc.ean:
        if not (len(disc.ean) == 13 and disc.ean.isascii() and disc.ean.isdigit()):
            yield LimitBreach("ean-form", Status.FAIL, f"the EAN {disc.ean!r} is not 13 digits")
        elif int(disc.ean[-1]) != check_digit(disc.ean[:-1]):
            right = check_digit(disc.ean[:-1])
            yield LimitBreach(
                "ean-check-digit", Status.WARN, f"the EAN {disc.ean} has a wrong check digit; {right} would be right",
                can_be_waived=True,
            )  # fmt: skip
        if disc.ean == "0" * 13:
            message = f"the EAN is {disc.ean}, which is no product's; leave the field blank where there is none"
            yield LimitBreach("ean-zeros", Status.WARN, message, can_be_waived=True)
    first_of: dict[str, int] = {}
    for track in disc.tracks:
        if track.isrc and first_of.setdefault(track.isrc, track.number) != track.number:
            message = f"tracks {first_of[track.isrc]} and {track.number} have the same ISRC {track.isrc}"
            yield LimitBreach("isrc-twice", Status.WARN, message, track.number, can_be_waived=True)
        if track.isrc and not ISRC_PATTERN.fullmatch(track.isrc):
            yield LimitBreach(
                "isrc-form", Status.FAIL, f"track {track.number}: {track.isrc!r} is no ISRC", track.number
            )


def _total(disc: Disc, profile: CarrierProfile) -> Iterator[LimitBreach]:
    lead_out = disc.lead_out_cd_frames
    if lead_out > LAST_CD_FRAME:
        yield LimitBreach(
            "disc-past-format",
            Status.FAIL,
            f"the lead-out is CD frame {lead_out}; the format cannot write a time after 99:59:74",
            None,
            lead_out,
            LAST_CD_FRAME,
        )
        return
    for word, status, limit, why in (
        ("disc-too-long", Status.FAIL, profile.fail_lead_out_cd_frames, "the most that plants press"),
        ("disc-very-long", Status.WARN, profile.ask_lead_out_cd_frames, "beyond it many plants ask for a waiver"),
        ("disc-long", Status.WARN, profile.warn_lead_out_cd_frames, "the nominal length of a disc"),
    ):
        if lead_out > limit:
            message = f"the lead-out is at {format_msf(lead_out)}, after {format_msf(limit)}, {why}"
            yield LimitBreach(word, status, message, None, lead_out, limit, can_be_waived=True)
            return
