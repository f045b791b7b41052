"""Manifests that the tests start from, and short ways to load and break them."""

from __future__ import annotations

from pathlib import Path

from release.errors import ManifestError, Problem
from release.manifest.load import LoadedManifest, parse_manifest

WHOLE = (Path(__file__).parent / "whole.yaml").read_text(encoding="utf-8")
"""The example that shows every key."""

SMALL = """\
version: 1
release: {title: Night Ferry, artist: The Harbour Lights}
tracks:
  - {id: one, title: One, source: one.wav}
  - {id: two, title: Two, source: two.wav}
  - {id: three, title: Three, source: three.wav}
targets:
  streaming: {}
"""


def load(text: str) -> LoadedManifest:
    """The manifest of a text; sources need not exist."""
    return parse_manifest(text, Path("project.yaml"))


def problems(text: str) -> list[Problem]:
    """Everything that is wrong with a text; empty when nothing is."""
    try:
        load(text)
    except ManifestError as exc:
        return list(exc.problems)
    return []


def only_problem(text: str) -> Problem:
    """The one thing that is wrong with a text."""
    found = problems(text)
    assert len(found) == 1, "\n".join(map(str, found)) or "nothing was found"
    return found[0]


def small(
    *, track: str = "", target: str = "", sequence: str = "", release: str = "", second: str = "", more: str = ""
) -> str:
    """SMALL with keys added: to the first and second track, the target, the sequence, the release, or behind it all."""
    text = SMALL.replace("source: one.wav}", f"source: one.wav{', ' + track if track else ''}}}")
    text = text.replace("source: two.wav}", f"source: two.wav{', ' + second if second else ''}}}")
    text = text.replace("streaming: {}", target or "streaming: {}")
    text = text.replace("Harbour Lights}", f"Harbour Lights{', ' + release if release else ''}}}")
    return text.replace("tracks:\n", f"sequence: {{{sequence}}}\ntracks:\n" if sequence else "tracks:\n") + more
