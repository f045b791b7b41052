"""Streaming and download targets: one file a track and format, tagged, read back, listed with checksums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from release.encode.codec import CODECS
from release.manifest.names import format_name
from release.model.metadata import TrackInfo
from release.model.target import FileSpec, FilesSpec, LevelSpec, ResolvedTarget
from release.pipeline.step import Input, SourceRef, StepRef, fact_of
from release.stages.encode import encode_stage
from release.stages.proof import PROVE_LOSSLESS, PROVE_LOSSY, PROVE_TAGS
from release.stages.tagging import TAG
from release.stages.tags_json import tagset_to_json
from release.tags.tagset import tagset_for
from release.targets.audio_steps import AudioWish, PlannedAudio, PlannedTrack, plan_audio
from release.targets.book import Book, PlannedFile
from release.targets.history import fact_inputs, planned_words, source_lines
from release.targets.plan import TargetPlan

OPUS_RATE_HZ = 48_000
FLOAT_BITS = 32


def plan_files(book: Book, target: ResolvedTarget, levels: Mapping[str, PlannedAudio]) -> TargetPlan:
    """All steps and deliverables of a streaming or download target.

    Args:
        book: the plan so far.
        target: what is wanted.
        levels: audio of targets planned earlier, for ``level: {as: NAME}``.
    """
    assert isinstance(target.spec, FilesSpec)
    lossy = [f for f in target.spec.files if CODECS[f.format].is_lossy]
    own_rate = [f for f in lossy if f.format == "opus" and target.sample_rate_hz != OPUS_RATE_HZ]
    # Integer words end at full scale, and lossy files are of the same audio as the lossless ones beside them; where no
    # integer file is delivered, nothing is cut off.
    is_float = target.is_float or len(lossy) == len(target.spec.files)
    wish = AudioWish(
        target.sample_rate_hz,
        FLOAT_BITS if is_float else target.bit_depth,
        is_float,
        float_copy=len(lossy) > len(own_rate),
        level=target.level,
        **level_source(target, levels),
    )
    audio = plan_audio(book, target, wish)
    opus = _plan_opus_audio(book, target, audio) if own_rate else audio
    files: list[PlannedFile] = []
    for spec in target.spec.files:
        source = opus if spec in own_rate else audio
        files += [_plan_file(book, target, spec, source, track) for track in source.tracks]
    return TargetPlan(target, audio, tuple(files))


def level_source(target: ResolvedTarget, levels: Mapping[str, PlannedAudio]) -> dict[str, Any]:
    """Where the gains come from: nowhere, or from the target named by ``as``."""
    if not target.level.like:
        return {}
    other = levels[target.level.like]
    return {"like": other.level, "like_keys": other.level_keys}


def _plan_opus_audio(book: Book, target: ResolvedTarget, audio: PlannedAudio) -> PlannedAudio:
    """Opus brings its own rate: one conversion from the programme, and the target's gains."""
    level = LevelSpec(match="none", ceiling_dbtp=target.level.ceiling_dbtp, limiter=target.level.limiter)
    wish = AudioWish(
        OPUS_RATE_HZ,
        FLOAT_BITS if audio.is_float else 24,
        is_float=audio.is_float,
        float_copy=True,
        level=level,
        suffix="-48k",
        like=audio.level,
        like_keys=audio.level_keys,
    )
    dithered = target.dither if target.dither.type != "shaped" else replace(target.dither, type="tpdf")
    return plan_audio(book, replace(target, dither=dithered), wish)


def _plan_file(
    book: Book, target: ResolvedTarget, spec: FileSpec, audio: PlannedAudio, track: PlannedTrack
) -> PlannedFile:
    codec = CODECS[spec.format]
    seconds = track.n_samples / audio.rate_hz
    params: dict[str, Any] = {
        "format": spec.format,
        "parts": [list(p) for p in track.parts],
        "rate_hz": audio.rate_hz,
    }
    inputs: dict[str, Input]
    if codec.is_lossy:
        params["bitrate_kbps"] = spec.bitrate_kbps
        inputs = {role: _float_of(ref) for role, ref in track.inputs.items()}
    else:
        params |= {"bit_depth": audio.bit_depth, "is_float": audio.is_float}
        inputs = {role: _pcm_of(ref) for role, ref in track.inputs.items()}
        if spec.format == "flac":
            params["compression"] = spec.compression
    base = f"{target.name}/{spec.folder}"
    encode = book.add(
        f"{base}/encode/{track.key}",
        encode_stage(spec.format),
        params,
        inputs,
        title=f"encode {track.key}",
        cost=seconds,
    )
    tagged = _plan_tags(book, target, spec, audio, track, encode, f"{base}/tag/{track.key}")
    decoded = _plan_proof(book, spec, audio, track, encode, inputs, f"{base}/prove/{track.key}")
    proofs = (
        decoded,
        book.add(
            f"{base}/prove-tags/{track.key}",
            PROVE_TAGS,
            _tag_params(target, spec, track),
            {"file": StepRef(tagged), "encoded": StepRef(encode), **_artwork(book, target)},
            title=f"read tags of {track.key} back",
            cost=0.1,
        ),
    )
    return PlannedFile(
        path=f"{target.name}/{spec.folder}/{file_name(target, track)}{codec.extension}",
        step_id=tagged,
        name="file",
        role="audio",
        format=spec.format,
        track=track.key,
        unit=track.unit,
        measure=track.measure,
        proofs=proofs,
        sample_rate_hz=audio.rate_hz,
        bit_depth=None if codec.is_lossy else audio.bit_depth,
        channels=2,
        is_lossy=codec.is_lossy,
    )


