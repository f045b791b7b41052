"""The first manifest of a folder of audio: commented, short, and ready to build."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from release.manifest.scalars import ScalarError, format_rate, parse_isrc_text, show_isrc
from release.units import PROGRAMME_RATES_HZ

_PLAIN = re.compile(r"[^\W_](?:[\w .()'/&+!?-]|,(?! ))*", re.UNICODE)
_NEED_ESCAPE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""Characters that YAML doesn't take as they are; halves of surrogate pairs come from names that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class ScaffoldTrack:
    """What is known of one audio file from its name, tags and header; empty where nothing is.

    Attributes:
        path: relative to the folder, with forward slashes.
    """

    path: str
    title: str = ""
    artist: str = ""
    isrc: str = ""
    album: str = ""
    album_artist: str = ""
    sample_rate_hz: int | None = None


def scaffold(folder: Path, tracks: Sequence[ScaffoldTrack], artwork: str = "") -> str:
    """The text of a commented manifest that loads as it is.

    Args:
        folder: its name is the title where no tag says one.
        tracks: in release order.
        artwork: path of a picture relative to the folder, or empty.
    """
    album = _commonest(t.album for t in tracks) or _words(folder.name) or "Untitled"
    artist = _commonest(t.album_artist for t in tracks) or _commonest(t.artist for t in tracks) or "Unknown Artist"
    lines = [
        "# yaml-language-server: $schema=./project.schema.json",
        "version: 1",
        "",
        "release:",
        f"  title: {quote(album)}",
        f"  artist: {quote(artist)}",
        "  type: album                        # album | ep | single",
        "  # label: ",
        "  # catalogue_number: ",
        '  # barcode: ""                      # UPC-A or EAN-13, check digit included',
        "  # release_date: 2026-12-04",
        "  # genre: ",
        "  # language: en",
        "  # p_line: 2026 Label               # who owns the recordings",
        "  # c_line: 2026 Label               # who owns artwork and texts",
        f"  artwork: {quote(artwork)}" if artwork else "  # artwork: front.png                 # PNG or JPEG",
        "",
        *_sequence(tracks),
        "",
        "tracks:",
        *_tracks(tracks, artist),
        "",
        *_TARGETS,
    ]
    return "\n".join(lines) + "\n"


_TARGETS = (
    "targets:",
    "  streaming:",
    "    # level: {match: album, loudness: -14 LUFS, ceiling: -1 dBTP}   # without: nothing moves",
    "    # sample_rate: 44.1 kHz            # default: the programme's",
    "    bit_depth: 24                      # 16 | 24 | float",
    "    files: [flac]                      # flac | wav | aiff | alac | mp3 | aac | opus",
    "  # cd:",
    "  #   dither: shaped",
    "  #   images: [ddp, cue]",
    "  #   text: true                       # CD-TEXT",
    "  # vinyl:",
    "  #   speed: 33 rpm",
    "  #   sides: auto                      # or {A: [id, id], B: [id]}",
    "  # cassette: {tape: C46, sides: auto}",
)


def _sequence(tracks: Sequence[ScaffoldTrack]) -> list[str]:
    lines = ["sequence:", "  gap: 2 s                             # before each track but the first"]
    rates = sorted({t.sample_rate_hz for t in tracks if t.sample_rate_hz})
    if len(rates) > 1 or (rates and rates[0] not in PROGRAMME_RATES_HZ):
        chosen = max((rate for rate in rates if rate in PROGRAMME_RATES_HZ), default=PROGRAMME_RATES_HZ[0])
        listed = ", ".join(format_rate(rate) for rate in rates)
        lines.append(f"  sample_rate: {format_rate(chosen):<24}# the sources have {listed}")
    return lines


def _tracks(tracks: Sequence[ScaffoldTrack], release_artist: str) -> list[str]:
    lines: list[str] = []
    taken: set[str] = {"loudest", "median"}
    for number, track in enumerate(tracks, start=1):
        title = _line(track.title) or _title_of(track.path) or f"Track {number}"
        lines += [
            f"  - id: {new_id(title, number, taken)}",
            f"    title: {quote(title)}",
            f"    source: {quote(track.path)}",
            f"    isrc: {readable_isrc(track.isrc)}" if readable_isrc(track.isrc) else "    # isrc: ",
        ]
        artist = _line(track.artist)
        if artist and artist != release_artist:
            lines.append(f"    artists: [{{name: {quote(artist, in_brackets=True)}}}]")
        if number == 1:
            lines += ["    # gap: 0 s                         # a butt join; or crossfade: 4 s", "    # fade_out: 4 s"]
    return lines


def readable_isrc(text: str) -> str:
    """A code from a tag as it is printed; nothing where it is none."""
    try:
        return show_isrc(parse_isrc_text(text))
    except ScalarError:
        return ""


def new_id(title: str, number: int, taken: set[str]) -> str:
    """A short id from a title that no track has yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40].strip("-") or f"track-{number}"
    made, count = word, 2
    while made in taken:
        made, count = f"{word}-{count}", count + 1
    taken.add(made)
    return made


def _title_of(path: str) -> str:
    """A title from a file name: ``02 - Night_Ferry.wav`` is "Night Ferry"."""
    stem = re.sub(r"^\d{1,3}(?:\s*[-_.)]\s*|\s+)(?=\S)", "", PurePosixPath(path).stem)
    return _words(stem)


def _words(text: str) -> str:
    return _line(text.replace("_", " "))


def _line(text: str) -> str:
    """One line without control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f]+", " ", text).strip()


def _commonest(texts: Iterable[str]) -> str:
    """The text that most tracks have; the first of equals; empty when none has any."""
    counted = Counter(line for line in map(_line, texts) if line)
    return counted.most_common(1)[0][0] if counted else ""


def quote(text: str, *, in_brackets: bool = False) -> str:
    """A text as a YAML scalar that reads back as itself: bare where that is safe, in double quotes otherwise."""
    is_plain = _PLAIN.fullmatch(text) and text == text.rstrip() and not (in_brackets and "," in text)
    if is_plain:
        return text
    escaped = json.dumps(text, ensure_ascii=False)
    return _NEED_ESCAPE.sub(lambda m: f"\\u{ord(m[0]):04x}" if not "\ud800" <= m[0] <= "\udfff" else "\ufffd", escaped)
