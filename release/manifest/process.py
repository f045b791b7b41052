"""A processing chain as it is written: a list of steps, each a mapping of its kind to its parameters.

The models are made from :data:`release.dsp.steps.registry.STEP_KINDS`, so that every kind there, with its units, ranges
and sentences, is a key here and in the JSON Schema. The registry loads neither numpy nor kernels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import BaseModel, Field, create_model, model_validator
from pydantic_core import PydanticUndefined

from release.dsp.steps.kind import (
    CHANNELS,
    FILE,
    MAPPING,
    MOST_BANDS,
    NAME,
    PATH,
    PLUGIN,
    REGION,
    TRACK,
    Parameter,
    StepKind,
)
from release.dsp.steps.registry import STEP_KINDS
from release.manifest import scalars
from release.manifest.fields import (
    ManifestModel,
    Scalar,
    choice,
    did_you_mean,
    fail,
    named_text,
    path_text,
    source_id,
    word,
)
from release.manifest.scalars import ScalarError, TimeValue
from release.model.programme import ProcessStep, SampleCount, Value, in_seconds

_LEVELS = ("LUFS", "LU", "dBTP", "dBFS", "dB")


def _read_parameter(entry: Parameter, text: str) -> Value:
    """The value of a parameter in its unit, within its range."""
    value: Value
    if entry.is_word:
        value = text.strip().lower()
        if value not in entry.choices:
            words = [str(c) for c in entry.choices]
            raise ScalarError(f"'{text}' is not one of {', '.join(words)}", did_you_mean(text, words), "unknown-value")
    elif entry.unit in (PATH, FILE):
        value = source_id(path_text(text))
    elif entry.unit in (PLUGIN, NAME):
        value = named_text(text)
    elif entry.unit == TRACK:
        value = scalars.parse_word(text, "a track id")
    elif entry.unit == "s":
        time = scalars.parse_time(text)
        if time.in_samples:
            return SampleCount(time.amount)  # held against the range once the programme's rate is known
        value = float(time.amount)
    elif entry.unit == "Hz":
        value = scalars.parse_frequency(text)
    elif entry.unit in _LEVELS:
        value = scalars.parse_level(text, entry.unit)
    elif entry.unit:
        value = _read_unit(entry.unit, text)
    else:
        value = scalars.parse_number(text.strip().removesuffix(":1"))
    if entry.choices and isinstance(value, float) and value == int(value):
        value = int(value)
    try:
        entry.check(value)
    except ValueError as exc:
        raise ScalarError(
            str(exc).removeprefix(f"{entry.name}: "), _range_remedy(entry, text, value), "out-of-range"
        ) from exc
    return value


def time_like(kind: str, name: str) -> Scalar:
    """A time that may be what a step's parameter may be; samples are held against that once a rate is known."""
    entry = STEP_KINDS[kind].parameters[name]

    def read(text: str) -> TimeValue:
        _read_parameter(entry, text)
        return scalars.parse_time(text)

    return Scalar(read, "a time", _parameter_schema(entry))


def range_like(kind: str, name: str) -> str:
    """The range of a step's parameter in words: ``0.001 to 10 s``."""
    entry = STEP_KINDS[kind].parameters[name]
    return f"{entry.minimum:g} to {entry.maximum:g} {entry.unit}"


def time_problem(kind: str, name: str, seconds: float) -> tuple[str, str]:
    """What is wrong with a time of a step's parameter, and what may be written; empty where it is in range."""
    entry = STEP_KINDS[kind].parameters[name]
    try:
        entry.check(seconds)
    except ValueError as exc:
        return str(exc).removeprefix(f"{name}: "), f"use {range_like(kind, name)}"
    return "", ""


def _read_unit(unit: str, text: str) -> float:
    """A number with a unit of its own (``12 dB/oct``); bare: that unit."""
    plain = text.strip()
    if plain.lower().endswith(unit.lower()):
        plain = plain[: -len(unit)].rstrip()
    return scalars.parse_number(plain, f"a number in {unit}")


