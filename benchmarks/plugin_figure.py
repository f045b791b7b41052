"""The figure of ``vst3``: a plug-in of Debian's zam-plugins in the chain. Without it the figure stays as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pictures import RATE, Axis, Curve, decibels, picture, run

from release.units import db_to_linear

PLUGIN = Path("/usr/lib/vst3/ZaMaximX2.vst3")
KEPT = Path(__file__).parents[1] / "docs" / "figures" / "steps" / "vst3.svg"
LEVELS = np.arange(-40.0, 0.1, 2.0)


def plugin_figure() -> str:
    """Level out over level in of a maximiser at two thresholds, for a 1 kHz tone that rises step by step."""
    if not PLUGIN.exists():
        print("vst3: needs ZaMaximX2 (Debian package zam-plugins); its figure is left as it was")
        return KEPT.read_text(encoding="utf-8")
    tone = np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    line = np.concatenate([tone * db_to_linear(level) for level in LEVELS])
    curves = [Curve("as it came in", LEVELS, LEVELS, dashed=True)]
    for threshold in (-10, -20):
        values = {"path": str(PLUGIN), "digest": "here", "parameters": f'{{"threshold_db": "{threshold}"}}'}
        out = run("vst3", np.stack([line, line], 1), values)[:, 0].reshape(len(LEVELS), RATE)
        outs = 20 * np.log10(np.abs(out[:, RATE // 2 :]).max(axis=1))
        curves.append(Curve(f"threshold {threshold} dB".replace("-", "−"), LEVELS, outs))
    marks = [(v, f"{v:g}".replace("-", "−")) for v in range(-40, 1, 10)]
    return picture(Axis(-40, 0, marks, "dBFS in"), decibels(-40, 0, 10, "dBFS out"), curves)
