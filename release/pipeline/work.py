"""What a worker does: give a stage its folder, run it, keep what it left."""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from release.errors import InternalError, RenderError
from release.pipeline.atomic import unique_suffix
from release.pipeline.cache import Cache, Entry, remove_tree
from release.pipeline.canonical import normalise
from release.pipeline.step import RunContext, StageResult, Step, StoredFile

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_UNUSABLE = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EIO})


@dataclass(frozen=True, slots=True)
class Made:
    """What a step left: its entry, and the scratch files of a stream with their folder."""

    entry: Entry
    scratch: dict[str, StoredFile] | None = None
    scratch_dir: Path | None = None


def run_stage(
    step: Step,
    key: str,
    *,
    facts: Mapping[str, Any],
    files: Mapping[str, Mapping[str, StoredFile]],
    cache: Cache,
    scratch_dir: Path,
    cancelled: threading.Event,
    report: Callable[[float], None],
) -> Made:
    """Run one step and store its result under its key.

    Raises:
        RenderError: when the disk is full or a folder cannot be written.
        StepCancelled: when the build is being stopped.
    """
    work_dir: Path | None = None
    try:
        work_dir = _work_folder(step, cache, scratch_dir)
        ctx = RunContext(step, work_dir, facts=facts, files=files, cancelled=cancelled, report=report, key=key)
        ctx.check_cancelled()
        made = _keep(step, key, step.stage.run(ctx), cache, ctx)
    except OSError as exc:
        _discard(work_dir)
        reraise(exc, step.id)
    except BaseException:
        _discard(work_dir)
        raise
    if made.scratch_dir is None:
        _discard(work_dir)
    return made


def _work_folder(step: Step, cache: Cache, scratch_dir: Path) -> Path:
    if step.stage.kind == "file":
        return cache.work_folder()
    folder = scratch_dir / f"{re.sub(r'[^A-Za-z0-9]+', '-', step.id)[:60]}-{unique_suffix()}"
    folder.mkdir(parents=True)
    return folder


def _keep(step: Step, key: str, result: StageResult, cache: Cache, ctx: RunContext) -> Made:
    kind = step.stage.kind
    fact = normalise(result.fact)
    for name, path in result.files.items():
        if kind == "fact" or not path.is_relative_to(ctx.work_dir):
            raise InternalError(f"the stage {step.stage.name} left {name} where no file of it belongs")
    if kind == "stream":
        # Stored without its files: the fact is known to later runs without making the scratch again.
        entry = cache.store(key, step.stage.name, fact, {})
        scratch = {name: StoredFile(path, "", "", path.stat().st_size) for name, path in result.files.items()}
        return Made(entry, scratch, ctx.work_dir)
    return Made(cache.store(key, step.stage.name, fact, result.files, ctx.check_cancelled, hashed=result.hashed))


def _discard(work_dir: Path | None) -> None:
    if work_dir is not None:
        remove_tree(work_dir)


def reraise(error: OSError, where: str) -> NoReturn:
    """Raise an operating system's error anew in the words of this program, where it has some."""
    known = as_release_error(error, where)
    if known is error:
        raise error
    raise known from error


def as_release_error(error: OSError, where: str) -> BaseException:
    """An operating system's error in the words of this program, where it is one that people can mend; itself otherwise."""
    name = str(error.filename2 or error.filename or "")  # of a link or copy the second is what was to be written
    if error.errno in _FULL:
        return RenderError(
            f"the disk is full{f' (writing {name})' if name else ''}",
            where=where,
            remedy="Free some space, or move the cache with RELEASE_CACHE and the output with --output; the last build is untouched, finished steps are kept.",
        )
    if error.errno in _REFUSED:
        return RenderError(
            f"no permission to use {name or 'a file'}: {error.strerror}",
            where=where,
            remedy="Give yourself write access to that folder, or name another one; the last build is untouched.",
        )
    if error.errno in _UNUSABLE:
        return RenderError(
            f"{name or 'a file'} cannot be used: {error.strerror}",
            where=where,
            remedy="Name another folder, with --output for the build or RELEASE_CACHE for the cache; the last build is untouched.",
        )
    return error
