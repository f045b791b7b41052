"""Draws docs/figures/steps/*.svg from the program's own processors and writes docs/steps.md around them.

Run from a checkout: python benchmarks/step_figures.py (the figures of repairs stand in repair_figures.py)
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pictures import FREQUENCY, RATE, TONES, Axis, Curve, decibels, picture, run
from plugin_figure import plugin_figure
from repair_figures import NOTE, click_figure, clip_figure, dc_figure, denoise_figure, dropout_figure, hum_figure

from release.dsp.steps.registry import STEP_KINDS
from release.dsp.tone_match import MIDDLES_HZ, match_gains
from release.units import db_to_linear

ROOT = Path(__file__).parents[1]


def gains(kind: str, parameters: Mapping, tones=TONES, *, side: bool = False) -> np.ndarray:
    """Gain in dB at each tone, from the impulse response."""
    audio = np.zeros((4 * RATE, 2))
    audio[2 * RATE] = [1.0, -1.0] if side else [1.0, 1.0]
    line = run(kind, audio, parameters)[:, 0]
    t = (np.arange(len(line)) - 2 * RATE) / RATE
    held = np.flatnonzero(np.abs(line) > 1e-12)
    line, t = line[held], t[held]
    return np.array([20 * np.log10(max(abs((line * np.exp(-2j * np.pi * f * t)).sum()), 1e-9)) for f in tones])


def responses(kind: str, settings: Mapping[str, Mapping], y: Axis, *, side: bool = False) -> str:
    return picture(FREQUENCY, y, [Curve(n, TONES, gains(kind, p, side=side)) for n, p in settings.items()])


def levels(kind: str, settings: Mapping[str, Mapping], low: float, high: float) -> str:
    """Level out over level in, for a steady 1 kHz tone."""
    ins = np.arange(low, high + 0.1, 2.0)
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    curves = [Curve("as it came in", ins, ins, dashed=True)]
    for name, parameters in settings.items():
        outs = []
        for level in ins:
            out = run(kind, np.stack([tone, tone], 1) * db_to_linear(level), parameters)
            outs.append(20 * np.log10(max(np.abs(out[RATE // 2 : RATE - 4800]).max(), 1e-9)))
        curves.append(Curve(name, ins, outs))
    step = 10 if high - low <= 70 else 20
    marks = [(v, f"{v:g}".replace("-", "−")) for v in np.arange(low, high + 0.1, step)]
    return picture(Axis(low, high, marks, "dBFS in"), decibels(low, high, step, "dBFS out"), curves)


def waves(kind: str, parameters: Mapping, acts_on: str = "both") -> str:
    """Left and right of a short sound, before and after."""
    n = 240
    t = np.arange(2 * RATE) / RATE
    start = RATE
    body = np.where(t * RATE >= start, np.exp(-np.maximum(t - start / RATE, 0) * 900), 0)
    left = body * np.sin(2 * np.pi * 900 * (t - start / RATE))
    right = 0.5 * left + 0.25 * body * np.sin(2 * np.pi * 2300 * (t - start / RATE))
    audio = np.stack([left, right], 1)
    out = run(kind, audio, parameters, acts_on)
    window = slice(start - 20, start - 20 + n)
    ms = (np.arange(n) - 20) * 1000 / RATE
    x = Axis(ms[0], ms[-1], [(v, f"{v:g}") for v in range(5)], "ms")
    y = Axis(-1, 1, [(-1, "−1"), (0, "0"), (1, "1")], "")
    return picture(
        x,
        y,
        [
            Curve("left before", ms, audio[window, 0], dashed=True),
            Curve("right before", ms, audio[window, 1], dashed=True),
            Curve("left after", ms, out[window, 0]),
            Curve("right after", ms, out[window, 1]),
        ],
    )


def gain_figure() -> str:
    return waves("gain", {"gain": -6.0})


def phase_figure(kind: str, parameters: Mapping) -> str:
    """The same filter in both phases, as impulse responses."""
    curves = []
    ms = np.arange(-240, 480) * 1000 / RATE
    for phase in ("minimum", "linear"):
        audio = np.zeros((2 * RATE, 2))
        audio[RATE] = 1.0
        line = run(kind, audio, {**parameters, "phase": phase})[RATE - 240 : RATE + 480, 0].copy()
        line[240] = 0.0
        curves.append(Curve(f"{phase} phase", ms, line / np.abs(line).max()))
    x = Axis(ms[0], ms[-1], [(v, f"{v:g}".replace("-", "−")) for v in range(-4, 11, 2)], "ms")
    return picture(x, Axis(-1, 1, [(-1, "−1"), (0, "0"), (1, "1")], ""), curves)


def multiband_figure() -> str:
    flat = {"crossovers": (120.0, 2000.0), "threshold": 0.0, "ratio": 1.0}
    alone = {
        name: {**flat, "gain": tuple(0.0 if n == k else -40.0 for n in range(3))}
        for k, name in enumerate(("low", "middle", "high"))
    }
    return responses("multiband", {**alone, "sum": flat}, decibels(-42, 6, 12))


def de_esser_figure() -> str:
    """Gain at each tone for three levels of that tone."""
    curves = []
    tones = np.geomspace(500, 20_000, 40)
    for level in (-40.0, -20.0, -10.0):
        found = []
        for f in tones:
            tone = db_to_linear(level) * np.sin(2 * np.pi * f * np.arange(RATE // 2) / RATE)
            out = run("de_esser", np.stack([tone, tone], 1), {"threshold": -30.0})
            found.append(20 * np.log10(np.std(out[RATE // 4 : -4800, 0]) / np.std(tone[RATE // 4 : -4800])))
        curves.append(Curve(f"tone at {level:g} dBFS".replace("-", "−"), tones, found))
    return picture(FREQUENCY, decibels(-15, 3, 3), curves)


def expander_figure() -> str:
    return levels(
        "expander",
        {
            "2:1": {"threshold": -40.0, "ratio": 2.0, "release": 0.02},
            "gate": {"threshold": -40.0, "ratio": 20.0, "range": 60.0, "release": 0.02, "knee": 0.0},
        },
        -80,
        0,
    )


def saturation_figure() -> str:
    """Harmonics of 1 kHz at -6 dBFS."""
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(3 * RATE) / RATE)
    window = np.hanning(RATE)
    curves = []
    for name, parameters in (("drive 6 dB", {"drive": 6.0}), ("drive 6 dB, even 0.5", {"drive": 6.0, "even": 0.5})):
        line = run("saturation", np.stack([tone, tone], 1), parameters)[RATE : 2 * RATE, 0]
        level = 20 * np.log10(np.abs(np.fft.rfft(line * window)) * 2 / window.sum() + 1e-9)
        bins = np.unique(
            np.concatenate([np.arange(200, 20_000, 100), *(np.arange(-3, 4) + k for k in range(1000, 20_000, 1000))])
        )
        curves.append(Curve(name, bins, level[bins]))
    x = Axis(0, 20_000, [(v * 1000, f"{v}") for v in (1, 3, 5, 7, 9, 12, 15, 18)], "kHz")
    return picture(x, decibels(-140, 0, 20, "dBFS"), curves[::-1])


def match_figure() -> str:
    """A dull sound, a brighter reference, and the gains between them at two amounts."""
    bands = np.arange(31)
    own = -0.5 * bands + 3 * np.exp(-(((bands - 8) / 3.0) ** 2))
    reference = -0.35 * bands
    curves = [
        Curve("track", MIDDLES_HZ, own - own[7:28].mean(), dashed=True),
        Curve("reference", MIDDLES_HZ, reference - reference[7:28].mean(), dashed=True),
    ]
    for amount in (1.0, 0.5):
        found = tuple(match_gains(own.tolist(), [reference.tolist()], amount, 6.0))
        curves.append(Curve(f"filter, amount {amount:g}", TONES, gains("match_eq", {"gains": found})))
    return picture(FREQUENCY, decibels(-9, 9, 3), curves)


def delay_figure() -> str:
    return waves("delay", {"time": 0.00043}, "right")


@dataclass(frozen=True)
class Figure:
    """What a section shows: an example as it is written, and a picture with its caption."""

    example: str
    caption: str
    draw: Callable[[], str]


SHELVES = {
    "low shelf 110 Hz +4 dB": {"shape": "low-shelf", "frequency": 110.0, "gain": 4.0},
    "peak 1 kHz −6 dB q 2": {"shape": "peak", "frequency": 1000.0, "gain": -6.0, "q": 2.0},
    "high shelf 8 kHz +3 dB": {"shape": "high-shelf", "frequency": 8000.0, "gain": 3.0},
}
FIGURES: dict[str, Figure] = {
    "gain": Figure("gain: -6 dB", "A short sound before and after.", gain_figure),
    "highpass": Figure(
        "highpass: {frequency: 80 Hz, slope: 24}",
        "Level at 6, 12, 24 and 48 dB an octave, corner 80 Hz.",
        lambda: responses(
            "highpass", {f"{s} dB/oct": {"frequency": 80.0, "slope": s} for s in (6, 12, 24, 48)}, decibels(-48, 6, 12)
        ),
    ),
    "lowpass": Figure(
        "lowpass: {frequency: 8 kHz, slope: 12, phase: linear}",
        "Level at 6, 12, 24 and 48 dB an octave, corner 4 kHz.",
        lambda: responses(
            "lowpass", {f"{s} dB/oct": {"frequency": 4000.0, "slope": s} for s in (6, 12, 24, 48)}, decibels(-48, 6, 12)
        ),
    ),
    "eq": Figure(
        "eq: {shape: low-shelf, frequency: 110 Hz, gain: 1.5 dB, q: 0.7}",
        "Level of the three shapes.",
        lambda: responses("eq", SHELVES, decibels(-9, 6, 3)),
    ),
    "notch": Figure(
        "notch: {frequency: 1 kHz, q: 5}",
        "Level in minimum and in linear phase: the edges are the same.",
        lambda: responses(
            "notch",
            {p: {"frequency": 1000.0, "q": 3.0, "phase": p} for p in ("minimum", "linear")},
            decibels(-36, 3, 6),
        ),
    ),
    "tilt": Figure(
        "tilt: {gain: 1.5 dB, frequency: 900 Hz}",
        "Level with 6, 3 and -3 dB.",
        lambda: responses("tilt", {f"{g:g} dB": {"gain": g} for g in (6.0, 3.0, -3.0)}, decibels(-4, 4, 1)),
    ),
    "match_eq": Figure(
        "match_eq: {reference: refs/loved.wav, amount: 0.6, limit: 4 dB}",
        "Third octaves of a track and of its reference, and the filters between them.",
        match_figure,
    ),
    "compressor": Figure(
        "compressor: {threshold: -24 dBFS, ratio: 2, detector: rms, sidechain_highpass: 90 Hz, mix: 0.7}",
        "Level out over level in, threshold -30 dBFS, knee 6 dB.",
        lambda: levels(
            "compressor",
            {
                "2:1": {"threshold": -30.0, "ratio": 2.0},
                "8:1": {"threshold": -30.0, "ratio": 8.0},
                "8:1, mix 0.5": {"threshold": -30.0, "ratio": 8.0, "mix": 0.5},
            },
            -60,
            0,
        ),
    ),
    "multiband": Figure(
        "multiband: {crossovers: [120 Hz, 2 kHz], threshold: [-30 dBFS, -24 dBFS, -26 dBFS], ratio: [3, 1.5, 2]}",
        "Each of three bands with the others 40 dB down, and their sum.",
        multiband_figure,
    ),
    "de_esser": Figure(
        "de_esser: {threshold: -30 dBFS, frequency: 6 kHz}",
        "Gain for a tone at three levels, threshold -30 dBFS: only loud top is held down.",
        de_esser_figure,
    ),
    "expander": Figure(
        "expander: {threshold: -50 dBFS, ratio: 2, range: 12 dB, look_ahead: 3 ms}",
        "Level out over level in, threshold -40 dBFS.",
        expander_figure,
    ),
    "saturation": Figure(
        "saturation: {drive: 6 dB, even: 0.3, mix: 0.5}",
        "Spectrum of a 1 kHz tone at -6 dBFS after it: odd harmonics, and even ones where they are asked for.",
        saturation_figure,
    ),
    "limiter": Figure(
        "limiter: {ceiling: -3 dBTP, gain: 2 dB}",
        "Level out over level in, ceilings -6 and -12 dBTP.",
        lambda: levels("limiter", {"−6 dBTP": {"ceiling": -6.0}, "−12 dBTP": {"ceiling": -12.0}}, -30, 0),
    ),
    "dc_removal": Figure(
        "dc_removal",
        "Mean of each second of a sound whose offset sets in after 20 s: found over 12 s, followed within some.",
        dc_figure,
    ),
    "declick": Figure(
        "declick: {threshold: 30 dB, longest: 2 ms}", "A held chord, a click of 0.2 ms in it, repaired.", click_figure
    ),
    "declip": Figure("declip: {most: 9 dB}", "A chord clipped 6 dB below its peak, repaired.", clip_figure),
    "dehum": Figure(
        "dehum: {frequency: 50 Hz, harmonics: 12}",
        "Spectrum of a chord with hum of 50.03 Hz and harmonics, before and after.",
        hum_figure,
    ),
    "denoise": Figure(
        "denoise: {learn: {start: 0.1 s, end: 1.2 s}, reduction: 9 dB}",
        "Spectrum of a chord in hiss, before and after: what stands out of the noise stays.",
        denoise_figure,
    ),
    "dropout": Figure("dropout: {longest: 10 ms}", "A held chord with a hole of 4 ms, filled.", dropout_figure),
    "width": Figure(
        "width: {width: [0.3, 1, 1.25], crossovers: [150 Hz, 4 kHz]}",
        "Gain of the side signal.",
        lambda: responses(
            "width",
            {"0.3, 1, 1.25": {"width": (0.3, 1.0, 1.25), "crossovers": (150.0, 4000.0)}, "0.7": {"width": 0.7}},
            decibels(-12, 3, 3),
            side=True,
        ),
    ),
    "mono_below": Figure(
        "mono_below: 150 Hz",
        "Gain of the side signal at 100 and 300 Hz.",
        lambda: responses(
            "mono_below", {f"{f:g} Hz": {"frequency": f} for f in (100.0, 300.0)}, decibels(-36, 3, 6), side=True
        ),
    ),
    "mono": Figure("mono", "A short sound before and after.", lambda: waves("mono", {})),
    "balance": Figure(
        "balance: 6 dB",
        "A short sound before and after: the left is turned down.",
        lambda: waves("balance", {"balance": 6.0}),
    ),
    "polarity": Figure(
        "{polarity: {}, channels: right}",
        "A short sound, its right channel turned over.",
        lambda: waves("polarity", {}, "right"),
    ),
    "delay": Figure(
        "{delay: 0.43 ms, channels: right}", "A short sound, its right channel 0.43 ms later.", delay_figure
    ),
    "deemphasis": Figure(
        "deemphasis",
        "Level: the analogue curve to within 0.001 dB.",
        lambda: responses("deemphasis", {"50/15 µs": {}}, decibels(-12, 0, 3)),
    ),
    "vst3": Figure(
        "vst3: {path: ZaMaximX2, parameters: {threshold_db: -12, release_ms: 20}}",
        "Level out over level in of Debian's ZaMaximX2 at two thresholds: a maximiser, which turns up what it may not turn over.",
        plugin_figure,
    ),
}
HEAD = """# Processing steps

