"""What a source file is, from its headers alone, held against its size.

The content decides, not the name: ``take.wav`` that holds FLAC is FLAC, and ``take.wav`` that holds a web page is
refused. Every header that promises what the file does not hold is a SourceError.
"""

from __future__ import annotations

from pathlib import Path

from release.audio.aiff import read_aiff_layout
from release.audio.flac import probe_flac
from release.audio.layout import FileBytes, PcmLayout
from release.audio.refuse import source_error
from release.audio.sniff import Kind, id3_bytes, sniff, why_not
from release.audio.wav import read_wav_layout
from release.model.source import SourceInfo

RELEASE_CHANNELS = 2


def probe(path: Path, where: str = "") -> SourceInfo:
    """Header facts of a source.

    Args:
        path: the file.
        where: how messages call it; its path when empty.

    Raises:
        SourceError: when it is no audio that can be read, or when its header lies.
    """
    with FileBytes(path, where or str(path)) as file:
        kind = sniff(file)
        if kind in (Kind.WAV, Kind.AIFF):
            return read_pcm_layout(file).info(file.size)
        if kind is Kind.FLAC:
            return probe_flac(file, id3_bytes(file))
        if kind is Kind.MP3:
            from release.audio.mp3 import probe_mp3

            return probe_mp3(file)
        if kind is Kind.MP4:
            from release.audio.mp4 import probe_mp4

            return probe_mp4(file)
        if kind is Kind.OGG:
            from release.audio.ogg import probe_ogg

            return probe_ogg(file)
        raise why_not(file)


def read_pcm_layout(file: FileBytes) -> PcmLayout:
    """Where the samples of a WAV or AIFF file lie.

    Raises:
        SourceError: when it is neither, or when its header lies.
    """
    kind = sniff(file)
    if kind is Kind.WAV:
        return read_wav_layout(file)
    if kind is Kind.AIFF:
        return read_aiff_layout(file)
    raise source_error(file.where, "the file has changed since it was probed", "Run again.", "changed")


def check_release_source(info: SourceInfo, where: str) -> None:
    """A source that a release can be made of: one channel or two.

    Raises:
        SourceError: for more than two channels.
    """
    if info.channels > RELEASE_CHANNELS:
        text = f"the file has {info.channels} channels; a release is made of mono and stereo sources"
        raise source_error(where, text, "Mix it down to two channels.", "too-many-channels")