def _pcm_of(ref: Input) -> Input:
    assert isinstance(ref, StepRef)
    return StepRef(ref.step_id, f"{ref.part}/pcm")


def _float_of(ref: Input) -> Input:
    assert isinstance(ref, StepRef)
    return StepRef(ref.step_id, f"{ref.part}/float")


def file_name(target: ResolvedTarget, track: PlannedTrack) -> str:
    """Name of a track's file without its extension, with the disc's folder where there are several."""
    assert isinstance(target.spec, FilesSpec)
    info = target.tracks[track.key]
    unit = target.programme.units[track.unit]
    fields: dict[str, str | int] = {
        "disc": track.unit + 1,
        "number": track.placed.span.number or 0,
        "title": info.display_title,
        "artist": info.artist,
        "isrc": info.isrc,
        "barcode": target.release.barcode,
        "catalogue_number": target.release.catalogue_number,
    }
    name = format_name(target.spec.names, fields)
    return f"disc-{unit.name}/{name}" if len(target.programme.units) > 1 else name


def _tagset(target: ResolvedTarget, track: PlannedTrack) -> dict[str, Any]:
    info: TrackInfo = target.tracks[track.key]
    unit = target.programme.units[track.unit]
    total = sum(1 for span in unit.timeline.tracks if span.number is not None)
    return tagset_to_json(
        tagset_for(
            target.release,
            info,
            number=track.placed.span.number or 0,
            total=total,
            disc=track.unit + 1,
            discs=len(target.programme.units),
            disc_title=unit.title,
            media="Digital Media",
        )
    )


def _tag_params(target: ResolvedTarget, spec: FileSpec, track: PlannedTrack) -> dict[str, Any]:
    return {"format": spec.format, "tags": _tagset(target, track), "chunks": list(spec.chunks)}


def _artwork(book: Book, target: ResolvedTarget) -> dict[str, Input]:
    path = book.paths.get(target.release.artwork) if target.release.artwork else None
    return {} if path is None else {"artwork": SourceRef(path)}


def _plan_tags(
    book: Book,
    target: ResolvedTarget,
    spec: FileSpec,
    audio: PlannedAudio,
    track: PlannedTrack,
    encode: str,
    step_id: str,
) -> str:
    params = _tag_params(target, spec, track)
    inputs: dict[str, Input] = {"encoded": StepRef(encode), **_artwork(book, target)}
    if spec.format == "wav" and "bext" in spec.chunks:
        date = target.release.release_date
        params["bext"] = {
            "time_reference": track.placed.start,
            "date": date.isoformat() if date else "",
            "rate_hz": audio.rate_hz,
            "bit_depth": audio.bit_depth,
            "is_float": audio.is_float,
            "history": source_lines(book, target, track),
            "done": planned_words(book, target, track, audio.rate_hz),
            "index": track.placed.index,
        }
        inputs["measure"] = fact_of(track.measure, "meter")
        inputs |= fact_inputs(audio, target, track)
    return book.add(step_id, TAG, params, inputs, title=f"tag {track.key}", cost=0.2)


def _plan_proof(
    book: Book,
    spec: FileSpec,
    audio: PlannedAudio,
    track: PlannedTrack,
    encode: str,
    inputs: Mapping[str, Input],
    step_id: str,
) -> str:
    codec = CODECS[spec.format]
    params: dict[str, Any] = {
        "format": spec.format,
        "n_samples": track.n_samples,
        "rate_hz": audio.rate_hz,
    }
    if codec.is_lossy:
        params["parts"] = [list(p) for p in track.parts]
        refs = dict(inputs)
    else:
        params |= {"bit_depth": audio.bit_depth, "is_float": audio.is_float}
        refs = {"pcm": fact_of(track.measure, "pcm_sha256")}
    return book.add(
        step_id,
        PROVE_LOSSY if codec.is_lossy else PROVE_LOSSLESS,
        params,
        {"encoded": StepRef(encode), **refs},
        title=f"decode {track.key} with other code",
        cost=track.n_samples / audio.rate_hz,
    )
