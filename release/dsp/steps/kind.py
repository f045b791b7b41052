"""What a kind of process step declares: its parameters with units and ranges, its check, its processor.

Nothing here imports numpy or a compiled kernel, so that the manifest can validate chains at the cost of a few tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from release.model.programme import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Audio = NDArray[np.float64]

METADATA_KEY = "parameter"

CHANNELS = ("both", "left", "right", "mid", "side")
"""What a step may act on: all channels as they are, one of them, or one part of mid and side."""
MOST_BANDS = 4
PATH, TRACK = "path", "track"
"""Units of parameters that are texts: an audio file relative to the manifest, the id of a track."""
PLUGIN, FILE, NAME = "plug-in", "file", "name"
"""And these: a plug-in, another file relative to the manifest, a name in a file."""
MAPPING = "mapping"
"""Unit of a parameter that is a mapping of names to values of any kind, kept as canonical JSON of texts."""
TEXTS = (PATH, TRACK, PLUGIN, FILE, NAME, MAPPING)
REGION = "region"
"""Unit of a parameter that is a part of the source: start and end in seconds, or nothing."""
BOTH_ONLY = ("both",)
"""For steps that are about the two channels together."""


class Processor(Protocol):
    """Audio with memory: blocks in, aligned blocks out, the same total length."""

    def process(self, block: Audio) -> Audio:
        """Take the next block (n_samples, n_channels); give what is ready, perhaps nothing."""
        ...

    def flush(self) -> Audio:
        """Give the rest after the last block."""
        ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a step, as the schema and the manual show it.

    Attributes:
        name: key in the manifest.
        unit: ``Hz``, ``s``, ``dB``, ``dBFS``, ``dB/oct``; one of ``TEXTS``; ``region``; or empty for
            plain numbers and for words.
        doc: one sentence for people.
        required: True when it has no default.
        default: value where the key is left out; None when required.
        minimum: least value allowed, or None.
        maximum: greatest value allowed, or None.
        choices: the words or numbers allowed, where it is a choice.
        is_many: True when several values may be written, in order: one for each band.
    """

    name: str
    unit: str
    doc: str
    required: bool
    default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    is_many: bool = False

    @property
    def is_word(self) -> bool:
        """True when the value is a word, not a number."""
        return bool(self.choices) and isinstance(self.choices[0], str)

    @property
    def is_text(self) -> bool:
        """True when the value is a text of any content."""
        return self.unit in TEXTS

    def check(self, value: Value) -> None:
        """Raise when the value is not allowed.

        Raises:
            ValueError: with a text for people.
        """
        if self.is_text:
            if not isinstance(value, str):
                raise ValueError(f"{self.name}: {value!r} is not a {self.unit}")
            return
        if self.unit == REGION:
            self._check_region(value)
            return
        if isinstance(value, tuple):
            self._check_many(value)
            return
        if self.choices:
            if value not in self.choices:
                allowed = ", ".join(str(c) for c in self.choices)
                raise ValueError(f"{self.name}: {value} is not one of {allowed}")
            return
        if isinstance(value, (bool, str)):
            raise ValueError(f"{self.name}: {value!r} is not a number")  # noqa: TRY004 - one error kind for bad values
        unit = f" {self.unit}" if self.unit else ""
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - the NaN test
            raise ValueError(f"{self.name}: {value} is not a finite number")
        if self.minimum is not None and value < self.minimum:
            raise ValueError(f"{self.name}: {value:g}{unit} is below {self.minimum:g}{unit}")
        if self.maximum is not None and value > self.maximum:
            raise ValueError(f"{self.name}: {value:g}{unit} is above {self.maximum:g}{unit}")

    def _check_region(self, value: Value) -> None:
        if value == ():
            return
        if not isinstance(value, tuple) or len(value) != 2:
            raise ValueError(f"{self.name}: a start and an end are expected")
        if not 0.0 <= value[0] < value[1] < float("inf"):
            raise ValueError(f"{self.name}: the end ({value[1]:g} s) must come after the start ({value[0]:g} s)")

    def _check_many(self, values: tuple[float, ...]) -> None:
        if not self.is_many:
            raise ValueError(f"{self.name}: one value is expected here, not {len(values)}")
        if not 1 <= len(values) <= MOST_BANDS:
            raise ValueError(f"{self.name}: {len(values)} values are not 1 to {MOST_BANDS}")
        for value in values:
            self.check(value)


