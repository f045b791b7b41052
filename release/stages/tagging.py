"""Stage *tag*: a copy of an encoded file with its tags; the audio in it is not touched."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from release.audio.reader import open_reader
from release.formats.riff import Chunk
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.scratch import BLOCK_SAMPLES
from release.stages.tags_json import tagset_from_json
from release.tags.tagset import TagSet

ORIGINATOR = "release-audio"


def run_tag(ctx: RunContext) -> StageResult:
    """Write the tags of one file."""
    params = ctx.params
    artwork = ctx.file("artwork") if "artwork" in ctx.roles else None
    tagset = tagset_from_json(params["tags"], artwork)
    path = ctx.work_dir / "file"
    if params["format"] == "wav":
        _write_wav(ctx, path, tagset)
    else:
        from release.tags.write import write_tags

        shutil.copyfile(ctx.file("encoded"), path)
        write_tags(path, params["format"], tagset)
    return StageResult(fact={"format": params["format"]}, files={"file": path})


def _write_wav(ctx: RunContext, path: Path, tagset: TagSet) -> None:
    """The same samples behind the chunks that the manifest declares."""
    from release.audio.probe import probe
    from release.audio.writer import WavWriter
    from release.tags.write import id3_bytes

    chunks = ctx.params["chunks"]
    if not chunks:
        shutil.copyfile(ctx.file("encoded"), path)
        return
    before = [chunk for name in chunks if name != "id3" for chunk in _chunk(ctx, name, tagset)]
    after = [Chunk(b"id3 ", id3_bytes(tagset))] if "id3" in chunks else []
    encoded = ctx.file("encoded")
    info = probe(encoded, "encoded audio")
    with (
        open_reader(encoded, info) as reader,
        WavWriter(
            path,
            info.sample_rate_hz,
            info.channels,
            bit_depth=info.bit_depth or 24,
            is_float=info.is_float,
            chunks_before=before,
            chunks_after=after,
            n_samples_expected=info.n_samples,
        ) as writer,
    ):
        for at in range(0, info.n_samples, BLOCK_SAMPLES):
            ctx.check_cancelled()
            count = min(BLOCK_SAMPLES, info.n_samples - at)
            if info.is_float:
                writer.write_floats(reader.read(at, count))
            else:
                writer.write_ints(reader.read_ints(at, count))


def _chunk(ctx: RunContext, name: str, tagset: TagSet) -> list[Chunk]:
    if name == "bext":
        return [_bext(ctx, tagset)]
    if name == "axml":
        from release.formats.axml import axml_chunk

        return [axml_chunk(tagset.isrc)] if tagset.isrc else []
    from release.formats.info import info_chunk
    from release.tags.write import info_pairs

    pairs = info_pairs(tagset)
    return [info_chunk(pairs)] if pairs else []


def _bext(ctx: RunContext, tagset: TagSet) -> Chunk:
    from release.dsp.meter import MeterResult
    from release.formats.bext import bext_chunk, track_description

    data: dict[str, Any] = ctx.params["bext"]
    loudness = MeterResult.from_json(ctx.fact("measure")).loudness()
    width = "" if data["is_float"] else f",W={data['bit_depth']}"
    words = "; ".join([ORIGINATOR, *data["done"], *_done(ctx)])
    history = [*data["history"], f"A=PCM,F={data['rate_hz']}{width},M=stereo,T={words}"]
    return bext_chunk(
        description=track_description(tagset.artist, tagset.title),
        originator=ORIGINATOR,
        originator_reference=tagset.isrc,
        origination_date=data["date"],
        time_reference=data["time_reference"],
        loudness=loudness,
        coding_history=history,
    )


def _done(ctx: RunContext) -> list[str]:
    """What level and finish really did to this track; R 98 has no commas inside a text."""
    gain = float(ctx.fact("gain"))
    reductions = ctx.fact("reduction") if "reduction" in ctx.roles else []
    dithers = {ctx.fact(role) for role in ctx.roles if role.startswith("dither:")} - {"none"}
    words = [f"gain {gain:+.2f} dB"] if gain else []
    if reductions and reductions[ctx.params["bext"]["index"]] > 0.0:
        words.append("limiter")
    return [*words, *(f"{dither} dither" for dither in sorted(dithers))]


TAG = Stage("tag", 2, run_tag, "file", libraries=("mutagen",), weight=0.01)
