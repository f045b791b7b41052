"""A package, years later: a shipped ZIP or bag, or anybody's bag, proved from its own lists, record and signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from release.errors import UsageError
from release.formats.bag import (
    BAGIT,
    FETCH,
    INFO,
    PAYLOAD,
    TAG_MANIFEST,
    manifest_algorithm,
    parse_declaration,
    parse_manifest,
    parse_oxum,
)
from release.operations.package_files import FolderFiles, PackageFiles, ZipFiles, bad_name
from release.operations.package_proof import OnEvent, Proof
from release.operations.ship_plan import SHIPMENT_NAME, SHIPPED_RECORD, SUMS_NAME
from release.operations.signoff_project import signers_file
from release.operations.verify_approvals import verify_approvals
from release.operations.verify_lists import verify_nothing_else, verify_reports
from release.operations.verify_result import VerifyResult
from release.record import Record, record_digest
from release.signoff.seal import Shipment, parse_shipment
from release.signoff.store import Signers


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
    given = (
        None if signers is None else Signers(signers_file(signers.resolve(), str(signers)), str(signers), is_own=True)
    )
    files: PackageFiles = FolderFiles(path) if path.is_dir() else ZipFiles(path)
    proof = Proof(files, tell, problems=list(files.problems))
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
        kind,
        tuple(proof.checked),
        tuple(proof.problems),
        tuple(proof.warnings),
        tuple(proof.not_provable),
        unproved=tuple(proof.unproved),
    )


def _verify_bag(proof: Proof) -> None:
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
    tags: set[str] = set()
    for name, is_tag, algorithm in manifests:
        listed = _listed(proof, name, algorithm)
        _check_listed(proof, name, listed, algorithm)
        tags |= listed.keys() if is_tag else set()
        if not is_tag:
            for path in sorted(payload - listed.keys()):
                proof.bad(path, f"{name} does not list this file", "stray")
    _check_tag_files(proof, {name for name, is_tag, _ in manifests if is_tag}, tags, payload)
    oxum = parse_oxum(files.read(INFO)) if INFO in files.sizes else None
    total = sum(files.sizes[name] for name in payload), len(payload)
    if oxum is not None and oxum != total:
        proof.bad(INFO, f"it says {oxum[0]} bytes in {oxum[1]} files, there are {total[0]} in {total[1]}", "oxum")
    words = ", ".join(name for name, _, _ in manifests)
    proof.checked.append(f"BagIt {version}: {total[1]} files of payload held against {words}")


def _check_tag_files(proof: Proof, tag_manifests: set[str], listed: set[str], payload: set[str]) -> None:
    """Every file beside the payload stands in a tag manifest: in a bag of ours it must, in one of others it should."""
    is_ours = f"{PAYLOAD}/{SHIPMENT_NAME}" in payload
    if is_ours and TAG_MANIFEST not in tag_manifests:
        proof.bad(TAG_MANIFEST, "the list of the files beside the payload is missing", "missing")
    for path in sorted(proof.files.sizes.keys() - payload - listed - tag_manifests):
        if is_ours:
            proof.bad(path, "no tag manifest lists this file", "stray")
        elif tag_manifests:
            proof.warnings.append(f"no tag manifest lists {path}")


def _listed(proof: Proof, name: str, algorithm: str) -> Mapping[str, str]:
    try:
        return parse_manifest(proof.files.read(name), algorithm)
    except ValueError as exc:
        proof.bad(name, str(exc), "manifest")
        return {}


def _check_listed(proof: Proof, name: str, listed: Mapping[str, str], algorithm: str) -> None:
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


def _other_digest(proof: Proof, path: str, algorithm: str) -> str | None:
    """Digest in another algorithm, of what is small; SHA-256 proves the rest."""
    if proof.files.sizes[path] > 64 << 20:
        proof.not_provable.append(f"{path} by {algorithm}: it is too large; see its SHA-256")
        return None
    return hashlib.new(algorithm, proof.files.read(path), usedforsecurity=False).hexdigest()


def _verify_shipment(proof: Proof, prefix: str, given: Signers | None) -> None:
    shipment = parse_shipment(proof.files.read(prefix + SHIPMENT_NAME), SHIPMENT_NAME)
    _verify_sums(proof, prefix)
    record = _shipped_record(proof, prefix, shipment)
    if record is None:
        return
    _verify_deliverables(proof, prefix, shipment, record)
    statements = verify_approvals(proof, prefix, shipment, record, given)
    verify_reports(proof, prefix, shipment, proof.files.read(prefix + SHIPPED_RECORD), statements)


def _verify_sums(proof: Proof, prefix: str) -> None:
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


def _shipped_record(proof: Proof, prefix: str, shipment: Shipment) -> Record | None:
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


def _verify_deliverables(proof: Proof, prefix: str, shipment: Shipment, record: Record) -> None:
    deliverables = record.targets[shipment.target].deliverables
    n_good = 0
    for item in deliverables:
        path = prefix + item.path
        if not item.path.startswith(f"{shipment.target}/"):
            proof.bad(SHIPPED_RECORD, f"{item.path!r} lies outside the folder of its target", "name")
        elif bad_name(item.path):
            proof.bad(SHIPPED_RECORD, f"{item.path!r}: {bad_name(item.path)}", "name")
        elif path not in proof.files.sizes:
            proof.bad(path, "a deliverable is missing", "missing")
        elif proof.files.sizes[path] != item.bytes or proof.sha256(path) != item.sha256:
            proof.bad(path, "it is not the deliverable of the record", "content")
        else:
            n_good += 1
    verify_nothing_else(proof, prefix, shipment.target, record)
    proof.checked.append(
        f"{n_good} of {len(deliverables)} deliverables of target {shipment.target} as the record has them"
    )
