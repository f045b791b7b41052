"""Steps as they are written: what they act on, one value or one for each band, words without parameters."""

from __future__ import annotations

import pytest
from written_manifests import load, only_problem, small

from release.dsp.steps.registry import OTHER_WORDS, STEP_KINDS


def steps(chain: str):
    return [step.resolved(44_100) for step in load(small(track=f"process: [{chain}]")).project.tracks[0].process]


def test_a_step_acts_on_both_channels_unless_it_says_so():
    one, two = steps("{gain: 1 dB}, {gain: 1 dB, channels: side, name: wider}")

    assert (one.acts_on, two.acts_on, two.name) == ("both", "side", "wider")


def test_values_may_be_written_for_each_band():
    (step,) = steps(
        "{multiband: {crossovers: [120 Hz, 2 kHz], threshold: [-30 dBFS, -20, -25], ratio: 2, attack: [5 ms, 1 ms, 1 ms]}}"
    )
    found = dict(step.parameters)

    assert found["crossovers"] == (120.0, 2000.0)
    assert found["threshold"] == (-30.0, -20.0, -25.0)
    assert found["attack"] == (0.005, 0.001, 0.001)
    assert found["ratio"] == 2.0


def test_a_step_with_defaults_is_a_word_and_one_parameter_is_a_value():
    found = steps("polarity, deemphasis, mono, {mono: left}, {balance: 1.5 dB}, {delay: 0.3 ms, channels: right}")

    assert [step.kind for step in found] == ["polarity", "deemphasis", "mono", "mono", "balance", "delay"]
    assert dict(found[3].parameters) == {"keep": "left"}
    assert dict(found[5].parameters) == {"time": pytest.approx(0.0003)}


@pytest.mark.parametrize(
    ("chain", "code", "says"),
    [
        ("{gain: 1 dB, channels: middle}", "unknown-value", "'middle' is not one of both, left, right, mid, side"),
        ("{mono: {}, channels: left}", "bad-channels", "mono works on both channels together"),
        ("{delay: 1 ms}", "bad-channels", "delay needs channels: left, right, mid or side"),
        ("{gain: {gain: 1 dB, channels: mid}}", "unknown-key", "channels"),
        ("{gain: {gain: [1 dB, 2 dB]}}", "wrong-type", "not a list"),
        ("{width: {width: [1, 9]}}", "out-of-range", "9 is above 4"),
        ("{width: {width: [1, 1, 1, 1, 1]}}", "out-of-range", "5 values are not 1 to 4"),
        ("{eq: {shape: peak, frequency: 1 kHz, gain: 1 dB, phase: zero}}", "unknown-value", "minimum, linear"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(chain, code, says):
    problem = only_problem(small(track=f"process: [{chain}]"))

    assert problem.code == code
    assert says in problem.problem
    assert problem.where.startswith("project.yaml:4:")
    assert problem.remedy


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ("equalise", "eq"),
        ("de-click", "declick"),
        ("Noise Gate", "expander"),
        ("phase", "polarity"),
        ("hpf", "highpass"),
    ],
)
def test_what_other_desks_call_a_step_leads_to_its_name_here(written, step):
    problem = only_problem(small(track=f"process: [{{{written}: {{}}}}]"))
    assert (problem.code, problem.remedy) == ("unknown-key", f"this step is called {step}")


@pytest.mark.parametrize(
    ("chain", "remedy"),
    [
        ("{compressor: {threshold: -20 dBFS, ratio: 2, attack: 20}}", "did you mean 20 ms?"),
        ("{multiband: {crossovers: [], threshold: -20 dBFS, ratio: 2}}", "write one value, or one for each band"),
        ("{polarity: 3}", "it takes no value: write polarity alone"),
    ],
)
def test_remedies_say_what_was_meant(chain, remedy):
    assert remedy in only_problem(small(track=f"process: [{chain}]")).remedy


def test_no_other_word_is_a_step_itself():
    assert not set(OTHER_WORDS) & set(STEP_KINDS)
    assert set(OTHER_WORDS.values()) < set(STEP_KINDS)
