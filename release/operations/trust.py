"""``release trust``: which code a project brings, and this user's word on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from release.manifest.load import load_manifest
from release.operations.look import load_look, named_templates
from release.operations.plugins import NamedPlugin, find_plugins, named_plugins, store_trust, trust_file


@dataclass(frozen=True, slots=True)
class TrustResult:
    """Plug-ins and templates of a project, and where this user's approvals are kept."""

    plugins: tuple[NamedPlugin, ...]
    stored_in: Path


def list_plugins(path: Path) -> TrustResult:
    """Plug-ins and templates that a project names, with what this user said of them; loads none.

    Raises:
        ManifestError: the manifest cannot be read.
        MissingProgram: a plug-in is not there.
    """
    manifest = load_manifest(path)
    code = (*named_plugins(manifest, find_plugins(manifest)), *named_templates(manifest, load_look(manifest)))
    return TrustResult(code, trust_file())


def trust_plugins(listed: TrustResult) -> TrustResult:
    """Trust exactly these files from now on; a changed file needs new trust.

    Raises:
        UsageError: the approval cannot be stored.
    """
    stored_in = store_trust(listed.plugins)
    return TrustResult(tuple(replace(plugin, trust="trusted") for plugin in listed.plugins), stored_in)
