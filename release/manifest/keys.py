"""The tree of keys that the models make: for "did you mean", for the manual, and for the schema's tests."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Union

from pydantic.fields import FieldInfo

from release.manifest.fields import ManifestModel, did_you_mean
from release.manifest.targets import KINDS, TARGET_MODELS, Project


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


def all_models() -> Iterator[tuple[str, type[ManifestModel]]]:
    """Every model with the place where it is first met (``tracks[].fade_in``), outer ones first."""
    seen: set[type[ManifestModel]] = set()
    queue: list[tuple[str, Any]] = [("", Project)]
    while queue:
        place, annotation = queue.pop(0)
        form, inner = shape(annotation)
        if form == "targets":
            queue[:0] = [(f"targets.{kind}", TARGET_MODELS[kind]) for kind in KINDS]
        elif form in ("list", "map"):
            is_targets = place == "targets"
            queue.insert(0, (place if is_targets else f"{place}[]" if form == "list" else f"{place}.*", inner))
        elif form == "model" and inner not in seen:
            seen.add(inner)
            yield place, inner
            queue += [(f"{place}.{key}".lstrip("."), info.annotation) for key, info in keys(inner).items()]


_ELSEWHERE = {
    ("cd", "sample_rate"): "a CD always has 44.1 kHz: leave it out",
    ("cd", "bit_depth"): "a CD always has 16 bits: leave it out",
    ("cd", "files"): "a CD is written as images: ddp, cue or toc",
    ("", "process.name"): "",
}


def unknown_key_remedy(key: str, model: type[ManifestModel] | None, kind: str = "") -> str:
    """What was probably meant by a key that a mapping doesn't have."""
    if (kind, key) in _ELSEWHERE:
        return _ELSEWHERE[kind, key]
    known = list(keys(model)) if model else []
    guess = did_you_mean(key, known)
    if guess.startswith("did you mean"):
        return guess
    homes = [place for place, other in all_models() if key in keys(other) and other is not model]
    if homes:
        return f"{key} is a key of {homes[0] or 'the manifest itself'}"
    return guess
