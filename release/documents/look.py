"""How a house's documents look: its name, colour, contact and logo as data, and templates of its own as code."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_LETTERS = 160
LOGO_BOX_PX = (260, 72)
"""A logo is shown as large as fits into this."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked picture.

    Attributes:
        data: the file; for SVG as :func:`release.documents.logo.read_logo` has written it again.
        kind: ``svg``, ``png`` or ``jpg``.
        width: in units of its own.
        height: in the same.
    """

    data: bytes
    kind: str
    width: float
    height: float

    @property
    def shown_px(self) -> tuple[int, int]:
        """Width and height on paper and screen, in CSS pixels."""
        scale = min(LOGO_BOX_PX[0] / self.width, LOGO_BOX_PX[1] / self.height)
        return max(round(self.width * scale), 1), max(round(self.height * scale), 1)

    @property
    def uri(self) -> str:
        """As an address that holds the picture itself."""
        mime = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}[self.kind]
        return f"data:{mime};base64,{base64.b64encode(self.data).decode()}"


@dataclass(frozen=True, slots=True)
class Look:
    """What a house gives its documents.

    Attributes:
        colour: ``#rrggbb`` of rules, never of text; empty for the ink's.
        templates: files that stand in for ours, by name (``html/style.css``); they are code, and somebody has trusted them.
        fonts: folders with further fonts for PDFs.
    """

    name: str = ""
    colour: str = ""
    contact: tuple[str, ...] = ()
    logo: Logo | None = None
    templates: tuple[tuple[str, bytes], ...] = ()
    fonts: tuple[Path, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides what is printed; empty for a plain look."""
        if self == PLAIN:
            return ""
        whole = hashlib.sha256(repr((self.name, self.colour, self.contact)).encode())
        if self.logo is not None:
            whole.update(self.logo.data)
        for name, data in self.templates:
            whole.update(f"\0{name}\0{len(data)}\0".encode() + data)
        for folder in self.fonts:
            for path in sorted(p for p in folder.iterdir() if p.is_file()):
                whole.update(f"\0{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
        return whole.hexdigest()

    def for_html(self) -> dict[str, Any]:
        """What HTML templates see as ``house``."""
        return {**self._words(), "logo": self.logo.uri if self.logo else ""}

    def for_pdf(self) -> dict[str, Any]:
        """What Typst templates see as ``data.house``; a picture as text or as numbers, as JSON can say it."""
        found = {**self._words(), "logo": "", "logo_bytes": "", "logo_format": ""}
        if self.logo is not None:
            is_svg = self.logo.kind == "svg"
            found["logo"] = self.logo.kind
            found["logo_format"] = self.logo.kind
            found["logo_bytes"] = self.logo.data.decode() if is_svg else list(self.logo.data)
        return found

    def _words(self) -> dict[str, Any]:
        width, height = self.logo.shown_px if self.logo else (0, 0)
        return {
            "name": _plain(self.name),
            "colour": self.colour,
            "contact": [_plain(line) for line in self.contact],
            "logo_width": width,
            "logo_height": height,
        }


def _plain(text: str) -> str:
    """Words of the house for print: what hides or turns text round is shown as U+FFFD."""
    shown = "".join(c if c.isprintable() or c in "\u200c\u200d" else "\ufffd" for c in text)
    return shown if len(shown) <= MOST_LETTERS else f"{shown[:MOST_LETTERS]}…"


PLAIN = Look()
