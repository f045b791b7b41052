"""All kinds of process steps, by their key in the manifest. Light to import: processors load when they are made."""

from __future__ import annotations

import math
from collections.abc import Mapping

from release.dsp.steps import compressor, eq, gain, highpass, lowpass, mono_below
from release.dsp.steps.kind import Processor, StepKind
from release.model.programme import Value

STEP_KINDS: Mapping[str, StepKind] = {
    module.KIND.name: module.KIND for module in (gain, highpass, lowpass, eq, compressor, mono_below)
}


def check(kind: str, parameters: Mapping[str, Value], rate_hz: int) -> None:
    """Raise unless this step can run at this rate.

    Args:
        kind: key in ``STEP_KINDS``.
        parameters: values in the units that the kind declares.
        rate_hz: of the audio that it will hear.

    Raises:
        ValueError: a parameter is unknown, missing, out of range or impossible at the rate; the text is for people.
    """
    _find(kind).read(parameters).check(rate_hz)


def make_step(kind: str, parameters: Mapping[str, Value], rate_hz: int, channels: int) -> Processor:
    """The processor of a step, settled on nothing: it has heard silence so far.

    Raises:
        ValueError: as ``check``.
    """
    settings = _find(kind).read(parameters)
    settings.check(rate_hz)
    return settings.make(rate_hz, channels)


def settle_samples(kind: str, parameters: Mapping[str, Value], rate_hz: int) -> int:
    """How many samples before the first kept one the step wants to hear, so that its memory has settled."""
    return math.ceil(_find(kind).read(parameters).settle_s() * rate_hz)


def _find(kind: str) -> StepKind:
    if kind not in STEP_KINDS:
        raise ValueError(f"there is no step {kind!r}; there are {', '.join(STEP_KINDS)}")
    return STEP_KINDS[kind]
