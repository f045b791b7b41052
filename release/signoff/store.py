"""Where sign-off lies in a project, and how it is read back.

::

    .release/
      approvals/2026-11-20-artist-<digest>.json       what is signed, byte for byte
      approvals/2026-11-20-artist-<digest>.json.sig   its SSH signature
      approved-builds/<identity>.json                 release.json of every build that was approved, to say later what changed
      comments/<digest>.json                          what review pages exported
      shipped/<name>.json                             seals of what was shipped

Nothing here is followed through links, and every file carries its own digest in its name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from release.errors import MissingProgram, RenderError, UsageError
from release.formats.sshsig import MOST_BYTES as MOST_SIGNATURE_BYTES
from release.formats.sshsig import parse_signature
from release.pipeline.atomic import write_atomic
from release.pipeline.lock import PROJECT_FOLDER
from release.record import Record, record_digest
from release.signoff.guarded_json import read_guarded
from release.signoff.state import ReadApproval
from release.signoff.statement import Approval, Review, parse_approval, parse_review, statement_bytes, statement_digest
from release.tools.ssh import verify_bytes

NAMESPACE = "approval@release-audio"
"""What a signature under an approval is good for; a signature made for anything else is none."""
APPROVALS, BUILDS, COMMENTS, SHIPPED = "approvals", "approved-builds", "comments", "shipped"
_DIGITS = 16
_NAME = re.compile(rf"[0-9a-z-]+-([0-9a-f]{{{_DIGITS}}})\.json")
_MOST_FILES = 5000
_MOST_RECORD_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Signers:
    """Keys that count.

    Attributes:
        data: content of an allowed signers file.
        origin: where it came from, for people.
        is_own: True when whoever judges brought it along, in place of the project's or the package's.
    """

    data: bytes
    origin: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class StoredReview:
    """An imported review with the name of its file."""

    name: str
    review: Review


def signoff_folder(project: Path, name: str, *, make: bool = False) -> Path:
    """A folder of the sign-off.

    Raises:
        UsageError: when it, or a folder above it, is a link or a file.
        RenderError: when it cannot be made.
    """
    folder = project / PROJECT_FOLDER / name
    for place in (folder.parent, folder):
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise UsageError("this is not a folder", where=str(place), remedy="remove it: the program makes its own")
    if make:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise RenderError(f"the folder cannot be made: {exc.strerror}", where=str(folder)) from exc
    return folder


def approval_name(approval: Approval, digest: str) -> str:
    """File name of an approval: its day, its role, and the digest of its bytes."""
    plain = unicodedata.normalize("NFKD", approval.role).encode("ascii", errors="ignore").decode().lower()
    role = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "role"
    return f"{approval.date}-{role}-{digest[:_DIGITS]}.json"


def write_approval(project: Path, data: bytes, signature: bytes | None, record: bytes) -> Path:
    """Store an approval with its signature, and the record of the build that it speaks of."""
    approval = parse_approval(data, "approval")
    builds = signoff_folder(project, BUILDS, make=True)
    path = signoff_folder(project, APPROVALS, make=True) / approval_name(approval, statement_digest(data))
    write_durably(builds / f"{record_digest(record)}.json", record)
    if signature is not None:
        write_durably(path.with_name(f"{path.name}.sig"), signature)
    write_durably(path, data)
    return path


def write_review(project: Path, review: Review) -> Path:
    """Store the comments of a review."""
    data = statement_bytes(review)
    path = signoff_folder(project, COMMENTS, make=True) / f"review-{statement_digest(data)[:_DIGITS]}.json"
    write_durably(path, data)
    return path


def write_durably(path: Path, data: bytes) -> None:
    """Write a whole file, or none.

    Raises:
        RenderError: when it cannot be written.
    """
    try:
        write_atomic(path, data, durable=True)
    except OSError as exc:
        raise RenderError(f"the file cannot be written: {exc.strerror}", where=str(path)) from exc


def signoff_files(folder: Path) -> Iterator[Path]:
    """The JSON files of a folder of the sign-off, by name.

    Raises:
        UsageError: when there are more than anybody ever wrote.
    """
    if not folder.is_dir():
        return
    names = sorted(p.name for p in folder.iterdir() if p.name.endswith(".json") and not p.name.startswith("."))
    if len(names) > _MOST_FILES:
        raise UsageError(f"there are more than {_MOST_FILES} files", where=str(folder), remedy="look at the folder")
    yield from (folder / name for name in names)


def read_approvals(project: Path, signers: Signers | None) -> tuple[ReadApproval, ...]:
    """Every approval of a project with what became of its signature; what cannot be read is told, not raised."""
    return tuple(read_approval(path, signers) for path in signoff_files(signoff_folder(project, APPROVALS)))


def read_approval(path: Path, signers: Signers | None) -> ReadApproval:
    """One approval and its signature."""
    try:
        data = read_guarded(path, "approval")
    except UsageError as exc:
        return ReadApproval(path.name, "", None, "unchecked", exc.heading)
    beside = path.with_name(f"{path.name}.sig")
    signature = None
    if beside.exists() or beside.is_symlink():
        try:
            signature = read_guarded(beside, "signature", MOST_SIGNATURE_BYTES)
        except UsageError as exc:
            return ReadApproval(path.name, statement_digest(data), None, "bad", exc.heading)
    return check_approval(path.name, data, signature, signers)


def check_approval(name: str, data: bytes, signature: bytes | None, signers: Signers | None) -> ReadApproval:
    """What an approval's bytes and its signature are worth, together with the name that it was stored under."""
    digest = statement_digest(data)
    try:
        approval = parse_approval(data, name)
    except UsageError as exc:
        told = str(exc.problems[0].problem)
        return ReadApproval(
            name, digest, None, "unchecked", exc.heading if told == exc.heading else f"{exc.heading}: {told}"
        )
    named = _NAME.fullmatch(name)
    if named is None or not digest.startswith(named[1]):
        return ReadApproval(
            name, digest, approval, "bad", "it was changed after it was stored: its name is another digest"
        )
    if approval.signature == "none":
        problem = "it says that it is unsigned, and there is a signature beside it" if signature is not None else ""
        return ReadApproval(name, digest, approval, "bad" if problem else "none", problem)
    return _check_signature(name, digest, data, approval, signature, signers)


