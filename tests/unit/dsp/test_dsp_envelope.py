"""The picture's envelope against numpy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from dsp_signals import noise
from hypothesis import given, settings
from hypothesis import strategies as st

from release.dsp.envelope import Envelope


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 900), st.lists(st.integers(0, 3000), max_size=6))
def test_columns_hold_the_least_and_greatest_of_their_samples(n, columns, cuts):
    audio = noise(1, n)
    envelope = Envelope(44100, 2, n, columns)
    edges = [0, *sorted(min(c, n) for c in cuts), n]
    for a, b in pairwise(edges):
        envelope.process(audio[a:b])
    result = envelope.finish()
    width = min(columns, n)
    cuts_at = [k * n // width for k in range(width + 1)]
    for k, (a, b) in enumerate(pairwise(cuts_at)):
        assert result.low[k].tolist() == audio[a:b].min(axis=0).tolist()
        assert result.high[k].tolist() == audio[a:b].max(axis=0).tolist()


def test_columns_that_nothing_reached_are_zero():
    envelope = Envelope(44100, 1, 100, 10)
    envelope.process(np.ones((35, 1)))
    result = envelope.finish()
    assert result.high[:, 0].tolist() == [1.0] * 4 + [0.0] * 6
    assert result.n_samples == 35
    assert result.to_json()["low"][0] == [1.0]
