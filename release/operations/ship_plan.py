"""What goes into a package: deliverables, the report, the sign-off with its keys, and how to prove them; pure but for reading small files."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.operations.signoff_project import SignoffProject
from release.record import RECORD_NAME, REPORT_FILES, REPORT_FOLDER
from release.signoff.seal import Shipment, shipment_bytes
from release.signoff.state import JudgedApproval
from release.signoff.store import APPROVALS, NAMESPACE, signoff_folder

SIGNOFF_FOLDER = "sign-off"
SHIPMENT_NAME = f"{SIGNOFF_FOLDER}/shipment.json"
SHIPPED_RECORD = f"{SIGNOFF_FOLDER}/{RECORD_NAME}"
SHIPPED_SIGNERS = f"{SIGNOFF_FOLDER}/allowed_signers"
SHIPPED_APPROVALS = f"{SIGNOFF_FOLDER}/{APPROVALS}"
SUMS_NAME, GUIDE_NAME = "checksums.sha256", "VERIFY.txt"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package: where it goes, and its content or where that lies, with its digest where it is known."""

    path: str
    data: bytes | None = None
    source: Path | None = None
    sha256: str = ""


def package_name(project: SignoffProject, target: str) -> str:
    """Name of a package: the release, the target and the beginning of the build's identity, in plain letters."""
    identity = project.record.project
    return f"{_plain(identity.catalogue_number or identity.title)}-{_plain(target)}-{project.identity[:_DIGITS]}"


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", errors="ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_text).strip("-")[:60] or "release"


def payload(project: SignoffProject, shipment: Shipment, approvals: Sequence[JudgedApproval]) -> list[Entry]:
    """Every file but the list of checksums, in order of paths."""
    deliverables = project.record.targets[shipment.target].deliverables
    entries = [Entry(d.path, source=project.output / d.path, sha256=d.sha256) for d in deliverables]
    for name in REPORT_FILES:
        path = project.output / REPORT_FOLDER / name
        if path.is_file() and not path.is_symlink():
            entries.append(Entry(f"{REPORT_FOLDER}/{name}", source=path))
    entries.append(Entry(SHIPPED_RECORD, data=project.data))
    entries.append(Entry(SHIPMENT_NAME, data=shipment_bytes(shipment)))
    if project.signers is not None:
        entries.append(Entry(SHIPPED_SIGNERS, data=project.signers.data))
    folder = signoff_folder(project.folder, APPROVALS)
    for judged in approvals:
        entries.append(Entry(f"{SHIPPED_APPROVALS}/{judged.read.name}", data=(folder / judged.read.name).read_bytes()))
        if judged.read.signature == "good":
            name = f"{judged.read.name}.sig"
            entries.append(Entry(f"{SHIPPED_APPROVALS}/{name}", data=(folder / name).read_bytes()))
    entries.append(Entry(GUIDE_NAME, data=guide_text(shipment).encode()))
    return sorted(entries, key=lambda e: e.path.encode())


def guide_text(shipment: Shipment) -> str:
    """How to prove a package with nothing but sha256sum, sed and ssh-keygen."""
    build = shipment.build
    lines = [
        f"{build.artist}: {build.title}",
        f"Target: {shipment.target}",
        f"Catalogue number: {build.catalogue_number}" if build.catalogue_number else "",
        f"Build: {build.identity}",
        "",
        "To prove this package, open a terminal in the folder of this file.",
        "",
        "1. Every file is what it was (GNU coreutils; on macOS: shasum -a 256 -c):",
        "",
        f"sha256sum -c {SUMS_NAME}",
        "",
        "2. This is the build that was approved; the first word must be the build's number above:",
        "",
        f"sha256sum {SHIPPED_RECORD}",
        "",
    ]
    for number, approval in enumerate(shipment.approvals, 3):
        lines += _approval_lines(number, approval.file, approval.signer, approval.date)
        said = approval.decision.replace("-", " ")
        lines += [f"   {approval.person} ({approval.role}): {said}, {approval.date}", ""]
    if shipment.override is not None:
        lines += [
            "SHIPPED ON AN OVERRIDE: not everything that the project asks was approved.",
            f"By: {shipment.override.by}",
            f"Reason: {shipment.override.reason}",
            *(f"Open: {text}" for text in shipment.override.open),
            "",
        ]
    lines += [
        f"The keys in {SHIPPED_SIGNERS} came with this package. To be sure whose they are, compare them",
        "with keys that you have from the people themselves: ssh-keygen -lf KEY.pub shows a fingerprint.",
    ]
    return "\n".join(line for n, line in enumerate(lines) if line or n > 3) + "\n"


def _approval_lines(number: int, file: str, signer: str, day: str) -> list[str]:
    path = shlex.quote(f"{SHIPPED_APPROVALS}/{file}")
    lines = [f"{number}. An approval{'' if signer else ', UNSIGNED'}, and that it names these very files:", ""]
    if signer:
        lines.append(
            f"ssh-keygen -Y verify -f {SHIPPED_SIGNERS} -I {shlex.quote(signer)} -n {NAMESPACE} "
            f"-O verify-time={day.replace('-', '')}120000 -s {path}.sig < {path}"
        )
    pattern = r"""'s/^ *"\([0-9a-f]\{64\} \*.*\)",\{0,1\}$/\1/p'"""
    lines += [f"sed -n {pattern} {path} | sha256sum -c --ignore-missing", ""]
    return lines
