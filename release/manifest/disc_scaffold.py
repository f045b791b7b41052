"""The manifest of a disc that was read: builds the disc again, sample for sample, code for code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from release.formats.cdtext import has_code
from release.formats.cdtext_tables import GENRES
from release.manifest.scaffold import new_id, quote
from release.manifest.scalars import ScalarError, parse_barcode_text, parse_isrc_text, show_isrc
from release.model.disc import NO_TEXT, Disc, DiscText, DiscTrack, TextBlock
from release.model.disc_parts import DiscPart

UNKNOWN_ARTIST = "Unknown Artist"
HIDDEN_TITLE = "Hidden track"
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WRITERS = ("songwriter", "composer", "arranger")


@dataclass(frozen=True, slots=True)
class DiscProject:
    """What the manifest of a disc is made from.

    Attributes:
        disc: as read.
        parts: its files.
        files: path of each part relative to the manifest, in the same order.
        images: what its ``cd`` target is to write.
        origin: what was read, for the comment in the first line.
        fallback_title: title of the release where no CD-TEXT has one.
        writes_text: False where the texts cannot be written as CD-TEXT.
        inherits: let CD-TEXT take empty texts from elsewhere; False writes every text out, and leaves empty ones empty.
    """

    disc: Disc
    parts: tuple[DiscPart, ...]
    files: tuple[str, ...]
    images: tuple[str, ...]
    origin: str
    fallback_title: str = "Untitled"
    writes_text: bool = True
    inherits: bool = True

    @property
    def main(self) -> TextBlock | None:
        """The block whose texts become titles and names."""
        return self.disc.text_blocks[0] if self.disc.text_blocks else None

    @property
    def blocks(self) -> tuple[TextBlock, ...]:
        """Blocks that a manifest can name the language of."""
        named = (block for block in self.disc.text_blocks if not block.language.startswith("code-"))
        return tuple(block for block in named if has_code(block.language))

    @property
    def album(self) -> DiscText:
        """Texts of the disc in the main language."""
        return self.main.album if self.main else self.disc.text

    @property
    def artist(self) -> str:
        """Artist of the release."""
        performers = Counter(name for track in self.disc.tracks if (name := _held(self.text(track).performer)))
        commonest = performers.most_common(1)[0][0] if performers else UNKNOWN_ARTIST
        return _held(self.album.performer) or commonest

    @property
    def ids(self) -> tuple[str, ...]:
        """Id of the track that each part becomes."""
        taken = {"loudest", "median", "disc"}
        return tuple(new_id(self.title(part), part.track, taken) for part in self.parts)

    def title(self, part: DiscPart) -> str:
        """Title of the track that a part becomes."""
        if part.track == 0:
            return HIDDEN_TITLE
        return _held(self.text(self.disc.tracks[part.track - 1]).title) or f"Track {part.track}"

    def text(self, track: DiscTrack) -> DiscText:
        """Texts of a track in the main language."""
        if self.main is None:
            return track.text
        return self.main.tracks[track.number - 1] if track.number <= len(self.main.tracks) else NO_TEXT


def scaffold_disc(project: DiscProject) -> str:
    """The text of a manifest whose ``cd`` target is the disc: level none, dither none, 44.1 kHz.

    What a manifest cannot say of a disc is left out; compare the disc that it makes with the one that was read.
    """
    lines = [
        "# yaml-language-server: $schema=./project.schema.json",
        f"# {_held(project.origin)}",
        "version: 1",
        "",
        "release:",
        *_release(project),
        "",
        "sequence: {sample_rate: 44.1 kHz, gap: 0 s}",
        "",
        "tracks:",
        *_tracks(project),
        "",
        "targets:",
        *_target(project),
    ]
    return "\n".join(lines) + "\n"


def _release(project: DiscProject) -> Iterator[str]:
    yield f"  title: {quote(_held(project.album.title) or project.fallback_title)}"
    yield f"  artist: {quote(project.artist)}"
    disc_id = next((block.disc_id for block in project.blocks if block.disc_id), "")
    catalogue = _held(project.disc.catalogue or disc_id)
    if catalogue:
        yield f"  catalogue_number: {quote(catalogue)}"
    if _barcode(project.disc.ean):
        yield f'  barcode: "{project.disc.ean}"'
    genre = next((_genre(block) for block in project.blocks if _genre(block)), "")
    if genre:
        yield f"  genre: {quote(genre)}"
    yield from _translations(
        "  ",
        ((block.language, _album_words(project, block)) for block in (project.blocks if project.writes_text else ())),
    )


def _held(text: str) -> str:
    """A text as a manifest holds it: as it is, but on one line; empty where it is only blanks."""
    return _BREAKS.sub(" ", text) if text.strip() else ""


def _genre(block: TextBlock) -> str:
    if block.genre or not block.genre_code:
        return _held(block.genre)
    return GENRES[block.genre_code] if block.genre_code < len(GENRES) else ""


def _barcode(ean: str) -> str:
    try:
        return parse_barcode_text(ean) if ean else ""
    except ScalarError:
        return ""


def _album_words(project: DiscProject, block: TextBlock) -> dict[str, str]:
    """Texts of the disc that a language needs beside the main ones."""
    album = block.album
    words = {"message": album.message}
    for name in _WRITERS:
        shared = {getattr(texts, name) for texts in block.tracks}
        if not project.inherits or shared != {getattr(album, name)}:
            words[name] = getattr(album, name)
    if block is not project.main:
        is_plain = not project.inherits
        words |= {"title": album.title if is_plain else _unless(album.title, project.album.title)}
        words |= {"artist": album.performer if is_plain else _unless(album.performer, project.artist)}
    return words


def _unless(text: str, other: str) -> str:
    return "" if text == other else text


def _track_words(project: DiscProject, block: TextBlock, track: DiscTrack) -> dict[str, str]:
    """Texts of a track that a language needs beside the main ones."""
    if block is project.main or track.number > len(block.tracks):
        return {}
    own, main = block.tracks[track.number - 1], project.text(track)
    if not project.inherits:
        return {name: getattr(own, name) for name in ("title", "message", *_WRITERS)} | {"artist": own.performer}
    main_artist = _held(main.performer) or project.artist
    default = (block.album.performer or main_artist) if main_artist == project.artist else main_artist
    words = {name: _unless(getattr(own, name), getattr(main, name)) for name in ("title", "message", *_WRITERS)}
    return {**words, "artist": _unless(own.performer, default)}


def _translations(indent: str, texts: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[str]:
    lines = []
    for language, words in texts:
        given = [f"{key}: {quote(line, in_brackets=True)}" for key, text in words.items() if (line := _held(text))]
        if given:
            lines.append(f"{indent}  {language}: {{{', '.join(given)}}}")
    if lines:
        yield f"{indent}translations:"
        yield from lines


def _tracks(project: DiscProject) -> Iterator[str]:
    seen: set[str] = set()
    commonest = _copy(project.disc)
    has_hidden = project.parts[0].track == 0
    for part, file, track_id in zip(project.parts, project.files, project.ids, strict=True):
        yield f"  - id: {track_id}"
        if part.track == 0:
            yield f"    title: {HIDDEN_TITLE}"
            yield f"    source: {quote(file)}"
            yield "    hidden: true                       # lies before track 1, in its pause"
            continue
        track = project.disc.tracks[part.track - 1]
        texts = project.text(track)
        yield f"    title: {quote(project.title(part))}"
        yield f"    source: {quote(file)}"
        isrc = _isrc(track.isrc)
        if isrc and isrc not in seen:
            yield f"    isrc: {isrc}"
        seen.add(isrc)
        yield from _place(project, part, track, is_behind_hidden=has_hidden and part.track == 1)
        yield from _names(project, texts)
        if str(track.copy) != commonest:
            yield f"    copy: {track.copy}"
        if track.has_pre_emphasis:
            yield "    pre_emphasis: true"
        if project.writes_text:
            words = ((block.language, _track_words(project, block, track)) for block in project.blocks)
            yield from _translations("    ", words)


def _place(project: DiscProject, part: DiscPart, track: DiscTrack, *, is_behind_hidden: bool) -> Iterator[str]:
    """Gap, pause and indexes."""
    if part is not project.parts[0]:
        yield f"    gap: {_time(part.gap_cd_frames)}"
    if is_behind_hidden:
        yield "    unjoined: {gap: 0 s}               # what leaves the hidden track out starts here"
    if part.pause_cd_frames is not None:
        yield f"    pause: {_time(part.pause_cd_frames)}"
    if len(track.indexes) > 1:
        listed = ", ".join(_time(at - track.start_cd_frames) for at in track.indexes[1:])
        yield f"    indexes: [{listed}]"


def _time(cd_frames: int) -> str:
    return f"{cd_frames} frames" if cd_frames % 75 else f"{cd_frames // 75} s"


def _names(project: DiscProject, texts: DiscText) -> Iterator[str]:
    performer = _held(texts.performer)
    if performer and (performer != project.artist or not project.inherits):
        yield f"    artists: [{{name: {quote(performer, in_brackets=True)}}}]"
    writers = [
        f"{{name: {quote(name, in_brackets=True)}, role: {role}}}"
        for role in _WRITERS
        if (name := _held(getattr(texts, role)))
    ]
    if writers:
        yield f"    writers: [{', '.join(writers)}]"
    message = _held(texts.message)
    if message:
        yield f"    message: {quote(message)}"


def _isrc(text: str) -> str:
    try:
        return show_isrc(parse_isrc_text(text)) if text else ""
    except ScalarError:
        return ""


def _copy(disc: Disc) -> str:
    return str(Counter(track.copy for track in disc.tracks).most_common(1)[0][0])


def _target(project: DiscProject) -> Iterator[str]:
    yield "  cd:"
    yield "    level: {match: none}               # the samples stay as they are"
    yield "    dither: none"
    yield f"    images: [{', '.join(project.images)}]"
    yield f"    text: {_cd_text(project)}"
    yield f"    copy: {_copy(project.disc)}"


def _cd_text(project: DiscProject) -> str:
    blocks = project.blocks
    if not project.disc.text_blocks or not project.writes_text:
        return "false"
    languages = [block.language for block in blocks] or ["en"]
    packs = [
        name
        for name, is_there in (
            ("disc_id", any(block.disc_id for block in blocks)),
            ("genre", any(block.genre or block.genre_code is not None for block in blocks)),
            ("codes", any(block.ean or any(block.isrcs) for block in blocks)),
        )
        if is_there
    ]
    is_protected = any(block.copyright for block in blocks)
    if languages == ["en"] and not packs and not is_protected and project.inherits:
        return "true"
    extra = f", packs: [{', '.join(packs)}]" if packs else ""
    extra += ", copyright: true" if is_protected else ""
    empty = [] if project.inherits else list(_empty(project))
    extra += "" if project.inherits else ", inherit: false"
    extra += f", empty: [{', '.join(empty)}]" if empty else ""
    return f"{{languages: [{', '.join(languages)}]{extra}}}"


def _empty(project: DiscProject) -> Iterator[str]:
    """Texts that the manifest has to have, and the disc has not."""
    main = project.main
    if main is None:
        return
    for name in ("title", "performer"):
        if not _held(getattr(main.album, name)):
            yield f"disc.{name}"
    for part, track_id in zip(project.parts, project.ids, strict=True):
        if part.track and not _held(project.text(project.disc.tracks[part.track - 1]).title):
            yield f"{track_id}.title"
