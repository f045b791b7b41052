"""A target's limiter takes the same times as the step, and refuses the others where they are written."""

from __future__ import annotations

import pytest
from written_manifests import load, only_problem, problems, small

from release.dsp.steps.registry import STEP_KINDS

LIMITER = "level: {{match: album, loudness: -14 LUFS, ceiling: -1 dBTP, limiter: {{{times}}}}}"


def target(times: str) -> str:
    return small(target="streaming: {" + LIMITER.format(times=times) + "}")


@pytest.mark.parametrize(
    ("times", "place", "says", "remedy"),
    [
        ("release: 60 s", "60 s", "60 s is above 10 s", "did you mean 60 ms?"),
        ("release: 0.5 ms", "0.5 ms", "0.0005 s is below 0.001 s", "use 0.001 to 10 s"),
        ("look_ahead: 50 ms", "50 ms", "0.05 s is above 0.02 s", "use 0.0001 to 0.02 s"),
        ("look_ahead: 0 s", "0 s", "0 s is below 0.0001 s", "use 0.0001 to 0.02 s"),
    ],
)
def test_a_time_out_of_range_is_told_where_it_stands(times: str, place: str, says: str, remedy: str) -> None:
    text = target(times)
    told = only_problem(text)

    line = next(n for n, row in enumerate(text.splitlines(), 1) if place in row)
    column = text.splitlines()[line - 1].index(place) + 1
    assert (told.where, told.code) == (f"project.yaml:{line}:{column}", "out-of-range")
    assert told.problem.endswith(says)
    assert told.remedy == remedy


@pytest.mark.parametrize("name", ["release", "look_ahead"])
def test_the_bounds_are_those_of_the_step(name: str) -> None:
    step = STEP_KINDS["limiter"].parameters[name]
    assert step.minimum is not None
    assert step.maximum is not None
    for bound, past in ((step.minimum, 0.99), (step.maximum, 1.01)):
        assert not problems(target(f"{name}: {bound} s"))
        assert problems(target(f"{name}: {bound * past} s"))
    limiter = load(target(f"{name}: {step.maximum} s")).project.targets["streaming"].level.limiter
    assert float(getattr(limiter, name).amount) == step.maximum