def _range_remedy(entry: Parameter, text: str, value: Value) -> str:
    """What may be written; a bare number of seconds that would do as milliseconds was probably meant so."""
    if entry.unit == "s" and isinstance(value, float) and entry.maximum is not None and value > entry.maximum:
        with suppress(ValueError):
            entry.check(value / 1000.0)
            return f"did you mean {text.strip().removesuffix('s').rstrip()} ms?"
    unit = f" {entry.unit}" if entry.unit else ""
    if entry.choices:
        return f"use one of {', '.join(str(c) for c in entry.choices)}{unit}"
    return f"use {entry.minimum:g} to {entry.maximum:g}{unit}" if None not in (entry.minimum, entry.maximum) else ""


def _parameter_schema(entry: Parameter) -> dict[str, Any]:
    if entry.is_word:
        return {"enum": list(entry.choices)}
    if entry.is_text:
        return {"type": "string"}
    schema: dict[str, Any] = {"type": ["string", "number"]}
    if entry.unit:
        schema["x-unit"] = entry.unit
    if entry.choices:
        schema["examples"] = list(entry.choices)
    elif None not in (entry.minimum, entry.maximum):
        schema["x-range"] = [entry.minimum, entry.maximum]
    return schema


@dataclass(frozen=True, slots=True, eq=False)
class _OneOrMany(Scalar):
    """A scalar, or a list of them: one for each band."""

    def read(self, value: object) -> object:
        """The value, or all of them."""
        if not isinstance(value, list | tuple):
            return Scalar.read(self, value)  # slots make a class anew, which super() does not find
        if not value:
            raise fail("an empty list says nothing", "write one value, or one for each band", "out-of-range")
        if len(value) > MOST_BANDS:
            raise fail(f"{len(value)} values are not 1 to {MOST_BANDS}", "write one for each band", "out-of-range")
        return tuple(Scalar.read(self, item) for item in value)


@dataclass(frozen=True, slots=True, eq=False)
class _Region(Scalar):
    """A part of the source: a mapping of start and end."""

    def read(self, value: object) -> object:
        """Start and end in seconds."""
        if isinstance(value, tuple):
            return value
        if not isinstance(value, Mapping) or set(value) != {"start", "end"}:
            raise fail("a start and an end are expected here", "write {start: 0.1 s, end: 1.2 s}", "wrong-type")
        start, end = (Scalar.read(self, value[key]) for key in ("start", "end"))
        if not (isinstance(start, float) and isinstance(end, float) and 0.0 <= start < end):
            raise fail(
                "the region ends before it starts", "write a start of 0 s or more, and a later end", "out-of-range"
            )
        return (start, end)


@dataclass(frozen=True, slots=True, eq=False)
class _Mapping(Scalar):
    """Names with values of any kind, as canonical JSON."""

    def read(self, value: object) -> object:
        """Texts by name; an empty mapping is none."""
        if isinstance(value, str):
            return value
        if not isinstance(value, Mapping):
            raise fail("names with values are expected here", "write {name: value, …}", "wrong-type")
        texts = {str(name): Scalar.read(self, item) for name, item in value.items()}
        return json.dumps(texts, sort_keys=True, ensure_ascii=False) if texts else ""


def _read_seconds(text: str) -> float:
    time = scalars.parse_time(text)
    if time.in_samples:
        raise ScalarError(f"'{text}' is not a time of a step", "write it in s, ms or min:s", "wrong-unit")
    return float(time.amount)


def _field_type(entry: Parameter) -> Scalar:
    if entry.unit == REGION:
        edge: dict[str, Any] = {"type": ["string", "number"], "x-unit": "s"}
        form = {"type": "object", "properties": {"start": edge, "end": edge}, "required": ["start", "end"]}
        return _Region(_read_seconds, "a time", {**form, "additionalProperties": False})
    if entry.unit == MAPPING:
        value = {"type": ["string", "number", "boolean"]}
        return _Mapping(str, "a value", {"type": "object", "additionalProperties": value})
    what = "a number" if not entry.unit else f"a {entry.unit}" if entry.is_text else f"a value in {entry.unit}"
    schema = _parameter_schema(entry)
    if not entry.is_many:
        return Scalar(lambda text: _read_parameter(entry, text), what, schema)
    many = {"type": "array", "items": schema, "minItems": 1, "maxItems": MOST_BANDS}
    return _OneOrMany(lambda text: _read_parameter(entry, text), what, {"anyOf": [schema, many]})


