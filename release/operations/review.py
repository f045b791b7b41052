"""``release report --review``: the page that people listen to, mark and sign off from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release.errors import UsageError
from release.operations.delivered_sound import DeliveredSound
from release.operations.diff import diff_builds
from release.operations.project import PlannedProject
from release.operations.review_sound import budget_bitrate_kbps, review_sound, sound_seconds, unit_sounds
from release.pipeline.cache import Cache
from release.record import RECORD_NAME, REPORT_FOLDER, Record, record_digest
from release.report.approval_view import RoleState
from release.report.build_review import write_review
from release.report.charts import Curves
from release.report.diff_view import diff_view
from release.report.figures import KIND_ORDER
from release.report.review_page import PageClip
from release.report.review_sound import ReviewSound


@dataclass(frozen=True, slots=True)
class ReviewWish:
    """What the page is to have.

    Attributes:
        has_audio: False leaves the preview out.
        target: whose sound is heard; None for the first in the order of the house.
        before: a previous build folder to switch to, or None.
    """

    has_audio: bool = True
    target: str | None = None
    before: Path | None = None


def write_review_page(
    planned: PlannedProject, folder: Path, curves: Curves, wish: ReviewWish, required: Sequence[RoleState] = ()
) -> Path:
    """Write ``report/review.html`` of the build in a folder, from its deliverables.

    Raises:
        UsageError: no such target, or no previous build where one was named.
        VerificationError: a deliverable is not what the record says.
    """
    data = (folder / RECORD_NAME).read_bytes()
    record = _parse(data, folder)
    target = _target(record, wish.target)
    sounds = unit_sounds(record, folder, target)
    before = _open_before(wish.before, target) if wish.before is not None else None
    bitrate_kbps = None
    if wish.has_audio:
        bitrate_kbps = budget_bitrate_kbps(sound_seconds(sounds) + (sound_seconds(before.sounds) if before else 0.0))
    cache = Cache()
    sound = review_sound(record, sounds, bitrate_kbps=bitrate_kbps, cache=cache)
    heard_before = (
        None if before is None else review_sound(before.record, before.sounds, bitrate_kbps=bitrate_kbps, cache=cache)
    )
    difference = None
    if before is not None:
        _, _, found = diff_builds(before.folder, folder)
        difference = diff_view(found, before.folder.name, folder.name)
    return write_review(
        json.loads(data),
        sound,
        folder / REPORT_FOLDER,
        identity=record_digest(data),
        curves=curves,
        clips=page_clips(planned, record, sound),
        before=None if before is None or heard_before is None else (before.as_dict, heard_before),
        required=required,
        difference=difference,
        look=planned.opened.look,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    folder: Path
    record: Record
    as_dict: dict[str, Any]
    sounds: list[DeliveredSound]


def _open_before(path: Path, target: str) -> _Before:
    folder = path.parent if path.name == RECORD_NAME else path
    if not (folder / RECORD_NAME).is_file():
        raise UsageError(
            "there is no previous build", where=str(path), remedy=f"name a build folder, with its {RECORD_NAME}"
        )
    data = (folder / RECORD_NAME).read_bytes()
    record = _parse(data, folder)
    if target not in record.targets:
        raise UsageError(
            f"the previous build has no target {target!r}",
            where=str(path),
            remedy=f"it has {', '.join(sorted(record.targets))}: choose with --review-target",
        )
    return _Before(folder, record, json.loads(data), unit_sounds(record, folder, target))


def _parse(data: bytes, folder: Path) -> Record:
    try:
        return Record.model_validate_json(data)
    except ValueError as exc:
        raise UsageError(
            "the record of the build cannot be read", where=str(folder / RECORD_NAME), remedy="build again"
        ) from exc


def _target(record: Record, wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in record.targets:
            raise UsageError(
                f"there is no target {wanted!r} in the build", remedy=f"it has {', '.join(sorted(record.targets))}"
            )
        return wanted
    if not record.targets:
        raise UsageError("the build has no targets to review", remedy="run release build")
    return min(record.targets, key=lambda name: (KIND_ORDER.index(record.targets[name].kind), name))


def page_clips(planned: PlannedProject, record: Record, sound: ReviewSound) -> Sequence[PageClip]:
    """Where sources stand on the page; nothing where the manifest has moved tracks since the build."""
    plan = next((p for p in planned.plans if p.target.name == sound.target), None)
    units = record.targets[sound.target].units
    if plan is None or len(plan.target.programme.units) != len(units):
        return ()
    found = []
    for unit, built, start_s in zip(plan.target.programme.units, units, sound.unit_starts_s, strict=True):
        line = unit.timeline
        if line.rate_hz != record.targets[sound.target].sample_rate_hz:
            return ()
        if [(t.key, t.start, t.end - t.start) for t in line.tracks] != [
            (t.key, t.start, t.length) for t in built.tracks
        ]:
            return ()
        found += [
            PageClip(
                c.source, c.source_start / line.rate_hz, c.length / line.rate_hz, start_s + c.position / line.rate_hz
            )
            for c in line.clips
            if not c.repeats
        ]
    return found
