"""Audio files put together byte by byte, without the code under test, so that every field can lie."""

import struct

import numpy as np

GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


def chunk(name: bytes, data: bytes, *, size: int | None = None, order: str = "<", pad: bool = True) -> bytes:
    size = len(data) if size is None else size
    return name + struct.pack(f"{order}I", size) + data + (b"\0" if pad and len(data) & 1 else b"")


def words(values: np.ndarray, byte_count: int, order: str = "<") -> bytes:
    """Signed integers as words of 1 to 4 bytes, the slow and plain way."""
    name = "little" if order == "<" else "big"
    return b"".join(int(v).to_bytes(byte_count, name, signed=True) for v in np.asarray(values).reshape(-1))


def fmt_chunk(tag=1, channels=2, rate=44100, bits=16, *, align=None, byte_rate=None, valid=None, sub=1, cb=None):
    align = channels * ((bits + 7) // 8) if align is None else align
    byte_rate = rate * align if byte_rate is None else byte_rate
    data = struct.pack("<HHIIHH", tag, channels, rate, byte_rate, align, bits)
    if tag == 0xFFFE:
        data += struct.pack("<HHI", 22, valid or 0, 3) + struct.pack("<H", sub) + GUID_TAIL
    elif cb is not None:
        data += struct.pack("<H", cb)
    return chunk(b"fmt ", data)


def wav(
    data: bytes,
    fmt: bytes | None = None,
    *,
    magic=b"RIFF",
    before=b"",
    after=b"",
    data_size=None,
    riff_size=None,
    ds64: tuple[int | None, int | None, int] | None = None,
    pad=True,
) -> bytes:
    """A WAV file; sizes may be given wrong. ``ds64`` is (riff size, data size, samples), None for the right ones."""
    fmt = fmt_chunk() if fmt is None else fmt
    head = b""
    real = 4 + len(fmt) + len(before) + 8 + len(data) + (len(data) & 1 if pad else 0) + len(after)
    if ds64 is not None:
        real += 36
        riff64 = real if ds64[0] is None else ds64[0]
        data64 = len(data) if ds64[1] is None else ds64[1]
        head = chunk(b"ds64", struct.pack("<QQQI", riff64, data64, ds64[2], 0))
        data_size = 0xFFFFFFFF if data_size is None else data_size
        riff_size = 0xFFFFFFFF if riff_size is None else riff_size
    body = b"WAVE" + head + fmt + before + chunk(b"data", data, size=data_size, pad=pad) + after
    return magic + struct.pack("<I", real if riff_size is None else riff_size) + body


def extended(rate: float) -> bytes:
    """80-bit extended of a positive number."""
    mantissa, exponent = np.frexp(rate)
    return struct.pack(">HQ", int(exponent) + 16382, int(mantissa * 2**64))


def comm_chunk(channels=2, n_samples=0, bits=16, rate: float = 44100, compression: bytes | None = None) -> bytes:
    data = struct.pack(">HIH", channels, n_samples, bits) + extended(rate)
    if compression is not None:
        data += compression + b"\x00\x00"
    return chunk(b"COMM", data, order=">")


def aiff(data: bytes, comm: bytes, *, form_size=None, ssnd_size=None, offset=0, before=b"", after=b"") -> bytes:
    """An AIFF or AIFC file, by the length of ``comm``; sizes may be given wrong."""
    kind = b"AIFF" if len(comm) == 26 else b"AIFC"
    sound = struct.pack(">II", offset, 0) + bytes(offset) + data
    body = kind + before + comm + chunk(b"SSND", sound, size=ssnd_size, order=">") + after
    return b"FORM" + struct.pack(">I", len(body) if form_size is None else form_size) + body


def noise(n: int, channels: int, bits: int, seed: int = 1) -> np.ndarray:
    """Integers over the whole range of a word, both ends among them."""
    values = np.random.default_rng(seed).integers(-(2 ** (bits - 1)), 2 ** (bits - 1), (n, channels))
    values[0], values[1] = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return values
