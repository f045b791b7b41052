"""Which letters the fonts have: our reading of cmap agrees with Typst's own complaint."""

from __future__ import annotations

from pathlib import Path

import fontpkg_noto_sans
import pytest
import typst

from release.documents.coverage import missing_texts
from release.documents.pdf import BUILT_IN, font_folders

FONTS = Path(fontpkg_noto_sans.ROOT) / "files"


@pytest.mark.parametrize(
    "text",
    [
        "Departure",
        "Ælfrēd & Søn",
        "ελληνικά",
        "кириллица",
        "− ∞ ½ ℗ ©",
        "a\u0301 combining",
        "夜のフェリー",
        "עברית",
        "😀",
        "♥",
    ],
)
def test_agrees_with_typst(text, tmp_path):
    source = tmp_path / "t.typ"
    source.write_text(
        '#set document(title: "t", date: datetime(year: 2026, month: 1, day: 1))\n#set text(font: "Noto Sans", fallback: false)\n#sys.inputs.t'
    )

    try:
        typst.compile(
            str(source),
            root=str(tmp_path),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"t": text},
            pdf_standards=["a-2b"],
        )
        shown = True
    except typst.TypstError as error:
        shown = "could not be displayed" not in str(error)

    assert (missing_texts({"title": text}, [FONTS]) == ()) is shown


def test_each_text_is_told_once_in_order():
    data = {"a": ["夜", "Tide"], "b": {"c": "夜", "d": "海"}, "n": 3}

    assert missing_texts(data, [FONTS]) == ("夜", "海")


def test_control_and_format_characters_need_no_glyph():
    assert missing_texts(["a\u200bb\u00adc\n", "x\ufe0f"], [FONTS]) == ()


@pytest.mark.parametrize("text", [*"→↔✓✗", "עברית", "العربية", "ไทย", "हिन्दी"])
def test_marks_and_scripts_that_we_bring_are_drawn_by_typst(text, tmp_path):
    """With the fonts of documents, and the fallback that documents have, Typst does not complain."""
    source = tmp_path / "t.typ"
    source.write_text('#set document(title: "t", date: datetime(year: 2026, month: 1, day: 1))\n#sys.inputs.t')

    typst.compile(
        str(source),
        root=str(tmp_path),
        font_paths=[str(folder) for folder in font_folders()],
        ignore_system_fonts=True,
        sys_inputs={"t": text},
        pdf_standards=["a-2b"],
    )

    assert missing_texts([text], font_folders(), BUILT_IN) == ()
