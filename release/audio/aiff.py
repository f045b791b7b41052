"""AIFF and AIFC headers, read by our own code and held against the size of the file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from release.audio.layout import MAX_CHUNKS, FileBytes, PcmLayout, check_has_samples, check_shape
from release.audio.refuse import COPY_AGAIN, EXPORT_AGAIN, source_error
from release.audio.trailing import harmless_rest, starts_tag
from release.errors import SourceError
from release.formats.aiff import Comm
from release.formats.riff import HEADER_BYTES, is_chunk_id, padded, parse_header

FORM_BYTES = 12
MAX_COMM_BYTES = 22 + 256
SLACK_BYTES = 8


@dataclass(frozen=True, slots=True)
class _Coding:
    """How one AIFC compression type stores a sample; no width means: what COMM says."""

    container_bytes: int | None
    is_float: bool = False
    is_little_endian: bool = False


CODINGS = {
    b"NONE": _Coding(None),
    b"none": _Coding(None),
    b"twos": _Coding(None),
    b"sowt": _Coding(None, is_little_endian=True),
    b"in24": _Coding(3),
    b"in32": _Coding(4),
    b"fl32": _Coding(4, is_float=True),
    b"FL32": _Coding(4, is_float=True),
    b"fl64": _Coding(8, is_float=True),
    b"FL64": _Coding(8, is_float=True),
}


@dataclass(slots=True)
class _Walk:
    """What the walk over the chunks has found so far. ``ssnd`` is place and size of the chunk's data."""

    file: FileBytes
    is_aifc: bool
    end: int
    at: int = FORM_BYTES
    comm: Comm | None = None
    ssnd: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)

    def refuse(self, problem: str, remedy: str = EXPORT_AGAIN, code: str = "lying-header") -> SourceError:
        return source_error(self.file.where, problem, remedy, code)


def read_aiff_layout(file: FileBytes) -> PcmLayout:
    """Find the samples of an AIFF or AIFC file.

    Raises:
        SourceError: for every header that contradicts itself, its format or the size of the file.
    """
    head = file.at(0, FORM_BYTES, "the FORM header")
    form_bytes = int.from_bytes(head[4:8], "big")
    walk = _Walk(file, head[8:12] == b"AIFC", min(HEADER_BYTES + form_bytes, file.size))
    is_cut = HEADER_BYTES + form_bytes > file.size + SLACK_BYTES
    if is_cut or form_bytes == 0:
        walk.end = file.size
    _walk_chunks(walk)
    if walk.comm is None:
        raise walk.refuse("the AIFF file has no COMM chunk", code="damaged")
    if walk.ssnd is None:
        raise walk.refuse("the AIFF file has no SSND chunk", code="truncated")
    layout = _layout(walk, walk.comm, walk.ssnd)
    if is_cut or form_bytes == 0:
        text = f"the FORM header promises {form_bytes + HEADER_BYTES} bytes and the file has {file.size}"
        raise walk.refuse(text, COPY_AGAIN, "truncated")
    _check_rest(walk)
    return replace(layout, notes=tuple(walk.notes))


def _walk_chunks(walk: _Walk) -> None:
    for _ in range(MAX_CHUNKS):
        if walk.at >= walk.end:
            return
        head = walk.file.peek(walk.at, HEADER_BYTES)
        if not _is_header(head) or walk.at + HEADER_BYTES > walk.end or (walk.ssnd and starts_tag(head)):
            if walk.ssnd is None or walk.comm is None:
                text = f"the bytes at {walk.at} are no IFF chunk, and COMM and SSND did not come before them"
                raise walk.refuse(text, code="damaged")
            return
        chunk_id, size = parse_header(head, ">")
        _take_chunk(walk, chunk_id, walk.at + HEADER_BYTES, size)
        walk.at += HEADER_BYTES + padded(size)
    raise walk.refuse(f"the file has more than {MAX_CHUNKS} chunks", code="damaged")


def _is_header(head: bytes) -> bool:
    return len(head) == HEADER_BYTES and is_chunk_id(head[:4])


