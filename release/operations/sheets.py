"""Adds the papers to a plan: PQ sheets from what was read back, cut sheets and cassette sheets from what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from typing import Any

from release.documents.look import PLAIN, Look
from release.dsp.meter import MeterResult
from release.formats.ddp.checksum import MD5_NAME
from release.formats.pq import PqHeader, cd_text_words, pq_sheet
from release.formats.toc import toc_blocks
from release.model.disc import Disc
from release.model.disc_compare import borrow_texts
from release.model.disc_hidden import hidden_parts
from release.model.finding import Status
from release.model.measurement import Loudness
from release.model.target import CassetteSpec, CdSpec, ResolvedTarget, VinylSpec
from release.operations.judging import carrier_contexts, document_date
from release.operations.player import plan_player
from release.operations.project import PlannedProject
from release.pipeline.step import Input, RunContext, Stage, StageResult, StepRef, fact_of
from release.qc.contexts import SideContext
from release.qc.profiles import side_lengths, side_lengths_origin
from release.qc.runner import run_checks
from release.report.cut_sheet import Band, CarrierSheet, SideSheet
from release.report.sheets import SheetFiles, carrier_files, pq_files
from release.resources import templates_digest
from release.stages.disc_json import disc_from_json, disc_to_json, hidden_from_json, hidden_to_json
from release.targets.book import Book, PlannedFile
from release.targets.cd import disc_folder
from release.targets.plan import TargetPlan
from release.targets.sides import head_samples, side_file_name

KINDS = ("pdf", "html", "txt")
_SPEEDS = {33: "33⅓ rpm", 45: "45 rpm"}


def with_sheets(planned: PlannedProject) -> PlannedProject:
    """The plan with its papers."""
    when = document_date(planned.opened.project)
    look = planned.opened.look
    plans = tuple(replace(p, files=(*p.files, *_sheets(planned.book, p, when, look))) for p in planned.plans)
    return replace(planned, plans=plans)


def _sheets(book: Book, plan: TargetPlan, when: date | None, look: Look) -> list[PlannedFile]:
    if plan.target.kind == "cd":
        return [f for number in range(len(plan.discs)) for f in _pq_sheet(book, plan, number, when, look)]
    if isinstance(plan.target.spec, VinylSpec | CassetteSpec):
        return _carrier_sheet(book, plan, when, look)
    return []


def _pq_sheet(book: Book, plan: TargetPlan, number: int, when: date | None, look: Look) -> list[PlannedFile]:
    target, disc = plan.target, plan.discs[number]
    prefix = disc_folder(target, number)
    control, source = _read_back(plan, number)
    proof = control.proofs[0]
    params = {
        "disc": disc_to_json(disc),
        "hidden": hidden_to_json(hidden_parts(target.programme.units[number], target.tracks, disc)),
        "label": target.release.label,
        "release_title": target.release.title,
        "source": source,
        "date": when.isoformat() if when else None,
        "templates": templates_digest(),
    }
    files = [f for f in plan.files if f.set == control.set]
    image = next(f for f in files if f.role == "image")
    listed = next((f for f in files if f.name == MD5_NAME), None)
    heading = {
        "which": f"Disc {number + 1} of {len(plan.discs)}" if len(plan.discs) > 1 else "",
        "catalogue": target.release.catalogue_number,
        "mastering": [[c.role, c.name] for c in target.release.credits if "master" in c.role.lower()],
        "form": (control.set or "").rpartition("/")[2],
        "image": [image.name, image.path.rpartition("/")[2]],
        "list": listed.name if listed else "",
    }
    inputs: dict[str, Input] = {"read": fact_of(proof, "disc"), "image": StepRef(image.step_id)}
    inputs |= {"control": StepRef(listed.step_id)} if listed else {}
    printed = {**params, **heading, "look": look.digest}
    step = book.add(f"{prefix}/pq-sheet", PQ_SHEET, printed, inputs, context=look, title="print the PQ sheet")
    papers = [
        PlannedFile(f"{prefix}/pq-sheet.{kind}", step, f"pq-sheet.{kind}", "sheet", kind, unit=number) for kind in KINDS
    ]
    if isinstance(target.spec, CdSpec) and target.spec.player:
        papers.append(plan_player(book, plan, number, params, proof))
    return papers


def _read_back(plan: TargetPlan, number: int) -> tuple[PlannedFile, str]:
    """The file whose proof read the disc that the sheet prints, of the DDP set where there is one; and its words."""
    mine = [f for f in plan.files if f.unit == number and f.role == "control" and f.proofs]
    best = next((f for f in mine if f.format == "ddp"), mine[0])
    form = (best.set or "").rpartition("/")[2]
    sources = {
        "ddp": "DDP 2.00 set, read back",
        "cue": "CUE sheet and WAV, read back",
        "bin": "CUE sheet and raw image, read back",
        "toc": "TOC and raw image, read back",
    }
    return best, sources[form]


def run_pq_sheet(ctx: RunContext) -> StageResult:
    """Print the disc that was read, not the one that was meant; only names come from there, where a disc has no CD-TEXT."""
    meant = disc_from_json(ctx.params["disc"])
    disc = borrow_texts(disc_from_json(ctx.fact("read")), meant)
    disc = replace(disc, catalogue=disc.catalogue or meant.catalogue)
    sheet = pq_sheet(
        disc,
        label=ctx.params["label"],
        release_title=ctx.params["release_title"],
        source=ctx.params["source"],
        hidden=hidden_from_json(ctx.params["hidden"]),
        header=_header(ctx, meant, disc),
    )
    return _written(ctx, pq_files([sheet], document_date=_date(ctx), look=ctx.context or PLAIN))


def _header(ctx: RunContext, meant: Disc, read: Disc) -> PqHeader:
    params = ctx.params
    image, image_path = params["image"]
    digests = [(f"MD5 of {image_path}", ctx.info("image", image).md5)]
    if params["list"]:
        digests.append((f"MD5 of {params['list']}", ctx.info("control", params["list"]).md5))
    return PqHeader(
        which=params["which"],
        catalogue=params["catalogue"],
        date=params["date"] or "",
        mastering=tuple((role, name) for role, name in params["mastering"]),
        audio="44.1 kHz, 16 bit, stereo",
        cd_text=_cd_text(params["form"], meant, read),
        digests=tuple(digests),
    )


def _cd_text(form: str, meant: Disc, read: Disc) -> str:
    """What a disc that is made from these files has: the packs of a set, or what its sheet can say."""
    if form == "ddp":
        return cd_text_words(read)
    if form == "toc":
        return cd_text_words(replace(meant, text_blocks=toc_blocks(meant)))
    return "title, performer and songwriter of the CUE sheet"


def _carrier_sheet(book: Book, plan: TargetPlan, when: date | None, look: Look) -> list[PlannedFile]:
    target = plan.target
    stem = "cut-sheet" if target.kind == "vinyl" else "cassette-sheet"
    sides = [f for f in plan.files if f.role == "side"]
    inputs: dict[str, Input] = {f"side:{n}": StepRef(f.step_id) for n, f in enumerate(sides)}
    inputs |= {f"track:{n}": fact_of(t.measure, "meter") for n, t in enumerate(plan.audio.tracks)}
    params = {
        "sheet": _sheet_params(plan),
        "date": when.isoformat() if when else None,
        "templates": templates_digest(),
        "look": look.digest,
    }
    title = "print the sheet for the plant"
    step = book.add(f"{target.name}/{stem}", CARRIER_SHEET, params, inputs, context=look, title=title)
    return [PlannedFile(f"{target.name}/{stem}.{kind}", step, f"{stem}.{kind}", "sheet", kind) for kind in KINDS]


def _sheet_params(plan: TargetPlan) -> dict[str, Any]:
    target, release = plan.target, plan.target.release
    spec = target.spec
    assert isinstance(spec, VinylSpec | CassetteSpec)
    engineer = next((c.name for c in release.credits if "mastering" in c.role.lower()), "")
    return {
        "kind": target.kind,
        "title": release.title,
        "artist": release.artist,
        "label": release.label,
        "catalogue_number": release.catalogue_number,
        "barcode": release.barcode,
        "carrier": carrier_words(target),
        "profile": side_lengths_origin(f"{spec.size_in}in-{spec.speed_rpm}") if isinstance(spec, VinylSpec) else "",
        "contact": engineer,
        "notes": spec.notes,
        "sides": [_side_params(plan, n) for n in range(len(plan.audio.units))],
    }


def carrier_words(target: ResolvedTarget) -> str:
    """The carrier as people write it."""
    if isinstance(target.spec, VinylSpec):
        return f"{target.spec.size_in} in, {_SPEEDS[target.spec.speed_rpm]}"
    assert isinstance(target.spec, CassetteSpec)
    return f"C{target.spec.tape_minutes}"


def _side_params(plan: TargetPlan, number: int) -> dict[str, Any]:
    target, spec = plan.target, plan.target.spec
    assert isinstance(spec, VinylSpec | CassetteSpec)
    name = target.programme.units[number].name
    head = head_samples(target)
    context = next(c for c in carrier_contexts(target) if isinstance(c, SideContext) and c.name == name)
    best_s, longest_s = _lengths(context)
    return {
        "name": name,
        "file": side_file_name(target, number),
        "sample_rate_hz": plan.audio.rate_hz,
        "bit_depth": plan.audio.bit_depth,
        "samples": plan.audio.units[number].n_samples + head,
        "best_s": best_s,
        "longest_s": longest_s,
        "verdict": _verdict(context),
        "matrix": dict(spec.matrix).get(name, "") if isinstance(spec, VinylSpec) else "",
        "locked_groove": isinstance(spec, VinylSpec) and name in spec.locked_groove,
        "head_s": head / plan.audio.rate_hz,
        "bands": _band_params(plan, number, head),
    }


def _lengths(context: SideContext) -> tuple[float | None, float | None]:
    if context.tape_minutes is not None:
        return None, context.tape_minutes * 30.0
    return side_lengths(context.carrier) or (None, None)


def _verdict(context: SideContext) -> str:
    found = [f.status for f in run_checks([context]).findings if f.check == "side/length"]
    worst = max(found, key=lambda s: s.rank, default=Status.PASS)
    return str(worst if worst in (Status.WARN, Status.FAIL) else Status.PASS)


def _band_params(plan: TargetPlan, number: int, head: int) -> list[dict[str, Any]]:
    """Bands in order; a hidden track is one without number, and has no file that would be measured."""
    measured = {t.key: n for n, t in enumerate(plan.audio.tracks) if t.unit == number}
    placed_tracks = sorted(plan.audio.units[number].tracks, key=lambda t: t.start)
    side, n_samples = plan.target.programme.units[number].name, plan.audio.units[number].n_samples
    bands = []
    for placed, following in zip_longest(placed_tracks, placed_tracks[1:]):
        info = plan.target.tracks[placed.span.key]
        after = following.audio_start - placed.audio_end if following else 0
        bands.append(
            {
                "track": measured.get(placed.span.key),
                "number": "" if placed.span.number is None else f"{side}{placed.span.number}",
                "title": info.display_title,
                "artist": info.artist,
                "isrc": info.isrc,
                "start": placed.start + head,
                "length": (following.start if following else n_samples) - placed.start,
                "gap_after": max(after, 0),
                "is_joined": placed.span.joined,
            }
        )
    return bands


def run_carrier_sheet(ctx: RunContext) -> StageResult:
    """Print the sheet of a record or a tape, with readings and checksums of the files that go with it."""
    params = dict(ctx.params["sheet"])
    sides = tuple(_side_sheet(ctx, n, side) for n, side in enumerate(params.pop("sides")))
    sheet = CarrierSheet(**params, sides=sides)
    return _written(ctx, carrier_files(sheet, document_date=_date(ctx), look=ctx.context or PLAIN))


def _side_sheet(ctx: RunContext, number: int, data: Mapping[str, Any]) -> SideSheet:
    values = dict(data)
    stored = ctx.info(f"side:{number}")
    bands = []
    for band in values.pop("bands"):
        fields = dict(band)
        track = fields.pop("track")
        if track is not None:
            meter = MeterResult.from_json(ctx.fact(f"track:{track}"))
            fields |= {
                "integrated_lufs": _rounded(meter.integrated_lufs),
                "true_peak_dbtp": _rounded(meter.true_peak_dbtp),
            }
        bands.append(Band(**fields))
    whole = Loudness(**ctx.fact(f"side:{number}", "loudness"))
    return SideSheet(
        **values,
        sha256=stored.sha256,
        md5=stored.md5,
        bands=tuple(bands),
        integrated_lufs=_rounded(whole.integrated_lufs),
        max_short_term_lufs=_rounded(whole.max_short_term_lufs),
        true_peak_dbtp=_rounded(whole.true_peak_dbtp),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2) + 0.0


def _date(ctx: RunContext) -> date | None:
    text = ctx.params["date"]
    return date.fromisoformat(text) if text else None


def _written(ctx: RunContext, sheet: SheetFiles) -> StageResult:
    files = {}
    for name, data in sheet.files.items():
        files[name] = ctx.work_dir / name
        files[name].write_bytes(data)
    return StageResult(fact={"missing": list(sheet.missing)}, files=files)


def missing_texts(plans: Sequence[TargetPlan], facts: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Texts that the fonts of a paper cannot show, by its path."""
    found = {}
    for plan in plans:
        for planned in plan.files:
            missing = facts.get(planned.step_id, {}).get("missing") if planned.role == "sheet" else None
            if missing and planned.format == "pdf":
                found[planned.path] = tuple(missing)
    return found


_LIBRARIES = (
    "typst",
    "jinja2",
    "fontpkg-noto-sans",
    "fontpkg-noto-sans-arabic",
    "fontpkg-noto-sans-thai",
    "fontpkg-heebo",
)
PQ_SHEET = Stage("pq-sheet", 7, run_pq_sheet, "file", libraries=_LIBRARIES, weight=0.3)
CARRIER_SHEET = Stage("carrier-sheet", 6, run_carrier_sheet, "file", libraries=_LIBRARIES, weight=0.3)
