"""Checks of targets: their lists of tracks, their names and folders, what each kind of carrier allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from release.manifest.names import is_reserved, safe_name
from release.manifest.scope import Scope, named_lists, selection
from release.manifest.targets import CassetteTarget, CdTarget, FileTarget, SideTarget, TargetBase, VinylTarget
from release.manifest.yaml_tree import Loc

_OWN_FOLDERS = ("report", "sign-off")
"""Folders of a build and of its packages that belong to no target."""


def check(scope: Scope) -> None:
    """Look at every target."""
    _check_folders(scope)
    steps = _step_names(scope)
    for name, target in scope.project.targets.items():
        loc: Loc = ("targets", name)
        _check_lists(scope, target, loc)
        _check_version(scope, target, loc)
        _check_steps(scope, target, loc, steps)
        for ref in target.gaps:
            _check_gap(scope, target, ref, (*loc, "gaps", ref))
        if isinstance(target, FileTarget):
            _check_files(scope, target, loc)
        if isinstance(target, CdTarget):
            _check_cd(scope, target, loc)
        if isinstance(target, SideTarget):
            _check_sides(scope, target, loc)


def _check_folders(scope: Scope) -> None:
    first: dict[str, str] = {}
    for name in scope.project.targets:
        folded = name.lower()
        loc: Loc = ("targets", name)
        if folded in first:
            text = f"'{name}' and '{first[folded]}' are one folder on some file systems"
            scope.add(loc, text, "take another name", "duplicate-folder", at_key=True)
        elif folded in _OWN_FOLDERS or is_reserved(name):
            scope.add(loc, f"a folder cannot be called '{name}'", "take another name", "bad-word", at_key=True)
        first.setdefault(folded, name)


def _check_lists(scope: Scope, target: TargetBase, loc: Loc) -> None:
    seen: set[str] = set()
    seen_tracks: set[str] = set()
    lists = list(named_lists(target))
    heads = list(dict.fromkeys(path[0] for path, _ in lists))
    if len(heads) > 1:
        scope.add(
            (*loc, heads[0]),
            f"{heads[0]} and {heads[1]} both say which tracks there are",
            f"leave {heads[0]} out",
            "conflict",
            at_key=True,
        )
    for path, refs in lists:
        if not refs:
            scope.add((*loc, *path), "this list of tracks is empty", "name at least one, or leave it out", "missing")
        for i, ref in enumerate(refs):
            here = (*loc, *path, i)
            if not scope.is_track(ref, here, may_be_hidden=False):
                continue
            track_id = ref.partition("@")[0]
            if ref in seen and len(heads) == 1:
                scope.add(here, f"{ref} is in this target twice", "name each track once", "duplicate")
            elif track_id in seen_tracks and not isinstance(target, FileTarget) and len(heads) == 1:
                scope.add(here, f"two versions of {track_id} are in this target", "name one of them", "duplicate")
            seen.add(ref)
            seen_tracks.add(track_id)


def _check_version(scope: Scope, target: TargetBase, loc: Loc) -> None:
    version = target.version
    if version is None:
        if "missing" in target.model_fields_set:
            text = "missing says what to do without a version, and this target takes none"
            scope.add((*loc, "missing"), text, "write version:, or leave missing out", "no-effect", at_key=True)
        return
    known = sorted({name for names in scope.versions.values() for name in names})
    if version not in known:
        remedy = scope.guess(version, known) or "write it under versions: of the tracks that have it"
        scope.add((*loc, "version"), f"no track has a version '{version}'", remedy, "unknown-version")
        return
    if target.missing != "error":
        return
    lacking = [
        r for r in selection(target, scope.project) if "@" not in r and version not in scope.versions.get(r, {version})
    ]
    if lacking:
        text = f"{_listing(lacking)} {'has' if len(lacking) == 1 else 'have'} no version '{version}'"
        scope.add(
            (*loc, "version"), text, "write missing: main or missing: leave-out, or add the versions", "unknown-version"
        )


def _listing(words: Iterable[str]) -> str:
    listed = list(words)
    return ", ".join(listed[:-1]) + " and " + listed[-1] if len(listed) > 1 else listed[0]


def _step_names(scope: Scope) -> frozenset[str]:
    """Names of steps on tracks and on the sequence."""
    chains = [scope.project.sequence.process, *(track.process for track in scope.project.tracks)]
    return frozenset(step.name for chain in chains for step in chain if step.name)


def _check_steps(scope: Scope, target: TargetBase, loc: Loc, names: frozenset[str]) -> None:
    known = names | {step.name for step in target.process if step.name}
    for i, name in enumerate(target.without):
        if name not in known:
            remedy = scope.guess(name, sorted(known)) or "give the step a name: it stands beside its kind"
            scope.add((*loc, "without", i), f"no processing step is called '{name}'", remedy, "unknown-step")


def _check_gap(scope: Scope, target: TargetBase, ref: str, loc: Loc) -> None:
    if not scope.is_track(ref, loc, at_key=True):
        return
    track_id = ref.partition("@")[0]
    chosen = {r.partition("@")[0] for r in selection(target, scope.project)} | scope.hidden
    if track_id not in chosen:
        scope.add(loc, f"{track_id} is not in this target", "leave its gap out", "no-effect", at_key=True)


def _check_files(scope: Scope, target: FileTarget, loc: Loc) -> None:
    if not target.files:
        scope.add((*loc, "files"), "the list of files is empty", "name a format: [flac]", "missing")
    folders: dict[str, int] = {}
    for i, entry in enumerate(target.files):
        if entry.folder in folders:
            text = f"entries {folders[entry.folder] + 1} and {i + 1} would write the same folder {entry.folder}"
            scope.add((*loc, "files", i), text, "leave one out, or make a second target", "duplicate-folder")
        folders.setdefault(entry.folder, i)
    _check_once(scope, target.services, (*loc, "services"))


def _check_once(scope: Scope, words: Sequence[str], loc: Loc) -> None:
    seen: set[str] = set()
    for i, word in enumerate(words):
        if word in seen:
            scope.add((*loc, i), f"{word} is listed twice", "name it once", "duplicate")
        seen.add(word)


def _check_cd(scope: Scope, target: CdTarget, loc: Loc) -> None:
    if not target.images:
        scope.add((*loc, "images"), "the list of images is empty", "name one: ddp, cue, bin or toc", "missing")
    _check_once(scope, target.images, (*loc, "images"))
    for i, name in enumerate(target.text.empty if target.text else ()):
        owner = name.rpartition(".")[0]
        if owner != "disc":
            scope.is_track(owner, (*loc, "text", "empty", i), may_be_version=False)
    if target.discs is not None and not target.discs:
        scope.add((*loc, "discs"), "the list of discs is empty", "leave it out", "missing")


def _check_sides(scope: Scope, target: SideTarget, loc: Loc) -> None:
    sides = target.sides
    if sides is not None and not sides:
        scope.add((*loc, "sides"), "there is no side", "write sides: auto, or sides: {A: [id], B: [id]}", "missing")
    if isinstance(target, CassetteTarget) and sides is not None and set(sides) - {"A", "B"}:
        scope.add((*loc, "sides"), "a cassette has sides A and B", "name them A and B", "bad-word")
    folded = [name.lower() for name in sides or ()]
    for i, name in enumerate(sides or ()):
        if folded[i] in folded[:i]:
            scope.add(
                (*loc, "sides", name),
                f"side {name} is there twice, in another case",
                "take another name",
                "duplicate",
                at_key=True,
            )
    named: list[tuple[Loc, str]] = [((*loc, "matrix", side), side) for side in target.matrix]
    if isinstance(target, VinylTarget):
        named += [((*loc, "locked_groove", i), side) for i, side in enumerate(target.locked_groove)]
    for here, side in named:
        if sides and side not in sides:
            scope.add(here, f"there is no side '{side}'", scope.guess(side, tuple(sides)), "unknown-side", at_key=True)
    _check_matrix(scope, target, loc)


def _check_matrix(scope: Scope, target: SideTarget, loc: Loc) -> None:
    first: dict[str, str] = {}
    for side, text in target.matrix.items():
        here = (*loc, "matrix", side)
        if safe_name(text) != text:
            scope.add(
                here,
                f"'{text}' names the side's file, and no file can be called so",
                f"write {safe_name(text)}",
                "bad-word",
            )
        if text.lower() in first:
            scope.add(
                here, f"side {first[text.lower()]} has the same matrix number", "give each side its own", "duplicate"
            )
        first.setdefault(text.lower(), side)
