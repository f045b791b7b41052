"""How loud a target is to be: the level settings, checked against the target's tracks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from release.manifest import targets as written
from release.manifest.fields import did_you_mean
from release.manifest.process import time_problem
from release.manifest.resolving.part import Part
from release.manifest.resolving.problems import Loc, Problems
from release.manifest.targets import Project
from release.model.target import LevelSpec, LimiterSpec


def level_spec(
    target: str,
    level: written.Level,
    parts: Iterable[Part],
    problems: Problems,
    *,
    offsets_lu: Mapping[str, float],
    rate_hz: int,
) -> LevelSpec:
    """The level settings of one target.

    Args:
        target: its name.
        level: as written.
        parts: what it plays.
        problems: grows where the settings do not fit together.
        offsets_lu: ``level_offset`` by track id.
        rate_hz: of times counted in samples.
    """
    played = tuple(parts)
    loc: Loc = ("targets", target, "level")
    offsets = {key: offsets_lu[p.id] for p in played for key in (p.key, p.gain_key) if offsets_lu.get(p.id)}
    anchor = _anchor(level, played, loc, problems) if level.match == "anchor" else "loudest"
    return LevelSpec(
        match=level.match,
        aim_lufs=level.loudness,
        ceiling_dbtp=level.ceiling,
        anchor=anchor,
        limiter=_limiter(level.limiter, rate_hz, (*loc, "limiter"), problems),
        held_back=level.held_back,
        lossy_ceiling_dbtp=level.lossy_ceiling,
        like=level.as_,
        offsets_lu=tuple(offsets.items()),
    )


def _limiter(limiter: written.Limiter | None, rate_hz: int, loc: Loc, problems: Problems) -> LimiterSpec | None:
    if limiter is None:
        return None
    release_s, look_ahead_s = (float(t.seconds(rate_hz)) for t in (limiter.release, limiter.look_ahead))
    for name, seconds in (("release", release_s), ("look_ahead", look_ahead_s)):
        problem, remedy = time_problem("limiter", name, seconds)
        if problem:  # times in samples: the others were refused as they were read
            problems.add((*loc, name), problem, remedy, "out-of-range")
    return LimiterSpec(limiter.max_reduction, release_s, look_ahead_s, limiter.link)


def _anchor(level: written.Level, played: tuple[Part, ...], loc: Loc, problems: Problems) -> str:
    """The track that sets the gain, as a key of the target."""
    if level.anchor in ("loudest", "median"):
        return level.anchor
    keys = [p.key for p in played]
    found = [p for p in played if level.anchor == p.key] or [p for p in played if level.anchor == p.id]
    if not found:
        problems.add(
            (*loc, "anchor"),
            f"the target plays no track '{level.anchor}'",
            did_you_mean(level.anchor, ("loudest", "median", *keys)),
            "unknown-track",
        )
        return "loudest"
    return found[0].key


@dataclass(frozen=True, slots=True)
class LevelOf:
    """A target's level and what it plays, for targets that take its gains."""

    level: LevelSpec
    ids: frozenset[str]
    keys: frozenset[str]


def take_over(project: Project, levels: Mapping[str, LevelOf], problems: Problems) -> dict[str, LevelSpec]:
    """Levels with ``as`` followed: limiter, ceiling and lossy ceiling of the other target where they are not written."""
    return {name: _followed(name, project, levels, problems) for name in levels}


def _followed(name: str, project: Project, levels: Mapping[str, LevelOf], problems: Problems) -> LevelSpec:
    own = levels[name].level
    if not own.like:
        return own
    other = own.like
    while levels[other].level.like:
        other = levels[other].level.like
    base = levels[other]
    lacking = sorted(key for key in levels[name].keys if key not in base.keys and key.partition("@")[0] not in base.ids)
    if lacking:
        problems.add(
            ("targets", name, "level", "as"),
            f"target '{other}' does not play {', '.join(lacking)}, so it has no gain to take",
            f"give '{name}' its own level",
            "level-as",
        )
    is_written = "lossy_ceiling" in project.targets[name].level.model_fields_set
    return replace(
        own,
        limiter=base.level.limiter,
        ceiling_dbtp=base.level.ceiling_dbtp if own.ceiling_dbtp is None else own.ceiling_dbtp,
        lossy_ceiling_dbtp=own.lossy_ceiling_dbtp if is_written else base.level.lossy_ceiling_dbtp,
    )
