"""Where the samples of a plain PCM file lie, and reading bytes of a file without trusting what it says of itself."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from release.audio.refuse import COPY_AGAIN, source_error
from release.errors import SourceError
from release.model.source import SourceInfo

MIN_RATE_HZ = 8_000
MAX_RATE_HZ = 384_000
MAX_CHANNELS = 32
MAX_CHUNKS = 4_096


@dataclass(frozen=True, slots=True)
class PcmLayout:
    """Linear samples in a file: how each is stored, where they start, how many there are.

    Attributes:
        valid_bits: bits that carry the sample, left-justified in the container; 24 and 53 for float32 and float64.
        container_bytes: bytes of one sample of one channel.
        is_unsigned: True for 8-bit WAV, whose zero is 128.
        notes: oddities that do not touch the audio.
    """

    container: str
    rate_hz: int
    channels: int
    n_samples: int
    valid_bits: int
    container_bytes: int
    is_float: bool
    is_big_endian: bool
    is_unsigned: bool
    data_offset: int
    notes: tuple[str, ...] = ()

    @property
    def codec(self) -> str:
        """The name of the sample format: ``pcm_s24``, ``float32`` and so on."""
        if self.is_float:
            return f"float{8 * self.container_bytes}"
        return f"pcm_{'u' if self.is_unsigned else 's'}{8 * self.container_bytes}"

    @property
    def block_align(self) -> int:
        """Bytes of one sample of all channels."""
        return self.container_bytes * self.channels

    def info(self, file_bytes: int) -> SourceInfo:
        """The same as header facts of a source."""
        return SourceInfo(
            container=self.container,
            codec=self.codec,
            sample_rate_hz=self.rate_hz,
            channels=self.channels,
            n_samples=self.n_samples,
            bit_depth=self.valid_bits,
            is_float=self.is_float,
            is_lossy=False,
            bytes=file_bytes,
        )


class FileBytes:
    """Bytes of a regular file at given places, with an error of ours where the file ends too soon.

    Raises:
        SourceError: when the path is no readable regular file, or the file is empty.
    """

    def __init__(self, path: Path, where: str) -> None:
        self.where = where
        self._fd = _open_regular(path, where)
        self.size = os.fstat(self._fd).st_size
        if self.size == 0:
            os.close(self._fd)
            raise source_error(where, "the file is empty (0 bytes)", COPY_AGAIN, "empty")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the descriptor; a second call does nothing."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def peek(self, offset: int, count: int) -> bytes:
        """At most ``count`` bytes from ``offset``; fewer at the end of the file."""
        if count <= 0 or offset < 0 or offset >= self.size:
            return b""
        try:
            data = os.pread(self._fd, count, offset)
            while len(data) < count and (more := os.pread(self._fd, count - len(data), offset + len(data))):
                data += more  # the system gives at most 2 GiB at once
        except OSError as exc:
            raise unreadable(self.where, exc) from exc
        return data

    def read_into(self, window: memoryview, offset: int) -> int:
        """Fill a buffer from ``offset``; gives how many bytes there were."""
        done = 0
        try:
            while done < len(window) and (count := os.preadv(self._fd, [window[done:]], offset + done)):
                done += count
        except OSError as exc:
            raise unreadable(self.where, exc) from exc
        return done

    def at(self, offset: int, count: int, what: str) -> bytes:
        """Exactly ``count`` bytes from ``offset``.

        Raises:
            SourceError: when the file ends before them; ``what`` names them.
        """
        data = self.peek(offset, count)
        if len(data) != count:
            raise source_error(
                self.where, f"the file ends inside {what} (at byte {self.size})", COPY_AGAIN, "truncated"
            )
        return data


def _open_regular(path: Path, where: str) -> int:
    """A descriptor of the file; pipes and devices are never opened for real."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as exc:
        raise unreadable(where, exc) from exc
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode):
        return fd
    os.close(fd)
    kind = "a folder" if stat.S_ISDIR(mode) else "a device or pipe"
    raise source_error(where, f"this is {kind}, not an audio file", "Name the audio file itself.", "not-a-file")


def unreadable(where: str, exc: Exception) -> SourceError:
    """The error for a file that the system does not let us read."""
    if isinstance(exc, FileNotFoundError):
        return source_error(where, "there is no such file", "Check the path, or put the file there.", "missing-file")
    reason = (exc.strerror if isinstance(exc, OSError) else None) or str(exc)
    return source_error(
        where, f"the file cannot be read: {reason}", "Check the file and its permissions.", "unreadable"
    )


def check_shape(rate_hz: int, channels: int, where: str) -> None:
    """A sample rate and a number of channels that this program reads.

    Raises:
        SourceError: for no channels, more than 32, or a rate outside 8 to 384 kHz.
    """
    if not 1 <= channels <= MAX_CHANNELS:
        raise source_error(where, f"the header says {channels} channels", code="bad-channels")
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        text = f"the header says a sample rate of {rate_hz} Hz; 8000 to 384000 Hz can be read"
        raise source_error(where, text, code="bad-rate")


def check_has_samples(n_samples: int, where: str) -> None:
    """At least one sample.

    Raises:
        SourceError: when there is none.
    """
    if n_samples <= 0:
        raise source_error(where, "the file holds no audio (0 samples)", code="empty")
