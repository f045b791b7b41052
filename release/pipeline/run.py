"""Runs a plan: what is stored stays, what is wanted is made, on as many workers as asked for.

The calling thread decides; workers only run stages. A step is looked up as soon as the digests of its inputs are known, so a step that was made anew with
an equal result stops the rebuild there. A stream is made only when a step that reads its files really runs.
"""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from release.errors import InternalError
from release.pipeline.cache import Cache, Entry
from release.pipeline.canonical import digest_json
from release.pipeline.event import Event
from release.pipeline.evict import cache_in_use
from release.pipeline.gather import first_cause, gather_inputs, run_reasons
from release.pipeline.graph import Graph, make_graph
from release.pipeline.keys import KeyParts, key_parts
from release.pipeline.node import Node, is_by_key, ref_digest
from release.pipeline.outcome import Outcome, RunResult
from release.pipeline.scratch import ScratchKeeper, remove_scratch
from release.pipeline.sources import SourceDigests
from release.pipeline.spare import drop_spares
from release.pipeline.state import read_state, write_state
from release.pipeline.step import SourceRef, Step, StepCancelled, StepRef, Value
from release.pipeline.tally import Tally
from release.pipeline.work import Made, run_stage

__all__ = ["Outcome", "RunResult", "run_plan"]

_TICK_S = 0.2
_GRACE_S = 1.0
"""How long a stop waits for workers that have not noticed it yet."""


def run_plan(
    steps: Sequence[Step],
    goals: Iterable[str],
    *,
    cache: Cache,
    scratch_dir: Path,
    jobs: int = 1,
    on_event: Callable[[Event], None] | None = None,
    state_file: Path | None = None,
    executor: Executor | None = None,
) -> RunResult:
    """Make what the goals need.

    Args:
        steps: all steps, in the order people should see.
        goals: ids of steps whose results are wanted; file steps among them are read again before they are handed out.
        cache: where results are kept.
        scratch_dir: folder for scratch files; emptied of them at the end, whatever happens.
        jobs: steps that run at once.
        on_event: told what happens, in the calling thread.
        state_file: table of the last run, read for reasons and written anew.
        executor: a ``concurrent.futures`` executor sharing the file system; default: threads.

    Raises:
        ReleaseError: of several failures the one whose exit code comes first.
        KeyboardInterrupt: at once; results that were finished stay stored.
    """
    runner = _Runner(
        make_graph(steps, goals),
        cache=cache,
        scratch_dir=scratch_dir,
        jobs=jobs,
        on_event=on_event,
        state_file=state_file,
    )
    return runner.run(executor)


@dataclass(frozen=True, slots=True)
class _Job:
    """Work for a worker: hash a source, read a stored result again, or run a step."""

    sort: Literal["hash", "verify", "run"]
    name: str
    call: Callable[[], Any]


