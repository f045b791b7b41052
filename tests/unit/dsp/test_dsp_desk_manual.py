"""Every kind of step has its paragraph, an example that can be read, and a figure."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from release.dsp.steps.registry import STEP_KINDS
from release.manifest.load import parse_manifest

DOCS = Path(__file__).parents[3] / "docs"
MANUAL = (DOCS / "steps.md").read_text(encoding="utf-8")
PROJECT = """\
version: 1
release: {{title: Night Ferry, artist: The Harbour Lights}}
tracks:
  - id: one
    title: One
    source: one.wav
    process:
      {example}
targets:
  streaming: {{}}
"""


@pytest.mark.parametrize("kind", STEP_KINDS)
def test_a_step_has_a_paragraph_an_example_and_a_figure(kind):
    section = re.search(rf"^## `{kind}`\n(.*?)(?=^## |\Z)", MANUAL, re.MULTILINE | re.DOTALL)
    assert section, f"docs/steps.md has no section {kind}: python benchmarks/step_figures.py"
    text = section[1]
    first = STEP_KINDS[kind].doc.partition("\n")[0].replace("``", "`")
    assert first in text, "python benchmarks/step_figures.py"
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    step = parse_manifest(PROJECT.format(example=example[1].strip()), Path("project.yaml")).project.tracks[0].process[0]
    assert step.kind == kind
    (figure,) = re.findall(r"!\[.*?\]\((.*?)\)", text)
    root = ET.parse(DOCS / figure).getroot()
    assert root.tag.endswith("svg")
    assert (DOCS / figure).stat().st_size < 30_000
