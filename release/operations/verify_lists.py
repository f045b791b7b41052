"""Files of a package that no approval has to name, each held against what it was made from: lists of checksums, reports, papers."""

from __future__ import annotations

import json
from collections.abc import Sequence

from release.formats.bag import parse_manifest
from release.operations.package_proof import Proof
from release.operations.ship_plan import (
    FINDINGS_NAME,
    GUIDE_NAME,
    SHIPMENT_NAME,
    SHIPPED_APPROVALS,
    SHIPPED_RECORD,
    SHIPPED_SIGNERS,
    SUMS_NAME,
    findings_of,
)
from release.record import REPORT_FILES, REPORT_FOLDER, Deliverable, Record
from release.signoff.seal import Shipment
from release.signoff.statement import Approval

_MOST_LIST_BYTES = 16 << 20


def with_proved_lists(proof: Proof, prefix: str, target: str, record: Record) -> Record:
    """The record, where only a list of checksums that says of every file what is true still goes by that name.

    Approvals of tracks name no lists, and a record is under no signature: what it merely calls a list has to be approved like any file.
    """
    deliverables = [
        item.model_copy(update={"role": "control"})
        if item.role == "checksums" and not _is_true_list(proof, prefix, target, item, record)
        else item
        for item in record.targets[target].deliverables
    ]
    shown = record.targets[target].model_copy(update={"deliverables": deliverables})
    return record.model_copy(update={"targets": {**record.targets, target: shown}})


def _is_true_list(proof: Proof, prefix: str, target: str, item: Deliverable, record: Record) -> bool:
    kind = item.path.removeprefix(f"{target}/checksums.")
    path = prefix + item.path
    if kind not in ("md5", "sha256") or proof.files.sizes.get(path, _MOST_LIST_BYTES) >= _MOST_LIST_BYTES:
        return False
    try:
        listed = parse_manifest(proof.files.read(path), kind)
    except ValueError:
        return False
    files = {d.path.removeprefix(f"{target}/"): d for d in record.targets[target].deliverables if d.role != "checksums"}
    return listed == {name: d.sha256 if kind == "sha256" else d.md5 for name, d in files.items()}


def verify_reports(
    proof: Proof, prefix: str, shipment: Shipment, record: bytes, statements: Sequence[Approval]
) -> None:
    """The report is the one that lay beside the files when they were approved; ``qc.json`` says what the record says."""
    named = {entry for said in statements for entry in said.report}
    for name in REPORT_FILES:
        shown = f"{REPORT_FOLDER}/{name}"
        path = prefix + shown
        if path not in proof.files.sizes or f"{proof.sha256(path)} *{shown}" in named:
            continue
        if name == FINDINGS_NAME:
            if not _says(proof.files.read(path), findings_of(record, shipment.build.identity)):
                proof.bad(path, "it does not say what the record says", "report")
        elif named:
            proof.bad(path, "it is not the report that lay there when this was approved", "report")
        else:
            proof.unproved.append(f"{shown}: no approval names it")


def _says(data: bytes, wanted: bytes) -> bool:
    try:
        return bool(json.loads(data) == json.loads(wanted))
    except ValueError:
        return False


def verify_nothing_else(proof: Proof, prefix: str, target: str, record: Record) -> None:
    """Nothing lies in a package but its target's deliverables, the report, the sign-off, and how to prove them."""
    known = {prefix + item.path for item in record.targets[target].deliverables}
    known |= {f"{prefix}{REPORT_FOLDER}/{name}" for name in REPORT_FILES}
    known |= {prefix + name for name in (SHIPPED_RECORD, SHIPMENT_NAME, SHIPPED_SIGNERS, GUIDE_NAME, SUMS_NAME)}
    for path in proof.files.sizes:
        if path.startswith(prefix) and path not in known and not path.startswith(f"{prefix}{SHIPPED_APPROVALS}/"):
            proof.bad(path, "neither the record nor the sign-off knows this file", "stray")
