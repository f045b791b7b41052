"""A DDP set from anyone, read again: what it is, whether it agrees with itself, and what nobody could know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote

from release.errors import Problem
from release.formats.ddp.checksum import (
    LIST_NAME,
    LONGEST_LIST_BYTES,
    MD5_NAME,
    Entries,
    find_lists,
    parse_checksum_list,
)
from release.formats.ddp.equations import set_files, set_findings
from release.formats.ddp.parse import DdpFinding, bounded
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
    "map-image-length": "ask for DDPMS again: the map is wrong, image and lead-out agree with each other",
    "checksum-list-itself": "take its line about itself out of the list; the others stay",
    "text-crc": "CDTEXT.BIN is damaged: copy it again, or ask for the packs",
    "text-size": "ask for the packs again: a block holds at most 256 of 18 bytes",
    "text-sequence": "ask for the packs again, one block after the other, numbered from 0",
    "control": "ask for the flags of this track; plants take 01, 11, 21, 31 and the letter S",
    "isrc": "ask which ISRC is right, and for one of each track",
    "flags": "ask for the flags of this track; all its points have the same",
    "index": "ask for the points of this track",
    "order": "ask for the points in the order of time",
    "time": "ask for the time of this point",
    "descriptor-size": "the file is cut, or the map is of another one: copy both again",
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
    above = lists_above(folder) if recorded is None and not stored else ()
    files = open_set(folder)
    found, reading = inspect_set(files, folder)
    findings = bounded((*reading, *set_findings(found, files, stored, above)))
    proven = frozenset(stored) | {name for _, entries in above for name, _, _ in entries}
    remedies = {**_REMEDIES, "checksum-list": _list_remedy(found, files)}
    problems = tuple(_problem(folder, f, remedies) for f in findings if f.is_error)
    return VerifyResult(
        kind="DDP set",
        checked=tuple(_checked(found, files, stored, above)) if found and not problems else (),
        problems=problems,
        warnings=tuple(_warning(f) for f in findings if not f.is_error),
        not_provable=tuple(map(str, unproven(found, files, proven))) if found else (),
        disc=disc_facts(found.disc) if found else None,
    )


def _problem(folder: Path, finding: DdpFinding, remedies: Mapping[str, str]) -> Problem:
    where = str(folder / finding.file) if finding.file else str(folder)
    return Problem(where, finding.message, remedies.get(finding.code, _ASK_AGAIN), finding.code)


def _list_remedy(found: DdpSet | None, files: SetFiles) -> str:
    """What to do about lists that cannot be read: a new one names the set's own files, never a list."""
    own = set_files(found, files)
    beside = find_lists(files.small, own)
    if beside.entries:
        return f"ask for the list again, or remove it: {', '.join(beside.entries)} can be read"
    if found is None:
        return "ask for the list again"
    old = " ".join(quote(name) for name, _ in beside.unreadable)
    named = " ".join(quote(name) for name in sorted(own))
    return f"ask for the list again, or make one of what is here: rm {old}; md5sum {named} > {MD5_NAME}"


def _warning(finding: DdpFinding) -> str:
    word = "past a limit of plants" if finding.can_be_waived and finding.status is Status.FAIL else str(finding.status)
    return f"{word}: {finding}"


def _checked(
    found: DdpSet, files: SetFiles, stored: Mapping[str, str], above: Sequence[tuple[str, Entries]]
) -> Iterator[str]:
    size = files.sizes[found.image_name]
    yield (
        f"{found.image_name}: {found.image_cd_frames} CD frames ({format_msf(found.image_cd_frames)}), {size} bytes, "
        "as the map says"
    )
    yield f"{len(found.points)} points in {found.pq_name}: order, times, flags, lead-out and first pause agree with the map"
    if found.text:
        yield f"CD-TEXT: {found.text.pack_count} packs, every CRC and count is right"
    beside = find_lists(files.small, set_files(found, files)).entries
    for name, entries in (*beside.items(), *above):
        yield f"{name}: {len(entries)} files as listed"
    if stored:
        yield f"{RECORD_NAME}: {len(stored)} files as recorded"


def lists_above(folder: Path) -> tuple[tuple[str, Entries], ...]:
    """Checksum lists in the folders above a set (``cd/checksums.sha256``), with the entries that speak of its files."""
    place = folder.resolve()
    found: list[tuple[str, Entries]] = []
    for above in list(place.parents)[:_FOLDERS_UP]:
        prefix = f"{place.relative_to(above).as_posix()}/"
        for path in sorted(above.glob("*")):
            if not LIST_NAME.fullmatch(path.name) or not path.is_file() or path.stat().st_size > LONGEST_LIST_BYTES:
                continue
            try:
                entries = parse_checksum_list(path.read_bytes())
            except (ValueError, OSError):
                continue
            mine = tuple((n.removeprefix(prefix), k, d) for n, k, d in entries if n.startswith(prefix))
            if mine := tuple(entry for entry in mine if "/" not in entry[0]):
                found.append((f"{'../' * (prefix.count('/'))}{path.name}", mine))
    return tuple(found)


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