def _parameters_model(kind: StepKind) -> type[ManifestModel]:
    """The model of a kind's parameters; a kind with one parameter may be written as that value."""
    entries = kind.parameters
    definitions: dict[str, Any] = {}
    for name, entry in entries.items():
        default = PydanticUndefined if entry.required else entry.default
        # No region, or no mapping, is no default that could be written, so the schema shows none.
        unwritten = {REGION: tuple, MAPPING: str}.get(entry.unit)
        given: Any = {"default_factory": unwritten} if unwritten else {"default": default}
        definitions[name] = (Annotated[Any, _field_type(entry)], Field(**given, description=entry.doc))
    base: type[ManifestModel] = create_model(
        f"{kind.name.title().replace('_', '')}Step",
        __base__=ManifestModel,
        __doc__=kind.doc.partition("\n")[0],
        **definitions,
    )
    if len(entries) == 1:
        base.shorthand = next(iter(entries))
    return base


class _StepBase(ManifestModel):
    """One processing step: its kind with its parameters, and perhaps a name."""

    kinds: ClassVar[tuple[str, ...]] = tuple(STEP_KINDS)
    name: Annotated[str, word("the name of a step")] | None = Field(
        default=None, description="Name by which a target can leave this step out."
    )
    channels: Annotated[str, choice(*CHANNELS)] = Field(
        default="both",
        description="What the step acts on: both channels, left or right alone, mid (L + R)/2 or side (L - R)/2.",
    )

    @model_validator(mode="before")
    @classmethod
    def one_kind(cls, value: object) -> object:
        """Exactly one kind stands in a step; a kind without parameters may be written as a word."""
        if isinstance(value, str):
            value = {value: {}}
        if not isinstance(value, Mapping):
            return value
        written = [key for key in value if key in cls.kinds]
        if len(written) > 1:
            raise fail(
                f"one step cannot be both {written[0]} and {written[1]}",
                "write each step with its own dash",
                "two-kinds",
            )
        unknown = [key for key in value if key not in (*cls.kinds, "name", "channels")]
        if not written and not unknown:
            raise fail("this step says no kind", did_you_mean("", tuple(STEP_KINDS)), "missing")
        return {key: {} if item is None and key in cls.kinds else item for key, item in value.items()}

    @model_validator(mode="after")
    def part_fits(self) -> _StepBase:
        """Some steps are about both channels together, or about one alone."""
        try:
            STEP_KINDS[self.kind].check_part(self.channels)
        except ValueError as exc:
            allowed = STEP_KINDS[self.kind].acts_on
            remedy = "leave channels out" if allowed == ("both",) else f"write channels: {allowed[0]} beside it"
            raise fail(str(exc), remedy, "bad-channels") from exc
        return self

    @property
    def kind(self) -> str:
        """Kind of this step: a key of the registry."""
        return next(kind for kind in STEP_KINDS if getattr(self, kind) is not None)

    @property
    def parameters(self) -> dict[str, Value]:
        """All parameters in the units of the registry, defaults included; times in samples are still counts."""
        model: BaseModel = getattr(self, self.kind)
        return {name: getattr(model, name) for name in STEP_KINDS[self.kind].parameters}

    def parameters_at(self, rate_hz: int) -> dict[str, Value]:
        """All parameters in the units of the registry, at the programme's rate."""
        return {name: in_seconds(value, rate_hz) for name, value in self.parameters.items()}

    def resolved(self, rate_hz: int) -> ProcessStep:
        """The step as a programme of this rate carries it."""
        return ProcessStep(self.kind, tuple(sorted(self.parameters_at(rate_hz).items())), self.name, self.channels)


STEP_PARAMETERS: Mapping[str, type[ManifestModel]] = {
    model.__name__: model for model in map(_parameters_model, STEP_KINDS.values())
}
"""Models of the parameters by class name."""


def _step_fields() -> dict[str, Any]:
    made: dict[str, Any] = {}
    for (name, kind), model in zip(STEP_KINDS.items(), STEP_PARAMETERS.values(), strict=True):
        title = kind.doc.partition("\n")[0]
        made[name] = (model | None, Field(default=None, description=title))
    return made


if TYPE_CHECKING:
    Step = _StepBase
else:
    Step = create_model("Step", __base__=_StepBase, __doc__=_StepBase.__doc__, **_step_fields())

Process = tuple[Step, ...]
