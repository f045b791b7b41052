"""Collects everything that is wrong, with its place in the manifest, so that it is reported at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.errors import ManifestError, Problem

Loc = tuple[str | int, ...]
"""Path of keys and list positions in the manifest: ``("tracks", 2, "trim", "end")``."""


@dataclass(slots=True)
class Problems:
    """A growing list of problems; the same problem at the same place counts once.

    Attributes:
        where: turns keys into ``project.yaml:13:11``.
    """

    where: Callable[..., str]
    found: list[Problem] = field(default_factory=list)

    def add(self, loc: Loc, problem: str, remedy: str = "", code: str = "bad-value") -> None:
        """Note one problem at a place."""
        entry = Problem(self.where(*loc), problem, remedy, code)
        if entry not in self.found:
            self.found.append(entry)

    def __bool__(self) -> bool:
        """True when anything is wrong."""
        return bool(self.found)

    def raise_if_any(self, heading: str = "the manifest cannot be used as written") -> None:
        """Raise all problems together.

        Raises:
            ManifestError: when there is at least one.
        """
        if self.found:
            raise ManifestError(heading, problems=tuple(self.found))
