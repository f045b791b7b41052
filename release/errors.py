"""Every error a person can meet, with the exit code it owns.

ReleaseError
├── UsageError          2   the command line was wrong
├── ManifestError       3   project.yaml is wrong (carries all problems at once)
├── SourceError         4   a source file is damaged, lying, or not audio
├── MissingProgram      5   an outside program or library is missing
├── RenderError         6   rendering or encoding failed
├── VerificationError   7   what was written does not read back as it was meant
├── LockedError         8   another build holds the project or the output folder
├── SignoffError        9   a required approval is missing or stale
└── InternalError       70  a fault of this program
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller (DESIGN section 2)."""

    DONE = 0
    QC_FAILED = 1
    USAGE = 2
    MANIFEST = 3
    SOURCE = 4
    MISSING_PROGRAM = 5
    RENDER = 6
    VERIFICATION = 7
    LOCKED = 8
    SIGNOFF = 9
    INTERNAL = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, what it is, and what to do about it.

    Attributes:
        where: file, with line and column or time where known (``project.yaml:13:11``).
        problem: one sentence saying what is wrong.
        remedy: what would mend it; empty only when nothing can be said.
        code: short stable word for programs (``unknown-key``).
    """

    where: str
    problem: str
    remedy: str = ""
    code: str = "error"

    def __str__(self) -> str:
        head = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{head}\n    {self.remedy}" if self.remedy else head


class ReleaseError(Exception):
    """Root of all errors that are shown to people without a traceback."""

    exit_code: ExitCode = ExitCode.INTERNAL
    code: str = "error"

    def __init__(self, problem: str, *, where: str = "", remedy: str = "", problems: Sequence[Problem] = ()) -> None:
        """Make an error from one problem, or from many found at once.

        Args:
            problem: what is wrong, or a heading when ``problems`` is given.
            where: file and place.
            remedy: what to do.
            problems: every problem found, in the order of the file.
        """
        self.problems: tuple[Problem, ...] = tuple(problems) or (Problem(where, problem, remedy, self.code),)
        self.heading = problem
        self.subject = ""  # id of the step or source that it is about, where somebody further up needs it
        super().__init__("\n".join(str(p) for p in self.problems))


class UsageError(ReleaseError):
    """The command line asks for something that does not exist."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ManifestError(ReleaseError):
    """The manifest cannot be used as written."""

    exit_code = ExitCode.MANIFEST
    code = "manifest"


class SourceError(ReleaseError):
    """A source file cannot be trusted."""

    exit_code = ExitCode.SOURCE
    code = "source"


class MissingProgram(ReleaseError):  # noqa: N818 - named for what it says
    """An outside program or library is not installed."""

    exit_code = ExitCode.MISSING_PROGRAM
    code = "missing-program"


class RenderError(ReleaseError):
    """Rendering, encoding or writing failed."""

    exit_code = ExitCode.RENDER
    code = "render"


class VerificationError(ReleaseError):
    """A deliverable does not read back as it was meant."""

    exit_code = ExitCode.VERIFICATION
    code = "verification"


class LockedError(ReleaseError):
    """Somebody else is building here."""

    exit_code = ExitCode.LOCKED
    code = "locked"


class SignoffError(ReleaseError):
    """A required approval is missing or stale."""

    exit_code = ExitCode.SIGNOFF
    code = "signoff"


class InternalError(ReleaseError):
    """A fault of this program."""

    exit_code = ExitCode.INTERNAL
    code = "internal"
