"""Numbers of a page and of a PDF, section by section."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

INLINE = {"span", "bdi", "wbr", "strong"}


class SectionText(HTMLParser):
    """Text of a page by its second-level headings; without style, pictures and captions for screen readers."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0
        self.is_unseen = False
        self.is_heading = False
        self.found: dict[str, list[str]] = {"": []}
        self.here = ""

    def handle_starttag(self, tag, attrs):
        self.skipped += tag in {"style", "svg", "title", "script", "footer"}
        self.is_unseen = self.is_unseen or (tag == "caption" and ("class", "unseen") in attrs)
        if tag == "h2" and dict(attrs).get("id") != "verdict":
            self.is_heading, self.here = True, ""
        if tag not in INLINE:
            self.handle_data(" ")

    def handle_endtag(self, tag):
        self.skipped -= tag in {"style", "svg", "title", "script", "footer"}
        self.is_unseen = self.is_unseen and tag != "caption"
        if tag == "h2" and self.is_heading:
            self.is_heading, self.here = False, " ".join(self.here.split())
            assert self.here not in self.found
            self.found[self.here] = []
        elif tag not in INLINE:
            self.handle_data(" ")

    def handle_data(self, data):
        if self.is_heading:
            self.here += data
        elif not self.skipped and not self.is_unseen:
            self.found[self.here].append(data)


def page_sections(path: Path) -> dict[str, str]:
    """Text of a page by section, in order."""
    page = SectionText()
    page.feed(path.read_text(encoding="utf-8"))
    return {heading: " ".join("".join(pieces).split()) for heading, pieces in page.found.items()}


def pdf_sections(path: Path, headings: list[str]) -> dict[str, str]:
    """Text of a PDF by the same headings, which must come in the same order; heads and feet of pages left out."""
    text = subprocess.run(["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True).stdout
    text = re.sub(r"Build [0-9a-f]{12}|Page \d+ of \d+", " ", text.replace("\u200b", ""))
    places = [0]
    for heading in headings[1:]:
        pattern = r"\n\f?" + r"\s+".join(map(re.escape, heading.split())) + r"\n"
        found = re.compile(pattern).search(text, places[-1])
        assert found, f"the PDF has no heading {heading!r} after the one before it"
        places.append(found.start())
    return {h: text[a:b] for h, a, b in zip(headings, places, [*places[1:], len(text)], strict=True)}


def numbers(text: str) -> set[str]:
    """Numbers of a text; digests, which break over lines, left out."""
    return set(re.findall(r"[+−]?\d[\d.:]*\d|\d", re.sub(r"\b[0-9a-f]{12,64}\b", " ", text)))


def chart_numbers(path: Path) -> set[str]:
    """What the pictures of a page say; a PDF's text has them too."""
    return numbers(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text(encoding="utf-8"))))
