"""Vinyl and cassette: one WAV a side, read back by other code."""

from __future__ import annotations

from collections.abc import Mapping

from release.model.target import CassetteSpec, ResolvedTarget, VinylSpec
from release.pipeline.step import StepRef
from release.stages.side import PROVE_SIDE, SIDE
from release.targets.audio_steps import AudioWish, PlannedAudio, plan_audio
from release.targets.book import Book, PlannedFile
from release.targets.files import level_source
from release.targets.plan import TargetPlan


def plan_sides(book: Book, target: ResolvedTarget, levels: Mapping[str, PlannedAudio]) -> TargetPlan:
    """All steps and deliverables of a vinyl or cassette target."""
    wish = AudioWish(
        target.sample_rate_hz,
        target.bit_depth,
        target.is_float,
        float_copy=False,
        level=target.level,
        **level_source(target, levels),
    )
    audio = plan_audio(book, target, wish)
    files = tuple(_plan_side(book, target, audio, number) for number in range(len(target.programme.units)))
    return TargetPlan(target, audio, files)


def head_samples(target: ResolvedTarget) -> int:
    """Silence before the programme of a side: after the leader of a tape, none on a record."""
    return round(target.spec.head_s * target.sample_rate_hz) if isinstance(target.spec, CassetteSpec) else 0


def side_file_name(target: ResolvedTarget, number: int) -> str:
    """The matrix number where there is one, else catalogue number and side."""
    words = [_safe(side_word(target, n)) for n in range(len(target.programme.units))]
    word = words[number]
    if not word or sum(other.casefold() == word.casefold() for other in words) > 1:
        word = "-".join(filter(None, [word or _safe(target.name), target.programme.units[number].name]))
    return f"{word}.wav"


def side_word(target: ResolvedTarget, number: int) -> str:
    """What a side's file is to be called, before unsafe characters are replaced."""
    side = target.programme.units[number].name
    matrix = dict(target.spec.matrix).get(side, "") if isinstance(target.spec, VinylSpec) else ""
    return matrix or f"{target.release.catalogue_number or target.name}-{side}"


def _safe(word: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in word).strip("-.")


def _plan_side(book: Book, target: ResolvedTarget, audio: PlannedAudio, number: int) -> PlannedFile:
    side = target.programme.units[number].name
    parts, inputs = audio.whole_unit(number)
    params = {
        "parts": [list(p) for p in parts],
        "rate_hz": audio.rate_hz,
        "bit_depth": audio.bit_depth,
        "is_float": audio.is_float,
        "head_samples": head_samples(target),
    }
    seconds = audio.units[number].n_samples / audio.rate_hz
    path = f"{target.name}/{side_file_name(target, number)}"
    step = book.add(f"{target.name}/side/{side}", SIDE, params, inputs, title=f"write side {side}", cost=seconds)
    proof = book.add(
        f"{target.name}/prove/{side}",
        PROVE_SIDE,
        {"rate_hz": audio.rate_hz, "bit_depth": audio.bit_depth, "is_float": audio.is_float, "where": path},
        {"side": StepRef(step)},
        title=f"read side {side} back",
        cost=seconds,
    )
    return PlannedFile(
        path,
        step,
        "side.wav",
        "side",
        "wav",
        unit=number,
        proofs=(proof,),
        sample_rate_hz=audio.rate_hz,
        bit_depth=audio.bit_depth,
        channels=2,
    )
