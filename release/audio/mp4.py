"""ALAC and AAC in MP4: the sample tables against the file's size, and the exact length out of three places.

A cut-off MP4 whose ``moov`` stands first plays as far as it goes, so the tables are what tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from release.audio.layout import FileBytes, check_has_samples, check_shape
from release.audio.refuse import COPY_AGAIN, EXPORT_AGAIN, source_error
from release.formats.mp4 import (
    AacConfig,
    AlacCookie,
    Edit,
    Mp4Error,
    decoder_config,
    duration_timescale,
    edit_list,
    find_box,
    find_boxes,
    iterate_boxes,
    itunes_text,
    parse_smpb,
    table,
    unpack,
)
from release.model.source import SourceInfo

MAX_MOOV_BYTES = 64 << 20
MAX_TOP_BOXES = 10_000
AAC_LC = 2
AAC_PACKET_SAMPLES = 1024
SAMPLE_ENTRY_BYTES = 28
KNOWN_CODECS = {b"drms": "protected (DRM) audio", b"ac-3": "Dolby AC-3", b"ec-3": "Dolby E-AC-3", b".mp3": "MP3"}


@dataclass(frozen=True, slots=True)
class _Track:
    """One audio track: its codec, and the sums of its sample tables."""

    codec: str
    rate_hz: int
    channels: int
    bits: int | None
    packets: int
    media_samples: int


def probe_mp4(file: FileBytes) -> SourceInfo:
    """Header facts of an MP4 file with one ALAC or AAC-LC track.

    Raises:
        SourceError: when it is cut off, damaged, protected, fragmented, or holds something else.
    """
    moov = _read_moov(file)
    try:
        trak = _audio_trak(file, moov)
        track = _read_track(file, trak)
        n_samples = _length(moov, trak, track)
    except Mp4Error as exc:
        raise source_error(file.where, f"the MP4 header is damaged: {exc}", COPY_AGAIN) from exc
    check_has_samples(n_samples, file.where)
    return SourceInfo(
        container="m4a",
        codec=track.codec,
        sample_rate_hz=track.rate_hz,
        channels=track.channels,
        n_samples=n_samples,
        bit_depth=track.bits,
        is_float=False,
        is_lossy=track.codec == "aac",
        bytes=file.size,
    )


def _read_moov(file: FileBytes) -> bytes:
    """The content of ``moov``; every box at the top must end inside the file."""
    at = 0
    moov: bytes | None = None
    for _ in range(MAX_TOP_BOXES):
        if at + 8 > file.size:
            break
        head = file.peek(at, 16)
        size, kind = int.from_bytes(head[:4], "big"), head[4:8]
        header = 16 if size == 1 else 8
        size = {0: file.size - at, 1: int.from_bytes(head[8:16], "big")}.get(size, size)
        if size < header:
            raise source_error(file.where, "the MP4 boxes are damaged", COPY_AGAIN)
        if at + size > file.size:
            text = f"the {kind.decode('latin-1')} box promises {size} bytes and the file has {file.size - at}"
            raise source_error(file.where, f"{text}: it is cut off", COPY_AGAIN, "truncated")
        if kind == b"moof":
            raise source_error(file.where, "fragmented MP4 files are not supported", EXPORT_AGAIN, "unsupported")
        if kind == b"moov" and moov is None:
            if size > MAX_MOOV_BYTES:
                raise source_error(file.where, "the MP4 header is larger than 64 MiB", EXPORT_AGAIN)
            moov = file.at(at + header, size - header, "the moov box")
        at += size
    if moov is None:
        text = "the MP4 file has no moov box: it was not finished, or is cut off"
        raise source_error(file.where, text, COPY_AGAIN, "truncated")
    return moov


def _audio_trak(file: FileBytes, moov: bytes) -> bytes:
    traks = [trak for trak in find_boxes(moov, b"trak") if find_box(trak, b"mdia", b"hdlr")[8:12] == b"soun"]
    if len(traks) != 1:
        text = f"the MP4 file holds {len(traks)} audio tracks, one is needed"
        raise source_error(file.where, text, code="unsupported")
    return traks[0]


def _read_track(file: FileBytes, trak: bytes) -> _Track:
    stbl = find_box(trak, b"mdia", b"minf", b"stbl")
    codec, rate_hz, channels, bits = _read_codec(file, find_box(stbl, b"stsd"))
    check_shape(rate_hz, channels, file.where)
    packets = _check_packets(file, stbl)
    times = table(find_box(stbl, b"stts"), "II")
    if sum(count for count, _ in times) != packets:
        raise Mp4Error("stts and stsz count different numbers of packets")
    timescale, _ = duration_timescale(find_box(trak, b"mdia", b"mdhd"))
    if timescale == 0:
        raise Mp4Error("the timescale is 0")
    media = sum(count * delta for count, delta in times)
    return _Track(codec, rate_hz, channels, bits, packets, media * rate_hz // timescale)


def _read_codec(file: FileBytes, stsd: bytes) -> tuple[str, int, int, int | None]:
    """Codec, sample rate, channels, bits."""
    entries = list(iterate_boxes(stsd, 8))
    if len(entries) != 1:
        raise Mp4Error(f"{len(entries)} sample descriptions, one is needed")
    kind, start, end = entries[0]
    inner = stsd[start + SAMPLE_ENTRY_BYTES : end]
    if kind == b"alac":
        cookie = AlacCookie.from_bytes(find_box(inner, b"alac"))
        if cookie.bits not in (16, 20, 24, 32):
            raise Mp4Error(f"ALAC of {cookie.bits} bits")
        return "alac", cookie.rate_hz, cookie.channels, cookie.bits
    if kind == b"mp4a":
        config = AacConfig.from_bytes(decoder_config(find_box(inner, b"esds")))
        if config.object_type != AAC_LC:
            text = f"the file holds MPEG-4 audio of type {config.object_type}; AAC-LC can be read"
            raise source_error(file.where, text, code="unsupported")
        return "aac", config.rate_hz, config.channels, None
    name = KNOWN_CODECS.get(kind, f"{kind.decode('latin-1')!r}")
    raise source_error(file.where, f"the MP4 file holds {name}; ALAC and AAC-LC can be read", code="unsupported")


def _check_packets(file: FileBytes, stbl: bytes) -> int:
    """The number of packets, all of them inside the file."""
    stsz = find_box(stbl, b"stsz")
    fixed, count = unpack(">II", stsz, 4)
    if fixed == 0 and 12 + 4 * count > len(stsz):
        raise Mp4Error(f"stsz counts {count} packets and has no room for them")
    sizes = [] if fixed else list(unpack(f">{count}I", stsz, 12))
    offsets = [
        row[0]
        for box, width in ((b"stco", "I"), (b"co64", "Q"))
        for b in find_boxes(stbl, box)
        for row in table(b, width)
    ]
    done = 0
    for offset, packets in zip(offsets, _packets_of_chunks(stbl, len(offsets)), strict=True):
        span = fixed * packets if fixed else sum(sizes[done : done + packets])
        if offset + span > file.size:
            text = f"packet {done} of {count} lies past the end of the file: it is cut off"
            raise source_error(file.where, text, COPY_AGAIN, "truncated")
        done += packets
    if done != count:
        raise Mp4Error(f"the chunks hold {done} packets, stsz counts {count}")
    return count


def _packets_of_chunks(stbl: bytes, n_chunks: int) -> list[int]:
    """Packets in each chunk, from the runs of ``stsc``."""
    runs = [(row[0], row[1]) for row in table(find_box(stbl, b"stsc"), "III")]
    if any(after <= first for (first, _), (after, _) in pairwise(runs)) or (runs and runs[0][0] != 1):
        raise Mp4Error("stsc is out of order")
    runs.append((n_chunks + 1, 0))
    packets: list[int] = []
    for (first, count), (after, _) in pairwise(runs):
        packets += [count] * (min(after, n_chunks + 1) - first)
    if len(packets) != n_chunks:
        raise Mp4Error("stsc does not cover all chunks")
    return packets


def _length(moov: bytes, trak: bytes, track: _Track) -> int:
    """Samples after delay and padding: by iTunSMPB, else by the edit list, else by the sample times.

    The edit list counts in the movie's timescale. Where that is coarser than the sample rate (often milliseconds) it
    is only believed against the sample times when the two differ by more than its own step.
    """
    if track.codec == "aac" and (smpb := _read_smpb(moov)) is not None:
        priming, remainder, n_samples = smpb
        if priming + remainder + n_samples == track.packets * AAC_PACKET_SAMPLES:
            return n_samples
    edits = [edit for data in find_boxes(trak, b"edts", b"elst") for edit in edit_list(data)]
    played = [edit for edit in edits if edit.media_time >= 0]
    if len(played) > 1:
        raise Mp4Error(f"an edit list of {len(played)} parts")
    if not played:
        return track.media_samples
    return _edited_length(moov, trak, track, played[0])


def _edited_length(moov: bytes, trak: bytes, track: _Track, edit: Edit) -> int:
    media_timescale, _ = duration_timescale(find_box(trak, b"mdia", b"mdhd"))
    movie_timescale, _ = duration_timescale(find_box(moov, b"mvhd"))
    if movie_timescale == 0:
        raise Mp4Error("the movie's timescale is 0")
    available = track.media_samples - edit.media_time * track.rate_hz // media_timescale
    by_edit = edit.duration * track.rate_hz // movie_timescale
    step = -(-track.rate_hz // movie_timescale)
    is_coarse = movie_timescale < track.rate_hz
    if edit.duration == 0 or by_edit > available or (is_coarse and available - by_edit <= step):
        return available
    return by_edit


def _read_smpb(moov: bytes) -> tuple[int, int, int] | None:
    for meta in find_boxes(moov, b"udta", b"meta"):
        for ilst in find_boxes(meta[4:], b"ilst"):
            text = itunes_text(ilst, b"iTunSMPB")
            if text is not None:
                return parse_smpb(text)
    return None
