"""Texts, names and codes: what tags, sheets and discs say of the release and of each track."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from release.manifest import project as written
from release.manifest.targets import Project
from release.model.metadata import Artist, Credit, ReleaseInfo, Texts, TrackInfo, Work, Writer

_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def release_info(release: written.Release) -> ReleaseInfo:
    """The release as written."""
    return _overlay(ReleaseInfo(release.title, release.artist), release)


def edition_info(base: ReleaseInfo, edition: written.Edition) -> ReleaseInfo:
    """The release with a target's edition laid over it: only fields that are written count."""
    return _overlay(base, edition)


def _overlay(base: ReleaseInfo, fields: written.ReleaseFields) -> ReleaseInfo:
    changes: dict[str, object] = {name: getattr(fields, name) for name in fields.model_fields_set}
    if "credits" in changes:
        changes["credits"] = _credits(fields.credits)
    if "translations" in changes:
        changes["translations"] = translations(fields.translations)
    return replace(base, **changes)  # type: ignore[arg-type]


def _credits(entries: Iterable[written.Credit]) -> tuple[Credit, ...]:
    return tuple(Credit(entry.role, entry.name) for entry in entries)


def translations(entries: Mapping[str, written.Translation]) -> tuple[tuple[str, Texts], ...]:
    """Texts by language, in the order written."""
    return tuple(
        (language, Texts(t.title, t.artist, t.message, t.songwriter, t.composer, t.arranger))
        for language, t in entries.items()
    )


def track_infos(project: Project, release: ReleaseInfo) -> dict[str, TrackInfo]:
    """All tracks and versions by key; artists that are not written are the release's."""
    infos: dict[str, TrackInfo] = {}
    for track in project.tracks:
        main = _track_info(track, release)
        infos[track.id] = main
        for name, version in track.versions.items():
            infos[f"{track.id}@{name}"] = _version_info(main, name, version)
    return infos


def _track_info(track: written.Track, release: ReleaseInfo) -> TrackInfo:
    artists = tuple(Artist(a.name, a.role) for a in track.artists)
    work = None
    if track.work is not None:
        work = Work(track.work.title, track.work.composer, track.work.movement, track.work.movement_title)
    return TrackInfo(
        key=track.id,
        title=track.title or (work_title(work) if work is not None else ""),
        artist=artist_line(artists, release.artist),
        title_version=track.title_version,
        isrc=track.isrc,
        explicit=track.explicit,
        artists=artists,
        writers=tuple(Writer(w.name, w.role, w.publisher) for w in track.writers),
        credits=_credits(track.credits),
        message=track.message,
        work=work,
        copy=track.copy_ or "",
        pre_emphasis=track.pre_emphasis,
        hidden=track.hidden,
        translations=translations(track.translations),
    )


def _version_info(main: TrackInfo, name: str, version: written.Version) -> TrackInfo:
    """A version with a code is another recording, named after it; without, it is the same recording."""
    explicit = version.explicit or main.explicit
    if not version.isrc:
        return replace(main, key=f"{main.key}@{name}", explicit=explicit)
    own = version.title_version or ", ".join(part for part in (main.title_version, name) if part)
    return replace(main, key=f"{main.key}@{name}", explicit=explicit, isrc=version.isrc, title_version=own)


def work_title(work: Work) -> str:
    """Title of a movement: ``work: II. movement_title``."""
    number = f"{roman(work.movement)}." if work.movement is not None else ""
    movement = " ".join(part for part in (number, work.movement_title) if part)
    return f"{work.title}: {movement}" if movement else work.title


def roman(number: int) -> str:
    """A number in Roman figures, as movements carry it; hundreds are written as so many C."""
    text = ""
    for value, figure in _ROMAN:
        count, number = divmod(number, value)
        text += figure * count
    return text


def artist_line(artists: Sequence[Artist], fallback: str) -> str:
    """The display line: primary artists, then ``with`` and ``feat.`` ones."""
    line = listed([a.name for a in artists if a.role == "primary"]) or fallback
    for role, word in (("with", "with"), ("featured", "feat.")):
        names = listed([a.name for a in artists if a.role == role])
        if names:
            line = f"{line} {word} {names}".strip()
    return line


def listed(names: Sequence[str]) -> str:
    """``A``, ``A & B``, ``A, B & C``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} & {names[-1]}"
