"""All kinds of process steps, by their key in the manifest. Light to import: processors load when they are made."""

from __future__ import annotations

import math
from collections.abc import Mapping

from release.dsp.steps import (
    balance,
    compressor,
    dc_removal,
    de_esser,
    declick,
    declip,
    deemphasis,
    dehum,
    delay,
    denoise,
    dropout,
    eq,
    expander,
    gain,
    highpass,
    limiter,
    lowpass,
    match_eq,
    mono,
    mono_below,
    multiband,
    notch,
    polarity,
    saturation,
    tilt,
    vst3,
    width,
)
from release.dsp.steps.kind import Processor, StepKind
from release.model.programme import Value

_MODULES = (
    *(gain, highpass, lowpass, eq, notch, tilt, match_eq),
    *(compressor, multiband, de_esser, expander, saturation, limiter),
    *(dc_removal, declick, declip, dehum, denoise, dropout),
    *(width, mono_below, mono, balance, polarity, delay, deemphasis),
    vst3,
)
LONGEST_SETTLE_S = 3600.0
"""A corner far below hearing (1e-300 Hz is a number too) would ask for more time than there is."""
STEP_KINDS: Mapping[str, StepKind] = {module.KIND.name: module.KIND for module in _MODULES}

OTHER_WORDS: Mapping[str, str] = {
    word: kind
    for kind, words in {
        "gain": ("level", "trim", "volume", "fader"),
        "highpass": ("hpf", "low_cut", "lowcut", "rumble_filter"),
        "lowpass": ("lpf", "high_cut", "highcut"),
        "eq": (
            "equalise",
            "equalize",
            "equaliser",
            "equalizer",
            "parametric",
            "parametric_eq",
            "bell",
            "peak",
            "shelf",
        ),
        "match_eq": ("eq_match", "reference_eq", "matching"),
        "compressor": ("compress", "comp", "bus_compressor"),
        "multiband": ("multiband_compressor", "multi_band"),
        "de_esser": ("deesser", "deess", "de_ess"),
        "expander": ("gate", "noise_gate", "expand"),
        "saturation": ("saturate", "exciter", "tape", "tube", "distortion"),
        "limiter": ("limit", "maximiser", "maximizer", "brickwall", "brick_wall"),
        "dc_removal": ("dc", "dc_offset", "remove_dc"),
        "declick": ("de_click", "declicker", "decrackle", "click_removal"),
        "declip": ("de_clip", "declipper"),
        "dehum": ("de_hum", "hum_removal", "dehummer"),
        "denoise": ("de_noise", "denoiser", "noise_reduction"),
        "dropout": ("interpolate", "interpolation", "dropouts"),
        "width": ("stereo_width", "widener", "widen", "imager"),
        "mono_below": ("elliptical", "bass_mono", "mono_bass"),
        "mono": ("monoise", "sum_to_mono"),
        "balance": ("pan",),
        "polarity": ("phase", "invert", "phase_invert", "invert_polarity"),
        "delay": ("align", "time_align"),
        "deemphasis": ("de_emphasis", "emphasis"),
        "vst3": ("vst", "plugin", "plug_in"),
    }.items()
    for word in words
}
"""What other desks and programs call a step: for messages only, the manifest knows one name for each."""


def check(kind: str, parameters: Mapping[str, Value], rate_hz: int, *, acts_on: str = "both") -> None:
    """Raise unless this step can run at this rate.

    Args:
        kind: key in ``STEP_KINDS``.
        parameters: values in the units that the kind declares.
        rate_hz: of the audio that it will hear.
        acts_on: both channels, or one part of them.

    Raises:
        ValueError: a parameter is unknown, missing, out of range or impossible at the rate, or the step cannot act on
            that part; the text is for people.
    """
    found = _find(kind)
    found.check_part(acts_on)
    found.read(parameters).check(rate_hz)


def make_step(
    kind: str, parameters: Mapping[str, Value], rate_hz: int, channels: int, *, acts_on: str = "both"
) -> Processor:
    """The processor of a step, settled on nothing: it has heard silence so far.

    Raises:
        ValueError: as ``check``; or the audio is not stereo where it must be.
    """
    check(kind, parameters, rate_hz, acts_on=acts_on)
    settings = _find(kind).read(parameters)
    if acts_on == "both":
        return settings.make(rate_hz, channels)
    from release.dsp.part import PartProcessor

    return PartProcessor(settings.make(rate_hz, 1), acts_on, channels)


def settle_samples(kind: str, parameters: Mapping[str, Value], rate_hz: int) -> int:
    """How many samples before the first kept one the step wants to hear, so that its memory has settled."""
    return math.ceil(min(_find(kind).read(parameters).settle_s(), LONGEST_SETTLE_S) * rate_hz)


def _find(kind: str) -> StepKind:
    if kind not in STEP_KINDS:
        raise ValueError(f"there is no step {kind!r}; there are {', '.join(STEP_KINDS)}")
    return STEP_KINDS[kind]
