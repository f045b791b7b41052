"""A package, years later: a shipped ZIP or bag, or anybody's bag, proved from its own lists, record and signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from release.errors import Problem, UsageError
from release.formats.bag import (
    BAGIT,
    FETCH,
    INFO,
    PAYLOAD,
    manifest_algorithm,
    parse_declaration,
    parse_manifest,
    parse_oxum,
)
from release.operations.package_files import FolderFiles, PackageFiles, ZipFiles, bad_name
from release.operations.ship_plan import (
    SHIPMENT_NAME,
    SHIPPED_APPROVALS,
    SHIPPED_RECORD,
    SHIPPED_SIGNERS,
    SUMS_NAME,
)
from release.operations.signoff_project import signers_file
from release.operations.verify_result import VerifyResult
from release.pipeline.event import Event
from release.record import Record, record_digest
from release.signoff.seal import Shipment, ShippedApproval, parse_shipment
from release.signoff.state import ReadApproval
from release.signoff.statement import Approval
from release.signoff.store import Signers, check_approval

OnEvent = Callable[[Event], None]


@dataclass
class _Proof:
    """What is found while a package is read."""

    files: PackageFiles
    tell: OnEvent
    checked: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    not_provable: list[str] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)

    def bad(self, path: str, problem: str, code: str) -> None:
        where = f"{self.files.root}: {path}" if path else self.files.root
        self.problems.append(Problem(where, problem, "ask for the package again", code))

    def sha256(self, path: str) -> str:
        """SHA-256 of a file, read once."""
        if path not in self.digests:
            self.tell(Event("tick", title=path, fraction=len(self.digests) / max(len(self.files.sizes), 1)))
            self.digests[path] = self.files.sha256(path)
        return self.digests[path]


def is_package(path: Path) -> bool:
    """Whether a path is a ZIP, a bag, or a folder that was unpacked from a shipped ZIP."""
    if path.is_dir():
        return (path / BAGIT).is_file() or ((path / SHIPMENT_NAME).is_file() and (path / SUMS_NAME).is_file())
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def verify_package(path: Path, tell: OnEvent, signers: Path | None = None) -> VerifyResult:
    """Prove a package.

    Args:
        path: a ZIP, a bag, or the folder of a shipped ZIP.
        tell: told of progress.
        signers: an allowed signers file to trust in place of the one that came along.

    Raises:
        UsageError: when the ZIP cannot be opened at all.
    """
    given = None if signers is None else Signers(signers_file(signers.resolve(), str(signers)), str(signers))
    files: PackageFiles = FolderFiles(path) if path.is_dir() else ZipFiles(path)
    proof = _Proof(files, tell, problems=list(files.problems))
    is_bag = BAGIT in files.sizes
    kind = "bag" if is_bag else "package"
    try:
        if is_bag:
            _verify_bag(proof)
        prefix = f"{PAYLOAD}/" if is_bag else ""
        if f"{prefix}{SHIPMENT_NAME}" in files.sizes:
            kind = f"shipped {'bag' if is_bag else 'package'}"
            _verify_shipment(proof, prefix, given)
        elif not is_bag:
            proof.bad("", "it is neither a bag nor a package that release shipped", "unknown")
    except UsageError as exc:
        proof.problems += exc.problems
    return VerifyResult(
        kind, tuple(proof.checked), tuple(proof.problems), tuple(proof.warnings), tuple(proof.not_provable)
    )


def _verify_bag(proof: _Proof) -> None:
    """Complete and valid, as RFC 8493 section 3 has it; a bag that has to fetch something is not complete."""
    files = proof.files
    try:
        version = parse_declaration(files.read(BAGIT))
    except ValueError as exc:
        proof.bad(BAGIT, str(exc), "declaration")
        return
    if FETCH in files.sizes:
        proof.bad(FETCH, "files of this bag lie elsewhere; nothing is fetched", "fetch")
    payload = {name for name in files.sizes if name.startswith(f"{PAYLOAD}/")}
    manifests = [(name, *found) for name in files.sizes if (found := manifest_algorithm(name)) is not None]
    if not any(not is_tag for _, is_tag, _ in manifests):
        proof.bad("", "the bag has no manifest", "manifest")
    for name, is_tag, algorithm in manifests:
        listed = _listed(proof, name, algorithm)
        _check_listed(proof, name, listed, algorithm)
        if not is_tag:
            for path in sorted(payload - listed.keys()):
                proof.bad(path, f"{name} does not list this file", "stray")
    oxum = parse_oxum(files.read(INFO)) if INFO in files.sizes else None
    total = sum(files.sizes[name] for name in payload), len(payload)
    if oxum is not None and oxum != total:
        proof.bad(INFO, f"it says {oxum[0]} bytes in {oxum[1]} files, there are {total[0]} in {total[1]}", "oxum")
    words = ", ".join(name for name, _, _ in manifests)
    proof.checked.append(f"BagIt {version}: {total[1]} files of payload held against {words}")


def _listed(proof: _Proof, name: str, algorithm: str) -> Mapping[str, str]:
    try:
        return parse_manifest(proof.files.read(name), algorithm)
    except ValueError as exc:
        proof.bad(name, str(exc), "manifest")
        return {}


def _check_listed(proof: _Proof, name: str, listed: Mapping[str, str], algorithm: str) -> None:
    for path, digest in listed.items():
        why = bad_name(path)
        if why:
            proof.bad(name, f"{path!r}: {why}", "name")
        elif path not in proof.files.sizes:
            proof.bad(path, f"{name} lists this file, and it is missing", "missing")
        else:
            found = proof.sha256(path) if algorithm == "sha256" else _other_digest(proof, path, algorithm)
            if found is not None and found != digest:
                proof.bad(path, f"its content is not what {name} lists", "content")


def _other_digest(proof: _Proof, path: str, algorithm: str) -> str | None:
    """Digest in another algorithm, of what is small; SHA-256 proves the rest."""
    if proof.files.sizes[path] > 64 << 20:
        proof.not_provable.append(f"{path} by {algorithm}: it is too large; see its SHA-256")
        return None
    return hashlib.new(algorithm, proof.files.read(path), usedforsecurity=False).hexdigest()


def _verify_shipment(proof: _Proof, prefix: str, given: Signers | None) -> None:
    shipment = parse_shipment(proof.files.read(prefix + SHIPMENT_NAME), SHIPMENT_NAME)
    _verify_sums(proof, prefix)
    record = _shipped_record(proof, prefix, shipment)
    if record is None:
        return
    _verify_deliverables(proof, prefix, shipment, record)
    trusted = given or _own_signers(proof, prefix)
    for said in shipment.approvals:
        _verify_approval(proof, prefix, shipment, record, said, trusted)
    _judge_shipment(proof, prefix, shipment)


def _verify_sums(proof: _Proof, prefix: str) -> None:
    """``checksums.sha256`` names every file below it but itself, and each is what it says."""
    name = prefix + SUMS_NAME
    if name not in proof.files.sizes:
        proof.bad(name, "the list of checksums is missing", "missing")
        return
    listed = {prefix + path: digest for path, digest in _listed(proof, name, "sha256").items()}
    _check_listed(proof, name, listed, "sha256")
    for path in proof.files.sizes:
        if path.startswith(prefix) and path != name and path not in listed:
            proof.bad(path, f"{SUMS_NAME} does not list this file", "stray")
    proof.checked.append(f"{len(listed)} files as {SUMS_NAME} lists them")


def _shipped_record(proof: _Proof, prefix: str, shipment: Shipment) -> Record | None:
    path = prefix + SHIPPED_RECORD
    if path not in proof.files.sizes:
        proof.bad(path, "the record of the build is missing", "missing")
        return None
    data = proof.files.read(path)
    if record_digest(data) != shipment.build.identity:
        proof.bad(path, "this is not the record of the build that was shipped", "identity")
        return None
    try:
        record = Record.model_validate_json(data)
    except ValueError:
        proof.bad(path, "the record cannot be read", "record")
        return None
    if shipment.target not in record.targets:
        proof.bad(path, f"the record has no target {shipment.target}", "target")
        return None
    proof.checked.append(f"build {shipment.build.identity}: the record that was shipped")
    return record


def _verify_deliverables(proof: _Proof, prefix: str, shipment: Shipment, record: Record) -> None:
    deliverables = record.targets[shipment.target].deliverables
    n_good = 0
    for item in deliverables:
        path = prefix + item.path
        if bad_name(item.path):
            proof.bad(SHIPPED_RECORD, f"{item.path!r}: {bad_name(item.path)}", "name")
        elif path not in proof.files.sizes:
            proof.bad(path, "a deliverable is missing", "missing")
        elif proof.files.sizes[path] != item.bytes or proof.sha256(path) != item.sha256:
            proof.bad(path, "it is not the deliverable of the record", "content")
        else:
            n_good += 1
    known = {prefix + item.path for item in deliverables}
    folder = f"{prefix}{shipment.target}/"
    for path in proof.files.sizes:
        if path.startswith(folder) and path not in known:
            proof.bad(path, "the record does not know this file", "stray")
    proof.checked.append(
        f"{n_good} of {len(deliverables)} deliverables of target {shipment.target} as the record has them"
    )


def _own_signers(proof: _Proof, prefix: str) -> Signers | None:
    path = prefix + SHIPPED_SIGNERS
    if path not in proof.files.sizes:
        return None
    proof.not_provable.append(
        "whose keys these are: they came with the package; --signers FILE holds them against keys that you have yourself"
    )
    return Signers(proof.files.read(path), "the package")


def _verify_approval(
    proof: _Proof, prefix: str, shipment: Shipment, record: Record, listed: ShippedApproval, signers: Signers | None
) -> None:
    path = f"{prefix}{SHIPPED_APPROVALS}/{listed.file}"
    if path not in proof.files.sizes:
        proof.bad(path, "an approval is missing", "missing")
        return
    beside = f"{path}.sig"
    signature = proof.files.read(beside) if beside in proof.files.sizes else None
    read = check_approval(PurePosixPath(path).name, proof.files.read(path), signature, signers)
    if read.approval is None or read.signature == "bad":
        proof.bad(path, read.problem or "it cannot be read", "approval")
    elif _as_listed(read, listed) != listed:
        proof.bad(path, f"it does not say what {SHIPMENT_NAME} says of it", "approval")
    elif read.signature == "unchecked":
        proof.not_provable.append(f"the approval by {read.approval.person}: {read.problem}")
    else:
        _tell_approval(proof, path, shipment, record, read, read.approval)


def _as_listed(read: ReadApproval, listed: ShippedApproval) -> ShippedApproval:
    """What the shipment should say of an approval."""
    said = read.approval
    assert said is not None
    return ShippedApproval(
        file=listed.file,
        person=said.person,
        role=said.role,
        decision=said.decision,
        date=said.date,
        signer=said.signer,
        fingerprint=read.fingerprint,
    )


def _tell_approval(
    proof: _Proof, path: str, shipment: Shipment, record: Record, read: ReadApproval, said: Approval
) -> None:
    named, target = dict(said.entries()), shipment.target
    shipped = {d.path: d.sha256 for d in record.targets[target].deliverables}
    other = [p for p, digest in named.items() if p in shipped and shipped[p] != digest]
    if other or not named.keys() & shipped.keys():
        what = f"{other[0]} in another form" if other else "no file of this package"
        proof.bad(path, f"it names {what}: it is not about these bytes", "other-bytes")
        return
    n_files = len(named.keys() & shipped.keys())
    mark = f"key {read.fingerprint}" if read.fingerprint else "UNSIGNED"
    decision = said.decision.replace("-", " ")
    text = f"{decision} by {said.person} ({said.role}), {said.date}: {n_files} of these files; {mark}"
    if read.signature == "none" or not said.is_positive:
        proof.warnings.append(text)
    else:
        proof.checked.append(text)


def _judge_shipment(proof: _Proof, prefix: str, shipment: Shipment) -> None:
    """What was open is told; approvals that the shipment does not name are not part of it."""
    if shipment.override is not None:
        proof.warnings.append(f"shipped on an override by {shipment.override.by}: {shipment.override.reason}")
        proof.warnings += [f"open when it was shipped: {text}" for text in shipment.override.open]
    elif not any(said.decision != "rejected" for said in shipment.approvals):
        proof.bad(SHIPMENT_NAME, "nobody approved it, and nobody overrode that", "approval")
    for path in _approval_files(proof, prefix):
        if path.rpartition("/")[2] not in {said.file for said in shipment.approvals}:
            proof.bad(path, "the shipment does not name this approval", "stray")


def _approval_files(proof: _Proof, prefix: str) -> Iterator[str]:
    folder = f"{prefix}{SHIPPED_APPROVALS}/"
    return (path for path in proof.files.sizes if path.startswith(folder) and not path.endswith(".sig"))
