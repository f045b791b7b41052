"""Anything that a manifest may say of a step gives sound of the same length, finite, and small for small sound."""

from __future__ import annotations

import numpy as np
from dsp_signals import noise, run
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release.dsp.steps.registry import STEP_KINDS, check, make_step, settle_samples

DESK = (
    *("gain", "highpass", "lowpass", "eq", "notch", "tilt"),
    *("compressor", "multiband", "de_esser", "expander", "saturation", "limiter"),
    *("width", "mono_below", "mono", "balance", "polarity", "delay", "deemphasis"),
)


def values(entry):
    if entry.choices:
        return st.sampled_from(entry.choices)
    number = st.floats(entry.minimum, entry.maximum) | st.sampled_from([entry.minimum, entry.maximum])
    if not entry.is_many:
        return number
    return number | st.lists(number, min_size=1, max_size=4).map(lambda v: tuple(sorted(v)))


@st.composite
def steps(draw):
    kind = draw(st.sampled_from(DESK))
    entries = STEP_KINDS[kind].parameters.items()
    given_ = {n: draw(values(e)) for n, e in entries if e.required or draw(st.booleans())}
    return kind, given_, draw(st.sampled_from(STEP_KINDS[kind].acts_on)), draw(st.sampled_from([44_100, 96_000]))


def test_a_corner_at_nearly_nothing_settles_in_a_time_that_exists():
    given_ = {"threshold": 0.0, "ratio": 1.0, "sidechain_highpass": 5e-324}
    assert settle_samples("compressor", given_, 44_100) == 3600 * 44_100


@settings(max_examples=120, deadline=None)
@given(steps(), st.sampled_from([0.0, 1e-7, 0.3, 20.0]))
def test_no_parameters_make_sound_that_is_not_a_number(step, scale):
    kind, parameters, part, rate_hz = step
    try:
        check(kind, parameters, rate_hz, acts_on=part)
    except ValueError:
        assume(False)
    assert settle_samples(kind, parameters, rate_hz) >= 0
    audio = noise(1, 3000, scale=scale)
    out = run(make_step(kind, parameters, rate_hz, 2, acts_on=part), audio, [7, 2000])
    assert out.shape == audio.shape
    assert np.isfinite(out).all()
    if scale == 0.0:
        assert not out.any()