def _check_rest(walk: _Walk) -> None:
    """What stands behind the chunks: a known tag or padding; anything else may be audio."""
    if walk.at >= walk.file.size or walk.ssnd is None:
        return
    rest = harmless_rest(walk.file, walk.at)
    if rest is None:
        text = f"{walk.file.size - walk.at} bytes at {walk.at} are no IFF chunk, so its audio may be longer than its header"
        raise walk.refuse(text, "The rest would be lost: export the file again.")
    walk.notes.append(f"{rest} at {walk.at}, behind the last chunk of the FORM, is left unread")


def _take_chunk(walk: _Walk, chunk_id: bytes, start: int, size: int) -> None:
    name = chunk_id.decode("ascii").strip()
    there = walk.file.size - start
    if size > there:
        text = f"the {name} chunk promises {size} bytes and the file has {max(there, 0)}: it is cut off"
        raise walk.refuse(text, COPY_AGAIN, "truncated")
    if start + size > walk.end:
        raise walk.refuse(f"the {name} chunk reaches past the end that the FORM header gives")
    if chunk_id == b"COMM":
        if walk.comm is not None:
            raise walk.refuse("the AIFF file has two COMM chunks", code="damaged")
        data = walk.file.at(start, min(size, MAX_COMM_BYTES), "the COMM chunk")
        try:
            walk.comm = Comm.from_bytes(data, is_aifc=walk.is_aifc)
        except ValueError as exc:
            raise walk.refuse(str(exc), code="damaged") from exc
    elif chunk_id == b"SSND":
        if walk.ssnd is not None:
            raise walk.refuse("the AIFF file has two SSND chunks", code="damaged")
        walk.ssnd = (start, size)


def _layout(walk: _Walk, comm: Comm, ssnd: tuple[int, int]) -> PcmLayout:
    rate = comm.rate_hz
    if rate is None or rate.denominator != 1:
        raise walk.refuse(f"the COMM chunk's sample rate is no whole number of Hz: {rate}", code="bad-rate")
    check_shape(int(rate), comm.channels, walk.file.where)
    coding, container_bytes, valid_bits = _sample_size(walk, comm)
    align = container_bytes * comm.channels
    data_offset, data_bytes = _sound_data(walk, ssnd)
    wanted = comm.n_samples * align
    # libsndfile counts the pad byte of an odd chunk as sound.
    if data_bytes not in (wanted, wanted + wanted % 2):
        text = f"COMM says {comm.n_samples} samples of {align} bytes and SSND holds {data_bytes} bytes"
        raise walk.refuse(text, COPY_AGAIN)
    check_has_samples(comm.n_samples, walk.file.where)
    return PcmLayout(
        container="aiff",
        rate_hz=int(rate),
        channels=comm.channels,
        n_samples=comm.n_samples,
        valid_bits=valid_bits,
        container_bytes=container_bytes,
        is_float=coding.is_float,
        is_big_endian=not coding.is_little_endian,
        is_unsigned=False,
        data_offset=data_offset,
    )


def _sample_size(walk: _Walk, comm: Comm) -> tuple[_Coding, int, int]:
    """Coding, bytes and valid bits of one sample."""
    coding = CODINGS.get(comm.compression or b"NONE")
    if coding is None:
        name = (comm.compression or b"").decode("ascii", "replace")
        raise walk.refuse(f"the AIFC compression {name!r} is not supported", code="unsupported")
    if coding.is_float and coding.container_bytes is not None:
        return coding, coding.container_bytes, 24 if coding.container_bytes == 4 else 53
    if not 1 <= comm.bits <= 32:
        raise walk.refuse(f"samples of {comm.bits} bits are not supported", code="unsupported")
    container_bytes = coding.container_bytes or (comm.bits + 7) // 8
    # Some writers of in24 leave 16 in COMM; the samples have the width of their coding.
    valid_bits = 8 * container_bytes if coding.container_bytes else comm.bits
    return coding, container_bytes, valid_bits


def _sound_data(walk: _Walk, ssnd: tuple[int, int]) -> tuple[int, int]:
    """Place and size of the samples inside SSND, past its eight bytes of header and its offset."""
    start, size = ssnd
    if size < 8:
        raise walk.refuse(f"the SSND chunk has {size} bytes and needs 8", code="damaged")
    offset = int.from_bytes(walk.file.at(start, 4, "the SSND chunk"), "big")
    if offset > size - 8:
        raise walk.refuse(f"the SSND chunk's samples start {offset} bytes into a chunk of {size}")
    return start + 8 + offset, size - 8 - offset
