"""Lays the deliverables of a run out in the staging folder, with lists of their checksums."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from release.errors import RenderError
from release.pipeline.step import StoredFile
from release.record import Deliverable
from release.targets.plan import TargetPlan

Files = Mapping[str, Mapping[str, StoredFile]]


def stage_target(plan: TargetPlan, files: Files, staging: Path, jobs: int) -> list[Deliverable]:
    """Lay out a target's deliverables and write its checksum lists.

    Returns:
        The checksum lists, as deliverables of their own.

    Raises:
        RenderError: when two deliverables have one path; a fault of names that the manifest should have caught.
    """
    paths = [f.path for f in plan.files]
    doubled = {p for p in paths if paths.count(p) > 1}
    if doubled:
        raise RenderError(f"two deliverables would be called {min(doubled)}", remedy="change names: in the target")
    for folder in {staging / PurePosixPath(p).parent for p in paths}:
        folder.mkdir(parents=True, exist_ok=True)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        list(pool.map(lambda f: _lay(files[f.step_id][f.name].path, staging / f.path), plan.files))
    return write_checksums(plan.target.name, [(f.path, files[f.step_id][f.name]) for f in plan.files], staging)


def _lay(stored: Path, place: Path) -> None:
    """Give a stored file its place in the build: as a second name of it on one file system, else as a copy.

    The cache holds its files against their digests before it uses them again, so that one which somebody changed in a
    build is made anew (decision 0045).
    """
    try:
        os.link(stored, place)
    except OSError:
        shutil.copyfile(stored, place)


def write_checksums(target: str, entries: Sequence[tuple[str, StoredFile]], staging: Path) -> list[Deliverable]:
    """``checksums.md5`` and ``checksums.sha256`` at the top of a target, as ``md5sum -c`` and ``sha256sum -c`` read them."""
    made = []
    for kind in ("md5", "sha256"):
        lines = [
            f"{getattr(stored, kind)} *{PurePosixPath(path).relative_to(target)}\n"
            for path, stored in sorted(entries, key=lambda e: e[0])
        ]
        data = "".join(lines).encode()
        path = f"{target}/checksums.{kind}"
        (staging / path).write_bytes(data)
        made.append(
            Deliverable(
                path=path,
                role="checksums",
                sha256=hashlib.sha256(data).hexdigest(),
                md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
                bytes=len(data),
                format=kind,
                verified={},
            )
        )
    return made
