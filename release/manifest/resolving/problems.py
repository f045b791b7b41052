"""Collects everything that is wrong, with its place in the manifest, so that it is reported at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from release.errors import ManifestError, Problem
from release.manifest.yaml_tree import Loc


@dataclass(slots=True)
class Problems:
    """A growing list of problems; the same problem at the same place counts once.

    Attributes:
        make: a problem from place, words, remedy and code; it knows lines and columns.
    """

    make: Callable[[Loc, str, str, str], Problem]
    found: list[Problem] = field(default_factory=list)

    def add(self, loc: Loc, problem: str, remedy: str = "", code: str = "bad-value") -> None:
        """Note one problem at a place."""
        entry = self.make(loc, problem, remedy, code)
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
            raise ManifestError(heading, problems=tuple(sorted(self.found, key=_position)))


def _position(problem: Problem) -> tuple[int, ...]:
    """Line and column of a place ``project.yaml:13:11``."""
    return tuple(int(part) for part in problem.where.split(":")[1:] if part.isdigit())


__all__ = ["Loc", "Problems"]
