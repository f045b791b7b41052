"""Hands the facts of a project and of a build to the checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from release.audio.facts_json import facts_from_json
from release.dsp.meter import MeterResult
from release.dsp.meters.delivered import DeliveredFacts
from release.model.disc_hidden import hidden_parts
from release.model.measurement import Loudness
from release.model.project import ResolvedProject
from release.model.source import SourceFacts
from release.model.target import CassetteSpec, CdSpec, ResolvedTarget, VinylSpec
from release.operations.gains import gain_facts
from release.operations.measured import pooled, track_meters
from release.operations.project import OpenProject
from release.operations.reached import reached_loudness
from release.operations.recording import verified_of
from release.operations.source_date import source_date
from release.operations.written import written_context
from release.pipeline.step import StepRef
from release.qc.contexts import (
    ArtworkContext,
    ArtworkFacts,
    DeliverableFact,
    DiscContext,
    MetadataContext,
    ProgrammeContext,
    SideContext,
    SourceContext,
    SourceUse,
    TargetContext,
)
from release.qc.track_names import track_names
from release.targets.cd import discs_of
from release.targets.plan import TargetPlan

PICTURE_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")
"""Decoders that a stranger's file may reach; all but the first two are then told as unfit for a cover."""
MOST_PIXELS = 100_000_000
"""Artwork beyond this is not opened: a decompression bomb is no cover."""


def document_date(project: ResolvedProject) -> date | None:
    """The date that documents carry: ``SOURCE_DATE_EPOCH``, else the release date, else none; never the clock."""
    return source_date() or project.release.release_date


def source_facts(opened: OpenProject, facts: Mapping[str, Any]) -> dict[str, SourceFacts]:
    """Scanned facts by source id."""
    return {s: facts_from_json(facts[f"source/{s}"]) for s in opened.project.sources if f"source/{s}" in facts}


def project_contexts(opened: OpenProject, scanned: Mapping[str, SourceFacts]) -> list[object]:
    """What can be judged before anything renders: sources, programme, metadata, artwork, discs, sides."""
    project = opened.project
    contexts: list[object] = [
        SourceContext(source, facts, _uses(project, source))
        for source, facts in scanned.items()
        if source not in project.references
    ]
    contexts.append(ProgrammeContext(project, scanned))
    for target in project.targets:
        keys = [s.key for u in target.programme.units for s in u.timeline.tracks if not s.hidden]
        contexts.append(
            MetadataContext(target.name, target.kind, target.release, tuple(target.tracks[k] for k in keys))
        )
    contexts.append(_artwork(opened))
    for target in project.targets:
        contexts += carrier_contexts(target)
        contexts.append(written_context(target))
    return contexts


def carrier_contexts(target: ResolvedTarget) -> list[object]:
    """Discs and sides of a target; pure."""
    if isinstance(target.spec, CdSpec):
        shifts, images = target.programme.shifts, target.spec.images
        names = track_names(target)
        return [
            DiscContext(
                target.name,
                disc,
                n + 1,
                shifts if n == 0 else (),
                images,
                hidden_parts(unit, target.tracks, disc),
                names,
            )
            for n, (disc, unit) in enumerate(zip(discs_of(target), target.programme.units, strict=True))
        ]
    if isinstance(target.spec, VinylSpec | CassetteSpec):
        lengths = {u.name: u.timeline.length / u.timeline.rate_hz for u in target.programme.units}
        carrier = (
            f"{target.spec.size_in}in-{target.spec.speed_rpm}" if isinstance(target.spec, VinylSpec) else "cassette"
        )
        tape = target.spec.tape_minutes if isinstance(target.spec, CassetteSpec) else None
        head = target.spec.head_s if isinstance(target.spec, CassetteSpec) else 0.0
        return [
            SideContext(
                target.name,
                target.kind,
                name,
                length + head,
                carrier,
                tape,
                tuple((n, other + head) for n, other in lengths.items() if n != name),
            )
            for name, length in lengths.items()
        ]
    return []


