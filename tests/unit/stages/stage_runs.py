"""Runs one stage by hand: parameters and inputs in, what it left out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from release.pipeline.step import RunContext, Stage, StageResult, Step, StoredFile, Value


def run_stage(
    stage: Stage,
    folder: Path,
    params: Mapping[str, Any],
    *,
    facts: Mapping[str, Any] | None = None,
    files: Mapping[str, Mapping[str, Path]] | None = None,
    context: Any = None,
    key: str = "key",
) -> StageResult:
    """What a stage leaves in ``folder``."""
    folder.mkdir(exist_ok=True)
    stored = {
        role: {name: StoredFile(path, "", "", path.stat().st_size) for name, path in named.items()}
        for role, named in (files or {}).items()
    }
    roles = {**dict.fromkeys(facts or {}), **dict.fromkeys(files or {})}
    step = Step("target/stage/1", stage, dict(params), {role: Value(None) for role in roles}, context=context)
    return stage.run(RunContext(step, folder, facts=facts or {}, files=stored, key=key))


def scratch(path: Path, audio: np.ndarray, dtype: str = "<f8") -> Path:
    """A scratch file with these samples."""
    path.write_bytes(np.ascontiguousarray(audio, dtype).tobytes())
    return path


def read_scratch(path: Path, dtype: str) -> np.ndarray:
    """All samples of a scratch file."""
    return np.fromfile(path, dtype).reshape(-1, 2)
