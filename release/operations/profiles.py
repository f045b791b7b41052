"""The profiles that a project names, its own limits, and what both make of contexts and approvals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from release.errors import ManifestError, Problem
from release.manifest.fields import did_you_mean
from release.manifest.load import LoadedManifest
from release.qc.named_profiles import (
    Profile,
    ProfileError,
    ProjectLimits,
    limit_problem,
    named_profile,
    parse_profile,
    profile_names,
)
from release.signoff.policy import Required

MOST_BYTES = 1 << 20
SUFFIX = ".json"


def profile_problems(manifest: LoadedManifest) -> Iterator[Problem]:
    """Profiles that are none, and limits that no check has."""
    for index, written in enumerate(manifest.project.qc.profiles):
        place = ("qc", "profiles", index)
        try:
            _profile(manifest, written)
        except KeyError:
            remedy = did_you_mean(written, profile_names()) or f"release checks lists them; your own is a {SUFFIX} file"
            yield manifest.problem(place, f"there is no profile '{written}'", remedy, "unknown-profile")
        except (OSError, ProfileError) as exc:
            text = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            yield manifest.problem(
                place, f"{written} is no profile: {text}", "see docs/checks.md, profiles", "bad-profile"
            )
    for index, limit in enumerate(manifest.project.qc.limits):
        if problem := limit_problem(limit.check, limit.name):
            yield manifest.problem(("qc", "limits", index), problem, "docs/checks.md has the limits", "unknown-limit")


def project_profiles(manifest: LoadedManifest) -> tuple[Profile, ...]:
    """The profiles in order.

    Raises:
        ManifestError: when one cannot be used.
    """
    if problems := list(profile_problems(manifest)):
        raise ManifestError("profiles that cannot be used", problems=problems)
    return tuple(_profile(manifest, written) for written in manifest.project.qc.profiles)


def _profile(manifest: LoadedManifest, written: str) -> Profile:
    if not written.endswith(SUFFIX):
        return named_profile(written)
    path = (manifest.folder / written).resolve()
    if not path.is_relative_to(manifest.folder.resolve()):
        raise ProfileError("it lies outside of the manifest's folder")
    data = path.open("rb").read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ProfileError("it is larger than a profile can be")
    try:
        return parse_profile(Path(written).stem, data.decode("utf-8"))
    except UnicodeDecodeError as exc:
        raise ProfileError("it is not UTF-8 text") from exc


def limited(contexts: Iterable[Any], manifest: LoadedManifest, kinds: Mapping[str, str]) -> list[Any]:
    """The contexts with the limits that hold for each.

    Args:
        contexts: what the checks judge.
        manifest: that names profiles and limits.
        kinds: kind of each target by name.
    """
    qc = manifest.project.qc
    if not qc.profiles and not qc.limits:
        return list(contexts)
    wanted = ProjectLimits(project_profiles(manifest), [(item.check, item.name, item.value) for item in qc.limits])
    return [_limited(context, wanted, kinds) for context in contexts]


def _limited(context: Any, wanted: ProjectLimits, kinds: Mapping[str, str]) -> Any:
    if not is_dataclass(context) or isinstance(context, type) or "limits" not in {f.name for f in fields(context)}:
        return context
    target = getattr(context, "target", None)
    name = target if isinstance(target, str) else getattr(target, "name", None)
    return replace(context, limits=wanted.of_kind(kinds.get(name) if name else None))


def asked_approvals(manifest: LoadedManifest) -> tuple[Required, ...]:
    """What the profiles ask of approvals: of the targets that each speaks of."""
    targets = {name: str(target.kind) for name, target in manifest.project.targets.items()}
    found = []
    for profile in project_profiles(manifest):
        names = tuple(name for name, kind in targets.items() if profile.speaks_of(kind))
        if names:
            # Named one by one only where the profile does not speak of all.
            of = () if len(names) == len(targets) else names
            found += [Required(a.role, of, a.listening, a.other_than) for a in profile.approvals]
    return tuple(dict.fromkeys(found))
