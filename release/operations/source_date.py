"""``SOURCE_DATE_EPOCH``: the date that the environment gives to documents and packages (reproducible-builds.org/specs/source-date-epoch)."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from release.errors import UsageError

_NAME = "SOURCE_DATE_EPOCH"
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999, the last that a date can say."""


def source_date() -> date | None:
    """The day of ``SOURCE_DATE_EPOCH`` in UTC; None where it is not set.

    Raises:
        UsageError: when it is set to what is no time.
    """
    text = os.environ.get(_NAME, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or int(text) > _LAST_SECOND:
        raise UsageError(
            f"{_NAME} is no time: {text[:40]!r}", remedy="Give whole seconds since 1970-01-01 UTC, or unset it."
        )
    return datetime.fromtimestamp(int(text), tz=UTC).date()
