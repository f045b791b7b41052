"""Toy stages: text in, text out, each run counted."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

from release.pipeline.cache import Cache
from release.pipeline.run import RunResult, run_plan
from release.pipeline.step import RunContext, SourceRef, Stage, StageResult, Step, StepRef, fact_of


class Toys:
    """A little album: streams upper-case sources, a measurement, a level, encoded files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = Cache(folder / "cache")
        self.scratch = folder / "scratch"
        self.runs: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.scratch_seen: list[int] = []
        self.versions = {"render": 1, "level": 1, "encode": 1, "sum": 1}
        self.prefix = ""
        self.names = ("a", "b")

    def count(self, ctx: RunContext) -> None:
        with self.lock:
            self.runs[ctx.step_id] += 1

    def render(self, ctx: RunContext) -> StageResult:
        self.count(ctx)
        text = ctx.file("source").read_text().upper()
        out = ctx.work_dir / "audio.txt"
        out.write_text(text)
        ctx.progress(1.0)
        return StageResult({"letters": sum(c.isalpha() for c in text), "text": text}, {"audio.txt": out})

    def level(self, ctx: RunContext) -> StageResult:
        self.count(ctx)
        return StageResult({"most": max(ctx.fact(role) for role in ctx.roles)})

    def encode(self, ctx: RunContext) -> StageResult:
        self.count(ctx)
        out = ctx.work_dir / "out.enc"
        out.write_text(f"{ctx.params['title']}:{ctx.fact('level')}:{ctx.file('audio').read_text()}")
        return StageResult({"n": out.stat().st_size}, {"out.enc": out})

    def total(self, ctx: RunContext) -> StageResult:
        self.count(ctx)
        return StageResult({role: ctx.info(role).sha256 for role in ctx.roles})

    def steps(self, **titles: str) -> list[Step]:
        v = self.versions
        render = Stage("render", v["render"], self.render, "stream")
        level = Stage("level", v["level"], self.level, "fact")
        encode = Stage("encode", v["encode"], self.encode, "file", libraries=("filelock",))
        total = Stage("sum", v["sum"], self.total, "fact")
        steps = [
            Step(f"render/{n}", render, {"x": 1}, {"source": SourceRef(self.folder / f"{n}.txt")}) for n in self.names
        ]
        steps.append(Step("level", level, {}, {n: fact_of(f"render/{n}", "letters") for n in self.names}))
        steps += [
            Step(
                f"encode/{n}",
                encode,
                {"title": titles.get(n, n)},
                {"audio": StepRef(f"render/{n}"), "level": fact_of("level", "most")},
            )
            for n in self.names
        ]
        steps.append(Step("sum", total, {}, {n: StepRef(f"encode/{n}") for n in self.names}))
        return steps

    @property
    def goals(self) -> list[str]:
        return ["sum", *(f"encode/{n}" for n in self.names)]

    def write(self, **texts: str) -> None:
        for name, text in texts.items():
            (self.folder / f"{name}.txt").write_text(text)

    def run(self, jobs: int = 1, **kwargs) -> RunResult:
        titles = kwargs.pop("titles", {})
        self.runs.clear()
        return run_plan(
            kwargs.pop("steps", None) or self.steps(**titles),
            kwargs.pop("goals", None) or self.goals,
            cache=self.cache,
            scratch_dir=self.scratch,
            jobs=jobs,
            state_file=self.folder / "state.json",
            **kwargs,
        )
