"""What the manifest alone cannot tell: pictures that are none, waivers of checks that do not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from release.errors import Problem, ReleaseError
from release.manifest.fields import did_you_mean
from release.manifest.load import LoadedManifest
from release.manifest.resolve import artwork_places


def waiver_problems(manifest: LoadedManifest) -> Iterator[Problem]:
    """Waivers that name no check, or one that no person's word can make right."""
    from release.qc.registry import CHECKS

    for index, waiver in enumerate(manifest.project.qc.waivers):
        place = ("qc", "waivers", index, "check")
        known = CHECKS.get(waiver.check)
        if known is None:
            remedy = did_you_mean(waiver.check, CHECKS) or "release checks lists the ids"
            yield manifest.problem(place, f"there is no check '{waiver.check}'", remedy, "unknown-check")
        elif not known.can_be_waived:
            text = f"the check {waiver.check} cannot be waived"
            yield manifest.problem(place, text, "take the waiver out and mend what it finds", "not-waivable")


def artwork_problems(manifest: LoadedManifest, paths: Mapping[str, Path]) -> Iterator[Problem]:
    """Pictures that cannot be put into tags: neither PNG nor JPEG by their content, or too large for a FLAC file."""
    from release.tags.artwork import artwork_from_bytes
    from release.tags.write_vorbis import LARGEST_BLOCK_BYTES

    for name, place in artwork_places(manifest.project):
        path = paths.get(name)
        if not name or path is None:
            continue
        try:
            data = path.read_bytes()
            artwork_from_bytes(data, name)
        except OSError as exc:
            text = f"{name} cannot be read: {exc.strerror}"
            yield manifest.problem(place, text, "check the file and its permissions", "unreadable-artwork")
            continue
        except ReleaseError as exc:
            found = exc.problems[0]
            yield manifest.problem(place, f"{name}: {found.problem}", found.remedy, "not-artwork")
            continue
        if len(data) > LARGEST_BLOCK_BYTES - _BLOCK_FIELDS_BYTES:
            text = f"{name} has {len(data) / 2**20:.1f} MiB, and a FLAC file holds less than 16 MiB of picture"
            yield manifest.problem(place, text, "save it smaller: stores want at most 10 MB", "large-artwork")


_BLOCK_FIELDS_BYTES = 256
"""Room for what stands before a picture in its block: type, names, sizes."""
