"""What one file says of itself, apart from any tag format: the neutral side of the mapping.

``TagSet.fields()`` names every value by a neutral key; writers (``write_*.py``) know how each format spells a key, and
readers (``read_*.py``, other code) turn a file back into the same keys. docs/formats-files.md prints the mapping.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from release.errors import ManifestError
from release.model.metadata import ReleaseInfo, TrackInfo, Work
from release.tags.artwork import Artwork
from release.tags.credit import sorted_credits
from release.tags.language import to_three_letters

Fields = Mapping[str, tuple[str, ...]]
"""Neutral key → values. Artwork stands in it as its SHA-256."""

DIGITAL = "Digital Media"
ADVISORY = {"yes": "1", "clean": "2"}
"""Values of ITUNESADVISORY and ``rtng`` (delivery.md 1.1); ``no`` writes nothing."""


@dataclass(frozen=True, slots=True)
class TagSet:
    """Every tag of one file. An empty value is left out of the file.

    Attributes:
        title: as players show it, with the version.
        subtitle: the version alone.
        artist: one display string.
        artists: each artist alone.
        number: of the track on its disc, from 1; 0 for none.
        total: tracks on the disc; 0 for unknown.
        disc: number of the disc, from 1; 0 for none.
        discs: how many; 0 for unknown.
        language: ISO 639-2, three letters.
        explicit: ``no``, ``yes`` or ``clean``.
        credits: ``(neutral role, name)``, writers included.
        media: what the file is of, ``Digital Media``.
        artwork: front cover, or None.
    """

    title: str
    artist: str
    album: str
    subtitle: str = ""
    artists: tuple[str, ...] = ()
    album_artist: str = ""
    isrc: str = ""
    barcode: str = ""
    catalogue_number: str = ""
    label: str = ""
    number: int = 0
    total: int = 0
    disc: int = 0
    discs: int = 0
    disc_subtitle: str = ""
    date: dt.date | None = None
    original_date: dt.date | None = None
    genre: str = ""
    language: str = ""
    p_line: str = ""
    c_line: str = ""
    credits: tuple[tuple[str, str], ...] = ()
    is_compilation: bool = False
    explicit: str = "no"
    release_type: str = ""
    work: Work | None = None
    media: str = DIGITAL
    comment: str = ""
    artwork: Artwork | None = None

    def __post_init__(self) -> None:
        """Refuse what no tag can hold.

        Raises:
            ManifestError: a text has a NUL, which ends or splits a value in every format, or half a surrogate pair.
        """
        for name, text in self._texts():
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise ManifestError(
                    f"{name} holds a character that no tag can carry: {text!r}",
                    where=f"tags of {self.title!r}",
                    remedy="take the control character out",
                )

    def _texts(self) -> Iterator[tuple[str, str]]:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, str):
                yield field.name, value
        yield from (("artists", name) for name in self.artists)
        for role, name in self.credits:
            yield from (("credits", role), ("credits", name))
        if self.work:
            yield from (("work", text) for text in (self.work.title, self.work.composer, self.work.movement_title))

    def fields(self) -> dict[str, tuple[str, ...]]:
        """Neutral key → values, in a fixed order, without empty ones."""
        pairs: list[tuple[str, str]] = [
            ("title", self.title),
            ("subtitle", self.subtitle),
            ("artist", self.artist),
            *(("artists", name) for name in self.artists),
            ("album", self.album),
            ("album_artist", self.album_artist),
            ("track", _n_of_total(self.number, self.total)),
            ("disc", _n_of_total(self.disc, self.discs)),
            ("disc_subtitle", self.disc_subtitle),
            ("date", self.date.isoformat() if self.date else ""),
            ("original_date", self.original_date.isoformat() if self.original_date else ""),
            ("genre", self.genre),
            ("language", self.language),
            ("isrc", self.isrc),
            ("barcode", self.barcode),
            ("catalogue_number", self.catalogue_number),
            ("label", self.label),
            ("p_line", self.p_line),
            ("c_line", self.c_line),
            *self.credits,
            ("compilation", "1" if self.is_compilation else ""),
            ("explicit", ADVISORY.get(self.explicit, "")),
            ("release_type", self.release_type),
            *_work_pairs(self.work),
            ("media", self.media),
            ("comment", self.comment),
            ("artwork", self.artwork.sha256 if self.artwork else ""),
        ]
        found: dict[str, tuple[str, ...]] = {}
        for key, value in pairs:
            if value:
                found[key] = (*found.get(key, ()), value)
        return found


def _n_of_total(number: int, total: int) -> str:
    if not number:
        return ""
    return f"{number}/{total}" if total else str(number)


def _work_pairs(work: Work | None) -> tuple[tuple[str, str], ...]:
    if work is None:
        return ()
    number = str(work.movement) if work.movement else ""
    return (("work", work.title), ("movement", work.movement_title), ("movement_number", number))


def tagset_for(
    release: ReleaseInfo,
    track: TrackInfo,
    number: int,
    total: int,
    disc: int = 1,
    discs: int = 1,
    disc_title: str = "",
    artwork: Artwork | None = None,
    media: str = DIGITAL,
) -> TagSet:
    """The tags of one track of a release.

    Args:
        release: with the target's edition laid over it.
        track: the track, or the version of it.
        number: on its disc, from 1.
        total: tracks on the disc.
        disc: number of the disc, from 1.
        discs: how many.
        disc_title: of this disc.
        artwork: front cover.
        media: what the file is of.

    Raises:
        ManifestError: a text cannot be carried by any tag.
    """
    writers = [(_WRITER_KEYS.get(writer.role, "writer"), writer.name) for writer in track.writers if writer.name]
    work = track.work
    if work and work.composer and not any(role == "composer" for role, _ in writers):
        writers.insert(0, ("composer", work.composer))
    credited = (*writers, *sorted_credits((*track.credits, *release.credits)))
    return TagSet(
        title=track.display_title,
        subtitle=track.title_version,
        artist=track.artist or release.artist,
        artists=tuple(dict.fromkeys(artist.name for artist in track.artists)) or (track.artist or release.artist,),
        album=release.title,
        album_artist=release.artist,
        isrc=track.isrc,
        barcode=release.barcode,
        catalogue_number=release.catalogue_number,
        label=release.label,
        number=number,
        total=total,
        disc=disc,
        discs=discs,
        disc_subtitle=disc_title,
        date=release.release_date,
        original_date=release.original_release_date,
        genre=release.genre,
        language=to_three_letters(release.language),
        p_line=release.p_line,
        c_line=release.c_line,
        credits=tuple(dict.fromkeys(credited)),
        is_compilation=release.compilation,
        explicit=track.explicit,
        release_type=release.type,
        work=work,
        media=media,
        comment=track.message,
        artwork=artwork,
    )


_WRITER_KEYS = {"composer": "composer", "lyricist": "lyricist", "songwriter": "writer", "arranger": "arranger"}
