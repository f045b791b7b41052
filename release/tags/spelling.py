"""How each format spells a neutral key: delivery.md 1.1 as tables.

Writers use these; readers have tables of their own, from the format's side, so that a slip here is found on read-back.
"""

from __future__ import annotations

from collections.abc import Mapping

ID3_FRAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("TIT2",),
    "subtitle": ("TIT3",),
    "artist": ("TPE1",),
    "album": ("TALB",),
    "album_artist": ("TPE2",),
    "track": ("TRCK",),
    "disc": ("TPOS",),
    "disc_subtitle": ("TSST",),
    "date": ("TDRC", "TDRL"),
    "original_date": ("TDOR",),
    "genre": ("TCON",),
    "language": ("TLAN",),
    "isrc": ("TSRC",),
    "label": ("TPUB",),
    "p_line": ("TPRO",),
    "c_line": ("TCOP",),
    "composer": ("TCOM",),
    "lyricist": ("TEXT",),
    "conductor": ("TPE3",),
    "remixer": ("TPE4",),
    "compilation": ("TCMP",),
    "work": ("TIT1",),
    "movement": ("MVNM",),
    "movement_number": ("MVIN",),
    "media": ("TMED",),
}
ID3_TXXX: Mapping[str, str] = {
    "artists": "ARTISTS",
    "writer": "Writer",
    "catalogue_number": "CATALOGNUMBER",
    "barcode": "BARCODE",
    "p_line": "PRODUCEDNOTICE",
    "explicit": "ITUNESADVISORY",
    "release_type": "MusicBrainz Album Type",
    "work": "WORK",
}
ID3_ROLES: Mapping[str, str] = {
    "arranger": "arranger",
    "producer": "producer",
    "engineer": "engineer",
    "mixer": "mix",
    "dj_mixer": "DJ-mix",
    "mastering": "mastering",
}
"""Roles in TIPL; ``involved:`` roles go there in their own words, ``performer:`` ones into TMCL."""

VORBIS_KEYS: Mapping[str, tuple[str, ...]] = {
    "title": ("TITLE",),
    "subtitle": ("SUBTITLE", "VERSION"),
    "artist": ("ARTIST",),
    "artists": ("ARTISTS",),
    "album": ("ALBUM",),
    "album_artist": ("ALBUMARTIST",),
    "disc_subtitle": ("DISCSUBTITLE",),
    "date": ("DATE",),
    "original_date": ("ORIGINALDATE",),
    "genre": ("GENRE",),
    "language": ("LANGUAGE",),
    "isrc": ("ISRC",),
    "barcode": ("BARCODE",),
    "catalogue_number": ("CATALOGNUMBER",),
    "label": ("LABEL", "ORGANIZATION"),
    "p_line": ("PRODUCEDNOTICE",),
    "c_line": ("COPYRIGHT",),
    "composer": ("COMPOSER",),
    "lyricist": ("LYRICIST",),
    "writer": ("WRITER",),
    "arranger": ("ARRANGER",),
    "conductor": ("CONDUCTOR",),
    "remixer": ("REMIXER",),
    "producer": ("PRODUCER",),
    "engineer": ("ENGINEER",),
    "mixer": ("MIXER",),
    "dj_mixer": ("DJMIXER",),
    "mastering": ("MASTERING",),
    "compilation": ("COMPILATION",),
    "explicit": ("ITUNESADVISORY",),
    "release_type": ("RELEASETYPE",),
    "work": ("WORK",),
    "movement": ("MOVEMENTNAME",),
    "movement_number": ("MOVEMENT",),
    "media": ("MEDIA",),
    "comment": ("COMMENT",),
}
VORBIS_NUMBERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "track": ("TRACKNUMBER", ("TRACKTOTAL", "TOTALTRACKS")),
    "disc": ("DISCNUMBER", ("DISCTOTAL", "TOTALDISCS")),
}

MP4_ATOMS: Mapping[str, str] = {
    "title": "©nam",
    "artist": "©ART",
    "album": "©alb",
    "album_artist": "aART",
    "date": "©day",
    "genre": "©gen",
    "c_line": "cprt",
    "composer": "©wrt",
    "work": "©wrk",
    "movement": "©mvn",
    "comment": "©cmt",
}
MP4_FREEFORM: Mapping[str, str] = {
    "subtitle": "SUBTITLE",
    "artists": "ARTISTS",
    "lyricist": "LYRICIST",
    "writer": "writer",
    "conductor": "CONDUCTOR",
    "remixer": "REMIXER",
    "arranger": "arranger",
    "producer": "PRODUCER",
    "engineer": "ENGINEER",
    "mixer": "MIXER",
    "dj_mixer": "DJMIXER",
    "mastering": "MASTERING",
    "label": "LABEL",
    "catalogue_number": "CATALOGNUMBER",
    "barcode": "BARCODE",
    "isrc": "ISRC",
    "p_line": "PRODUCEDNOTICE",
    "original_date": "originaldate",
    "language": "LANGUAGE",
    "disc_subtitle": "DISCSUBTITLE",
    "media": "MEDIA",
    "release_type": "MusicBrainz Album Type",
}
MP4_NUMBERS: Mapping[str, str] = {"track": "trkn", "disc": "disk"}

INFO_IDS: Mapping[str, str] = {
    "title": "INAM",
    "artist": "IART",
    "album": "IPRD",
    "track": "ITRK",
    "date": "ICRD",
    "genre": "IGNR",
    "c_line": "ICOP",
    "language": "ILNG",
    "media": "IMED",
    "composer": "IMUS",
    "writer": "IWRI",
    "producer": "IPRO",
    "engineer": "IENG",
    "comment": "ICMT",
}
"""WAV LIST/INFO (delivery.md 2.1). No ISRC: in RIFF that id means "source"."""
