"""How a project's documents look: what its manifest says of the house, checked; templates of its own, as code that needs trust."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from release.documents.look import Look
from release.errors import ManifestError, Problem
from release.manifest.load import LoadedManifest
from release.manifest.paths import nearest_name
from release.manifest.yaml_tree import Loc
from release.operations.plugins import NamedPlugin, trust_of

TEMPLATE_SUFFIXES = {"html": (".j2", ".css"), "typst": (".typ", ".svg", ".png", ".jpg")}
FONT_SUFFIXES = (".ttf", ".otf", ".ttc")
MOST_TEMPLATES = 60
MOST_TEMPLATE_BYTES = 500_000
MOST_FONT_BYTES = 200_000_000


def load_look(manifest: LoadedManifest) -> Look:
    """What the manifest's ``documents`` give, read and checked; runs nothing.

    Raises:
        ManifestError: with every file that is missing, lies outside the project, or is not what it should be.
    """
    written = manifest.project.documents
    problems: list[Problem] = []
    logo = None
    if path := _inside(manifest, ("documents", "house", "logo"), written.house.logo, problems, is_folder=False):
        from release.documents.logo import read_logo

        where = manifest.where("documents", "house", "logo")
        try:
            logo = read_logo(_read(path, where), where)
        except ManifestError as exc:
            problems += exc.problems
    templates = _inside(manifest, ("documents", "templates"), written.templates, problems, is_folder=True)
    fonts = _inside(manifest, ("documents", "fonts"), written.fonts, problems, is_folder=True)
    found = _templates(manifest, templates, problems) if templates else ()
    if fonts:
        problems += _font_problems(manifest, fonts)
    if problems:
        raise ManifestError("what documents name cannot be used", problems=problems)
    return Look(
        name=written.house.name,
        colour=written.house.colour,
        contact=tuple(written.house.contact),
        logo=logo,
        templates=tuple(found),
        fonts=(fonts,) if fonts else (),
    )


def named_templates(manifest: LoadedManifest, look: Look) -> tuple[NamedPlugin, ...]:
    """The project's own templates, as one thing to trust; nothing where it has none."""
    folder = manifest.project.documents.templates
    if not folder or not look.templates:
        return ()
    path = (manifest.folder / folder).resolve()
    digest = templates_digest(look.templates)
    where = manifest.where("documents", "templates")
    return (NamedPlugin(folder, where, path, digest, trust_of(path, digest), "templates"),)


def templates_digest(templates: tuple[tuple[str, bytes], ...]) -> str:
    """SHA-256 over names and SHA-256 of all files: of the very bytes that will be used."""
    whole = hashlib.sha256()
    for name, data in templates:
        whole.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return whole.hexdigest()


def _inside(
    manifest: LoadedManifest, loc: Loc, text: str | None, problems: list[Problem], *, is_folder: bool
) -> Path | None:
    """The path, links followed, when it is there and lies inside the project."""
    if not text:
        return None
    root, path = manifest.folder.resolve(), (manifest.folder / text).resolve()
    what, is_there = ("folder", path.is_dir()) if is_folder else ("file", path.is_file())
    if not path.is_relative_to(root):
        problems.append(
            manifest.problem(loc, f"'{text}' lies outside the project", "copy it beside the manifest", "outside")
        )
    elif not is_there:
        remedy = nearest_name(manifest.folder / text) or "paths are relative to the manifest"
        problems.append(manifest.problem(loc, f"there is no {what} '{text}'", remedy, "missing-file"))
    else:
        return path
    return None


def _read(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        problem = Problem(where, f"{path.name} cannot be read: {exc.strerror}", "check its permissions", "unreadable")
        raise ManifestError("a file that cannot be read", problems=[problem]) from exc


def _templates(manifest: LoadedManifest, folder: Path, problems: list[Problem]) -> tuple[tuple[str, bytes], ...]:
    """Names and bytes of all files in ``html/`` and ``typst/``, in order."""
    loc = ("documents", "templates")
    found = []
    for path in sorted(p for p in folder.rglob("*") if not p.is_dir() or p.is_symlink()):
        name = path.relative_to(folder).as_posix()
        if fault := _template_fault(path, name):
            problems.append(manifest.problem(loc, fault[0], fault[1], "bad-template"))
            continue
        found.append((name, _read(path, manifest.where(*loc))))
    if len(found) > MOST_TEMPLATES:
        problems.append(
            manifest.problem(
                loc, f"more than {MOST_TEMPLATES} templates", "leave out what ours are enough for", "bad-template"
            )
        )
    if not found and not problems:
        remedy = "put files into html/ or typst/ of it, named as the program's own"
        problems.append(manifest.problem(loc, "the folder has no templates", remedy, "bad-template"))
    for name, data in found:
        if name.endswith(".typ") and b'"@' in data:
            remedy = "copy what you need of the package into the folder: nothing is fetched"
            problems.append(manifest.problem(loc, f"{name} imports a package", remedy, "bad-template"))
        if not name.endswith((".png", ".jpg")) and not _is_utf8(data):
            problems.append(manifest.problem(loc, f"{name} is not UTF-8", "save it as UTF-8", "bad-template"))
    return tuple(found)


def _template_fault(path: Path, name: str) -> tuple[str, str] | None:
    """What speaks against a file of the folder, and what to do."""
    kind, _, rest = name.partition("/")
    if path.is_symlink():
        return f"{name} is a link", "put the file itself there"
    if not path.is_file():
        return f"{name} is no file", "take it away"
    if kind not in TEMPLATE_SUFFIXES or "/" in rest or not rest.endswith(TEMPLATE_SUFFIXES[kind]):
        allowed = "; ".join(f"{k}/ takes {', '.join(v)}" for k, v in TEMPLATE_SUFFIXES.items())
        return f"{name} is no template", f"take it away: {allowed}"
    if path.stat().st_size > MOST_TEMPLATE_BYTES:
        return f"{name} has more than {MOST_TEMPLATE_BYTES // 1000} kB", "make it smaller"
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _font_problems(manifest: LoadedManifest, folder: Path) -> Iterator[Problem]:
    """What in the folder is no font, or too much."""
    loc = ("documents", "fonts")
    files = sorted(folder.iterdir())
    fonts = [p for p in files if p.suffix.lower() in FONT_SUFFIXES and p.is_file() and not p.is_symlink()]
    if not fonts:
        yield manifest.problem(
            loc, "the folder has no fonts", f"put {', '.join(FONT_SUFFIXES)} files there", "bad-font"
        )
    if sum(p.stat().st_size for p in fonts) > MOST_FONT_BYTES:
        yield manifest.problem(
            loc, "the fonts have more than 200 MB", "leave out those that no title needs", "bad-font"
        )
    for path in fonts:
        from release.documents.coverage import is_font

        if not is_font(path.read_bytes()):
            yield manifest.problem(loc, f"{path.name} is no font", "put a TrueType or OpenType font there", "bad-font")
