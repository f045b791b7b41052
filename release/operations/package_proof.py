"""What is found while a package is read: proved, wrong, worth a question, not provable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.errors import Problem
from release.operations.package_files import PackageFiles
from release.pipeline.event import Event

OnEvent = Callable[[Event], None]


@dataclass
class Proof:
    """What is found while a package is read; ``unproved`` is why approvals are not proved."""

    files: PackageFiles
    tell: OnEvent
    checked: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    not_provable: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def bad(self, path: str, problem: str, code: str) -> None:
        """Tell that something is wrong with a file, or with the package where no path is given."""
        where = f"{self.files.root}: {path}" if path else self.files.root
        self.problems.append(Problem(where, problem, "ask for the package again", code))

    def sha256(self, path: str) -> str:
        """SHA-256 of a file, read once."""
        if path not in self.digests:
            self.tell(Event("tick", title=path, fraction=len(self.digests) / max(len(self.files.sizes), 1)))
            self.digests[path] = self.files.sha256(path)
        return self.digests[path]
