"""From a unit of the programme to the disc that it becomes: points on the CD grid, codes, flags, and texts by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from release.model.disc import COPYRIGHT, LEAD_PAUSE_CD_FRAMES, Copy, Disc, DiscText, DiscTrack, TextBlock
from release.model.identifiers import to_ean13
from release.model.metadata import NO_TEXTS, ReleaseInfo, Texts, TrackInfo
from release.model.programme import TrackSpan, Unit
from release.model.target import CdTextSpec
from release.units import samples_per_cd_frame


def disc_from_unit(
    unit: Unit,
    infos: Mapping[str, TrackInfo],
    release: ReleaseInfo,
    *,
    copy: str = "prohibited",
    text: CdTextSpec | None = None,
) -> Disc:
    """The disc that a unit of the programme becomes. Pure; positions are only renamed, never moved.

    Sample 0 of the timeline stands at 00:02:00, or later when track 1 asks for a longer pause than the timeline has
    before it; the image is silent before that, and padded with zeros to a whole CD frame after the last sample.

    Args:
        unit: timeline with its track spans; starts and indexes on the timeline's grid of 1/75 s.
        infos: texts and codes by track key.
        release: with the target's edition laid over it.
        copy: what tracks without an own word get.
        text: CD-TEXT wanted; None writes none.

    Raises:
        ValueError: when a start or an index is not on the grid, or no track has a number.
    """
    frame = samples_per_cd_frame(unit.timeline.rate_hz)
    spans = [span for span in unit.timeline.tracks if span.number is not None]
    if not spans:
        raise ValueError(f"disc {unit.name} has no track")
    first = spans[0]
    first_start = _on_grid(first.start, frame, first.key)
    wanted_pause = 0 if first.pause_start is None else -(-(first.start - first.pause_start) // frame)
    lead = max(LEAD_PAUSE_CD_FRAMES, wanted_pause - first_start)
    tracks = []
    for place, span in enumerate(spans):
        earlier = unit.timeline.tracks[: unit.timeline.tracks.index(span)]
        sound_end = max(other.audio_end for other in earlier) if place else None
        track = _disc_track(span, infos[span.key], frame=frame, lead=lead, sound_end=sound_end)
        tracks.append(replace(track, number=place + 1, copy=Copy(infos[span.key].copy or copy)))
    tracks[0] = replace(tracks[0], index00_cd_frames=0)
    keyed = [infos[span.key] for span in spans]
    title = unit.title or release.title
    return Disc(
        tracks=tuple(tracks),
        lead_out_cd_frames=lead + -(-unit.timeline.length // frame),
        ean=to_ean13(release.barcode) if release.barcode else "",
        catalogue=release.catalogue_number,
        text=DiscText(title=title, performer=release.artist),
        text_blocks=_text_blocks(text, unit, title, keyed, release) if text else (),
        programme_start_cd_frames=lead,
    )


def _on_grid(position: int, frame: int, key: str) -> int:
    if position % frame:
        raise ValueError(f"{key}: sample {position} does not lie on a CD frame ({frame} samples each)")
    return position // frame


def _disc_track(span: TrackSpan, info: TrackInfo, *, frame: int, lead: int, sound_end: int | None) -> DiscTrack:
    start = _on_grid(span.start, frame, span.key)
    indexes = [start, *(_on_grid(index, frame, span.key) for index in span.indexes)]
    pause = None
    if span.pause_start is not None and sound_end is not None and span.pause_start < span.start:
        pause = lead + _pause_position(span, frame, sound_end)
    return DiscTrack(
        number=0,
        indexes=tuple(lead + index for index in indexes),
        index00_cd_frames=pause,
        isrc=info.isrc,
        has_pre_emphasis=info.pre_emphasis,
        text=_track_text(info, NO_TEXTS),
        key=span.key,
    )


def _pause_position(span: TrackSpan, frame: int, sound_end: int) -> int:
    """CD frame of index 00: a pause grows to whole CD frames, but never back into the end of the sound before it."""
    assert span.pause_start is not None
    earlier = span.pause_start // frame
    reaches_sound = earlier * frame < sound_end <= span.pause_start
    position = -(-span.pause_start // frame) if reaches_sound else earlier
    return min(position, span.start // frame - 1)


def _track_text(info: TrackInfo, own: Texts, album: Texts = NO_TEXTS, album_artist: str = "") -> DiscText:
    """Texts of a track: its own in a language, else the release's where the artist is the same, else the main ones.

    Args:
        info: the main texts.
        own: the track's texts in the block's language.
        album: the release's texts in that language.
        album_artist: the release's artist in the main language.
    """

    def names(*roles: str) -> str:
        return ", ".join(dict.fromkeys(writer.name for writer in info.writers if writer.role in roles))

    work_composer = info.work.composer if info.work else ""
    shared_artist = album.artist if info.artist == album_artist else ""
    return DiscText(
        title=own.title or info.display_title,
        performer=own.artist or shared_artist or info.artist,
        songwriter=own.songwriter or names("songwriter", "lyricist"),
        composer=own.composer or names("composer") or work_composer,
        arranger=own.arranger or names("arranger"),
        message=own.message or info.message,
    )


def _written_text(info: TrackInfo, own: Texts, is_main: bool) -> DiscText:
    """Texts of a track that are written for a language, and nothing in place of those that are not."""
    if not is_main:
        return _plain_text(own)
    filled = _track_text(info, own)
    return filled if own.artist or info.artists else replace(filled, performer="")


def _emptied(texts: DiscText, owner: str, empty: tuple[str, ...]) -> DiscText:
    return replace(texts, **{name.rpartition(".")[2]: "" for name in empty if name.rpartition(".")[0] == owner})


def _plain_text(own: Texts) -> DiscText:
    return DiscText(own.title, own.artist, own.songwriter, own.composer, own.arranger, own.message)


def texts_in(language: str, *translations: tuple[tuple[str, Texts], ...]) -> Texts:
    """Texts in a language (``pt-BR``, else ``pt``); of several sources a later one wins, text by text."""
    merged: dict[str, str] = {}
    for entries in translations:
        given = dict(entries)
        found = given.get(language) or given.get(language.partition("-")[0]) or NO_TEXTS
        merged |= {name: value for name in Texts.__dataclass_fields__ if (value := getattr(found, name))}
    return Texts(**merged)


def charset_of(language: str) -> str:
    """Character set that the block of a language is written in."""
    return "ms-jis" if language.partition("-")[0] == "ja" else "latin-1"


def _text_blocks(
    spec: CdTextSpec, unit: Unit, title: str, infos: list[TrackInfo], release: ReleaseInfo
) -> tuple[TextBlock, ...]:
    """One block for each language; what has no translation is given in the main language.

    Args:
        spec: languages and packs.
        unit: for the disc's own title in other languages.
        title: of the disc, in the main language.
        infos: of the tracks.
        release: with the edition laid over it.
    """
    blocks = []
    for language in spec.languages:
        album = texts_in(language, release.translations, unit.translations)
        names = DiscText(album.title or title, album.artist or release.artist)
        if spec.inherit:
            tracks = tuple(
                _track_text(info, texts_in(language, info.translations), album, release.artist) for info in infos
            )
            album_text = _album_text(album, names, tracks)
        else:
            is_main = language == spec.languages[0]
            tracks = tuple(_written_text(info, texts_in(language, info.translations), is_main) for info in infos)
            album_text = replace(
                _plain_text(album), **({"title": names.title, "performer": names.performer} if is_main else {})
            )
        if language == spec.languages[0]:
            album_text = _emptied(album_text, "disc", spec.empty)
            tracks = tuple(
                _emptied(texts, info.key.partition("@")[0], spec.empty)
                for texts, info in zip(tracks, infos, strict=True)
            )
        blocks.append(
            TextBlock(
                language=language.partition("-")[0],
                album=album_text,
                tracks=tracks,
                charset=charset_of(language),
                disc_id=release.catalogue_number if "disc_id" in spec.packs else "",
                genre=release.genre if "genre" in spec.packs else "",
                ean=to_ean13(release.barcode) if "codes" in spec.packs and release.barcode else "",
                isrcs=tuple(info.isrc for info in infos) if "codes" in spec.packs else (),
                copyright=COPYRIGHT if spec.copyright else 0,
            )
        )
    return tuple(blocks)


def _album_text(own: Texts, names: DiscText, tracks: tuple[DiscText, ...]) -> DiscText:
    """Title and performer with the disc's writers: those written, else those that every track shares.

    Some readers (libcdio 2.1) shift the texts of a kind by one track when the disc has none of that kind.
    """
    shared = {}
    for field_name in ("songwriter", "composer", "arranger"):
        of_tracks = {getattr(texts, field_name) for texts in tracks}
        shared[field_name] = getattr(own, field_name) or (of_tracks.pop() if len(of_tracks) == 1 else "")
    return replace(names, message=own.message, **shared)
