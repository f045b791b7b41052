"""PDF by Typst: data goes in as JSON through ``sys_inputs``, never as source; fonts are our own, so bytes repeat."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

from release.documents.coverage import missing_texts
from release.errors import InternalError
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
    font_folders: Sequence[Path] = (),
) -> PdfResult:
    """A tagged PDF from a view record; the same input gives the same bytes.

    Args:
        template: file name in ``templates/typst``, which is the root: nothing outside can be read.
        view: the document's view record.
        charts: SVG text by name.
        document_date: written into the file's information; None leaves it out. Never the clock.
        font_folders: folders with further fonts (for scripts that Noto Sans lacks).

    Raises:
        InternalError: when the template fails to compile.
    """
    import fontpkg_noto_sans
    import typst

    if not is_dataclass(view) or isinstance(view, type):
        raise TypeError("a view is a dataclass record")
    data = _breakable(asdict(view))
    data["charts"] = dict(charts or {})
    data["date"] = [document_date.year, document_date.month, document_date.day] if document_date else None
    root = data_dir("templates") / "typst"
    own_fonts = Path(fontpkg_noto_sans.ROOT) / "files"
    try:
        compiled = typst.compile(
            input=str(root / template),
            root=str(root),
            font_paths=[str(own_fonts), *map(str, font_folders)],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)},
        )
    except typst.TypstError as exc:
        raise InternalError(f"the template {template} failed: {exc}", where=template) from exc
    return PdfResult(bytes(compiled), missing_texts(asdict(view), (own_fonts, *font_folders)))


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
