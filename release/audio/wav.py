"""WAV, RF64 and BW64 headers, read by our own code and held against the size of the file.

Common readers take what is there when a header promises more (a truncated copy), give nothing when a streamed file
says zero, and decode 24 valid bits in 32 as noise. Here each of these is an error or read right.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from release.audio.layout import MAX_CHUNKS, FileBytes, PcmLayout, check_has_samples, check_shape
from release.audio.refuse import COPY_AGAIN, EXPORT_AGAIN, source_error
from release.audio.trailing import harmless_rest, starts_tag
from release.errors import SourceError
from release.formats.riff import HEADER_BYTES, UINT32_MAX, is_chunk_id, padded, parse_header
from release.formats.wave import TAG_EXTENSIBLE, TAG_FLOAT, TAG_NAMES, TAG_PCM, Ds64, WaveFormat

FORM_BYTES = 12
MAX_FMT_BYTES = 1024
MAX_DS64_BYTES = 28 + 12 * 256
SLACK_BYTES = 8
"""Writers that count the RIFF header into its own size, or leave out a pad byte, are off by at most this."""

STREAMED = "Give the file a proper header: `sox --ignore-length FILE NEW.wav`, or export it again."


@dataclass(slots=True)
class _Walk:
    """What the walk over the chunks has found so far."""

    file: FileBytes
    end: int
    ds64: Ds64 | None
    at: int = FORM_BYTES
    fmt: WaveFormat | None = None
    data: tuple[int, int] | None = None
    notes: list[str] = field(default_factory=list)

    def refuse(self, problem: str, remedy: str = EXPORT_AGAIN, code: str = "lying-header") -> SourceError:
        return source_error(self.file.where, problem, remedy, code)


def read_wav_layout(file: FileBytes) -> PcmLayout:
    """Find the samples of a WAV, RF64 or BW64 file.

    Raises:
        SourceError: for every header that contradicts itself, its format or the size of the file.
    """
    walk = _start(file)
    _walk_chunks(walk)
    if walk.fmt is None:
        raise walk.refuse("the WAV file has no fmt chunk", code="damaged")
    if walk.data is None:
        raise walk.refuse("the WAV file has no data chunk", code="truncated")
    _check_rest(walk, max(walk.at, walk.end))
    return _layout(walk, walk.fmt, walk.data)


def _start(file: FileBytes) -> _Walk:
    """Check the form's header and, in RF64 and BW64, its ds64 chunk."""
    head = file.at(0, FORM_BYTES, "the RIFF header")
    ds64 = _read_ds64(file) if head[:4] in (b"RF64", b"BW64") else None
    riff_bytes = int.from_bytes(head[4:8], "little")
    if ds64 is not None and riff_bytes == UINT32_MAX:
        riff_bytes = ds64.riff_bytes
    end = HEADER_BYTES + riff_bytes
    walk = _Walk(file, min(end, file.size), ds64)
    if riff_bytes in (0, UINT32_MAX) or end > file.size + SLACK_BYTES:
        # A streamed or cut file: the data chunk's own size tells which, so let the walk find it first.
        walk.end = file.size
        walk.notes.append(f"the RIFF size says {riff_bytes} bytes, the file has {file.size - HEADER_BYTES}")
    elif end > file.size:
        walk.notes.append(f"the RIFF size is {end - file.size} too large")
    return walk


def _read_ds64(file: FileBytes) -> Ds64:
    chunk_id, size = parse_header(file.at(FORM_BYTES, HEADER_BYTES, "the ds64 chunk"))
    if chunk_id != b"ds64":
        raise source_error(file.where, "the RF64 file does not start with a ds64 chunk", code="lying-header")
    data = file.at(FORM_BYTES + HEADER_BYTES, min(size, MAX_DS64_BYTES), "the ds64 chunk")
    try:
        return Ds64.from_bytes(data)
    except ValueError as exc:
        raise source_error(file.where, str(exc), code="lying-header") from exc


def _walk_chunks(walk: _Walk) -> None:
    for _ in range(MAX_CHUNKS):
        at = walk.at
        if at >= walk.end:
            return
        head = walk.file.peek(at, HEADER_BYTES)
        if at + HEADER_BYTES > walk.end or not _is_header(head) or (walk.data and starts_tag(head)):
            _stop_at_rubbish(walk, at)
            walk.at = walk.end
            return
        chunk_id, size = parse_header(head)
        size = _true_size(walk, chunk_id, size)
        start = at + HEADER_BYTES
        _take_chunk(walk, chunk_id, start, size)
        walk.at = _next_chunk(walk, start, size)
    raise walk.refuse(f"the file has more than {MAX_CHUNKS} chunks", code="damaged")


def _is_header(head: bytes) -> bool:
    return len(head) == HEADER_BYTES and is_chunk_id(head[:4])


