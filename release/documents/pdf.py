"""PDF by Typst: data goes in as JSON through ``sys_inputs``, never as source; fonts are our own, so bytes repeat."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from release.documents.coverage import missing_texts
from release.documents.look import PLAIN, Look
from release.errors import InternalError, UsageError
from release.resources import data_dir


@dataclass(frozen=True, slots=True)
class PdfResult:
    """A rendered PDF.

    Attributes:
        data: the file.
        missing: texts of the view with characters that no font at hand can show, each once, in order.
    """

    data: bytes
    missing: tuple[str, ...]


def render_pdf(
    template: str,
    view: object,
    charts: Mapping[str, str] | None = None,
    *,
    document_date: date | None = None,
    look: Look = PLAIN,
) -> PdfResult:
    """A tagged PDF from a view record; the same input gives the same bytes.

    Args:
        template: file name in ``templates/typst``, which is the root: nothing outside can be read.
        view: the document's view record.
        charts: SVG text by name.
        document_date: written into the file's information; None leaves it out. Never the clock.
        look: of the house; the template sees its words as ``data.house``, and its fonts serve scripts that ours lack.

    Raises:
        InternalError: when the template fails to compile.
        UsageError: when it does, and a house's own templates stand in.
    """
    import typst

    if not is_dataclass(view) or isinstance(view, type):
        raise TypeError("a view is a dataclass record")
    data = _breakable(asdict(view))
    data["charts"] = dict(charts or {})
    data["house"] = look.for_pdf()
    data["date"] = [document_date.year, document_date.month, document_date.day] if document_date else None
    fonts = font_folders(look)
    missing = missing_texts([asdict(view), look.name, list(look.contact)], fonts, BUILT_IN)
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)
    try:
        with _root(look) as root:
            compiled = _compile(root, template, fonts, text, is_accessible=not missing)
    except typst.TypstError as exc:
        if look.templates:
            raise UsageError(
                f"with the project's own templates {template} failed: {exc}",
                remedy="mend them, or leave documents.templates out",
            ) from exc
        raise InternalError(f"the template {template} failed: {exc}", where=template) from exc
    return PdfResult(compiled, missing)


def _compile(root: Path, template: str, fonts: Sequence[Path], data: str, *, is_accessible: bool) -> bytes:
    """The PDF; as PDF/UA-1 (ISO 14289-1), checked by Typst.

    Not where a box stands in it for a letter that no font has, nor where a house's own templates fall short of it.
    """
    import typst

    def compiled(standard: Literal["ua-1", "1.7"]) -> bytes:
        made: bytes = typst.compile(
            input=str(root / template),
            root=str(root),
            font_paths=[str(folder) for folder in fonts],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=standard,
        )
        return made

    if is_accessible:
        try:
            return compiled("ua-1")
        except typst.TypstError as exc:
            if "PDF/UA-1" not in str(exc):
                raise
    return compiled("1.7")


FONT_PACKAGES = (
    "fontpkg_noto_sans",
    "fontpkg_noto_sans_arabic",
    "fontpkg_heebo",
    "fontpkg_noto_sans_thai",
)
"""Latin, Greek, Cyrillic and Devanagari; Arabic; Hebrew; Thai. Chinese, Japanese, Korean and emoji take a house's own."""
BUILT_IN = frozenset("→↔✓✗")
"""Marks of our own words, which the fonts inside Typst have (DejaVu Sans Mono)."""


def font_folders(look: Look = PLAIN) -> tuple[Path, ...]:
    """Where fonts are looked for: our own and those of the house. Never the system's."""
    return (*(Path(import_module(name).ROOT) / "files" for name in FONT_PACKAGES), *look.fonts)


@contextmanager
def _root(look: Look) -> Iterator[Path]:
    """The only folder that a template can read: ours, or a copy of it with the house's files in their place."""
    own = data_dir("templates") / "typst"
    ours = {name.removeprefix("typst/"): data for name, data in look.templates if name.startswith("typst/")}
    if not ours:
        yield own
        return
    with TemporaryDirectory(prefix="release-templates-") as folder:
        for path in own.iterdir():
            (Path(folder) / path.name).write_bytes(path.read_bytes())
        for name, data in ours.items():
            (Path(folder) / name).write_bytes(data)
        yield Path(folder)


_LONG_WORD = re.compile(r"\S{41,}")


def _breakable(data: Any) -> Any:
    """The same data, with places to break a line in words that are longer than a column is wide.

    Typst breaks no word by itself; browsers do (overflow-wrap).
    """
    if isinstance(data, str):
        return _LONG_WORD.sub(lambda word: re.sub(r"(.{20})(?=.)", "\\1\u200b", word[0]), data)
    if isinstance(data, dict):
        return {key: _breakable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_breakable(value) for value in data]
    return data
