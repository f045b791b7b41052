"""Projects for the tests: YAML text and header facts in, a resolved project out. No audio."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from release.errors import ManifestError
from release.manifest.load import LoadedManifest, parse_manifest
from release.manifest.resolve import resolve, source_ids
from release.model.project import ResolvedProject
from release.model.source import SourceInfo
from release.model.target import ResolvedTarget

HEAD = """\
version: 1
release: {title: Night Ferry, artist: The Harbour Lights}
"""


def source(seconds: float = 10.0, rate_hz: int = 44_100, *, n_samples: int | None = None, bits: int = 24) -> SourceInfo:
    n = round(seconds * rate_hz) if n_samples is None else n_samples
    return SourceInfo("wav", f"pcm_s{bits}", rate_hz, 2, n, bits, False, False, 44 + n * bits // 4)


def load(text: str) -> LoadedManifest:
    body = dedent(text)
    return parse_manifest(body if "\nversion:" in f"\n{body}" else HEAD + body, Path("project.yaml"))


def resolved(text: str, sources: Mapping[str, SourceInfo] | None = None) -> ResolvedProject:
    """The project; sources that are not given are ten seconds at 44.1 kHz."""
    manifest = load(text)
    given = dict(sources or {})
    return resolve(manifest, {name: given.get(name, source()) for name in source_ids(manifest)})


def target(text: str, name: str, sources: Mapping[str, SourceInfo] | None = None) -> ResolvedTarget:
    return next(t for t in resolved(text, sources).targets if t.name == name)


def refusal(text: str, sources: Mapping[str, SourceInfo] | None = None) -> ManifestError:
    """The error that the project is refused with."""
    try:
        resolved(text, sources)
    except ManifestError as error:
        return error
    raise AssertionError("the project was not refused")


def codes(error: ManifestError) -> list[str]:
    return [problem.code for problem in error.problems]
