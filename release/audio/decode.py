"""Decoding a deliverable to prove it: by other code than wrote it, in blocks, delay and padding trimmed exactly.

| format | written by | decoded here by |
|---|---|---|
| WAV | this program | libsndfile |
| FLAC | libFLAC | FFmpeg's own decoder, then the MD5 in STREAMINFO |
| AIFF | libsndfile | FFmpeg |
| ALAC, AAC | FFmpeg's encoders | FFmpeg's decoders (other code, same project) |
| MP3 | LAME | FFmpeg's own decoder, then the count in LAME's tag |
| Opus | libopus, wrapped by FFmpeg | libsndfile's Ogg reader and its libopus |
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from release.errors import VerificationError
from release.formats.flac_metadata import read_stream_info
from release.formats.lame_tag import read_lame_tag
from release.formats.mp4_length import read_length

BLOCK_SAMPLES = 1 << 16
_DEMUXERS = {"flac": "flac", "aiff": "aiff", "alac": "mov", "aac": "mov", "mp3": "mp3"}
"""Named, so that FFmpeg does not guess: a short MP3 it may take for something else."""
_SAMPLE_TYPES = {"s16": np.int16, "s32": np.int32, "flt": np.float32}
_BY_SNDFILE = frozenset({"wav", "opus"})
_LOSSY = frozenset({"mp3", "aac", "opus"})

Block = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class DecodedPcm:
    """What a deliverable decodes to.

    Attributes:
        sha256: of interleaved little-endian samples: 2 or 3 bytes for integers, 4 for float (lossy formats too).
        n_samples: per channel.
        rate_hz: sample rate.
        channels: how many.
    """

    sha256: str
    n_samples: int
    rate_hz: int
    channels: int


@dataclass(frozen=True, slots=True)
class Decoding:
    """An open decoding: facts first, then blocks.

    Attributes:
        rate_hz: sample rate.
        channels: how many.
        blocks: (n, channels) arrays; int32 at the top of the word for integer formats, float32 for float.
    """

    rate_hz: int
    channels: int
    blocks: Iterator[Block]


def decode_pcm_sha256(path: Path, format: str, bit_depth: int | None, *, is_float: bool = False) -> DecodedPcm:  # noqa: A002
    """Decode a whole deliverable and take the digest of its samples.

    Args:
        path: file to read.
        format: the manifest's word for it.
        bit_depth: 16 or 24 for integer formats; not looked at for float and lossy ones.
        is_float: True for float WAV.

    Raises:
        VerificationError: it does not decode, its integers have more bits than they should, or FLAC's own MD5 is
            not that of its audio.
    """
    as_float = is_float or format in _LOSSY
    decoding = open_decoding(path, format, as_float=as_float)
    sha, md5, n_samples = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    for block in decoding.blocks:
        data = _float_bytes(block) if as_float else _int_bytes(block, bit_depth or 24, path)
        sha.update(data)
        if format == "flac":
            md5.update(data)
        n_samples += len(block)
    if format == "flac":
        _check_flac_md5(path, md5.hexdigest())
    return DecodedPcm(sha.hexdigest(), n_samples, decoding.rate_hz, decoding.channels)


def decode_float(path: Path, format: str) -> Iterator[npt.NDArray[np.float64]]:  # noqa: A002
    """The samples of any deliverable as (n, channels) float64 blocks, full scale ±1.0.

    Raises:
        VerificationError: it does not decode.
    """
    as_float = format in _LOSSY
    for block in open_decoding(path, format, as_float=as_float).blocks:
        yield block.astype(np.float64) if block.dtype.kind == "f" else block / float(2**31)


def open_decoding(path: Path, format: str, *, as_float: bool) -> Decoding:  # noqa: A002
    """Open a deliverable for decoding from its first sample to its last.

    Args:
        path: file to read.
        format: the manifest's word for it.
        as_float: float32 samples; otherwise int32 at the top of the word.

    Raises:
        VerificationError: it cannot be opened, or, while reading, does not decode.
    """
    if format in _BY_SNDFILE:
        return _open_sndfile(path, as_float=as_float)
    return _open_av(path, format)


def _open_sndfile(path: Path, *, as_float: bool) -> Decoding:
    import soundfile

    try:
        file = soundfile.SoundFile(path)
    except (soundfile.SoundFileError, OSError) as exc:
        raise VerificationError(f"does not open: {exc}", where=str(path)) from exc

    def blocks() -> Iterator[Block]:
        with file:
            try:
                while len(block := file.read(BLOCK_SAMPLES, dtype="float32" if as_float else "int32", always_2d=True)):
                    yield block
            except soundfile.SoundFileError as exc:
                raise VerificationError(f"does not decode: {exc}", where=str(path)) from exc

    return Decoding(file.samplerate, file.channels, blocks())


def _open_av(path: Path, format: str) -> Decoding:  # noqa: A002
    import av

    try:
        # Without "explode" FFmpeg conceals a damaged frame and goes on.
        container = av.open(
            str(path), format=_DEMUXERS[format], options={"err_detect": "crccheck+bitstream+buffer+explode"}
        )
        stream = container.streams.audio[0]
        n_samples = _promised(path, format)
    except (av.FFmpegError, OSError, IndexError, ValueError) as exc:
        raise VerificationError(f"does not open: {exc}", where=str(path)) from exc
    stream.codec_context.options = {"err_detect": "crccheck+bitstream+buffer+explode"}
    stream.codec_context.thread_count = 1

    def frames() -> Iterator[Any]:
        with container:
            try:
                yield from container.decode(stream)
            except av.FFmpegError as exc:
                raise VerificationError(f"does not decode: {exc}", where=str(path)) from exc

    return Decoding(stream.rate, stream.channels, _gathered(frames(), stream.channels, n_samples))


def _promised(path: Path, format: str) -> int | None:  # noqa: A002
    """The length that the file's own header gives, where FFmpeg may hand out padding beyond it."""
    if format in ("aac", "alac"):
        return read_length(path).n_samples
    if format == "mp3":
        return read_lame_tag(path).n_samples
    return None