def _stop_at_rubbish(walk: _Walk, at: int) -> None:
    """Bytes that are no chunk: a tag or padding after the audio, an error anywhere else."""
    if walk.data is None:
        raise walk.refuse(f"the bytes at {at} are no RIFF chunk, and no audio came before them", code="damaged")
    rest = harmless_rest(walk.file, at)
    if rest is None:
        raise _lost_audio(walk, at)
    walk.notes.append(f"{rest} at {at}, which is no RIFF chunk, is left unread")


def _check_rest(walk: _Walk, at: int) -> None:
    """What stands behind the form: chunks, a known tag or padding; anything else may be audio."""
    if walk.end >= walk.file.size:
        return
    rest_at = _past_chunks(walk.file, at)
    if rest_at < walk.file.size and harmless_rest(walk.file, rest_at) is None:
        raise _lost_audio(walk, rest_at)
    walk.notes.append(f"{walk.file.size - walk.end} bytes after the end of the RIFF form are left unread")


def _past_chunks(file: FileBytes, at: int) -> int:
    """The place behind all whole chunks from ``at`` on."""
    for _ in range(MAX_CHUNKS):
        head = file.peek(at, HEADER_BYTES)
        if not _is_header(head):
            break
        behind = at + HEADER_BYTES + parse_header(head)[1]
        if behind > file.size:
            break
        at = min(at + HEADER_BYTES + padded(parse_header(head)[1]), file.size)
    return at


def _lost_audio(walk: _Walk, at: int) -> SourceError:
    size = walk.data[1] if walk.data else 0
    text = (
        f"its data chunk says {size} bytes of audio, and behind it stand {walk.file.size - at} bytes that are no chunk"
    )
    remedy = "The header is too short for what the file holds, and the rest would be lost. Export the file again."
    return walk.refuse(text, remedy)


def _true_size(walk: _Walk, chunk_id: bytes, size: int) -> int:
    if walk.ds64 is None or size != UINT32_MAX:
        return size
    if chunk_id == b"data":
        return walk.ds64.data_bytes
    return dict(walk.ds64.table).get(chunk_id, size)


def _next_chunk(walk: _Walk, start: int, size: int) -> int:
    """Where the next chunk starts; some writers leave out the pad byte after an odd chunk."""
    at = start + padded(size)
    if size & 1 and not is_chunk_id(walk.file.peek(at, 4)) and is_chunk_id(walk.file.peek(at - 1, 4)):
        walk.notes.append(f"the pad byte at {at - 1} is missing")
        return at - 1
    return at


def _take_chunk(walk: _Walk, chunk_id: bytes, start: int, size: int) -> None:
    there = walk.file.size - start
    if chunk_id == b"data":
        _take_data(walk, start, size, there)
        return
    name = chunk_id.decode("ascii").strip()
    if size > there:
        text = f"the file ends inside its {name} chunk: {size} bytes are promised, {max(there, 0)} are there"
        raise walk.refuse(text, COPY_AGAIN, "truncated")
    if start + size > walk.end:
        raise walk.refuse(f"the {name} chunk reaches past the end that the RIFF header gives")
    if chunk_id == b"fmt ":
        _take_fmt(walk, start, size)


def _take_data(walk: _Walk, start: int, size: int, there: int) -> None:
    if walk.data is not None:
        raise walk.refuse("the WAV file has two data chunks", code="damaged")
    if size == 0 and there > 0 and not _continues_with_chunk(walk, start):
        text = f"the header says 0 bytes of audio while {there} bytes follow: a streamed WAV that was never finished"
        raise walk.refuse(text, STREAMED, "streamed")
    if size == UINT32_MAX and walk.ds64 is None:
        raise walk.refuse(
            "the header leaves the length open: a streamed WAV that was never finished", STREAMED, "streamed"
        )
    if size > there:
        text = f"the data chunk promises {size} bytes and the file has {there}: it is cut off"
        raise walk.refuse(text, COPY_AGAIN, "truncated")
    if start + size > walk.end:
        raise walk.refuse("the data chunk reaches past the end that the RIFF header gives")
    walk.data = (start, size)


def _continues_with_chunk(walk: _Walk, at: int) -> bool:
    """Whether a sound chunk starts here: then a data chunk of size 0 is honestly empty."""
    head = walk.file.peek(at, HEADER_BYTES)
    if len(head) < HEADER_BYTES or not is_chunk_id(head[:4]):
        return False
    return at + HEADER_BYTES + parse_header(head)[1] <= walk.file.size


def _take_fmt(walk: _Walk, start: int, size: int) -> None:
    if walk.fmt is not None:
        raise walk.refuse("the WAV file has two fmt chunks", code="damaged")
    try:
        walk.fmt = WaveFormat.from_bytes(walk.file.at(start, min(size, MAX_FMT_BYTES), "the fmt chunk"))
    except ValueError as exc:
        raise walk.refuse(str(exc), code="damaged") from exc


