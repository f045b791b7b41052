from __future__ import annotations

import errno
import threading

import pytest
from engine_toys import Toys

from release.errors import InternalError, ManifestError, RenderError, SourceError
from release.pipeline.cache import Cache
from release.pipeline.run import run_plan
from release.pipeline.spare import FOLDER
from release.pipeline.step import RunContext, Stage, StageResult, Step, StepRef, Value, fact_of

EVERYTHING = {"render/a": 1, "render/b": 1, "level": 1, "encode/a": 1, "encode/b": 1, "sum": 1}


def reasons(result, step_id: str) -> list[str]:
    return [str(r) for r in result.outcomes[step_id].reasons]


def test_first_run_makes_everything_once(toys: Toys) -> None:
    result = toys.run()

    assert toys.runs == EVERYTHING
    assert result.files["encode/a"]["out.enc"].path.read_text() == "a:5:ABC"
    assert reasons(result, "encode/a") == ["first run"]
    assert list(toys.scratch.iterdir()) == []


def test_second_run_makes_nothing(toys: Toys) -> None:
    first = toys.run()

    second = toys.run()

    assert toys.runs == {}
    assert second.facts == first.facts
    assert second.files == first.files
    assert second.ran == ()


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_results_do_not_depend_on_the_number_of_workers(toys: Toys, tmp_path, jobs: int) -> None:
    one = toys.run()
    toys.cache = Cache(tmp_path / f"other-{jobs}")

    many = toys.run(jobs=jobs)

    assert many.facts == one.facts
    assert [o.key for o in many.outcomes.values()] == [o.key for o in one.outcomes.values()]


def test_a_title_change_runs_what_carries_the_title_and_its_stream_for_it(toys: Toys) -> None:
    toys.run()

    result = toys.run(titles={"a": "new"})

    assert toys.runs == {"render/a": 1, "encode/a": 1, "sum": 1}
    assert reasons(result, "encode/a") == ["title changed: a -> new"]
    assert reasons(result, "render/a") == ["read by encode/a"]
    assert reasons(result, "sum") == ["encode/a changed"]


def test_a_changed_source_with_an_equal_measurement_stops_at_the_measurement(toys: Toys) -> None:
    toys.run()
    toys.write(a="xyz")

    result = toys.run()

    assert toys.runs == {"render/a": 1, "encode/a": 1, "sum": 1}  # neither level nor encode/b
    assert reasons(result, "render/a") == ["source a.txt changed"]


def test_a_changed_measurement_rebuilds_all_that_depends_on_it(toys: Toys) -> None:
    toys.run()
    toys.write(a="abcdefghi")

    toys.run()

    assert toys.runs == EVERYTHING


def test_touching_a_source_rebuilds_nothing(toys: Toys) -> None:
    toys.run()
    toys.write(a="abc")

    toys.run()

    assert toys.runs == {}


def test_a_changed_source_with_an_equal_stream_still_stops_at_equal_files(toys: Toys) -> None:
    toys.run()
    toys.write(a="ABC")  # another source, the same render

    toys.run()

    assert toys.runs == {"render/a": 1, "encode/a": 1}  # encode/a leaves equal bytes: sum is not made again


def test_a_part_of_a_fact_can_stand_for_the_files(toys: Toys) -> None:
    def by_part() -> list[Step]:
        steps = toys.steps()
        render = steps[0].stage
        del render
        encode = Stage("cut", 1, toys.encode, "file")
        inputs = {"audio": StepRef("render/a", "text"), "level": Value(3)}
        return [steps[0], Step("encode/a", encode, {"title": "t"}, inputs)]

    first = toys.run(steps=by_part(), goals=["encode/a"])
    assert first.files["encode/a"]["out.enc"].path.read_text() == "t:3:ABC"
    toys.write(a="ABC")

    toys.run(steps=by_part(), goals=["encode/a"])

    assert toys.runs == {"render/a": 1}  # rendered anew, found equal, not encoded again


def test_a_raised_stage_version_runs_that_stage(toys: Toys) -> None:
    toys.run()
    toys.versions["encode"] = 2

    result = toys.run()

    assert set(toys.runs) == {"render/a", "render/b", "encode/a", "encode/b"}
    assert reasons(result, "encode/b") == ["the stage encode is newer: version 1 -> 2"]