def parameter(
    unit: str,
    doc: str,
    *,
    default: Any = MISSING,
    minimum: float | None = None,
    maximum: float | None = None,
    choices: tuple[Value, ...] = (),
    is_many: bool = False,
) -> Any:
    """A dataclass field that carries its unit, range and sentence."""
    metadata = {
        METADATA_KEY: {
            "unit": unit,
            "doc": doc,
            "minimum": minimum,
            "maximum": maximum,
            "choices": choices,
            "is_many": is_many,
        },
    }
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


def _read_field(entry: Field[Any]) -> Parameter:
    required = entry.default is MISSING
    default = None if required else cast("Value", entry.default)
    return Parameter(name=entry.name, required=required, default=default, **entry.metadata[METADATA_KEY])


class Settings(Protocol):
    """The frozen dataclass of a step's parameters."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def check(self, rate_hz: int) -> None:
        """Raise ValueError for what ranges alone cannot tell."""
        ...

    def settle_s(self) -> float:
        """How much earlier audio the step wants to hear before the first sample that is kept, in seconds."""
        ...

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        ...


@dataclass(frozen=True, slots=True)
class StepKind:
    """A kind of step: name, manual and parameters.

    Attributes:
        name: key in the manifest.
        settings: frozen dataclass of the parameters.
        version: raised whenever the samples that it makes may change; part of every cache key.
        acts_on: the words of ``CHANNELS`` that make sense for it.
        strength: of a repair that keeps a log: what its strength in dB says; empty for all other steps.
    """

    name: str
    settings: Callable[..., Settings]
    version: int = 1
    acts_on: tuple[str, ...] = CHANNELS
    strength: str = ""

    @property
    def doc(self) -> str:
        """The manual's paragraph."""
        return self.settings.__doc__ or ""

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Parameters by name, in the order of the manual; what is measured and never written is none."""
        return {f.name: _read_field(f) for f in fields(self.settings) if METADATA_KEY in f.metadata}  # type: ignore[arg-type]

    def check_part(self, acts_on: str) -> None:
        """Raise when the step cannot act on this.

        Raises:
            ValueError: with a text for people.
        """
        if acts_on in self.acts_on:
            return
        if acts_on == "both":
            raise ValueError(f"{self.name} needs channels: {', '.join(self.acts_on[:-1])} or {self.acts_on[-1]}")
        if acts_on not in CHANNELS:
            raise ValueError(f"channels: {acts_on} is not one of {', '.join(CHANNELS)}")
        raise ValueError(f"channels: {self.name} works on both channels together, not on {acts_on} alone")

    def read(self, values: Mapping[str, Value]) -> Settings:
        """Settings from manifest values, each within its range.

        Raises:
            ValueError: a parameter is unknown, missing or out of range.
        """
        known = self.parameters
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        measured = {f.name for f in fields(self.settings)} - set(known)  # type: ignore[arg-type]
        for name in values:
            if name not in known and name not in measured:
                raise ValueError(f"{self.name} has no parameter {name!r}; it has {', '.join(known)}")
        for name, entry in known.items():
            if name in values:
                entry.check(values[name])
            elif entry.required:
                raise ValueError(f"{self.name} needs {name}")
        return self.settings(**values)


def below_nyquist(frequency_hz: float, rate_hz: int) -> None:
    """Raise unless a filter at this frequency exists at this rate.

    Raises:
        ValueError: the frequency is not below half the sample rate.
    """
    if frequency_hz >= rate_hz / 2:
        raise ValueError(
            f"frequency: {frequency_hz:g} Hz is not below {rate_hz / 2:g} Hz, half the sample rate of {rate_hz} Hz"
        )
