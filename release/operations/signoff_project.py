"""What approve, status and ship start from: a manifest, the build beside it, what the project asks, and the keys that count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from release.errors import Problem, SignoffError, UsageError, VerificationError
from release.manifest.load import LoadedManifest, load_manifest
from release.operations.package_files import bad_name
from release.operations.profiles import asked_approvals
from release.pipeline.checksum import sha256_file
from release.pipeline.guarded import is_plain_file, plain_below
from release.pipeline.publish import recover_output, refuse_linked_output
from release.record import RECORD_NAME, Deliverable, Record, record_digest
from release.signoff.guarded_json import read_guarded
from release.signoff.judge import Judge
from release.signoff.key_names import keys_of_principals, names_of_keys
from release.signoff.policy import Person, Policy, Required
from release.signoff.state import ReadApproval, SignoffState
from release.signoff.store import Signers, read_former

DEFAULT_OUTPUT = "build"
_MOST_SIGNERS_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SignoffProject:
    """A project with the build that is to be signed off.

    Attributes:
        manifest: what was written; its sources need not be there.
        output: the build folder.
        data: ``release.json``, byte for byte.
        record: what it says.
        policy: what the project asks of approvals.
        signers: keys that count, or None.
    """

    manifest: LoadedManifest
    output: Path
    data: bytes
    record: Record
    policy: Policy
    signers: Signers | None

    @property
    def folder(self) -> Path:
        """Folder of the manifest."""
        return self.manifest.folder

    @property
    def identity(self) -> str:
        """SHA-256 of ``release.json``."""
        return record_digest(self.data)

    def judge(self, approvals: tuple[ReadApproval, ...]) -> SignoffState:
        """What some approvals are worth on this build."""
        identities = {item.approval.build.identity for item in approvals if item.approval is not None}
        former = read_former(self.folder, identities - {self.identity})
        return Judge(self.record, self.identity, self.policy, former).judge(approvals)


def open_signoff(path: Path, *, output: Path | None = None, signers: Path | None = None) -> SignoffProject:
    """Read a manifest and its build; touches no audio.

    Args:
        path: the manifest.
        output: the build folder; default ``build/`` beside the manifest.
        signers: an allowed signers file to trust in place of the project's own.

    Raises:
        ManifestError: with every problem of the manifest.
        UsageError: when there is no build, or no such signers file.
    """
    manifest = load_manifest(path, files_must_exist=False)
    folder = output or manifest.folder / DEFAULT_OUTPUT
    refuse_linked_output(folder)
    recover_output(folder)
    place = folder / RECORD_NAME
    if not is_plain_file(place):
        raise UsageError("there is no build to sign off", where=str(folder), remedy="run release build first")
    data = place.read_bytes()
    try:
        record = Record.model_validate_json(data)
    except ValueError as exc:
        raise UsageError("the record of the build cannot be read", where=str(place), remedy="build again") from exc
    for target in record.targets.values():
        for item in target.deliverables:
            if bad_name(item.path):
                raise UsageError(f"{item.path!r}: {bad_name(item.path)}", where=str(place), remedy="build again")
    trusted = read_signers(manifest, signers)
    return SignoffProject(manifest, folder, data, record, read_policy(manifest, trusted), trusted)


def read_policy(manifest: LoadedManifest, signers: Signers | None = None) -> Policy:
    """What a manifest asks of approvals; by keys of one's own nothing unsigned counts, and names are one's own too."""
    signoff = manifest.project.signoff
    required = tuple(Required(r.role, r.targets, r.listening, r.other_than) for r in signoff.required)
    required = (*required, *(item for item in asked_approvals(manifest) if item not in required))
    credited: dict[str, set[str]] = {}
    for credit in manifest.project.release.credits:
        credited.setdefault(credit.role, set()).add(credit.name)
    return Policy(
        required=required or (Required(),),
        people=tuple(Person(p.name, p.signer or p.name, p.roles) for p in signoff.people),
        accepts_unsigned=signoff.unsigned == "accept" and not (signers is not None and signers.is_own),
        credits={role: frozenset(names) for role, names in credited.items()},
        keys={} if signers is None else keys_of_principals(signers.data),
        vouched=names_of_keys(signers.data) if signers is not None and signers.is_own else None,
    )


def read_signers(manifest: LoadedManifest, given: Path | None) -> Signers | None:
    """The keys that count: those that were asked for, else the project's.

    Raises:
        UsageError: when the file is not there, or lies outside the project.
    """
    if given is not None:
        return Signers(signers_file(given.resolve(), str(given)), str(given), is_own=True)
    name = manifest.project.signoff.signers
    if name is None:
        return None
    where, path = manifest.where("signoff", "signers"), (manifest.folder / name).resolve()
    if not path.is_relative_to(manifest.folder.resolve()):
        raise UsageError(
            f"the signers file lies outside the project, at {path}",
            where=where,
            remedy=f"copy it into the project, or trust it yourself: --signers {path}",
        )
    return Signers(signers_file(path, where), f"{name} (in the project)")


def signers_file(path: Path, where: str) -> bytes:
    """Content of an allowed signers file.

    Raises:
        UsageError: not there, a link, or too large to be one.
    """
    if not path.is_file():
        raise UsageError(
            "there is no such signers file",
            where=where,
            remedy="write one line for each person, as ssh-keygen(1) says under ALLOWED SIGNERS",
        )
    return read_guarded(path, "signers file", _MOST_SIGNERS_BYTES)


def check_deliverables(folder: Path, deliverables: tuple[Deliverable, ...]) -> None:
    """Read deliverables again: what is signed or shipped are the bytes that the record names.

    Raises:
        VerificationError: naming every file that is not what was built.
    """
    problems = []
    for item in deliverables:
        path = plain_below(folder, item.path)
        if path is None:
            problems.append(Problem(str(folder / item.path), "the file is missing", "build again", "missing"))
        elif sha256_file(path) != item.sha256:
            problems.append(Problem(str(path), "its content is not what was built", "build again", "content"))
    if problems:
        raise VerificationError("the build is not what was recorded", problems=problems)


def refuse_failed(record: Record, targets: tuple[str, ...], verb: str) -> None:
    """Refuse targets whose build failed, or whose inputs are others by now.

    Raises:
        SignoffError: naming each.
    """
    words = {
        "failed": ("its checks failed", "clear the failures, or waive them with a reason: the report names them"),
        "stale": ("its inputs have changed since it was built", "run release build"),
    }
    problems = [
        Problem(f"target {name}", *words[record.targets[name].status], code=record.targets[name].status)
        for name in targets
        if record.targets[name].status in words
    ]
    if problems:
        raise SignoffError(f"this build cannot be {verb}", problems=problems)
