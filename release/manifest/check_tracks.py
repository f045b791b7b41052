"""Checks of tracks, the sequence and waivers."""

from __future__ import annotations

from release.manifest.project import Crossfade, Track
from release.manifest.scalars import TimeValue, show_isrc
from release.manifest.scope import Scope
from release.manifest.yaml_tree import Loc

_ANCHOR_WORDS = ("loudest", "median")
MOST_INDEXES = 98
"""Index 01 is the start, 99 the last there is (IEC 60908)."""


def check(scope: Scope) -> None:
    """Look at ids, titles, codes, joins and times of tracks, then at discs, dates and waivers."""
    _check_ids(scope)
    _check_isrcs(scope)
    for i, track in enumerate(scope.project.tracks):
        loc: Loc = ("tracks", i)
        _check_texts(scope, track, loc)
        _check_join(scope, i, track)
        _check_times(scope, track, loc)
    if all(track.hidden for track in scope.project.tracks):
        scope.add(("tracks",), "all tracks are hidden", "leave hidden out of at least one", "hidden-track")
    _check_discs(scope)
    _check_dates(scope)
    _check_waivers(scope)


def _check_ids(scope: Scope) -> None:
    first: dict[str, int] = {}
    for i, track in enumerate(scope.project.tracks):
        folded = track.id.lower()
        if folded in first:
            other = scope.project.tracks[first[folded]].id
            same = "" if other == track.id else ", in another case"
            text = f"the id '{track.id}' is taken by track {first[folded] + 1}{same}"
            scope.add(("tracks", i, "id"), text, "give each track its own id", "duplicate-id")
        elif folded in _ANCHOR_WORDS:
            scope.add(
                ("tracks", i, "id"), f"'{track.id}' means something else in level.anchor", "take another id", "bad-word"
            )
        first.setdefault(folded, i)


def _check_isrcs(scope: Scope) -> None:
    first: dict[str, str] = {}
    for i, track in enumerate(scope.project.tracks):
        uses: list[tuple[Loc, str, str]] = [(("tracks", i, "isrc"), track.id, track.isrc)]
        uses += [(("tracks", i, "versions", n, "isrc"), f"{track.id}@{n}", v.isrc) for n, v in track.versions.items()]
        for loc, key, isrc in uses:
            if isrc and isrc in first:
                text = f"{show_isrc(isrc)} is already the code of {first[isrc]}"
                scope.add(loc, text, "each recording has its own ISRC", "duplicate-isrc")
            elif isrc:
                first[isrc] = key


def _check_texts(scope: Scope, track: Track, loc: Loc) -> None:
    if not track.title.strip() and track.work is None:
        scope.add((*loc, "title"), "this track has neither title nor work", "write title: or work:", "missing")
    if track.work is not None and not track.title and track.work.movement is None and not track.work.movement_title:
        scope.add(
            (*loc, "work"),
            "a work without title, movement or movement_title gives no title",
            "write one of them",
            "missing",
        )
    if track.index and not track.hidden:
        scope.add(
            (*loc, "index"),
            "index: true is for hidden tracks",
            "write indexes: [time, …] for a CD sub-index",
            "no-effect",
        )
    if track.index and track.hidden and loc[1] == 0:
        scope.add(
            (*loc, "index"),
            "a hidden first track lies in the pause of track 1 and has no index",
            "leave index out",
            "no-effect",
        )


def _is_join(track: Track, scope: Scope) -> bool:
    """True when this track is joined to the one before it, in the programme or by a target's own gap."""
    gap = track.gap or scope.project.sequence.gap
    gaps = [
        gap,
        *(g for t in scope.project.targets.values() for ref, g in t.gaps.items() if ref.partition("@")[0] == track.id),
    ]
    return track.crossfade is not None or any(g.length.amount <= 0 for g in gaps)


def _check_join(scope: Scope, i: int, track: Track) -> None:
    loc: Loc = ("tracks", i)
    before = scope.project.tracks[i - 1] if i else None
    if track.crossfade is not None:
        _check_crossfade(scope, track.crossfade, (*loc, "crossfade"))
        for key, value in (("gap", track.gap), ("fade_in", track.fade_in)):
            if value is not None:
                scope.add(
                    (*loc, key),
                    f"the crossfade takes the place of {key}",
                    f"leave {key} or crossfade out",
                    "conflict",
                    at_key=True,
                )
        if before is not None and before.fade_out is not None:
            text = f"the crossfade into {track.id} takes the place of this fade_out"
            remedy = f"leave it out, or write it under unjoined: {{tail: …}} of {track.id}"
            scope.add(("tracks", i - 1, "fade_out"), text, remedy, "conflict", at_key=True)
        if before is None:
            scope.add(
                (*loc, "crossfade"),
                "there is no track before the first to crossfade from",
                "write fade_in",
                "no-effect",
                at_key=True,
            )
    elif track.gap is not None and before is None and track.gap.length.is_negative:
        scope.add(
            (*loc, "gap"),
            "there is no track before the first to overlap with",
            "leave gap out",
            "no-effect",
            at_key=True,
        )
    if track.unjoined is not None and not _is_join(track, scope):
        text = "this track is not joined to the one before it, so there is nothing to part"
        scope.add(
            (*loc, "unjoined"), text, "leave unjoined out, or write gap: 0 s or a crossfade", "no-effect", at_key=True
        )
    if track.unjoined is not None and track.unjoined.gap is not None and track.unjoined.gap.length.is_negative:
        scope.add((*loc, "unjoined", "gap"), "parted tracks cannot overlap", "write a gap of 0 s or more", "negative")


