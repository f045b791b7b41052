"""Checks of levels and dither: what a mode needs, what it has no use for, and where ``as`` leads."""

from __future__ import annotations

from release.manifest.scope import Scope
from release.manifest.targets import CdTarget, Dither, FileTarget, Level, SideTarget, TargetBase
from release.manifest.yaml_tree import Loc

_AIMING = ("tracks", "album", "anchor")
_OWN_WITH_AS = ("as_", "ceiling", "lossy_ceiling")


def check(scope: Scope) -> None:
    """Look at every target's level and dither."""
    for name, target in scope.project.targets.items():
        loc: Loc = ("targets", name, "level")
        if target.level.as_:
            _check_as(scope, name, target.level, loc)
        else:
            _check_mode(scope, target.level, loc)
        _check_dither(scope, target, ("targets", name, "dither"))


def _check_mode(scope: Scope, level: Level, loc: Loc) -> None:
    match = level.match
    if match in _AIMING and level.loudness is None:
        scope.add(
            (*loc, "loudness"), f"match: {match} needs an aim", "write loudness: -14 LUFS, or what you want", "missing"
        )
    if match not in _AIMING and level.loudness is not None:
        remedy = f"write match: album, tracks or anchor, or leave loudness out{'; peak needs a ceiling' if match == 'peak' else ''}"
        scope.add((*loc, "loudness"), f"match: {match} has no use for a loudness", remedy, "no-effect", at_key=True)
    if match == "peak" and level.ceiling is None:
        scope.add(
            (*loc, "ceiling"), "match: peak needs a ceiling", "write ceiling: -1 dBTP, or what you want", "missing"
        )
    if level.limiter is not None and level.ceiling is None:
        scope.add(
            (*loc, "limiter"),
            "a limiter needs a ceiling",
            "write ceiling: -1 dBTP, or what you want",
            "missing",
            at_key=True,
        )
    if "anchor" in level.model_fields_set and match != "anchor":
        scope.add(
            (*loc, "anchor"),
            f"match: {match} has no anchor",
            "write match: anchor, or leave anchor out",
            "no-effect",
            at_key=True,
        )
    if match == "anchor" and level.anchor not in ("loudest", "median"):
        _check_anchor(scope, level.anchor, (*loc, "anchor"))


def _check_anchor(scope: Scope, anchor: str, loc: Loc) -> None:
    track_id, _, version = anchor.partition("@")
    if track_id not in scope.known:
        words = ("loudest", "median", *scope.ids)
        scope.add(loc, f"there is no track '{track_id}'", scope.guess(track_id, words), "unknown-track")
    elif version:
        scope.is_track(anchor, loc)


def _check_as(scope: Scope, name: str, level: Level, loc: Loc) -> None:
    for key in sorted(level.model_fields_set - set(_OWN_WITH_AS)):
        text = f"{key} comes from target {level.as_} with as: {level.as_}"
        scope.add((*loc, key), text, f"leave {key} or as out", "conflict", at_key=True)
    targets = scope.project.targets
    written = scope.data.get("targets") if isinstance(scope.data, dict) else {}
    if level.as_ not in (written or {}):
        remedy = scope.guess(level.as_, [n for n in targets if n != name]) or "there is no other target: leave as out"
        scope.add((*loc, "as"), f"there is no target '{level.as_}'", remedy, "unknown-target")
        return
    path = [name]
    while path[-1] in targets and targets[path[-1]].level.as_:
        path.append(targets[path[-1]].level.as_)
        if path[-1] == name:
            text = (
                "this level is taken from itself"
                if len(path) == 2
                else f"levels go round in a circle: {' → '.join(path)}"
            )
            scope.add((*loc, "as"), text, "give one of them a level of its own", "cycle")
            return
        if path[-1] in path[:-1]:
            return


def _check_dither(scope: Scope, target: TargetBase, loc: Loc) -> None:
    if not isinstance(target, CdTarget | FileTarget | SideTarget):
        return
    dither: Dither = target.dither
    if "curve" in dither.model_fields_set and dither.type != "shaped":
        scope.add(
            (*loc, "curve"),
            f"dither of type {dither.type} has no curve",
            "write type: shaped, or leave curve out",
            "no-effect",
            at_key=True,
        )
    is_float = not isinstance(target, CdTarget) and target.bit_depth == "float"
    if is_float and "dither" in target.model_fields_set and dither.type != "none":
        scope.add(
            loc, "float files have no dither", "leave dither out, or write bit_depth: 24", "no-effect", at_key=True
        )
