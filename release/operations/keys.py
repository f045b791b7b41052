"""What decides a target's bytes, as one digest, without rendering anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.pipeline.canonical import digest_json
from release.pipeline.step import SourceRef, Step, StepRef, Value
from release.targets.book import Book
from release.targets.plan import TargetPlan


def target_key(book: Book, plan: TargetPlan, file_digests: Mapping[str, str]) -> str:
    """Digest of everything below a target's deliverables.

    Args:
        book: all steps.
        plan: the target.
        file_digests: SHA-256 by path of every file that steps read.
    """
    by_id = {s.id: s for s in book.steps}
    known: dict[str, str] = {}

    def identity(step_id: str) -> str:
        if step_id not in known:
            known[step_id] = digest_json(_step_identity(by_id[step_id]))
        return known[step_id]

    def _input(value: Any) -> Any:
        if isinstance(value, StepRef):
            return [identity(value.step_id), value.part]
        if isinstance(value, SourceRef):
            return file_digests.get(str(value.path), "")
        assert isinstance(value, Value)
        return value.value

    def _step_identity(step: Step) -> Any:
        return [step.stage.name, step.stage.version, step.params, {role: _input(v) for role, v in step.inputs.items()}]

    return digest_json([[f.path, f.name, identity(f.step_id)] for f in plan.files])