def _gathered(frames: Iterable[Any], channels: int, n_samples: int | None) -> Iterator[Block]:
    """FFmpeg's small frames put together to blocks that are worth a call; nothing past ``n_samples``."""
    from av import AudioFifo

    fifo, left = AudioFifo(), n_samples
    for frame in frames:
        frame.pts = None  # places are counted here; a fifo would refuse a jump in the file's own
        fifo.write(frame)
        while (big := fifo.read(BLOCK_SAMPLES)) is not None:
            yield from _kept(big, channels, left)
            left = None if left is None else max(left - big.samples, 0)
    rest = fifo.read(0, partial=True) if fifo.samples else None
    if rest is not None:
        yield from _kept(rest, channels, left)


def _kept(frame: Any, channels: int, left: int | None) -> Iterator[Block]:
    """The samples of a frame as a block of our own; nothing when none are left."""
    count = frame.samples if left is None else min(frame.samples, left)
    if count:
        columns = _columns(frame, channels)
        block = np.empty((count, channels), columns[0].dtype)
        for channel, column in enumerate(columns):
            block[:, channel] = column[:count]
        yield _top_of_word(block)


def _columns(frame: Any, channels: int) -> Sequence[Block]:
    """Samples of each channel of a frame, seen in FFmpeg's own memory: valid until the next frame."""
    name: str = frame.format.name
    dtype = _SAMPLE_TYPES[name.removesuffix("p")]
    if frame.format.is_planar:
        return [np.frombuffer(plane, dtype, frame.samples) for plane in frame.planes]
    return list(np.frombuffer(frame.planes[0], dtype, frame.samples * channels).reshape(-1, channels).T)


def _top_of_word(block: Block) -> Block:
    return np.left_shift(block, 16, dtype=np.int32) if block.dtype == np.int16 else block


def _int_bytes(block: Block, bit_depth: int, path: Path) -> bytes:
    low_bits = 32 - bit_depth
    if np.bitwise_or.reduce(block, axis=None) & ((1 << low_bits) - 1):
        raise VerificationError(f"its samples have more than {bit_depth} bits", where=str(path))
    octets = np.ascontiguousarray(block, dtype="<i4").view(np.uint8).reshape(-1, 4)
    data = np.empty((len(octets), bit_depth // 8), np.uint8)
    for place in range(bit_depth // 8):  # column by column: a copy of rows of three bytes costs four times as much
        data[:, place] = octets[:, low_bits // 8 + place]
    return data.tobytes()


def _float_bytes(block: Block) -> bytes:
    return np.ascontiguousarray(block, dtype="<f4").tobytes()


def _check_flac_md5(path: Path, md5: str) -> None:
    try:
        stated = read_stream_info(path).md5.hex()
    except ValueError as exc:
        raise VerificationError(f"does not open: {exc}", where=str(path)) from exc
    if stated != md5:
        raise VerificationError(
            f"the MD5 in STREAMINFO ({stated}) is not that of its audio ({md5})",
            where=str(path),
            remedy="delete the file and build again; if it returns, check memory and disk",
        )
