"""Writes the review page of a build: one file, with its sound inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from release.documents.html import render_html
from release.documents.look import PLAIN, Look
from release.pipeline.atomic import open_atomic
from release.pipeline.guarded import make_plain_folder
from release.qc.registry import check_titles
from release.record import REVIEW_FILE
from release.report.approval_view import RoleState
from release.report.charts import Curves, draw_charts
from release.report.cohesion_view import cohesion_charts
from release.report.diff_view import DiffView
from release.report.qc_view import build_view
from release.report.record_view import Json
from release.report.review_page import PageClip
from release.report.review_sound import ReviewSound
from release.report.review_view import review_page
from release.resources import data_dir

SCRIPTS = (
    "review-sound.js",
    "review-picture.js",
    "review-spectrum.js",
    "review-filter.js",
    "review-notes.js",
    "review.js",
)
_CHUNK_BYTES = 3 << 18
"""A multiple of three, so that the pieces' base64 can be joined."""


def write_review(
    record: Json,
    sound: ReviewSound,
    folder: Path,
    *,
    identity: str,
    curves: Curves,
    clips: Sequence[PageClip] = (),
    before: tuple[Json, ReviewSound] | None = None,
    required: Sequence[RoleState] = (),
    difference: DiffView | None = None,
    look: Look = PLAIN,
) -> Path:
    """Write ``review.html`` into a folder.

    Args:
        record: ``release.json`` as a dictionary.
        sound: of the target that is heard.
        folder: made when missing.
        identity: SHA-256 of the bytes of ``release.json``.
        curves: for the picture that is printed; see :data:`release.report.charts.Curves`.
        clips: where sources stand on the page.
        before: record and sound of a previous build.
        required: approvals that the project asks for, with their state.
        difference: from the previous build.
        look: of the house.
    """
    charts = draw_charts(record, curves, sound.target) | cohesion_charts(record)
    qc = build_view(record, identity, check_titles=check_titles(), charts=charts, chart_target=sound.target)
    view = review_page(
        record,
        qc,
        sound,
        identity=identity,
        clips=clips,
        before=before,
        required=required,
        difference=difference,
        script_digest=script_digest(),
    )
    rest = render_html("review.html.j2", view, charts, look)
    make_plain_folder(folder, "the folder of the report")
    path = folder / REVIEW_FILE
    with open_atomic(path) as page:
        for heard in filter(None, (sound, before[1] if before else None)):
            if heard.path is not None:
                head, _, rest = rest.partition(f"sound:{heard.sha256}")
                page.write(head.encode())
                _write_base64(page, heard.path)
        page.write(rest.encode())
    return path


def _write_base64(page: BinaryIO, path: Path) -> None:
    with path.open("rb") as file:
        while data := file.read(_CHUNK_BYTES):
            page.write(base64.b64encode(data))


def script_digest() -> str:
    """What the page's own policy lets run: its script and nothing else."""
    folder = data_dir("templates") / "html"
    text = "".join((folder / name).read_text(encoding="utf-8").removesuffix("\n") for name in SCRIPTS)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
