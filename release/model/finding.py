"""A finding is not an exception: it is what a check says of the release."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How bad a finding is. FAIL = the release is wrong; ERROR = this program is wrong."""

    PASS = "pass"  # noqa: S105
    NOTE = "note"
    WARN = "warn"
    FAIL = "fail"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """Order from pass to error."""
        return list(Status).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of one check.

    Attributes:
        check: id ``area/rule``.
        status: how bad.
        code: short stable word; tests match it, not the prose.
        message: one sentence with value and limit, for people.
        remedy: what would clear it.
        target: name of the target, or None for the whole release.
        track: track key, or None.
        at_s: seconds from the start of the file or source that the finding speaks of.
        value: the measured number, or None.
        limit: the limit it was held against, or None.
        waived: text of the waiver that covers it, or None.
        source: id of the source file that it speaks of, or None.
        unit: of value and limit, or None.
        distance: by how much the value lies over the limit (negative: under it), or None.
    """

    check: str
    status: Status
    code: str
    message: str
    remedy: str = ""
    target: str | None = None
    track: str | None = None
    at_s: float | None = None
    value: float | None = None
    limit: float | None = None
    waived: str | None = None
    source: str | None = None
    unit: str | None = None
    distance: float | None = None
