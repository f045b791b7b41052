"""Small charts as SVG, and a step run over some sound: what the figures of docs/steps.md are drawn with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from release.dsp.steps.registry import make_step

RATE = 48_000
COLOURS = ("#14508c", "#b4541e", "#3c7a3c", "#7a4a8c")
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 210, 44, 12, 12, 34


@dataclass(frozen=True)
class Axis:
    """A scale with its marks: (value, text)."""

    low: float
    high: float
    marks: Sequence[tuple[float, str]]
    title: str
    is_log: bool = False

    def place(self, values):
        """Where values lie on it, 0 to 1."""
        values = np.asarray(values, dtype=float)
        if self.is_log:
            return np.log(values / self.low) / np.log(self.high / self.low)
        return (values - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Curve:
    """One line of a picture."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    dashed: bool = False


FREQUENCY = Axis(
    20, 20_000, [(20, "20"), (100, "100"), (1000, "1k"), (10_000, "10k"), (20_000, "20k")], "Hz", is_log=True
)
TONES = np.unique(np.concatenate([np.geomspace(20, 20_000, 120), np.geomspace(900, 1100, 41)]))


def decibels(low: float, high: float, step: float, title: str = "dB") -> Axis:
    return Axis(low, high, [(v, f"{v:g}".replace("-", "−")) for v in np.arange(low, high + 1e-9, step)], title)


def picture(x: Axis, y: Axis, curves: Sequence[Curve]) -> str:
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"',
        ' font-family="Noto Sans, Helvetica, Arial, sans-serif" font-size="9">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
    ]
    for value, text in x.marks:
        at = LEFT + wide * float(x.place(value))
        out.append(f'<path d="M{at:.1f} {TOP}V{TOP + high}" stroke="#d9dee3" fill="none"/>')
        out.append(f'<text x="{at:.1f}" y="{TOP + high + 12}" text-anchor="middle" fill="#5b6672">{text}</text>')
    for value, text in y.marks:
        at = TOP + high * (1 - float(y.place(value)))
        out.append(f'<path d="M{LEFT} {at:.1f}H{LEFT + wide}" stroke="#d9dee3" fill="none"/>')
        out.append(f'<text x="{LEFT - 5}" y="{at + 3:.1f}" text-anchor="end" fill="#5b6672">{text}</text>')
    out.append(f'<text x="4" y="{TOP - 2}" fill="#5b6672">{y.title}</text>')
    if x.title:
        out.append(f'<text x="{LEFT + wide}" y="{HEIGHT - 6}" text-anchor="end" fill="#5b6672">{x.title}</text>')
    at = LEFT
    for number, curve in enumerate(curves):
        ys = np.clip(y.place(curve.y), -0.01, 1.01)
        line = " ".join(
            f"{LEFT + wide * a:.1f},{TOP + high * (1 - b):.1f}" for a, b in zip(x.place(curve.x), ys, strict=True)
        )
        dash = ' stroke-dasharray="4 3"' if curve.dashed else ""
        colour = COLOURS[number % len(COLOURS)]
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.4"{dash}/>')
        out.append(f'<text x="{at}" y="{HEIGHT - 6}" fill="{colour}">{curve.name}</text>')
        at += 6 * len(curve.name) + 18
    return "\n".join([*out, "</svg>", ""])


def run(kind: str, audio, parameters: Mapping, acts_on: str = "both"):
    processor = make_step(kind, parameters, RATE, 2, acts_on=acts_on)
    return np.concatenate([processor.process(audio), processor.flush()])
