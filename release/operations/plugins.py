"""Plug-ins that a project names: where they are, what they are, and whether this user trusts them."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from release.errors import ManifestError, MissingProgram, Problem, UsageError
from release.manifest.load import LoadedManifest
from release.manifest.paths import nearest_name
from release.manifest.resolving.chains import chains
from release.model.plugin import PluginFile
from release.pipeline.atomic import write_atomic
from release.tools.plugin_host import bundle_digest

SUFFIX = ".vst3"
CONFIG_VARIABLE = "RELEASE_CONFIG"


@dataclass(frozen=True, slots=True)
class NamedPlugin:
    """A plug-in that a manifest names.

    Attributes:
        written: how.
        where: the first place in the manifest.
        path: of its file or bundle.
        sha256: of what is there now.
        trust: ``trusted``, ``new`` or ``changed``.
        kind: ``plug-in``, or ``templates`` for a folder of templates.
    """

    written: str
    where: str
    path: Path
    sha256: str
    trust: str
    kind: str = "plug-in"


def installed_folders() -> tuple[Path, ...]:
    """Where VST3 plug-ins are installed on this system. Source: Steinberg, VST 3 locations."""
    home = Path.home()
    if platform.system() == "Darwin":
        return (home / "Library/Audio/Plug-Ins/VST3", Path("/Library/Audio/Plug-Ins/VST3"))
    return (home / ".vst3", Path("/usr/lib/vst3"), Path("/usr/local/lib/vst3"))


def find_plugins(manifest: LoadedManifest, source_roots: Sequence[Path] = ()) -> Mapping[str, PluginFile]:
    """Every file that ``vst3`` steps name, by how it is written.

    Raises:
        MissingProgram: naming each plug-in that is not there.
        ManifestError: naming each file that is no plug-in, each state or preset that is missing or lies outside
            the project, and then what is not installed, too.
    """
    roots = [root.resolve() for root in (manifest.folder, *source_roots)]
    found: dict[str, PluginFile] = {}
    missing: list[Problem] = []
    problems: list[Problem] = []
    for place, key, text in _named(manifest):
        if text in found:
            continue
        if key == "path":
            path = _plugin_path(manifest.folder, text)
            if path is None and "\n" not in text and (manifest.folder / text).exists():
                what = f"'{text}' is no VST3 plug-in: that is a file or folder whose name ends in {SUFFIX}"
                problems.append(Problem(manifest.where(*place), what, "name a plug-in", "no-plugin"))
                continue
            if path is None:
                looked = ", ".join(str(folder) for folder in installed_folders())
                remedy = f"install it; looked for from the manifest and in {looked}"
                missing.append(
                    Problem(manifest.where(*place), f"there is no plug-in '{text}'", remedy, "missing-plugin")
                )
                continue
        else:
            path = (manifest.folder / text).resolve()
            if not path.is_file() or not any(path.is_relative_to(root) for root in roots):
                what = f"there is no file '{text}'" if not path.is_file() else f"'{text}' lies outside the project"
                remedy = nearest_name(manifest.folder / text) or "copy it beside the manifest"
                problems.append(Problem(manifest.where(*place), what, remedy, "missing-file"))
                continue
        found[text] = PluginFile(path, bundle_digest(path))
    if problems:
        raise ManifestError("files of plug-ins that cannot be read", problems=[*problems, *missing])
    if missing:
        raise MissingProgram("plug-ins that are not installed", problems=missing)
    return found


def named_plugins(manifest: LoadedManifest, files: Mapping[str, PluginFile]) -> tuple[NamedPlugin, ...]:
    """The plug-ins of a project, in the order of the manifest, each once."""
    found: dict[str, NamedPlugin] = {}
    for place, key, text in _named(manifest):
        if key == "path" and text not in found:
            file = files[text]
            trust = trust_of(file.path, file.digest)
            found[text] = NamedPlugin(text, manifest.where(*place), file.path, file.digest, trust)
    return tuple(found.values())


def trust_of(path: Path, digest: str) -> str:
    """What this user said of some bytes: ``trusted``, or ``changed`` where others were at that place, or ``new``."""
    store = _read_store()
    return "trusted" if digest in store.values() else "changed" if str(path) in store else "new"


def require_trust(plugins: Sequence[NamedPlugin]) -> None:
    """Raise unless each of them is trusted.

    Raises:
        ManifestError: naming those that are not.
    """
    problems = []
    for plugin in plugins:
        if plugin.trust == "trusted":
            continue
        is_one = plugin.kind == "plug-in"
        has_changed = "has changed since you trusted it" if is_one else "have changed since you trusted them"
        is_code = f"{'is' if is_one else 'are'} code that you have not trusted"
        why = has_changed if plugin.trust == "changed" else is_code
        problems.append(
            Problem(
                plugin.where,
                f"the {plugin.kind} {plugin.written} {why} (SHA-256 {plugin.sha256[:16]}…, {plugin.path})",
                "release trust PROJECT, or --trust-plugins for this run",
                "untrusted-plugin" if is_one else "untrusted-templates",
            )
        )
    if problems:
        raise ManifestError("code that is not trusted", problems=problems)


def store_trust(plugins: Sequence[NamedPlugin]) -> Path:
    """Remember these digests for this user; returns where.

    Raises:
        UsageError: the file cannot be written.
    """
    path = trust_file()
    store = _read_store() | {str(plugin.path): plugin.sha256 for plugin in plugins}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps({"plugins": store}, indent=1, sort_keys=True).encode() + b"\n")
    except OSError as exc:
        raise UsageError(f"the approval cannot be stored: {exc.strerror}", where=str(path)) from exc
    return path


def trust_file() -> Path:
    """Where this user's approvals of code are kept; never in a project."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named) / "trust.json"
    import platformdirs

    return platformdirs.user_config_path("release-audio", appauthor=False) / "trust.json"


def _read_store() -> dict[str, str]:
    """Digests by path; nothing where the file is missing or is not ours."""
    try:
        data = json.loads(trust_file().read_bytes())
    except (OSError, ValueError):
        return {}
    plugins = data.get("plugins") if isinstance(data, dict) else None
    return {k: v for k, v in plugins.items() if isinstance(v, str)} if isinstance(plugins, dict) else {}


def _named(manifest: LoadedManifest) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Place, parameter and text of every file of every ``vst3`` step."""
    for chain, loc in chains(manifest.project):
        for number, step in enumerate(chain):
            if step.kind == "vst3":
                for key in ("path", "state", "preset"):
                    if text := str(step.parameters[key]):
                        yield (*loc, number, "vst3", key), key, text


def _plugin_path(folder: Path, text: str) -> Path | None:
    names = [text] if text.endswith(SUFFIX) else [text, text + SUFFIX]
    places = [folder] if "/" in text or "\\" in text else [folder, *installed_folders()]
    for place in places:
        for name in names:
            path = place / name
            if path.name.endswith(SUFFIX) and path.exists():
                return path.resolve()
    return None