def _check_signature(
    name: str, digest: str, data: bytes, approval: Approval, signature: bytes | None, signers: Signers | None
) -> ReadApproval:
    if signature is None:
        return ReadApproval(name, digest, approval, "bad", "its signature is missing")
    try:
        found = parse_signature(signature)
    except ValueError as exc:
        return ReadApproval(name, digest, approval, "bad", str(exc))
    print_ = found.fingerprint
    if found.namespace != NAMESPACE:
        problem = "its signature was made for something else (another namespace)"
        return ReadApproval(name, digest, approval, "bad", problem, print_)
    if signers is None:
        problem = "no signers file says whose key this is"
        return ReadApproval(name, digest, approval, "unchecked", problem, print_)
    try:
        check = verify_bytes(
            data,
            signature,
            signers=signers.data,
            principal=approval.signer,
            namespace=NAMESPACE,
            day=approval.date,
            origin=signers.origin,
        )
    except MissingProgram as exc:
        return ReadApproval(name, digest, approval, "unchecked", exc.heading, print_)
    if check.problem:
        problem = f"ssh-keygen does not accept its signature by {approval.signer}: {check.problem}"
        return ReadApproval(name, digest, approval, "bad", problem, print_)
    return ReadApproval(name, digest, approval, "good", fingerprint=print_)


def read_former(project: Path, identities: set[str]) -> dict[str, Record]:
    """Records of approved builds by identity; one that does not have the digest of its name is none."""
    folder = signoff_folder(project, BUILDS)
    found = {}
    for identity in sorted(identities):
        try:
            data = read_guarded(folder / f"{identity}.json", "record", _MOST_RECORD_BYTES)
            if record_digest(data) == identity:
                found[identity] = Record.model_validate_json(data)
        except (UsageError, ValueError):
            continue
    return found


def read_reviews(project: Path) -> tuple[StoredReview, ...]:
    """Imported reviews; one that cannot be read is left out, as nothing hangs on it."""
    found = []
    for path in signoff_files(signoff_folder(project, COMMENTS)):
        try:
            found.append(StoredReview(path.name, parse_review(read_guarded(path, "review"), path.name)))
        except UsageError:
            continue
    return tuple(found)
