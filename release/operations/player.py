"""Adds a page to listen to, for each disc: its sound from the written image, its times from what was read back."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from release.documents.html import render_html
from release.encode.preview import preview_bitrate_kbps
from release.errors import VerificationError
from release.formats.pq import pq_sheet
from release.model.disc import LEAD_PAUSE_CD_FRAMES, Disc, DiscTrack
from release.model.disc_compare import borrow_texts
from release.pipeline.step import RunContext, Stage, StageResult, StepRef, fact_of
from release.report.player_view import player_view
from release.resources import data_dir, templates_digest
from release.stages.disc_json import disc_from_json, hidden_from_json
from release.stages.preview import PREVIEW, PREVIEW_FILE, preview_places
from release.targets.book import Book, PlannedFile
from release.targets.cd import disc_folder
from release.targets.plan import TargetPlan
from release.units import CD_FRAMES_PER_SECOND

PLAYER_NAME = "player.html"
_CHUNK_BYTES = 3 << 18
"""A multiple of three, so that the pieces' base64 can be joined."""


def plan_player(book: Book, plan: TargetPlan, number: int, described: Mapping[str, Any], proof: str) -> PlannedFile:
    """The steps and the deliverable of a disc's player.

    Args:
        book: of the plan.
        plan: of the CD target.
        number: of the disc, from 0.
        described: parameters of the PQ sheet.
        proof: the step that read the disc back.
    """
    target, disc = plan.target, plan.discs[number]
    prefix = disc_folder(target, number)
    image = next(f for f in plan.files if f.role == "image" and f.unit == number)
    seconds = disc.image_cd_frames / 75
    bitrate_kbps = preview_bitrate_kbps(seconds)
    emphasis = _emphasis(disc)
    sound = book.add(
        f"{prefix}/preview",
        PREVIEW,
        {
            "file": image.name,
            "image_cd_frames": disc.image_cd_frames,
            "bitrate_kbps": bitrate_kbps,
            "emphasis": emphasis,
        },
        {"image": StepRef(image.step_id)},
        title="encode the sound of the player",
        cost=seconds,
    )
    params = {
        **described,
        "bitrate_kbps": bitrate_kbps,
        "which": f"Disc {number + 1} of {len(plan.discs)}" if len(plan.discs) > 1 else "",
        "templates": templates_digest(),
    }
    inputs = {"read": fact_of(proof, "disc"), "preview": StepRef(sound)}
    page = book.add(f"{prefix}/player", PLAYER, params, inputs, title="write the player page", cost=seconds)
    check = book.add(
        f"{prefix}/prove-player",
        PROVE_PLAYER,
        {
            "where": f"{prefix}/{PLAYER_NAME}",
            "file": image.name,
            "image_cd_frames": disc.image_cd_frames,
            "emphasis": emphasis,
        },
        {
            "page": StepRef(page),
            "read": fact_of(proof, "disc"),
            "preview": StepRef(sound),
            "image": StepRef(image.step_id),
        },
        title="read the player page back",
        cost=seconds,
    )
    return PlannedFile(f"{prefix}/{PLAYER_NAME}", page, PLAYER_NAME, "preview", "html", unit=number, proofs=(check,))


def _emphasis(disc: Disc) -> list[list[int]]:
    """(first, end) CD frames from A-time 00:02:00 on of the tracks with pre-emphasis, their pauses with them."""
    return [
        [
            max(track.first_point_cd_frames - LEAD_PAUSE_CD_FRAMES, 0),
            disc.track_end_cd_frames(track.number, with_pause=False) - LEAD_PAUSE_CD_FRAMES,
        ]
        for track in disc.tracks
        if track.has_pre_emphasis
    ]


def run_player(ctx: RunContext) -> StageResult:
    """Write the page of the disc that was read; names come from the one that was meant where a disc has no CD-TEXT."""
    meant = disc_from_json(ctx.params["disc"])
    disc = borrow_texts(disc_from_json(ctx.fact("read")), meant)
    disc = replace(disc, catalogue=disc.catalogue or meant.catalogue)
    words = {name: ctx.params[name] for name in ("label", "release_title", "source")}
    sheet = pq_sheet(disc, hidden=hidden_from_json(ctx.params["hidden"]), **words)
    sound = ctx.info("preview", PREVIEW_FILE)
    mark = f"sound:{sound.sha256}"
    view = player_view(
        sheet,
        outline=ctx.fact("preview", "outline"),
        bitrate_kbps=ctx.params["bitrate_kbps"],
        sound_bytes=sound.n_bytes,
        image_sha256=ctx.fact("preview", "image_sha256"),
        which=ctx.params["which"],
        script_digest=_script_digest(),
        sound=mark,
    )
    head, _, tail = render_html("player.html.j2", view).partition(mark)
    path = ctx.work_dir / PLAYER_NAME
    with path.open("wb") as page, sound.path.open("rb") as file:
        page.write(head.encode())
        while data := file.read(_CHUNK_BYTES):
            ctx.check_cancelled()
            page.write(base64.b64encode(data))
        page.write(tail.encode())
    return StageResult(fact={"sound_bytes": sound.n_bytes}, files={PLAYER_NAME: path})


def _script_digest() -> str:
    """What the page's own policy lets run: its script and nothing else."""
    text = (data_dir("templates") / "html" / "player.js").read_text(encoding="utf-8").removesuffix("\n")
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def run_prove_player(ctx: RunContext) -> StageResult:
    """Take the page apart again: its sound is the preview, its places are the disc's, and the sound stands where they say."""
    page = ctx.file("page", PLAYER_NAME).read_bytes()  # bounded by the budget of the sound
    disc = disc_from_json(ctx.fact("read"))
    faults = []
    if hashlib.sha256(base64.b64decode(_part(page, b'id="sound">'))).hexdigest() != ctx.info("preview").sha256:
        faults.append("its sound is not the one that was encoded")
    points = [(p["track"], p["index"], p["at"]) for p in json.loads(_part(page, b'id="disc">'))["points"]]
    meant = [point for track in disc.tracks for point in _points(track)]
    if points != meant:
        faults.append("its places are not those of the disc")
    heard, displaced = preview_places(ctx, [at for _, index, at in meant if index == 1])
    faults += [f"its sound is {lag_s * 1000:+.1f} ms from its place at {at_s:.2f} s" for at_s, lag_s in displaced]
    if faults:
        raise VerificationError("; ".join(faults[:5]), where=ctx.params["where"])
    return StageResult(fact={"by": "own page reader, av", "times": True, "places_heard": heard})


def _part(page: bytes, opening: bytes) -> bytes:
    """What stands between an opening tag that ends so and the next tag."""
    start = page.index(opening) + len(opening)
    return page[start : page.index(b"<", start)].strip()


def _points(track: DiscTrack) -> list[tuple[int, int, float]]:
    """(track, index, seconds on the page) of every place of a track."""
    points = [(index, at) for index, at in enumerate(track.indexes, start=1)]
    pause = track.index00_cd_frames
    if pause is not None and track.start_cd_frames > LEAD_PAUSE_CD_FRAMES:
        points.insert(0, (0, max(pause, LEAD_PAUSE_CD_FRAMES)))
    return [(track.number, index, (at - LEAD_PAUSE_CD_FRAMES) / CD_FRAMES_PER_SECOND) for index, at in points]


PLAYER = Stage("cd-player", 4, run_player, "file", libraries=("jinja2",), weight=0.0005)
PROVE_PLAYER = Stage("prove-cd-player", 2, run_prove_player, "fact", libraries=("av", "soxr"), weight=0.0005)
