"""Clips as step parameters and back: what decides the bytes, and nothing else.

Source ids do not enter: a clip names the role of its input (``source:0``), and the input's content is in the key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.dsp.steps.registry import STEP_KINDS
from release.model.programme import Clip, Curve, Fade, ProcessStep, Value


def chain_to_json(chain: Sequence[ProcessStep]) -> list[Any]:
    """Kinds and parameters in order; names of steps do not enter.

    What a step acts on and the version of its kind stand behind them where they are not the plain ones.
    """
    return [_step_to_json(step) for step in chain]


def _step_to_json(step: ProcessStep) -> list[Any]:
    more: dict[str, Any] = {}
    if step.acts_on != "both":
        more["acts_on"] = step.acts_on
    if STEP_KINDS[step.kind].version != 1:
        more["version"] = STEP_KINDS[step.kind].version
    parameters = {name: list(value) if isinstance(value, tuple) else value for name, value in step.parameters}
    return [step.kind, parameters, more] if more else [step.kind, parameters]


def chain_from_json(data: Sequence[Any]) -> tuple[ProcessStep, ...]:
    """The chain of ``chain_to_json``."""
    return tuple(_step_from_json(*entry) for entry in data)


def _step_from_json(kind: str, parameters: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> ProcessStep:
    values: dict[str, Value] = {k: tuple(v) if isinstance(v, list) else v for k, v in parameters.items()}
    return ProcessStep(kind, tuple(sorted(values.items())), acts_on=(more or {}).get("acts_on", "both"))


def clip_to_json(clip: Clip, roles: Mapping[str, str], origin: int) -> dict[str, Any]:
    """A clip with its position counted from ``origin``."""
    return {
        "source": roles[clip.source],
        "source_start": clip.source_start,
        "length": clip.length,
        "position": clip.position - origin,
        "gain_db": clip.gain_db,
        "chain": chain_to_json(clip.chain),
        "fade_in": _fade_to_json(clip.fade_in),
        "fade_out": _fade_to_json(clip.fade_out),
        "repeats": clip.repeats,
    }


def clip_from_json(data: Mapping[str, Any]) -> Clip:
    """The clip of ``clip_to_json``; its source is a role."""
    return Clip(
        source=data["source"],
        source_start=data["source_start"],
        length=data["length"],
        position=data["position"],
        gain_db=data["gain_db"],
        chain=chain_from_json(data["chain"]),
        fade_in=_fade_from_json(data["fade_in"]),
        fade_out=_fade_from_json(data["fade_out"]),
        repeats=data["repeats"],
    )


def _fade_to_json(fade: Fade | None) -> list[Any] | None:
    return None if fade is None else [fade.length, str(fade.curve)]


def _fade_from_json(data: Sequence[Any] | None) -> Fade | None:
    return None if data is None else Fade(data[0], Curve(data[1]))
