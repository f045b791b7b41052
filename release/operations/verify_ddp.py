"""A DDP set from anyone, read again: what it is, whether it agrees with itself, and what nobody could know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from release.errors import Problem
from release.formats.ddp.checksum import LIST_NAME, parse_checksum_list
from release.formats.ddp.equations import set_findings
from release.formats.ddp.parse import DdpFinding
from release.formats.ddp.provable import unproven
from release.formats.ddp.reader import DdpSet, SetFiles, inspect_set, open_set
from release.model.finding import Status
from release.operations.disc_facts import disc_facts
from release.operations.verify_result import VerifyResult
from release.record import RECORD_NAME, Record, read_record
from release.units import format_msf

_FOLDERS_UP = 3
"""A set lies at most so deep in a build: ``cd/disc-1/ddp``."""

_REMEDIES = {
    "checksum": "the file was changed or damaged after it was written: ask for it again",
    "missing": "copy the whole folder again",
    "image-size": "the image is cut or not the one of this set: copy it again",
    "ean": "ask which code is right, and for the set with it in both places",
    "lead-out": "ask for the set again; its writer put the end in two places",
    "pause": "ask for the set again; its writer gave two lengths of the first pause",
    "text-tracks": "ask for the CD-TEXT of this disc",
    "text-codes": "ask which code is right",
}
_ASK_AGAIN = "ask for the set again, or for how it was written"


def verify_ddp(folder: Path, recorded: Mapping[str, str] | None = None) -> VerifyResult:
    """Read a set and hold every part of it against the others, its checksum files and our record where there is one.

    Args:
        folder: with DDPID and DDPMS.
        recorded: MD5 by file name from a record; None looks for a ``release.json`` above the folder.
    """
    stored = find_recorded(folder) if recorded is None else dict(recorded)
    files = open_set(folder)
    found, reading = inspect_set(files, folder)
    findings = (*reading, *set_findings(found, files, stored))
    problems = tuple(_problem(folder, f) for f in findings if f.is_error)
    return VerifyResult(
        kind="DDP set",
        checked=tuple(_checked(found, files, stored)) if found and not problems else (),
        problems=problems,
        warnings=tuple(_warning(f) for f in findings if not f.is_error),
        not_provable=tuple(map(str, unproven(found, files, frozenset(stored)))) if found else (),
        disc=disc_facts(found.disc) if found else None,
    )


def _problem(folder: Path, finding: DdpFinding) -> Problem:
    where = str(folder / finding.file) if finding.file else str(folder)
    return Problem(where, finding.message, _REMEDIES.get(finding.code, _ASK_AGAIN), finding.code)


def _warning(finding: DdpFinding) -> str:
    word = "past a limit of plants" if finding.can_be_waived and finding.status is Status.FAIL else str(finding.status)
    return f"{word}: {finding}"


def _checked(found: DdpSet, files: SetFiles, stored: Mapping[str, str]) -> Iterator[str]:
    size = files.sizes[found.image_name]
    yield (
        f"{found.image_name}: {found.image_cd_frames} CD frames ({format_msf(found.image_cd_frames)}), {size} bytes, "
        "as the map says"
    )
    yield f"{len(found.points)} points in {found.pq_name}: order, times, flags, lead-out and first pause agree with the map"
    if found.text:
        yield f"CD-TEXT: {found.text.pack_count} packs, every CRC and count is right"
    lists = [name for name in sorted(files.small) if LIST_NAME.fullmatch(name)]
    for name in lists:
        yield f"{name}: {len(parse_checksum_list(files.small[name]))} files as listed"
    if stored:
        yield f"{RECORD_NAME}: {len(stored)} files as recorded"


def find_recorded(folder: Path) -> dict[str, str]:
    """MD5 by file name of a set, from the record of the build that it lies in; empty where there is none."""
    place = folder.resolve()
    for above in list(place.parents)[:_FOLDERS_UP]:
        if (above / RECORD_NAME).is_file():
            try:
                return recorded_files(read_record(above), place.relative_to(above).as_posix())
            except ValueError:
                return {}
    return {}


def recorded_files(record: Record, set_name: str) -> dict[str, str]:
    """MD5 by file name of one set of a record."""
    return {
        deliverable.path.rpartition("/")[2]: deliverable.md5
        for target in record.targets.values()
        for deliverable in target.deliverables
        if deliverable.set == set_name
    }
