"""What the scripts behind docs/sound.md share: its marked parts, tables, and audio through other programs."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "sound.md"
FIGURES = ROOT / "docs" / "figures" / "sound"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def write_part(name: str, text: str) -> None:
    """Replace what stands in docs/sound.md between the marks of a part."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(begin)
    PAGE.write_text(before + begin + text + end + rest.split(end, 1)[1], encoding="utf-8")


def write_figure(name: str, svg: str) -> None:
    FIGURES.mkdir(parents=True, exist_ok=True)
    (FIGURES / f"{name}.svg").write_text(svg, encoding="utf-8")


def minus(text: str) -> str:
    """With a true minus sign."""
    return text.replace("-", "−")


def through_program(command: Sequence[str], audio: np.ndarray, rate_hz: int, subtype: str = "DOUBLE") -> np.ndarray:
    """Audio through a program that reads IN and writes OUT, named so in its command; WAV on both sides."""
    with tempfile.TemporaryDirectory() as folder:
        source, result = Path(folder, "in.wav"), Path(folder, "out.wav")
        soundfile.write(source, audio, rate_hz, subtype=subtype)
        names = {"IN": str(source), "OUT": str(result)}
        subprocess.run([names.get(word, word) for word in command], check=True, capture_output=True)
        return soundfile.read(result, always_2d=True)[0]


def db(value) -> np.ndarray:
    return 20.0 * np.log10(np.maximum(np.abs(value), 1e-15))