Every step of a `process:` chain, in its own words, with an example and a figure. Tables of all parameters with units,
ranges and defaults stand in [manifest.md](manifest.md#processing-steps-process). The figures are drawn from the program's
own processors by `python benchmarks/step_figures.py`, which also writes this page.

All steps work in 64-bit floating point, are aligned to the sample (what they delay is given back), and give the same
samples however the audio is cut into blocks. Before a track's trim start they are fed with what lies before it, at least
10 s, longer where a chain needs longer to settle. A step acts on both channels unless it says otherwise:

```yaml
process:
  - eq: {shape: high-shelf, frequency: 9 kHz, gain: 1 dB, phase: linear}
    channels: side            # both (default) | left | right | mid | side
    name: air                 # targets can leave it out: without: [air]
```

Mid is (L + R)/2, side (L - R)/2; what comes back to left and right is the change alone, so that the other part passes
bit for bit. Filters of tone steps have minimum phase unless they say `phase: linear`:

![The same shelf in both phases](figures/steps/phase.svg)

*A low shelf of 4 dB at 300 Hz hit by a pulse (the pulse itself left out): linear phase rings as much before as after.*
"""


def section(kind: str, figure: Figure) -> str:
    text = inspect.cleandoc(STEP_KINDS[kind].doc).replace("``", "`")
    paragraph, _, origin = text.partition("\nSource: ")
    lines = [f"## `{kind}`", "", paragraph.strip(), ""]
    if origin:
        lines += [f"Source: {origin.strip()}", ""]
    lines += ["```yaml", f"- {figure.example}", "```", ""]
    return "\n".join([*lines, f"![{kind}](figures/steps/{kind}.svg)", "", f"*{figure.caption}*", ""])


def main() -> None:
    folder = ROOT / "docs" / "figures" / "steps"
    folder.mkdir(parents=True, exist_ok=True)
    shelf = {"shape": "low-shelf", "frequency": 300.0, "gain": 4.0}
    (folder / "phase.svg").write_text(phase_figure("eq", shelf), encoding="utf-8")
    parts = [HEAD]
    for kind in STEP_KINDS:
        figure = FIGURES.get(kind)
        if figure is None:
            print(f"{kind}: no figure here")
            continue
        (folder / f"{kind}.svg").write_text(figure.draw(), encoding="utf-8")
        if kind == "dc_removal":
            parts.append(NOTE)
        parts.append(section(kind, figure))
    (ROOT / "docs" / "steps.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