def _check_crossfade(scope: Scope, fade: Crossfade, loc: Loc) -> None:
    if fade.length is None and fade.out is None:
        scope.add(loc, "this crossfade has no length", "write length:, or out: and in:", "missing")
    if fade.length is not None and (fade.out is not None or fade.in_ is not None):
        scope.add(
            (*loc, "length"), "length is written beside out and in", "write length alone, or out and in", "conflict"
        )
    if fade.out is not None and fade.in_ is not None and _is_longer(fade.in_, fade.out):
        scope.add(
            (*loc, "in"),
            "the incoming fade is longer than the overlap",
            "write in at most as long as out",
            "out-of-range",
        )


def _is_longer(one: TimeValue, other: TimeValue) -> bool:
    """True when it is longer; lengths counted in samples and in seconds are compared where the rate is known."""
    return one.in_samples == other.in_samples and one.amount > other.amount


def _check_times(scope: Scope, track: Track, loc: Loc) -> None:
    trim = track.trim
    if trim.end is not None and not _is_longer(trim.end, trim.start) and trim.end.in_samples == trim.start.in_samples:
        scope.add((*loc, "trim", "end"), "the trim ends before it starts", "write an end behind start", "out-of-range")
    for n, (one, other) in enumerate(zip(track.indexes, track.indexes[1:], strict=False), start=1):
        if one.in_samples == other.in_samples and other.amount <= one.amount:
            scope.add(
                (*loc, "indexes", n),
                "this index is not behind the one before it",
                "write indexes in order",
                "out-of-range",
            )
    if track.indexes and track.indexes[0].is_zero:
        scope.add(
            (*loc, "indexes", 0), "index 01 is the track's start already", "write later times only", "out-of-range"
        )
    if len(track.indexes) > MOST_INDEXES:
        scope.add(
            (*loc, "indexes"),
            f"a track has at most {MOST_INDEXES} indexes beside its start",
            "leave some out",
            "out-of-range",
        )


def _check_discs(scope: Scope) -> None:
    order = {track.id: i for i, track in enumerate(scope.project.tracks)}
    visible = [track.id for track in scope.project.tracks if not track.hidden]
    last = -1
    for n, disc in enumerate(scope.project.sequence.discs):
        loc: Loc = ("sequence", "discs", n, "first")
        if not scope.is_track(disc.first, loc, may_be_hidden=False, may_be_version=False):
            continue
        place = order.get(disc.first, last + 1)
        if n == 0 and visible and disc.first != visible[0]:
            scope.add(loc, "the first disc does not begin with the first track", f"write first: {visible[0]}", "order")
        elif place <= last:
            scope.add(
                loc, "this disc begins at or before the one above it", "write discs in the order of tracks", "order"
            )
        last = max(last, place)


def _check_dates(scope: Scope) -> None:
    release = scope.project.release
    if release.release_date and release.original_release_date and release.original_release_date > release.release_date:
        scope.add(
            ("release", "original_release_date"),
            "the original release is later than this one",
            "check both dates",
            "conflict",
        )


def _check_waivers(scope: Scope) -> None:
    for i, waiver in enumerate(scope.project.qc.waivers):
        loc: Loc = ("qc", "waivers", i)
        if waiver.track is not None:
            scope.is_track(waiver.track, (*loc, "track"))
        names = _written_targets(scope)
        if waiver.target is not None and waiver.target not in names:
            scope.add(
                (*loc, "target"),
                f"there is no target '{waiver.target}'",
                scope.guess(waiver.target, names),
                "unknown-target",
            )
        area, slash, rule = waiver.check.partition("/")
        if not (area and slash and rule):
            scope.add(
                (*loc, "check"),
                f"'{waiver.check}' is no id of a check",
                "write area/rule, as the report names it",
                "bad-word",
            )
        if not waiver.reason.strip():
            scope.add((*loc, "reason"), "the waiver gives no reason", "say why it is accepted", "missing")
        if waiver.date and waiver.expires and waiver.expires < waiver.date:
            scope.add((*loc, "expires"), "this waiver expires before its date", "check both dates", "conflict")


def _written_targets(scope: Scope) -> tuple[str, ...]:
    targets = scope.data.get("targets") if isinstance(scope.data, dict) else None
    return tuple(targets) if isinstance(targets, dict) else ()
