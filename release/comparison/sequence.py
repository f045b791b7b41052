"""Order, gaps, times, codes and texts of one target in two builds; and what digests say of its tracks."""

from __future__ import annotations

from collections.abc import Iterator

from release.comparison.difference import Change, TrackDifference
from release.comparison.files import format_folder
from release.record import TargetRecord, UnitTrack

Placed = dict[str, tuple[str, UnitTrack]]
_TEXTS = (("text", "title"), ("text", "artist"), ("code", "isrc"))


def compare_sequence(old: TargetRecord, new: TargetRecord) -> list[Change]:
    """Order, gaps, pauses, lengths, codes and texts."""
    return [*_order(old, new), *_gaps(old, new), *_values(old, new)]


def tracks_of(target: TargetRecord | None) -> Placed:
    """Unit and track by key."""
    return {} if target is None else {t.key: (u.name, t) for u in target.units for t in u.tracks}


def compare_tracks(old: TargetRecord | None, new: TargetRecord | None) -> tuple[TrackDifference, ...]:
    """What the digests of the record say of every track's audio."""
    before, after = tracks_of(old), tracks_of(new)
    found = []
    for key in [*after, *(k for k in before if k not in after)]:
        title = (after.get(key) or before[key])[1].title
        if key not in before:
            found.append(TrackDifference(key, title, "added"))
        elif key not in after:
            found.append(TrackDifference(key, title, "removed"))
        else:
            assert old is not None
            assert new is not None
            found.append(_by_digest(old, new, key, title))
    return tuple(found)


def _by_digest(old: TargetRecord, new: TargetRecord, key: str, title: str) -> TrackDifference:
    before, after = _digests(old, key), _digests(new, key)
    common = before.keys() & after.keys()
    if common and all(before[name] == after[name] for name in common):
        return TrackDifference(key, title, "identical", compared=f"digests of {', '.join(sorted(common))}")
    return TrackDifference(key, title, "unknown")


def _digests(target: TargetRecord, key: str) -> dict[str, str]:
    """Digest of decoded audio by format folder; of an image or side with the place of the track in it."""
    own = {
        f"{format_folder(d)} ({d.format}, {d.bit_depth or 'lossy'})": d.audio_sha256
        for d in target.deliverables
        if d.role == "audio" and d.track == key and d.audio_sha256
    }
    if own:
        return own
    _, track = tracks_of(target)[key]
    place = f"{track.start}+{track.length}"
    return {
        f"{d.path}@{place}": d.audio_sha256
        for d in target.deliverables
        if d.role in ("image", "side") and d.audio_sha256
    }


def _order(old: TargetRecord, new: TargetRecord) -> Iterator[Change]:
    before, after = ({u.name: [t.key for t in u.tracks] for u in t.units} for t in (old, new))
    for name in [*after, *(n for n in before if n not in after)]:
        was, now = before.get(name, []), after.get(name, [])
        if was != now:
            unit = f"disc or side {name}" if len(before) > 1 or len(after) > 1 else ""
            yield Change("order", unit, "order", ", ".join(was), ", ".join(now))


def _gaps(old: TargetRecord, new: TargetRecord) -> Iterator[Change]:
    before, after = _distances(old), _distances(new)
    for pair in after:
        if pair in before and round(before[pair], 4) != round(after[pair], 4):
            yield Change("gap", f"{pair[0]} / {pair[1]}", "gap", f"{before[pair]:.3f} s", f"{after[pair]:.3f} s")


def _distances(target: TargetRecord) -> dict[tuple[str, str], float]:
    """Seconds from the end of each track's audio to the start of the next one's; negative where they overlap."""
    found = {}
    for unit in target.units:
        for one, two in zip(unit.tracks, unit.tracks[1:], strict=False):
            found[one.key, two.key] = (two.audio_start - one.audio_start - one.audio_length) / target.sample_rate_hz
    return found


def _values(old: TargetRecord, new: TargetRecord) -> Iterator[Change]:
    before, after = tracks_of(old), tracks_of(new)
    for key, (_, now) in after.items():
        if key not in before:
            continue
        was = before[key][1]
        for area, field in _TEXTS:
            if getattr(was, field) != getattr(now, field):
                yield Change(area, key, field, getattr(was, field), getattr(now, field))
        if was.number != now.number:
            yield Change("order", key, "number", str(was.number or ""), str(now.number or ""))
        for what, first, second in (("length", was.length, now.length), ("pause", was.pause, now.pause)):
            one, two = first / old.sample_rate_hz, second / new.sample_rate_hz
            if round(one, 4) != round(two, 4):
                yield Change("time", key, what, f"{one:.3f} s", f"{two:.3f} s")
