"""What the engine runs: stages (pure functions), steps (a stage with its parameters and inputs), references.

A *fact* is JSON and is stored. A *file* step leaves files and a fact; both are stored. A *stream* step leaves scratch files
that are made when a consumer really runs and die with their last consumer; only its fact is stored.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from release.pipeline.canonical import Json, part_of

Kind = Literal["fact", "file", "stream"]


@dataclass(frozen=True, slots=True)
class StepRef:
    """The result of another step as an input.

    Attributes:
        step_id: the other step.
        part: path into its fact (``tracks/departure``): only that part enters the key, and only it can be read. None: everything.
        files: whether the files are read. Where ``part`` is given too, the part must pin down what is read from them.
    """

    step_id: str
    part: str | None = None
    files: bool = True


def fact_of(step_id: str, part: str | None = None) -> StepRef:
    """The fact of a step, or a part of it, without its files: asking for it never makes a scratch file."""
    return StepRef(step_id, part, files=False)


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A file from outside; its content enters the key, its path does not."""

    path: Path


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value as an input, where it reads better there than among the parameters."""

    value: Json


Input: TypeAlias = StepRef | SourceRef | Value


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a step left, with the checksums of its content.

    Attributes:
        path: where it lies: in the cache, or in the scratch folder for streams (there without checksums).
        sha256: hexadecimal, empty for scratch files.
        md5: hexadecimal, empty for scratch files.
        n_bytes: size.
    """

    path: Path
    sha256: str
    md5: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class StageResult:
    """What a stage leaves.

    Attributes:
        fact: JSON; everything a later step or the record wants to know without opening the files.
        files: name to path below ``ctx.work_dir``; none for fact stages.
        hashed: checksums of files that the stage hashed while it wrote them, by name; others are read once more. For
            large files that another step reads back whole, so that a write that went wrong is still found.
    """

    fact: Json = None
    files: Mapping[str, Path] = field(default_factory=dict)
    hashed: Mapping[str, StoredFile] = field(default_factory=dict)


class StepCancelled(Exception):  # noqa: N818 - it is no error
    """Another step failed or the user stopped the build; raised by ``RunContext.check_cancelled``."""


class RunContext:
    """What a stage is given: its inputs, its parameters, a folder to work in, and a way to report.

    Nothing else (clock, environment, working directory) may reach a stage. ``key`` is the step's own: a digest of everything
    that decides its result, fit to seed noise from.
    """

    def __init__(
        self,
        step: Step,
        work_dir: Path,
        *,
        facts: Mapping[str, Any],
        files: Mapping[str, Mapping[str, StoredFile]],
        cancelled: threading.Event | None = None,
        report: Callable[[float], None] | None = None,
        key: str = "",
    ) -> None:
        self.step_id = step.id
        self.key = key
        self.params: Mapping[str, Any] = step.params
        self.context: Any = step.context
        self.work_dir = work_dir
        self.roles = tuple(step.inputs)
        self._facts = facts
        self._files = files
        self._cancelled = cancelled
        self._report = report

    def fact(self, role: str, part: str = "") -> Any:
        """The fact of an input: the part that its reference names, or the value of a ``Value``."""
        return part_of(self._facts[role], part)

    def file(self, role: str, name: str | None = None) -> Path:
        """Path of an input's file; the name may be left out where there is one only. Never write to it."""
        return self.info(role, name).path

    def info(self, role: str, name: str | None = None) -> StoredFile:
        """An input's file with its checksums (none for scratch files, the SHA-256 alone for sources)."""
        files = self._files[role]
        if name is None:
            if len(files) != 1:
                raise KeyError(f"input {role} of {self.step_id} has {len(files)} files: name one")
            return next(iter(files.values()))
        return files[name]

    def files(self, role: str) -> Mapping[str, Path]:
        """All files of an input by name."""
        return {name: stored.path for name, stored in self._files[role].items()}

    def progress(self, fraction: float) -> None:
        """Tell how much of the step is done, 0 to 1. Cheap; call it once per block. Also checks for cancellation."""
        self.check_cancelled()
        if self._report is not None:
            self._report(fraction)

    def check_cancelled(self) -> None:
        """Raise ``StepCancelled`` when the build is being stopped."""
        if self._cancelled is not None and self._cancelled.is_set():
            raise StepCancelled(self.step_id)


@dataclass(frozen=True, slots=True)
class Stage:
    """A pure function with a name and a version.

    Attributes:
        name: stable; part of every key.
        version: raised whenever the output for the same input may change.
        run: the function.
        kind: what becomes of the result.
        libraries: distributions (``soxr``) whose installed versions enter the key.
        weight: CPU seconds per unit of ``Step.cost``, roughly; for the time left only.
    """

    name: str
    version: int
    run: Callable[[RunContext], StageResult]
    kind: Kind
    libraries: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Step:
    """One planned unit of work.

    Attributes:
        id: unique, stable, readable: ``streaming/finish/1``.
        stage: what runs.
        params: everything that can change the bytes; enters the key.
        inputs: by role; their digests enter the key.
        context: handed to the stage but never part of the key (path tables, parsed objects that params already determine).
        title: what it does, for people; default the id.
        reason: why it is in the plan, for people.
        cost: size of the work, for the time left (seconds of audio).
    """

    id: str
    stage: Stage
    params: Mapping[str, Json] = field(default_factory=dict)
    inputs: Mapping[str, Input] = field(default_factory=dict)
    context: Any = None
    title: str = ""
    reason: str = ""
    cost: float = 1.0

    @property
    def weight(self) -> float:
        """Estimated work, for progress."""
        return max(self.cost * self.stage.weight, 0.001)
