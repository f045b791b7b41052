"""Limits of the format and of plants (cd.md 1.2)."""

from dataclasses import replace

import pytest

from release.model.disc import Disc, DiscTrack
from release.model.disc_limits import RED_BOOK, limits
from release.model.finding import Status


def track(number, *indexes, pause=None, isrc=""):
    return DiscTrack(number, indexes, pause, isrc)


GOOD = Disc((track(1, 150, pause=0), track(2, 450, 500, pause=None), track(3, 850, pause=800)), 1150)


def breaches(disc):
    return {(b.id, b.status, b.can_be_waived) for b in limits(disc)}


def with_track(place, **changes):
    tracks = list(GOOD.tracks)
    tracks[place] = replace(tracks[place], **changes)
    return replace(GOOD, tracks=tuple(tracks))


def test_a_good_disc_breaks_nothing():
    assert limits(GOOD) == ()


def test_a_track_that_ends_before_it_starts_has_no_length_to_be_judged():
    disc = with_track(1, indexes=(270_450, 270_500))
    told = [b.message for b in limits(disc) if b.track != 1]
    assert not any("CD frames" in message for message in told)
    assert [b.message for b in limits(disc) if b.id == "order"] == [
        "track 3: the index at 00:10:50 does not come after the one before it, at 60:06:50"
    ]


def long_disc(lead_out):
    return replace(GOOD, lead_out_cd_frames=lead_out)


@pytest.mark.parametrize(
    ("disc", "expected"),
    [
        (Disc((), 300), {("track-count", Status.FAIL, False)}),
        (Disc(tuple(track(n, n * 300, pause=0 if n == 1 else None) for n in range(1, 101)), 31_000),
         {("track-count", Status.FAIL, False), ("first-pause-long", Status.WARN, True)}),
        (Disc((track(1, *range(150, 250), pause=0),), 900), {("index-count", Status.FAIL, False)}),
        (with_track(0, indexes=(149,)), {("first-pause-short", Status.FAIL, False)}),
        (with_track(0, index00_cd_frames=None), {("first-pause-missing", Status.FAIL, False)}),
        (Disc((track(1, 226, pause=0),), 900), {("first-pause-long", Status.WARN, True)}),
        (Disc((track(1, 225, pause=0),), 900), set()),
        (with_track(1, number=3), {("track-number", Status.FAIL, False)}),
        (with_track(1, indexes=(450, 450)), {("order", Status.FAIL, False)}),
        (with_track(2, index00_cd_frames=500), {("order", Status.FAIL, False), ("track-short-before-pause", Status.WARN, True)}),
        (long_disc(850), {("order", Status.FAIL, False)}),
        (long_disc(1149), {("track-short", Status.FAIL, True)}),
        (with_track(2, index00_cd_frames=749), {("track-short-before-pause", Status.WARN, True)}),
        (long_disc(74 * 4500), set()),
        (long_disc(74 * 4500 + 1), {("disc-long", Status.WARN, True)}),
        (long_disc(78 * 4500), {("disc-long", Status.WARN, True)}),
        (long_disc(78 * 4500 + 1), {("disc-very-long", Status.WARN, True)}),
        (long_disc(359_849), {("disc-very-long", Status.WARN, True)}),  # 79:57:74
        (long_disc(359_850), {("disc-too-long", Status.FAIL, True)}),
        (long_disc(449_999), {("disc-too-long", Status.FAIL, True)}),  # 99:59:74
        (long_disc(450_000), {("disc-past-format", Status.FAIL, False)}),
        (replace(GOOD, ean="4006381333931"), set()),
        (replace(GOOD, ean="4006381333932"), {("ean-check-digit", Status.WARN, True)}),
        (replace(GOOD, ean="400638133393"), {("ean-form", Status.FAIL, False)}),
        (with_track(1, isrc="GB-LTR2600001"), {("isrc-form", Status.FAIL, False)}),
    ],
)  # fmt: skip
def test_each_limit(disc, expected):
    assert breaches(disc) == expected


def test_limits_of_plants_are_data():
    strict = replace(RED_BOOK, warn_lead_out_cd_frames=1000, shortest_sound_cd_frames=301)
    assert {b.id for b in limits(GOOD, strict)} == {"disc-long", "track-short-before-pause"}


def test_messages_name_track_value_and_limit():
    (breach,) = limits(long_disc(1149))
    assert (breach.track, breach.value, breach.limit) == (3, 299, 300)
    assert "3.99 s" in breach.message