class _Runner:
    """One run. All methods but the calls inside jobs belong to the calling thread."""

    def __init__(
        self,
        graph: Graph,
        *,
        cache: Cache,
        scratch_dir: Path,
        jobs: int,
        on_event: Callable[[Event], None] | None,
        state_file: Path | None,
    ) -> None:
        self.graph, self.cache, self.scratch_dir, self.jobs = graph, cache, scratch_dir, max(jobs, 1)
        self.nodes = {s.id: Node(s, n) for n, s in enumerate(graph.steps.values())}
        self.sources = SourceDigests(cache.root / "sources")
        self.source_waiters: dict[Path, set[str]] = {}
        self.state_file = state_file
        self.before = read_state(state_file) if state_file is not None else {}
        self.dirty: deque[str] = deque()
        self.ready: list[tuple[float, int, _Job]] = []
        self.running: dict[Future[Any], _Job] = {}
        self.finished: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self.cancelled = threading.Event()
        self.failures: list[tuple[int, BaseException]] = []
        self.seconds: dict[str, float] = {}
        self.tally = Tally(self.nodes, on_event)
        self.scratch = ScratchKeeper(self.nodes, graph)
        self.n_jobs_made = 0

    # -- the loop -----------------------------------------------------------------------------------------------------

    def run(self, executor: Executor | None) -> RunResult:
        """Everything from the first lookup to the last step."""
        own = ThreadPoolExecutor(self.jobs, thread_name_prefix="step") if executor is None else None
        chosen = executor if own is None else own
        assert chosen is not None
        try:
            with cache_in_use(self.cache.root, self.cache.cap_bytes):
                self._loop(chosen)
                if self.failures:
                    raise first_cause(self.failures)
                self.sources.check_unchanged()
                return self._result()
        finally:
            self._stop(own)

    def _stop(self, own: ThreadPoolExecutor | None) -> None:
        """Stop the workers and leave no scratch, whether the run ended well or not."""
        self.cancelled.set()
        if own is not None:
            own.shutdown(wait=False, cancel_futures=True)
        self._wait_for_workers()
        for node in self.nodes.values():
            remove_scratch(node)
        drop_spares(self.scratch_dir)
        if self.state_file is not None:
            write_state(self.state_file, self._table())

    def _loop(self, executor: Executor) -> None:
        for goal in self.graph.goals:
            node = self.nodes[goal]
            node.wants_result = True
            node.wants_files = node.step.stage.kind == "file"
            self.dirty.append(goal)
        self._settle_all()
        self.tally.tell("start")
        while self.running or (self.ready and not self.failures):
            while self.ready and len(self.running) < self.jobs and not self.failures:
                self._submit(executor, heapq.heappop(self.ready)[2])
            try:
                future = self.finished.get(timeout=_TICK_S)
            except queue.Empty:
                self.tally.tell("tick", running=self._running_steps())
                continue
            self._collect(future)
            self._settle_all()
        if not self.failures:
            self.tally.tell("done")

    def _submit(self, executor: Executor, job: _Job) -> None:
        if job.sort == "run":
            self.tally.tell("step", self.nodes[job.name].step, [*self._running_steps(), job.name])
        future = executor.submit(job.call)
        self.running[future] = job
        future.add_done_callback(self.finished.put)

    def _running_steps(self) -> list[str]:
        return [job.name for job in self.running.values() if job.sort == "run"]

    def _collect(self, future: Future[Any]) -> None:
        job = self.running.pop(future)
        error = future.exception()
        if error is not None:
            self.cancelled.set()
            if not isinstance(error, StepCancelled):
                index = self.nodes[job.name].index if job.name in self.nodes else -1
                self.failures.append((index, error))
        elif not self.failures:
            self._take(job, future.result())

    def _take(self, job: _Job, result: Any) -> None:
        """What a worker brought."""
        match job.sort:
            case "hash":
                self.dirty.extend(sorted(self.source_waiters.pop(Path(job.name), ())))
            case "verify":
                self._verified(self.nodes[job.name], is_intact=result)
            case "run":
                self._made(self.nodes[job.name], result)

    # -- decisions ----------------------------------------------------------------------------------------------------

    def _settle_all(self) -> None:
        while self.dirty:
            self._visit(self.nodes[self.dirty.popleft()])

    def _visit(self, node: Node) -> None:
        """Take a step as far as what is known allows."""
        if node.is_busy or not (node.wants_key or node.wants_result or node.wants_files):
            return
        if not node.key:
            if not self._find_key(node):
                return
            self._wake_consumers(node)
        if node.entry is None and not node.has_run:
            entry = self.cache.lookup(node.key)
            if entry is not None and (node.step.stage.kind != "fact" or not entry.files):
                node.entry = entry
                self._know(node)
        if node.must_run:
            if self._inputs_ready(node):
                self._make_ready(node)
        elif node.wants_files and node.step.stage.kind == "file" and not node.is_verified and node.entry is not None:
            self._push(node, "verify", node.step.id, self._verify_call(node.entry))

    def _find_key(self, node: Node) -> bool:
        digests: dict[str, str] = {}
        missing = False
        for role, given in node.step.inputs.items():
            digest = self._input_digest(node, given)
            if digest is None:
                missing = True
            else:
                digests[role] = digest
        if missing:
            return False
        node.parts = key_parts(node.step, digests)
        node.key = node.parts.key
        return True

    def _input_digest(self, node: Node, given: StepRef | SourceRef | Value) -> str | None:
        if isinstance(given, Value):
            return digest_json(given.value)
        if isinstance(given, SourceRef):
            return self._source_digest(node, given.path)
        other = self.nodes[given.step_id]
        digest = ref_digest(other, given)
        if digest is None:
            self._want(other, key=True, result=not is_by_key(other, given))
        return digest

    def _source_digest(self, node: Node, path: Path) -> str | None:
        digest = self.sources.known(path)
        if digest is None:
            waiters = self.source_waiters.setdefault(path, set())
            if not waiters:
                self._push(node, "hash", str(path), lambda: self.sources.read(path, self._check), is_busy=False)
            waiters.add(node.step.id)
        return digest

    def _inputs_ready(self, node: Node) -> bool:
        ready = True
        for ref in node.step.inputs.values():
            if not isinstance(ref, StepRef):
                continue
            other = self.nodes[ref.step_id]
            if (ref.files and not other.has_files) or other.entry is None:
                self._want(other, result=True, files=ref.files)
                ready = False
        return ready

    def _want(self, node: Node, *, key: bool = False, result: bool = False, files: bool = False) -> None:
        new = (key and not node.wants_key) or (result and not node.wants_result) or (files and not node.wants_files)
        node.wants_key |= key
        node.wants_result |= result
        node.wants_files |= files
        if files and node.is_stream and node.scratch is None and not node.is_busy:
            # Asked for again after it was let go: a stored result of a consumer turned out to be damaged.
            node.is_released, new = False, True
        if new:
            self.dirty.append(node.step.id)

    def _wake_consumers(self, node: Node) -> None:
        self.dirty.extend(c.step_id for c in self.graph.consumers[node.step.id])

    def _know(self, node: Node) -> None:
        """The result of a step is known: consumers can go on, scratch files may be done with."""
        self._wake_consumers(node)
        self.scratch.release_inputs(node)
        if not node.has_run:
            self.tally.tell("stored", node.step)

    # -- jobs ---------------------------------------------------------------------------------------------------------

    def _push(
        self,
        node: Node,
        sort: Literal["hash", "verify", "run"],
        name: str,
        call: Callable[[], Any],
        *,
        is_busy: bool = True,
    ) -> None:
        node.is_busy = is_busy
        self.n_jobs_made += 1
        priority = -self.graph.path_weight[node.step.id]
        heapq.heappush(self.ready, (priority, self.n_jobs_made, _Job(sort, name, call)))

    def _check(self) -> None:
        if self.cancelled.is_set():
            raise StepCancelled

    def _verify_call(self, entry: Entry) -> Callable[[], bool]:
        return lambda: all(self.cache.is_intact(stored, self._check) for stored in entry.files.values())

    def _make_ready(self, node: Node) -> None:
        facts, files = gather_inputs(node, self.nodes)
        node.reasons = run_reasons(node, self.nodes, self.graph, self.before)
        step, key, seconds = node.step, node.key, self.seconds

        def call() -> Made:
            started = time.perf_counter()
            made = run_stage(
                step,
                key,
                facts=facts,
                files=files,
                cache=self.cache,
                scratch_dir=self.scratch_dir,
                cancelled=self.cancelled,
                report=self.tally.reporter(step.id),
            )
            seconds[step.id] = time.perf_counter() - started
            return made

        self._push(node, "run", step.id, call)

    def _verified(self, node: Node, *, is_intact: bool) -> None:
        node.is_busy = False
        if is_intact:
            node.is_verified = True
            self._wake_consumers(node)
        else:
            node.is_damaged = True
            self.cache.drop(node.key)
            self.dirty.append(node.step.id)

    def _made(self, node: Node, made: Made) -> None:
        node.is_busy = False
        if node.entry is not None and node.entry.digest != made.entry.digest:
            self.cache.drop(node.key)
            raise InternalError(
                f"the step {node.step.id} did not repeat itself: the same work gave another result than the stored one",
                remedy="Build again: the stored result was removed. If it comes back, please report it.",
            )
        node.entry, node.has_run, node.is_damaged, node.is_verified = made.entry, True, False, True
        node.scratch, node.scratch_dir = made.scratch, made.scratch_dir
        self._know(node)
        self.scratch.release(node)
        self.tally.tell("finished", node.step, self._running_steps())

    # -- the end ------------------------------------------------------------------------------------------------------

    def _wait_for_workers(self) -> None:
        deadline = time.monotonic() + _GRACE_S
        while self.running and time.monotonic() < deadline:
            try:
                self.running.pop(self.finished.get(timeout=max(deadline - time.monotonic(), 0.01)), None)
            except queue.Empty:
                return

    def _table(self) -> dict[str, KeyParts]:
        """Components of every key that has a result now; the former ones for steps that were not reached."""
        table = {step_id: parts for step_id, parts in self.before.items() if step_id in self.nodes}
        for step_id, node in self.nodes.items():
            if node.parts is not None and node.entry is not None:
                table[step_id] = node.parts
        return table

    def _result(self) -> RunResult:
        nodes = self.nodes.values()
        facts = {n.step.id: n.entry.fact for n in nodes if n.entry is not None}
        files = {g: self.nodes[g].entry for g in self.graph.goals if self.nodes[g].step.stage.kind == "file"}
        for goal in self.graph.goals:
            if goal not in facts:
                raise InternalError(f"the run ended without a result of {goal}")
        outcomes = {
            n.step.id: Outcome(n.has_run, n.reasons if n.has_run else (), n.key, self.seconds.get(n.step.id, 0.0))
            for n in nodes
        }
        return RunResult(facts, {g: entry.files for g, entry in files.items() if entry is not None}, outcomes)
