"""Everything in NOT_YET is a key of the schema, and using it is refused by name."""

from __future__ import annotations

import pytest
from written_manifests import only_problem, small

from release.manifest.keys import keys
from release.manifest.not_yet import NOT_YET
from release.manifest.process import STEP_KINDS, Step
from release.manifest.schema import project_schema


def _use(key: str) -> str:
    return small(track=f"process: [{{{key.removeprefix('process.')}: {{amount: 1}}}}]")


@pytest.mark.parametrize("key", NOT_YET)
def test_an_entry_is_refused_plainly(key):
    problem = only_problem(_use(key))

    assert problem.code == "not-yet"
    assert f"{NOT_YET[key]} is not possible with this version" in problem.problem
    assert problem.remedy
    assert problem.where.startswith("project.yaml:4:")


@pytest.mark.parametrize("key", NOT_YET)
def test_an_entry_is_a_key_of_the_schema(key):
    place, _, last = key.partition("=")[0].rpartition(".")
    assert place == "process"
    assert last in keys(Step)
    assert last in project_schema()["$defs"]["Step"]["properties"]
    assert last not in STEP_KINDS


@pytest.mark.parametrize("where", ["sequence", "target"])
def test_a_step_is_refused_in_every_chain(where):
    text = small(**{where: "process: [vst3: {path: x}]" if where == "sequence" else "cd: {process: [vst3: {path: x}]}"})

    assert only_problem(text).code == "not-yet"


def test_a_step_without_parameters_is_refused_too():
    for written in ("vst3", "{vst3: {}}", "{vst3: }"):
        assert only_problem(small(track=f"process: [{written}]")).code == "not-yet"
