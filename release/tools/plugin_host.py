"""VST3 plug-ins, each in a process of its own: a plug-in that crashes or hangs ends its process, never the program.

A process may load plug-ins in its first thread only; the program renders in many threads, so every instance gets a process.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import struct
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from release.errors import RenderError

CHILD = Path(__file__).with_name("vst3_child.py")
LOAD_TIMEOUT_S = 120.0
BLOCK_TIMEOUT_S = 120.0
_MOST_SAID = 400


@dataclass(frozen=True, slots=True)
class PluginSpec:
    """What is loaded, and how it is set.

    Attributes:
        path: file or bundle.
        name: which plug-in of it; empty where it holds one.
        preset: path of a ``.vstpreset``, or empty.
        state: path of a saved state, or empty.
        parameters: names and values as written.
        block: samples of every block.
    """

    path: str
    name: str
    preset: str
    state: str
    parameters: Mapping[str, str]
    rate_hz: int
    channels: int
    block: int


@dataclass(frozen=True, slots=True)
class PluginAbout:
    """What a loaded plug-in says of itself; ``parameters`` are those that were set, as it took them."""

    name: str
    version: str
    manufacturer: str
    identifier: str
    latency_samples: int
    parameters: Mapping[str, str]
    host: str


@dataclass(frozen=True, slots=True)
class PluginFault:
    """One thing for which a plug-in cannot be used as it is written.

    Attributes:
        place: keys of the step that lead to it; ``("parameters", "ratio")``. Empty for the step itself.
        remedy: what to do; empty where ``choices`` say it.
        choices: what could stand there instead.
    """

    place: tuple[str, ...]
    problem: str
    remedy: str
    choices: tuple[str, ...]

    def __str__(self) -> str:
        """The key, what is wrong, and the choices."""
        key = f"{self.place[-1]}: " if self.place else ""
        return f"{key}{self.problem}" + (f"; it has {', '.join(self.choices)}" if self.choices else "")


class UnfitPlugin(RenderError):  # noqa: N818 - named for what it says
    """A plug-in cannot be loaded or set as it is written; ``faults`` says all that is wrong."""

    def __init__(self, faults: tuple[PluginFault, ...], where: str) -> None:
        """Make it from what the plug-in's process found."""
        told = "; ".join(str(fault) for fault in faults)
        super().__init__(
            f"the plug-in cannot be used: {told}", where=where, remedy="change the step, or name another plug-in"
        )
        self.faults = faults


class PluginHost:
    """One instance of a plug-in.

    Attributes:
        about: what it says of itself.
    """

    def __init__(self, spec: PluginSpec) -> None:
        """Load it.

        Raises:
            RenderError: it cannot be loaded or set as it is written.
        """
        self._spec = spec
        self._stderr = TemporaryFile()  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
        )
        self._end = weakref.finalize(self, _end, self._process)
        try:
            self.about = self._load()
        except BaseException:
            self.close()
            raise

    def send(self, samples: bytes, count: int) -> None:
        """Give a block: float32 little-endian, one channel after the other.

        Raises:
            RenderError: the plug-in's process has ended.
        """
        self._write(struct.pack("<I", count) + samples)

    def receive(self) -> bytes:
        """The answer to the oldest block that has none, in the same form.

        Raises:
            RenderError: the plug-in's process has ended or does not answer.
        """
        deadline = time.monotonic() + BLOCK_TIMEOUT_S
        count = struct.unpack("<I", self._read(4, deadline))[0]
        return self._read(4 * count * self._spec.channels, deadline)

    def close(self) -> None:
        """End its process."""
        self._end()
        self._stderr.close()

    def _load(self) -> PluginAbout:
        spec = {name: getattr(self._spec, name) for name in PluginSpec.__slots__}
        self._write(json.dumps({**spec, "parameters": dict(self._spec.parameters)}).encode() + b"\n")
        deadline = time.monotonic() + LOAD_TIMEOUT_S
        line = b""
        while not line.endswith(b"\n"):
            line += self._read(1, deadline)
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            faults = tuple(
                PluginFault(tuple(f["place"]), f["problem"], f["remedy"], tuple(f["choices"])) for f in told["faults"]
            )
            raise UnfitPlugin(faults, Path(self._spec.path).name)
        return PluginAbout(**told)

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            while data:
                data = data[self._process.stdin.write(data) or 0 :]
        except BrokenPipeError:
            raise self._ended() from None

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        data = bytearray()
        while len(data) < count:
            left = deadline - time.monotonic()
            if left <= 0.0 or not select.select([pipe], [], [], left)[0]:
                raise RenderError("the plug-in does not answer any more", where=Path(self._spec.path).name)
            part = os.read(pipe, count - len(data))
            if not part:
                raise self._ended()
            data += part
        return bytes(data)

    def _ended(self) -> RenderError:
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            code = 0
        self._stderr.seek(0)
        said = self._stderr.read().decode(errors="replace").strip()[-_MOST_SAID:]
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        return RenderError(
            f"the plug-in's process ended {how}" + (f"; it said: {said}" if said else ""),
            where=Path(self._spec.path).name,
            remedy="the rest of the build is untouched; leave the step out, or ask the plug-in's maker",
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    process.kill()
    process.wait()


def bundle_digest(path: Path) -> str:
    """SHA-256 of a file; of a bundle, over names and SHA-256 of all files in it, in order of names.

    Raises:
        OSError: it cannot be read.
    """
    if path.is_file():
        return _file_digest(path)
    whole = hashlib.sha256()
    for file in sorted((p for p in path.rglob("*") if p.is_file()), key=lambda p: p.relative_to(path).as_posix()):
        whole.update(f"{file.relative_to(path).as_posix()}\0{_file_digest(file)}\n".encode())
    return whole.hexdigest()


def _file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
