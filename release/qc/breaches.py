"""Limits of discs as outcomes: each check of ``cd/`` tells those of its own, held against the limits of its context."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from release.model.disc_limits import CarrierProfile, limits
from release.qc.check import Outcome
from release.qc.contexts import DiscContext
from release.qc.profiles import Limits


def carrier_profile(values: Limits) -> CarrierProfile:
    """What plants take, from the dated limits."""

    def cd_frames(check: str, name: str) -> int:
        return int(values.get(f"cd/{check}", f"{name}_cd_frames"))

    return CarrierProfile(
        name="limits",
        as_of="",
        source="release/qc/data/limits.json",
        warn_lead_out_cd_frames=cd_frames("disc-length", "nominal"),
        ask_lead_out_cd_frames=cd_frames("disc-length", "ask"),
        fail_lead_out_cd_frames=cd_frames("disc-length", "longest"),
        shortest_track_cd_frames=cd_frames("track-length", "shortest"),
        shortest_sound_cd_frames=cd_frames("track-length", "shortest_before_pause"),
        longest_first_pause_cd_frames=cd_frames("first-pause", "longest"),
    )


def breaches(context: DiscContext, ids: Collection[str]) -> Iterator[Outcome]:
    """The breaches with these ids, as outcomes of a check."""
    keys = {track.number: track.key for track in context.disc.tracks}
    for breach in limits(context.disc, carrier_profile(context.limits)):
        if breach.id in ids:
            yield Outcome(
                breach.status,
                breach.id,
                f"Disc {context.number}: {breach.message}.",
                track=keys.get(breach.track or 0) or None,
                value=breach.value,
                limit=breach.limit,
            )
