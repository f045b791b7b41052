"""What the engine knows of one step while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release.pipeline.cache import Entry
from release.pipeline.canonical import digest_json, part_of
from release.pipeline.keys import KeyParts
from release.pipeline.reason import Reason
from release.pipeline.step import Step, StepRef, StoredFile


@dataclass(slots=True)
class Node:
    """A step and its state. Wants only ever grow; the main thread alone changes it.

    Attributes:
        step: the step.
        index: its place in the order.
        wants_key: a consumer needs its key (streams are known by it).
        wants_result: a consumer or goal needs its fact.
        wants_files: a consumer that really runs, or a goal, needs its files.
        parts: components of the key, once all input digests are known.
        key: the key.
        entry: the stored or fresh result, once known.
        is_damaged: the stored files do not match their checksums.
        is_verified: the stored files were read again, or were just made.
        scratch: files of a stream while they exist.
        scratch_dir: the folder to remove with them.
        is_busy: it waits for a worker or runs.
        has_run: it ran in this build.
        is_released: a stream that nobody can ask for any more.
        reasons: why it ran.
        part_digests: of its fact, by digest of the entry and part: many consumers ask for the same again and again.
    """

    step: Step
    index: int
    wants_key: bool = False
    wants_result: bool = False
    wants_files: bool = False
    parts: KeyParts | None = None
    key: str = ""
    entry: Entry | None = None
    is_damaged: bool = False
    is_verified: bool = False
    scratch: dict[str, StoredFile] | None = None
    scratch_dir: Path | None = None
    is_busy: bool = False
    has_run: bool = False
    is_released: bool = False
    reasons: tuple[Reason, ...] = field(default=())
    part_digests: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def is_stream(self) -> bool:
        """Whether its files are scratch."""
        return self.step.stage.kind == "stream"

    @property
    def must_run(self) -> bool:
        """Whether its function has to run, as far as is known now."""
        if self.entry is None:
            return self.wants_result or self.wants_files
        if self.is_stream:
            return self.wants_files and self.scratch is None and not self.is_released
        return self.is_damaged

    @property
    def has_files(self) -> bool:
        """Whether its files can be opened now."""
        if self.is_stream:
            return self.scratch is not None
        return self.entry is not None and (self.step.stage.kind == "fact" or self.is_verified)


def is_by_key(node: Node, ref: StepRef) -> bool:
    """Whether a reference is answered by the key alone: everything of a stream."""
    return node.is_stream and ref.files and ref.part is None


def ref_digest(node: Node, ref: StepRef) -> str | None:
    """What a reference contributes to its consumer's key, or None while that is not known."""
    if is_by_key(node, ref):
        return node.key or None
    if node.entry is None:
        return None
    if ref.part is not None or not ref.files:
        known = node.entry.digest, ref.part or ""
        if known not in node.part_digests:
            node.part_digests[known] = digest_json(part_of(node.entry.fact, ref.part or ""))
        return node.part_digests[known]
    return node.entry.digest


def ref_fact(node: Node, ref: StepRef) -> Any:
    """What a consumer may read of the fact: the part that entered its key."""
    if node.entry is None:
        raise AssertionError(f"{node.step.id} has no result yet")
    return part_of(node.entry.fact, ref.part or "")
