"""The tree of keys that the models make: for "did you mean", for the manual, and for the schema's tests."""

from __future__ import annotations

import types
import typing
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, Union

from pydantic.fields import FieldInfo

from release.dsp.steps.registry import OTHER_WORDS
from release.manifest.fields import ManifestModel, did_you_mean
from release.manifest.process import STEP_PARAMETERS, Step
from release.manifest.targets import KINDS, TARGET_MODELS, Project, TargetBase


def key_of(name: str, info: FieldInfo) -> str:
    """The manifest key of a field."""
    return info.alias or name


def keys(model: type[ManifestModel]) -> dict[str, FieldInfo]:
    """Fields by manifest key, in the order of the manual."""
    return {key_of(name, info): info for name, info in model.model_fields.items()}


def shape(annotation: Any) -> tuple[str, Any]:
    """What an annotation holds: (``model`` | ``list`` | ``map`` | ``targets`` | ``scalar``, inner annotation)."""
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        return shape(typing.get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        members = [a for a in typing.get_args(annotation) if a is not type(None)]
        if len(members) > 1:
            return "targets", annotation
        return shape(members[0])
    if origin is tuple:
        return "list", typing.get_args(annotation)[0]
    if origin is dict:
        return "map", typing.get_args(annotation)[1]
    if isinstance(annotation, type) and issubclass(annotation, ManifestModel):
        return "model", annotation
    return "scalar", annotation


def model_at(loc: Sequence[str | int], kinds: dict[str, str]) -> type[ManifestModel] | None:
    """The model of the mapping at a path of the manifest, or None.

    Args:
        loc: keys and list positions from the root.
        kinds: kind by target name, as far as known.
    """
    annotation: Any = Project
    previous: str | int = ""
    for part in (*loc, None):
        form, inner = shape(annotation)
        if form == "targets":
            model = TARGET_MODELS.get(kinds.get(str(previous), ""))
            if model is None:
                return None
            form, inner = "model", model
        if part is None:
            return inner if form == "model" else None
        if form == "model":
            info = keys(inner).get(str(part))
            if info is None:
                return None
            annotation = info.annotation
        elif form in ("list", "map"):
            annotation = inner
        else:
            return None
        previous = part
    return None


@cache
def all_models() -> dict[type[ManifestModel], tuple[str, ...]]:
    """Every model with the places where it stands (``tracks[].fade_in``), outer ones first.

    Places that all kinds of targets share are written ``targets.*``.
    """
    found: dict[type[ManifestModel], list[str]] = {}
    stack: list[tuple[str, Any]] = [("", Project)]
    while stack:
        place, annotation = stack.pop()
        form, inner = shape(annotation)
        below: list[tuple[str, Any]] = []
        if form == "targets":
            below = [(f"targets.{kind}", TARGET_MODELS[kind]) for kind in KINDS]
        elif form in ("list", "map"):
            mark = "[]" if form == "list" else "" if place == "targets" else ".*"
            below = [(place + mark, inner)]
        elif form == "model":
            found.setdefault(inner, []).append(place)
            shared = keys(TargetBase) if issubclass(inner, TargetBase) else {}
            below = [
                (f"{'targets.*' if k in shared else place}.{k}".lstrip("."), f.annotation)
                for k, f in keys(inner).items()
            ]
        stack += reversed(below)
    return {model: tuple(dict.fromkeys(places)) for model, places in found.items()}


STEP_MODELS = frozenset(STEP_PARAMETERS)
_ELSEWHERE = {
    ("cd", "sample_rate"): "a CD always has 44.1 kHz: leave it out",
    ("cd", "bit_depth"): "a CD always has 16 bits: leave it out",
    ("cd", "files"): "a CD is written as images: ddp, cue or toc",
}


def unknown_key_remedy(key: str, model: type[ManifestModel] | None, kind: str = "") -> str:
    """What was probably meant by a key that a mapping doesn't have."""
    if (kind, key) in _ELSEWHERE:
        return _ELSEWHERE[kind, key]
    if key in ("name", "channels") and model is not None and model.__name__ in STEP_MODELS:
        return f"write {key} beside the kind of the step, not inside it"
    step = OTHER_WORDS.get(key.strip().lower().replace("-", "_").replace(" ", "_"))
    if step is not None and model is Step:
        return f"this step is called {step}"
    known = list(keys(model)) if model else []
    guess = did_you_mean(key, known)
    homes = [places[0] for other, places in all_models().items() if key in keys(other) and other is not model]
    homes.sort(key=lambda place: "process[]" in place)  # what a step is called, a target may be meant by
    home = f"{key} is a key of {homes[0] or 'the manifest itself'}" if homes else ""
    if guess.startswith("did you mean"):
        return f"{guess} {home}".strip()
    return home or guess
