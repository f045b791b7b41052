"""Where the player page begins to play the way from one track into the next."""

from __future__ import annotations

from release.formats.pq import pq_sheet
from release.model.disc import Disc, DiscTrack
from release.report.player_view import player_view

SECOND = 75


def test_a_join_is_heard_from_the_sound_before_a_long_pause() -> None:
    tracks = (
        DiscTrack(1, (2 * SECOND,), 0),
        DiscTrack(2, (34 * SECOND,), 32 * SECOND),
        DiscTrack(3, (74 * SECOND,), 64 * SECOND),
        DiscTrack(4, (104 * SECOND,), None),
    )
    view = player_view(
        pq_sheet(Disc(tracks, 134 * SECOND)),
        outline=[1],
        bitrate_kbps=96,
        sound_bytes=1,
        image_sha256="0" * 64,
        which="",
        script_digest="",
        sound="",
    )

    assert [(track.join_s, track.lead_s) for track in view.tracks] == [(0.0, 0), (26.0, 6), (59.0, 13), (96.0, 6)]
    assert view.data["joins"] == [0.0, 26.0, 59.0, 96.0]