_USUAL_RATES_HZ = frozenset(
    {8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000, 352_800, 384_000}
)


def _other_rate(fmt: WaveFormat) -> int | None:
    """A usual rate that the bytes a second tell and the rate field does not: one of the two is a lie."""
    spoken, rest = divmod(fmt.byte_rate, fmt.block_align)
    return spoken if not rest and spoken != fmt.rate_hz and spoken in _USUAL_RATES_HZ else None


def _layout(walk: _Walk, fmt: WaveFormat, data: tuple[int, int]) -> PcmLayout:
    check_shape(fmt.rate_hz, fmt.channels, walk.file.where)
    container_bytes, valid_bits = _sample_size(walk, fmt)
    start, size = data
    if size % fmt.block_align:
        text = f"the data chunk of {size} bytes is no whole number of samples of {fmt.block_align} bytes"
        raise walk.refuse(text, COPY_AGAIN, "partial-sample")
    n_samples = size // fmt.block_align
    check_has_samples(n_samples, walk.file.where)
    _check_end(walk, n_samples)
    if (spoken := _other_rate(fmt)) is not None:
        text = f"its header names {fmt.rate_hz} Hz, but as many bytes a second as {spoken} Hz has"
        raise walk.refuse(text, "Export it again: it would play at the wrong speed.", "lying-header")
    if fmt.byte_rate != fmt.rate_hz * fmt.block_align:
        walk.notes.append(
            f"the fmt chunk says {fmt.byte_rate} bytes a second, the samples give {fmt.rate_hz * fmt.block_align}"
        )
    return PcmLayout(
        container="wav" if walk.ds64 is None else "rf64",
        rate_hz=fmt.rate_hz,
        channels=fmt.channels,
        n_samples=n_samples,
        valid_bits=valid_bits,
        container_bytes=container_bytes,
        is_float=fmt.sample_tag == TAG_FLOAT,
        is_big_endian=False,
        is_unsigned=container_bytes == 1,
        data_offset=start,
        notes=tuple(walk.notes),
    )


def _sample_size(walk: _Walk, fmt: WaveFormat) -> tuple[int, int]:
    """Bytes and valid bits of one sample, when the fields of the fmt chunk agree on them."""
    if fmt.sample_tag not in (TAG_PCM, TAG_FLOAT):
        name = TAG_NAMES.get(fmt.sample_tag, f"format tag {fmt.tag:#06x}")
        raise walk.refuse(f"the WAV file holds {name}, not linear samples", code="unsupported")
    container_bytes, rest = divmod(fmt.block_align, fmt.channels)
    if rest or container_bytes != (fmt.bits + 7) // 8:
        text = f"the fmt chunk says {fmt.bits} bits, {fmt.channels} channels and blocks of {fmt.block_align} bytes: these do not agree"
        raise walk.refuse(text)
    is_extensible = fmt.tag == TAG_EXTENSIBLE
    allowed = (4, 8) if fmt.sample_tag == TAG_FLOAT else (1, 2, 3, 4)
    if container_bytes not in allowed or (is_extensible and fmt.bits % 8):
        raise walk.refuse(
            f"samples of {fmt.bits} bits in {container_bytes} bytes are not supported", code="unsupported"
        )
    if fmt.sample_tag == TAG_FLOAT:
        return container_bytes, 24 if container_bytes == 4 else 53
    valid_bits = (fmt.valid_bits or fmt.bits) if is_extensible else fmt.bits
    if not 0 < valid_bits <= 8 * container_bytes:
        raise walk.refuse(f"the fmt chunk says {valid_bits} valid bits in words of {8 * container_bytes}")
    return container_bytes, valid_bits


def _check_end(walk: _Walk, n_samples: int) -> None:
    """RIFF and ds64 sizes against what was found, now that the audio itself is known to be whole."""
    ds64 = walk.ds64
    head = walk.file.at(0, FORM_BYTES, "the RIFF header")
    riff_bytes = int.from_bytes(head[4:8], "little")
    if ds64 is not None and riff_bytes == UINT32_MAX:
        riff_bytes = ds64.riff_bytes
    if riff_bytes in (0, UINT32_MAX):
        raise walk.refuse(
            f"the RIFF size says {riff_bytes}: a streamed WAV that was never finished", STREAMED, "streamed"
        )
    if HEADER_BYTES + riff_bytes > walk.file.size + SLACK_BYTES:
        text = f"the RIFF header promises {riff_bytes + HEADER_BYTES} bytes and the file has {walk.file.size}: it is cut off"
        raise walk.refuse(text, COPY_AGAIN, "truncated")
    if ds64 is not None and head[:4] == b"RF64" and ds64.sample_count not in (0, n_samples, UINT32_MAX, 2**64 - 1):
        raise walk.refuse(f"the ds64 chunk says {ds64.sample_count} samples and the data hold {n_samples}")
