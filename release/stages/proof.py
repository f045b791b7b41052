"""Stages that read deliverables back with other code than wrote them. A mismatch fails the build and names the file."""

from __future__ import annotations

import hashlib
import math
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from release.audio.decode import decode_pcm_sha256, open_decoding
from release.audio.essence import same_essence
from release.dsp.meter import Meter
from release.errors import VerificationError
from release.pipeline.step import RunContext, Stage, StageResult
from release.stages.cut_audio import cut_floats
from release.stages.lossy_match import LossyMatch, match_lossy
from release.stages.tags_json import tagset_from_json

_REMEDY = "build again with an empty cache (release clean --all); if it stays, this is a fault of the program"


def run_prove_lossless(ctx: RunContext) -> StageResult:
    """Decode a lossless file: the same samples, bit for bit."""
    params = ctx.params
    found = decode_pcm_sha256(ctx.file("encoded"), params["format"], params["bit_depth"], is_float=params["is_float"])
    expected = ctx.fact("pcm")
    faults = []
    if found.n_samples != params["n_samples"]:
        faults.append(f"it has {found.n_samples} samples, {params['n_samples']} were written")
    if found.rate_hz != params["rate_hz"]:
        faults.append(f"its rate is {found.rate_hz} Hz, {params['rate_hz']} Hz was written")
    if not faults and found.sha256 != expected:
        faults.append("its samples are not those that were delivered")
    _refuse(ctx, faults)
    return StageResult(
        fact={
            "by": "soundfile" if params["format"] == "wav" else "av",
            "audio": True,
            "pcm_sha256": found.sha256,
            "samples": found.n_samples,
        }
    )


def run_prove_lossy(ctx: RunContext) -> StageResult:
    """Decode a lossy file: length exact, aligned to the sample, gain right below 10 kHz; its true peak is told."""
    params = ctx.params
    path = ctx.file("encoded")
    meter, digest = Meter(params["rate_hz"], 2), hashlib.sha256()

    def decoded() -> Iterator[NDArray[np.float64]]:
        for block in open_decoding(path, params["format"], as_float=True).blocks:
            ctx.check_cancelled()
            digest.update(np.ascontiguousarray(block, dtype="<f4").data)
            audio = block.astype(np.float64)
            meter.process(audio)
            yield audio

    match = match_lossy(cut_floats(ctx), decoded(), params["rate_hz"])
    overload = _overload(ctx, match)
    if not overload:
        _refuse(ctx, list(match.problems))
    fact: dict[str, Any] = {
        "by": "soundfile" if params["format"] == "opus" else "av",
        **(overload or {"audio": True}),
        "samples": match.n_samples,
        "offset_samples": match.offset_samples,
        "gain_db": match.gain_db,
        "meter": meter.finish().to_json(),
        "pcm_sha256": digest.hexdigest(),
    }
    return StageResult(fact=fact)


def _overload(ctx: RunContext, match: LossyMatch) -> dict[str, Any]:
    """Of a file with the right length and place whose sound is not that of an input over full scale: what is wrong.

    That is a level that no encoder promises to take, so a finding and no fault of the program.
    """
    if not match.problems or match.n_samples != match.expected_samples or match.offset_samples:
        return {}
    peak = max((float(np.abs(block).max(initial=0.0)) for block in cut_floats(ctx)), default=0.0)
    if peak <= 1.0:
        return {}
    told = "; ".join(match.problems)
    return {"length": True, "overloaded": told, "input_peak_dbfs": round(20.0 * math.log10(peak), 2)}


def run_prove_tags(ctx: RunContext) -> StageResult:
    """Read every tag back, and show that the audio in the tagged file is that of the encoded one."""
    from release.tags.verify import compare

    params = ctx.params
    path = ctx.file("file")
    artwork = ctx.file("artwork") if "artwork" in ctx.roles else None
    faults: list[str] = []
    checks_tags = params["format"] != "wav" or "id3" in params["chunks"]
    if checks_tags:
        faults += compare(path, params["format"], tagset_from_json(params["tags"], artwork))
    if params["format"] == "wav":
        faults += _compare_chunks(ctx)
    if not same_essence(path, ctx.file("encoded"), params["format"]):
        faults.append("tagging changed the audio")
    _refuse(ctx, faults)
    return StageResult(fact={"by": "own tag reader", "encoded_audio": True, **({"tags": True} if checks_tags else {})})


def _compare_chunks(ctx: RunContext) -> list[str]:
    """The chunks of a WAV are those declared, in their order, and no others."""
    wanted = {"bext": "bext", "axml": "axml", "info": "LIST", "id3": "id3 "}
    declared = [n for n in ctx.params["chunks"] if n != "axml" or ctx.params["tags"]["isrc"]]
    before = [wanted[n] for n in declared if n != "id3"]
    after = [wanted[n] for n in declared if n == "id3"]
    expected = ["fmt ", *before, "data", *after]
    found = [n for n in _chunk_names(ctx.file("file")) if n != "ds64"]
    return [] if found == expected else [f"its chunks are {', '.join(found)}; {', '.join(expected)} were declared"]


def _chunk_names(path: Path) -> list[str]:
    names, size, end = [], path.stat().st_size, 12
    with path.open("rb") as file:
        while end + 8 <= size:
            file.seek(end)
            name, length = struct.unpack("<4sI", file.read(8))
            names.append(name.decode("latin-1"))
            # Only the data chunk of an RF64 file hides its length, and it is followed by nothing that we declare.
            end = size if length == 0xFFFFFFFF else end + 8 + length + length % 2
    return names


def _refuse(ctx: RunContext, faults: list[str]) -> None:
    if faults:
        raise VerificationError(
            "; ".join(faults[:5]),
            where=ctx.step_id.replace("/prove-tags/", "/").replace("/prove/", "/"),
            remedy=_REMEDY,
        )


PROVE_LOSSLESS = Stage("prove-lossless", 3, run_prove_lossless, "fact", libraries=("av", "soundfile"), weight=0.005)
PROVE_LOSSY = Stage(
    "prove-lossy", 4, run_prove_lossy, "fact", libraries=("av", "soundfile", "numpy", "numba"), weight=0.01
)
PROVE_TAGS = Stage("prove-tags", 2, run_prove_tags, "fact", weight=0.01)
