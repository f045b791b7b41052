"""EBU Tech 3342: the synthetic loudness range signals 1 to 4 at five sample rates."""

from __future__ import annotations

import pytest
from ebu_signals import segments

from release.dsp.meter import measure


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000, 192_000])
@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((-20.0, -30.0), 10.0),
        ((-20.0, -15.0), 5.0),
        ((-40.0, -20.0), 20.0),
        ((-50.0, -35.0, -20.0, -35.0, -50.0), 15.0),
    ],
    ids=["1", "2", "3", "4"],
)
def test_cases_1_to_4(rate_hz, levels, expected):
    result = measure(segments(rate_hz, [(level, 20.0) for level in levels]), rate_hz)
    assert result.range_lu == pytest.approx(expected, abs=0.1)  # the document allows 1 LU
