"""What a file holds, by its first bytes, and what to say of one that holds no audio."""

from __future__ import annotations

from enum import Enum

from release.audio.layout import FileBytes
from release.audio.refuse import COPY_AGAIN, EXPORT_AGAIN, source_error
from release.errors import SourceError

HEAD_BYTES = 512
ID3_HEADER_BYTES = 10
FTYP_AT = 4


class Kind(Enum):
    """Families of audio files that can be read."""

    WAV = "wav"
    AIFF = "aiff"
    FLAC = "flac"
    MP4 = "mp4"
    MP3 = "mp3"
    OGG = "ogg"


def sniff(file: FileBytes) -> Kind | None:
    """The family, or None when it is not audio that can be read."""
    head = file.peek(0, HEAD_BYTES)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return Kind.WAV
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Kind.AIFF
    if head[FTYP_AT : FTYP_AT + 4] == b"ftyp":
        return Kind.MP4
    if head[:4] == b"OggS":
        return Kind.OGG
    after = file.peek(id3_bytes(file), 4)
    if after == b"fLaC":
        return Kind.FLAC
    if head[:3] == b"ID3" or _is_mpeg_sync(after):
        return Kind.MP3
    return None


def id3_bytes(file: FileBytes) -> int:
    """Length of an ID3v2 tag at the start of the file; 0 without one (ID3v2.4 structure, section 3.1)."""
    head = file.peek(0, ID3_HEADER_BYTES)
    if len(head) < ID3_HEADER_BYTES or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:]):
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    footer = ID3_HEADER_BYTES if head[5] & 0x10 else 0
    return ID3_HEADER_BYTES + size + footer


def _is_mpeg_sync(head: bytes) -> bool:
    """Eleven bits of sync and layer III."""
    return len(head) == 4 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[1] & 0x18 != 0x08


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFX", "a big-endian RIFX file"),
    (b"riff", "a Sony Wave64 file"),
    (b"caff", "a CAF file"),
    (b"MAC ", "a Monkey's Audio file"),
    (b"wvpk", "a WavPack file"),
    (b"DSD ", "a DSF file (DSD)"),
    (b"FRM8", "a DSDIFF file (DSD)"),
    (b"\x30\x26\xb2\x75", "a Windows Media file"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM file"),
    (b".snd", "an AU file"),
    (b"RIFF", "a RIFF file that is no WAVE"),
    (b"RF64", "an RF64 file that is no WAVE"),
    (b"FORM", "an IFF file that is no AIFF"),
)


def why_not(file: FileBytes) -> SourceError:
    """The error for a file that is not audio we read, naming what it is where that can be seen."""
    head = file.peek(0, HEAD_BYTES)
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return source_error(file.where, f"this is {name}, not audio that can be read", code="not-audio")
    if not any(head):
        return source_error(file.where, "the file starts with zeros and has no header", COPY_AGAIN, "not-audio")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<?xml", b"<!--", b"<head")):
        remedy = "A failed download often leaves a web page under the name of the file: fetch it again."
        return source_error(file.where, "this is a web page or XML, not audio", remedy, "not-audio")
    if _is_text(head):
        return source_error(file.where, "this is a text file, not audio", EXPORT_AGAIN, "not-audio")
    return source_error(
        file.where, "this is not audio that can be read (WAV, AIFF, FLAC, ALAC, AAC, MP3, Ogg)", code="not-audio"
    )


def _is_text(head: bytes) -> bool:
    return all(byte in b"\t\r\n\x0c" or 0x20 <= byte != 0x7F for byte in head)
