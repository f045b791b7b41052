"""Makes the record of a build from its plan and the facts of its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.dsp.meter import MeterResult
from release.model.finding import Finding
from release.model.measurement import Loudness
from release.model.project import ResolvedProject
from release.operations.gains import gain_records, level_record
from release.operations.identity import tool_identity
from release.operations.measured import loudness_record, pooled, track_meters
from release.operations.project import OpenProject
from release.operations.repairs import repair_records
from release.pipeline.step import StoredFile
from release.record import (
    CohesionRecord,
    Deliverable,
    FindingRecord,
    PluginRecord,
    ProgrammeRecord,
    ProgrammeTrack,
    ProjectIdentity,
    QcRecord,
    Record,
    ShiftRecord,
    SourceRecord,
    TargetRecord,
    UnitRecord,
    UnitTrack,
)
from release.targets.book import PlannedFile
from release.targets.plan import TargetPlan
from release.targets.sides import head_samples


def target_record(
    plan: TargetPlan,
    facts: Mapping[str, Any],
    files: Mapping[str, Mapping[str, StoredFile]],
    checksums: Sequence[Deliverable],
    *,
    key: str,
    has_failed: bool,
    cohesion: CohesionRecord | None = None,
) -> TargetRecord:
    """One target of the record."""
    target, level = plan.target, facts[plan.audio.level]
    meters = track_meters(plan, facts)
    return TargetRecord(
        kind=target.kind,  # type: ignore[arg-type]
        status="failed" if has_failed else "passed",
        key=key,
        sample_rate_hz=plan.audio.rate_hz,
        bit_depth=plan.audio.bit_depth,
        level=level_record(plan, level),
        gains=gain_records(plan, level),
        units=[_unit(plan, n, facts, meters) for n in range(len(plan.audio.units))],
        shifts=[
            ShiftRecord(
                track=s.track,
                what=s.what,
                asked_samples=s.asked_samples,
                used_samples=s.used_samples,
                rate_hz=s.rate_hz,
                reason=s.reason,
            )
            for s in target.programme.shifts
        ],
        repairs=repair_records(plan, facts),
        plugins=[PluginRecord(**facts[step_id]["about"]) for step_id in plan.audio.plugins],
        cohesion=cohesion,
        deliverables=[_deliverable(f, facts, files) for f in plan.files] + list(checksums),
    )


def _unit(plan: TargetPlan, number: int, facts: Mapping[str, Any], meters: Sequence[MeterResult]) -> UnitRecord:
    target, unit = plan.target, plan.target.programme.units[number]
    placed = plan.audio.units[number]
    head = head_samples(target)
    tracks, readings = [], []
    for track, meter in zip(plan.audio.tracks, meters, strict=True):
        if track.unit != number:
            continue
        info, span, at = target.tracks[track.key], track.placed.span, track.placed
        pause = 0
        if span.pause_start is not None:
            pause = round((span.start - span.pause_start) * plan.audio.rate_hz / unit.timeline.rate_hz)
        readings.append(meter)
        tracks.append(
            UnitTrack(
                number=span.number,
                key=track.key,
                title=info.display_title,
                artist=info.artist,
                isrc=info.isrc,
                start=at.start + head,
                length=at.end - at.start,
                pause=pause,
                audio_start=at.audio_start + head,
                audio_length=at.audio_end - at.audio_start,
                loudness=loudness_record(meter.loudness()),
            )
        )
    return UnitRecord(
        name=unit.name,
        title=unit.title,
        samples=placed.n_samples + head,
        tracks=tracks,
        loudness=loudness_record(_unit_loudness(plan, number, facts, readings)),
    )


def _unit_loudness(
    plan: TargetPlan, number: int, facts: Mapping[str, Any], readings: Sequence[MeterResult]
) -> Loudness:
    """That of a side as it is written, gaps counted; of a disc or a folder of files, its tracks together."""
    side = next((f for f in plan.files if f.role == "side" and f.unit == number), None)
    return pooled(readings) if side is None else Loudness(**facts[side.step_id]["loudness"])


def _deliverable(
    planned: PlannedFile,
    facts: Mapping[str, Any],
    files: Mapping[str, Mapping[str, StoredFile]],
) -> Deliverable:
    stored = files[planned.step_id][planned.name]
    proofs = [facts[p] for p in planned.proofs]
    audio = _audio_of(planned, facts, proofs)
    if planned.role == "image" and planned.format in ("ddp", "bin"):
        audio["audio_sha256"] = stored.sha256  # a raw image is nothing but its samples
    return Deliverable(
        path=planned.path,
        role=planned.role,
        set=planned.set,
        track=planned.track,
        sha256=stored.sha256,
        md5=stored.md5,
        bytes=stored.n_bytes,
        format=planned.format,
        sample_rate_hz=planned.sample_rate_hz,
        bit_depth=planned.bit_depth,
        channels=planned.channels,
        **audio,
        verified=verified_of(proofs),
    )


def _audio_of(planned: PlannedFile, facts: Mapping[str, Any], proofs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if planned.track is not None and proofs:
        decoded = proofs[0]
        meter = (
            MeterResult.from_json(decoded["meter"])
            if planned.is_lossy
            else MeterResult.from_json(facts[planned.measure or ""]["meter"])
        )
        return {
            "samples": decoded["samples"],
            "audio_sha256": decoded["pcm_sha256"],
            "loudness": loudness_record(meter.loudness()),
        }
    if planned.role in ("image", "side") and planned.unit is not None:
        found = facts[planned.step_id]
        proved = proofs[0] if proofs else {}
        samples = proved.get("n_samples", found.get("n_samples"))
        sha = proved.get("pcm_sha256")
        # A disc's image is not measured: that would cost more than all else that is done with it.
        measured = found.get("loudness")
        loudness = None if measured is None else loudness_record(Loudness(**measured))
        return {"samples": samples, "audio_sha256": sha, "loudness": loudness}
    return {}


def verified_of(proofs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What reading back proved, in short: digests and readings stand elsewhere in the record."""
    told: dict[str, Any] = {}
    for proof in proofs:
        for name, value in proof.items():
            if name == "by" and "by" in told:
                told["by"] = ", ".join(dict.fromkeys([*str(told["by"]).split(", "), str(value)]))
            elif name not in ("meter", "disc", "pcm_sha256", "samples", "n_samples"):
                told[name] = round(value, 3) if isinstance(value, float) else value
    return told


