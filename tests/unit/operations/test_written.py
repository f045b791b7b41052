"""What is told of changed names and descriptions is what the plan writes."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "resolve"))
from resolve_projects import target

from release.operations.written import written_context
from release.qc.registry import CHECKS

ODD = """\
version: 1
release: {title: Odd, artist: "Beyoncé & Ōe", catalogue_number: "LTR 014/CD"}
tracks:
  - {id: a, title: 'AC/DC: "Live"?', source: a.wav}
  - {id: b, title: "..", source: b.wav}
  - {id: c, title: Plain, source: c.wav}
targets:
  streaming: {files: [flac, wav, mp3]}
  download: {files: [flac, {format: wav, chunks: [id3]}]}
  cd: {images: [ddp, cue]}
  master: {kind: cd, images: [ddp]}
  vinyl: {sides: {A: [a, b], B: [c]}, matrix: {A: LTR014-A}}
"""


def told(name: str, rule: str = "names/changed") -> dict[str | None, str]:
    return {o.track: o.message for o in CHECKS[rule].rule(written_context(target(ODD, name)))}


def test_file_names_are_told_as_asked_and_as_written():
    assert told("streaming") == {
        "a": "Track 1 in streaming/flac, streaming/wav, streaming/mp3-320 is named “01 AC-DC - -Live--” "
        'in place of “01 AC/DC: "Live"?”.',
        "b": "Track 2 in streaming/flac, streaming/wav, streaming/mp3-320 is named “02” in place of “02 ..”.",
    }  # fmt: skip


def test_sheet_and_side_names_made_of_catalogue_numbers_are_told():
    assert list(told("cd").values()) == ["The image in cd/cue is named “LTR-014-CD” in place of “LTR 014/CD”."]
    assert told("master") == {}  # a DDP set has names of its own
    assert list(told("vinyl").values()) == [
        "The file of side B in vinyl is named “LTR-014-CD-B” in place of “LTR 014/CD-B”."
    ]


def test_descriptions_are_told_where_a_bext_chunk_is_written():
    found = told("streaming", "metadata/bext-text")

    assert set(found) == {"a", "b", "c"}
    assert found["c"] == (
        "streaming/wav/03 Plain.wav is described as “Beyonce & Oe - Plain” in place of “Beyoncé & Ōe - Plain”."
    )
    assert told("download", "metadata/bext-text") == {}


def test_a_title_in_decomposed_letters_is_told():
    text = ODD.replace("title: Plain", f"title: {unicodedata.normalize('NFD', 'Café')}")
    context = written_context(target(text, "streaming"))

    assert [o.code for o in CHECKS["names/changed"].rule(context)] == ["replaced", "replaced", "composed"]


def test_sides_never_share_a_file_and_always_have_a_name():
    text = ODD.replace("LTR 014/CD", "夜")

    assert [name.used for name in written_context(target(text, "vinyl")).names] == ["LTR014-A", "B"]