def target_contexts(
    plan: TargetPlan, facts: Mapping[str, Any], scanned: Mapping[str, SourceFacts], project: ResolvedProject
) -> list[object]:
    """A target as delivered."""
    meters = track_meters(plan, facts)
    keys = [t.key for t in plan.audio.tracks]
    rate_hz = plan.audio.rate_hz
    return [
        TargetContext(
            target=plan.target,
            loudness={k: m.loudness() for k, m in zip(keys, meters, strict=True)},
            true_peak_at_s={k: m.true_peak_at_sample / rate_hz for k, m in zip(keys, meters, strict=True)},
            album=pooled(meters),
            gains=gain_facts(plan, facts[plan.audio.level], reached_loudness(plan, facts, meters)),
            deliverables=_deliverables(plan, facts),
            sources={k: scanned[project.uses[k]] for k in keys if project.uses.get(k) in scanned},
            clipped=clipped_tracks(plan, facts),
            delivered={t.key: DeliveredFacts.from_json(facts[t.measure]["delivered"]) for t in plan.audio.tracks},
            powers={k: m.block_powers for k, m in zip(keys, meters, strict=True)},
        )
    ]


def clipped_tracks(plan: TargetPlan, facts: Mapping[str, Any]) -> dict[str, tuple[int, float]]:
    """Of each track that was cut off at full scale: how many samples, and where in its file the first lies in seconds."""
    found: dict[str, tuple[int, float]] = {}
    for track in plan.audio.tracks:
        done, count, first = 0, 0, 0
        for (role, start, end), (_, cut) in zip(track.parts, track.placed.parts, strict=True):
            ref = track.inputs[role]
            assert isinstance(ref, StepRef)
            clipped = facts[ref.step_id]["clipped"].get(str(cut))
            if clipped is not None:
                first = first if count else done + clipped[1]
                count += clipped[0]
            done += end - start
        if count:
            found[track.key] = count, first / plan.audio.rate_hz
    return found


def _deliverables(plan: TargetPlan, facts: Mapping[str, Any]) -> tuple[DeliverableFact, ...]:
    found = []
    for planned in plan.files:
        if planned.role == "sheet":
            continue
        decoded = facts[planned.proofs[0]] if planned.proofs else {}
        loudness: Loudness | None = None
        at_s = None
        if planned.track is not None and planned.measure:
            fact = decoded["meter"] if planned.is_lossy else facts[planned.measure]["meter"]
            meter = MeterResult.from_json(fact)
            loudness = meter.loudness()
            at_s = meter.true_peak_at_sample / (planned.sample_rate_hz or plan.audio.rate_hz)
        found.append(
            DeliverableFact(
                path=planned.path,
                format=planned.format,
                role=planned.role,
                track=planned.track,
                is_lossy=planned.is_lossy,
                sample_rate_hz=planned.sample_rate_hz,
                samples=decoded.get("samples"),
                loudness=loudness,
                true_peak_at_s=at_s,
                verified=verified_of([facts[p] for p in planned.proofs]),
            )
        )
    return tuple(found)


def _uses(project: ResolvedProject, source: str) -> tuple[SourceUse, ...]:
    """How the main order uses a source; versions that only a target plays are told by their key alone."""
    uses = []
    timeline = project.programme
    spans = timeline.tracks
    for n, span in enumerate(spans):
        if project.uses.get(span.key) != source:
            continue
        for clip in timeline.clips:
            if clip.source != source or clip.end <= span.audio_start or clip.position >= span.audio_end:
                continue
            first = clip.source_start + max(span.audio_start - clip.position, 0)
            last = clip.source_start + min(span.audio_end, clip.end) - clip.position
            uses.append(
                SourceUse(
                    track=span.key,
                    start_s=first / timeline.rate_hz,
                    end_s=last / timeline.rate_hz,
                    has_fade_in=clip.fade_in is not None,
                    has_fade_out=clip.fade_out is not None,
                    joined_before=span.joined,
                    joined_after=n + 1 < len(spans) and spans[n + 1].joined,
                    chain_kinds=tuple(step.kind for step in clip.chain),
                )
            )
    return tuple(uses)


def _artwork(opened: OpenProject) -> ArtworkContext:
    name = opened.project.release.artwork
    kinds = tuple(t.kind for t in opened.project.targets)
    path = opened.paths.get(name) if name else None
    return ArtworkContext(name, None if path is None else artwork_facts(path), kinds)


def artwork_facts(path: Path) -> ArtworkFacts:
    """Open a picture, with a cap on its pixels; what cannot be opened is told, not raised."""
    from PIL import Image

    size = path.stat().st_size
    try:
        with Image.open(path, formats=PICTURE_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return ArtworkFacts(size, f"{image.width} x {image.height} pixels are too many to open")
            orientation = image.getexif().get(0x0112, 1)
            image.load()
            return ArtworkFacts(size, "", image.format or "", image.mode, image.width, image.height, int(orientation))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as exc:
        return ArtworkFacts(size, str(exc).rstrip(". ") or type(exc).__name__)
