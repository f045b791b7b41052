"""One sentence for several that differ in their figures alone: ``at -58.6 to -52.6 dBFS``."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"\d+:\d\d(?:\.\d+)?|(?<![\w.])[-+]?\d+\.\d+|\d+")
_FIGURE = re.compile(r"[-+]?\d+\.\d+")


def ranged(texts: Sequence[str]) -> str | None:
    """The texts as one with ranges of their decimal figures; None where they differ in anything else.

    Times and whole numbers (of tracks, in names) have no range: they must be the same.
    """
    frames = {_TOKEN.sub("\0", text) for text in texts}
    if len(frames) != 1:
        return None
    told = []
    for values in zip(*(_TOKEN.findall(text) for text in texts), strict=True):
        if len(set(values)) == 1:
            told.append(values[0])
        elif all(_FIGURE.fullmatch(value) for value in values):
            told.append(f"{min(values, key=float)} to {max(values, key=float)}")
        else:
            return None
    parts = frames.pop().split("\0")
    return "".join(part + value for part, value in zip(parts, [*told, ""], strict=True))