def test_a_library_version_is_part_of_the_key(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.run()
    monkeypatch.setattr("release.pipeline.keys.installed_version", lambda name: "99")

    result = toys.run()

    assert "encode/a" in toys.runs
    assert reasons(result, "encode/a")[0].endswith("-> 99")


def test_context_is_no_part_of_the_key(toys: Toys) -> None:
    toys.run()
    steps = [Step(s.id, s.stage, s.params, s.inputs, context=object()) for s in toys.steps()]

    toys.run(steps=steps)

    assert toys.runs == {}


@pytest.mark.parametrize("harm", ["edit", "truncate", "remove"])
def test_a_damaged_result_is_made_again(toys: Toys, harm: str) -> None:
    first = toys.run()
    path = first.files["encode/a"]["out.enc"].path
    good = path.read_bytes()
    path.chmod(0o644)
    if harm == "edit":
        path.write_bytes(b"X" * len(good))
    elif harm == "truncate":
        path.write_bytes(good[:2])
    else:
        path.unlink()

    again = toys.run()

    assert set(toys.runs) == {"render/a", "encode/a"}
    assert again.files["encode/a"]["out.enc"].path.read_bytes() == good


def test_a_torn_entry_counts_as_missing(toys: Toys) -> None:
    first = toys.run()
    entry = toys.cache.entry_path(first.outcomes["level"].key)
    entry.write_bytes(entry.read_bytes()[:-9])

    result = toys.run()

    assert toys.runs == {"level": 1}
    assert reasons(result, "level") == ["result no longer stored"]


def test_an_edited_fact_counts_as_missing(toys: Toys) -> None:
    first = toys.run()
    entry = toys.cache.entry_path(first.outcomes["level"].key)
    entry.write_bytes(entry.read_bytes().replace(b'"most":5', b'"most":6'))

    assert toys.run().facts["level"] == {"most": 5}


def test_a_failure_keeps_what_was_finished_and_leaves_no_scratch(toys: Toys) -> None:
    def fail(ctx: RunContext) -> StageResult:
        raise ManifestError("no")

    steps = toys.steps()
    broken = [Step(s.id, Stage("sum", 1, fail, "fact"), s.params, s.inputs) if s.id == "sum" else s for s in steps]
    with pytest.raises(ManifestError):
        toys.run(steps=broken)
    assert list(toys.scratch.iterdir()) == []

    toys.run()

    assert toys.runs == {"sum": 1}


def test_of_several_failures_the_first_cause_is_raised(toys: Toys) -> None:
    barrier = threading.Barrier(2)

    def fail(ctx: RunContext) -> StageResult:
        barrier.wait(5)
        raise (RenderError if ctx.step_id == "one" else SourceError)(ctx.step_id)

    stage = Stage("fail", 1, fail, "fact")
    with pytest.raises(SourceError):
        toys.run(jobs=2, steps=[Step("one", stage), Step("two", stage)], goals=["one", "two"])


def test_a_failure_stops_the_others_soon(toys: Toys) -> None:
    started = threading.Event()

    def slow(ctx: RunContext) -> StageResult:
        started.set()
        for _ in range(2000):
            ctx.check_cancelled()
            threading.Event().wait(0.005)
        return StageResult()

    def fail(ctx: RunContext) -> StageResult:
        started.wait(5)
        raise RenderError("no")

    steps = [Step("slow", Stage("slow", 1, slow, "fact")), Step("fail", Stage("fail", 1, fail, "fact"))]
    with pytest.raises(RenderError):
        toys.run(jobs=2, steps=steps, goals=["slow", "fail"])


def test_an_interrupt_stops_at_once_and_a_later_run_resumes(toys: Toys) -> None:
    def interrupt(event) -> None:
        if event.kind == "step" and event.step_id == "encode/b":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        toys.run(on_event=interrupt)
    assert list(toys.scratch.iterdir()) == []

    toys.run()

    assert "level" not in toys.runs


def test_a_full_disk_is_an_error_with_a_remedy(toys: Toys) -> None:
    def full(ctx: RunContext) -> StageResult:
        raise OSError(errno.ENOSPC, "No space left on device", "/x")

    with pytest.raises(RenderError) as caught:
        toys.run(steps=[Step("full", Stage("full", 1, full, "fact"))], goals=["full"])
    assert "full" in caught.value.problems[0].problem
    assert caught.value.problems[0].remedy


def test_a_source_that_changes_under_the_build_is_an_error(toys: Toys) -> None:
    def meddle(event) -> None:
        if event.kind == "step" and event.step_id == "sum":
            toys.write(a="other")

    with pytest.raises(SourceError, match="changed"):
        toys.run(on_event=meddle)


def test_a_step_that_does_not_repeat_itself_is_found(toys: Toys) -> None:
    toys.run()
    toys.prefix = "!"
    steps = toys.steps(a="new")

    def other(ctx: RunContext) -> StageResult:
        made = toys.render(ctx)
        return StageResult({"letters": 3, "text": "other"}, made.files)

    steps[0] = Step("render/a", Stage("render", 1, other, "stream"), steps[0].params, steps[0].inputs)
    with pytest.raises(InternalError, match="repeat"):
        toys.run(steps=steps)


def test_a_stage_cannot_see_more_of_a_fact_than_its_key_does(toys: Toys) -> None:
    def peek(ctx: RunContext) -> StageResult:
        return StageResult(ctx.fact("a", "text"))

    steps = [*toys.steps(), Step("peek", Stage("peek", 1, peek, "fact"), {}, {"a": fact_of("render/a", "letters")})]
    with pytest.raises(KeyError):
        toys.run(steps=steps, goals=["peek"])


def test_scratch_goes_with_its_last_reader(toys: Toys) -> None:
    toys.names = ("a",)
    present: dict[str, int] = {}

    def watch(event) -> None:
        if event.kind == "finished":
            present[event.step_id] = len([f for f in toys.scratch.iterdir() if f.name != FOLDER])

    toys.run(on_event=watch)

    assert present["render/a"] == 1
    assert present["encode/a"] == 0


def test_a_stream_behind_a_stream_is_made_for_the_reader_of_the_second(toys: Toys) -> None:
    def copy(ctx: RunContext) -> StageResult:
        toys.count(ctx)
        out = ctx.work_dir / "copy.txt"
        out.write_text(ctx.file("audio").read_text() + ctx.params.get("end", ""))
        return StageResult({}, {"copy.txt": out})

    def steps(title: str) -> list[Step]:
        first = toys.steps()[0]
        second = Step("copy", Stage("copy", 1, copy, "stream"), {"end": "."}, {"audio": StepRef("render/a")})
        encode = Stage("encode", 1, toys.encode, "file")
        return [
            first,
            second,
            Step("encode/1", encode, {"title": "one"}, {"audio": StepRef("copy"), "level": Value(0)}),
            Step("encode/2", encode, {"title": title}, {"audio": StepRef("copy"), "level": Value(0)}),
        ]

    present: dict[str, int] = {}

    def watch(event) -> None:
        if event.kind == "finished":
            present[event.step_id] = len([f for f in toys.scratch.iterdir() if f.name != FOLDER])

    goals = ["encode/1", "encode/2"]
    toys.run(steps=steps("two"), goals=goals, on_event=watch)
    assert toys.runs == {"render/a": 1, "copy": 1, "encode/1": 1, "encode/2": 1}
    assert present == {"render/a": 1, "copy": 1, "encode/1": 1, "encode/2": 0}

    toys.run(steps=steps("other"), goals=goals)
    assert toys.runs == {"render/a": 1, "copy": 1, "encode/2": 1}


def test_a_damaged_file_brings_back_a_stream_that_was_let_go(toys: Toys) -> None:
    first = toys.run()
    for step_id in ("encode/a", "encode/b"):
        path = first.files[step_id]["out.enc"].path
        path.chmod(0o644)
        path.write_bytes(b"?" * path.stat().st_size)

    again = toys.run(jobs=2)

    assert set(toys.runs) == {"render/a", "render/b", "encode/a", "encode/b"}
    assert again.facts == first.facts


def test_planning_faults_are_internal_errors(toys: Toys) -> None:
    stage = Stage("s", 1, lambda ctx: StageResult(), "fact")
    for steps in (
        [Step("a", stage), Step("a", stage)],
        [Step("a", stage, {}, {"x": StepRef("b")})],
        [Step("a", stage, {}, {"x": StepRef("b")}), Step("b", stage, {}, {"x": StepRef("a")})],
    ):
        with pytest.raises(InternalError):
            run_plan(steps, ["a"], cache=toys.cache, scratch_dir=toys.scratch)


def test_progress_reaches_one_and_never_goes_over(toys: Toys) -> None:
    fractions: list[float] = []

    toys.run(on_event=lambda e: fractions.append(e.fraction))

    assert fractions[-1] == 1.0
    assert all(0.0 <= f <= 1.0 for f in fractions)
