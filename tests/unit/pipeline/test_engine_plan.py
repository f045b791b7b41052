from __future__ import annotations

import pytest
from engine_toys import Toys

from release.errors import UsageError
from release.pipeline.explain import explain_text, explain_to_json, find_step
from release.pipeline.plan import preview
from release.pipeline.step import Stage, Step, StepRef


def plan(toys: Toys, **titles: str):
    return preview(toys.steps(**titles), toys.goals, toys.cache, toys.folder / "state.json")


def actions(toys: Toys, **titles: str) -> dict[str, str]:
    return {p.step.id: p.action for p in plan(toys, **titles)}


def test_before_the_first_run_everything_runs(toys: Toys) -> None:
    planned = plan(toys)

    assert {p.action for p in planned} == {"run"}
    assert [p.step.id for p in planned] == [s.id for s in toys.steps()]
    assert [str(r) for r in find_step(planned, "encode/a").reasons] == ["first run"]
    assert find_step(planned, "encode/a").key is None
    assert toys.runs == {}


def test_after_a_run_nothing_runs(toys: Toys) -> None:
    toys.run()

    assert set(actions(toys).values()) == {"stored"}


def test_a_title_change_runs_its_file_and_the_stream_for_it(toys: Toys) -> None:
    toys.run()

    assert actions(toys, a="new") == {
        "render/a": "run",
        "render/b": "stored",
        "level": "stored",
        "encode/a": "run",
        "encode/b": "stored",
        "sum": "maybe",
    }


def test_what_depends_on_a_measurement_may_run(toys: Toys) -> None:
    toys.run()
    toys.write(a="other")
    planned = {p.step.id: p for p in plan(toys)}

    assert planned["render/a"].action == "run"
    assert planned["render/b"].action == "maybe"
    assert [str(r) for r in planned["level"].reasons] == ["depends on render/a"]
    assert planned["encode/b"].action == "maybe"


def test_the_preview_agrees_with_the_run(toys: Toys) -> None:
    toys.run()
    toys.write(a="xyz")
    planned = actions(toys)

    ran = set(toys.run().ran)

    assert {s for s, a in planned.items() if a == "run"} <= ran
    assert ran <= {s for s, a in planned.items() if a in ("run", "maybe")}


def test_a_stream_whose_readers_are_stored_rests(toys: Toys) -> None:
    def copy(ctx):
        raise AssertionError

    toys.run()
    steps = toys.steps()
    steps.insert(2, Step("unread", Stage("copy", 1, copy, "stream"), {}, {"x": StepRef("render/a")}))

    planned = preview(steps, toys.goals, toys.cache)

    assert "unread" not in {p.step.id for p in planned}


def test_explain_tells_what_changed(toys: Toys) -> None:
    toys.run()
    planned = find_step(plan(toys, a="new"), "encode/a")

    text = "\n".join(explain_text(planned))
    data = explain_to_json(planned)

    assert "title changed: a -> new" in text
    assert data["action"] == "run"
    assert data["inputs"]["level"]["what"] == "level (most)"
    assert data["read_by"] == ["sum"]
    assert max(map(len, text.splitlines())) <= 80


def test_an_unknown_step_names_the_nearest(toys: Toys) -> None:
    with pytest.raises(UsageError) as caught:
        find_step(plan(toys), "encode/aa")
    assert "encode/a" in caught.value.problems[0].remedy