def make_record(
    opened: OpenProject,
    facts: Mapping[str, Any],
    targets: Mapping[str, TargetRecord],
    findings: Sequence[Finding],
    *,
    status: str,
) -> Record:
    """The whole record."""
    project, release = opened.project, opened.project.release
    return Record(
        tool=tool_identity(),
        project=ProjectIdentity(
            digest=project.digest,
            title=release.title,
            artist=release.artist,
            catalogue_number=release.catalogue_number,
            barcode=release.barcode,
            label=release.label,
            release_date=release.release_date.isoformat() if release.release_date else None,
        ),
        sources=[
            SourceRecord(
                id=source,
                sha256=facts[f"source/{source}"]["sha256"],
                container=info.container,
                codec=info.codec,
                sample_rate_hz=info.sample_rate_hz,
                channels=info.channels,
                samples=info.n_samples,
                bit_depth=info.bit_depth,
            )
            for source, info in sorted(project.sources.items())
            if f"source/{source}" in facts
        ],
        programme=ProgrammeRecord(
            sample_rate_hz=project.programme.rate_hz,
            length=project.programme.length,
            tracks=main_order(project),
        ),
        targets=dict(targets),
        qc=QcRecord(
            status="failed" if status == "failed" else "passed", findings=[finding_record(f) for f in findings]
        ),
    )


def main_order(project: ResolvedProject) -> list[ProgrammeTrack]:
    """The tracks in order; numbers restart on each disc, and hidden ones have none."""
    first_keys = [first for _, first in project.discs]
    disc, number, tracks = 1, 0, []
    for span in project.programme.tracks:
        if span.key in first_keys[1:]:
            disc, number = first_keys.index(span.key) + 1, 0
        number += span.number is not None
        tracks.append(
            ProgrammeTrack(
                id=span.key,
                title=project.tracks[span.key].display_title,
                start=span.start,
                length=span.end - span.start,
                disc=disc if len(first_keys) > 1 else None,
                number=None if span.number is None else number,
                hidden=span.hidden,
            )
        )
    return tracks


def finding_record(finding: Finding) -> FindingRecord:
    """A finding as the record holds it."""
    return FindingRecord(
        check=finding.check,
        status=str(finding.status),  # type: ignore[arg-type]
        code=finding.code,
        target=finding.target,
        track=finding.track,
        at_s=None if finding.at_s is None else round(finding.at_s, 4),
        value=None if finding.value is None else round(finding.value, 4),
        limit=finding.limit,
        message=finding.message,
        remedy=finding.remedy,
        waived=finding.waived,
        source=finding.source,
        unit=finding.unit,
        distance=None if finding.distance is None else round(finding.distance, 4),
    )
