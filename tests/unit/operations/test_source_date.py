from __future__ import annotations

from datetime import date

import pytest

from release.errors import UsageError
from release.operations.source_date import source_date


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("", None), ("0", date(1970, 1, 1)), ("1795737599", date(2026, 11, 26)), ("253402300799", date(9999, 12, 31))],
)
def test_the_environment_gives_a_day(monkeypatch: pytest.MonkeyPatch, text, wanted) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)

    assert source_date() == wanted


@pytest.mark.parametrize("text", ["99999999999999", "253402300800", "-1", "1.5", "soon", "²", "9" * 5000])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, text) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)

    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is no time"):
        source_date()
