"""What goes into a package: deliverables, the report, the sign-off with its keys, and how to prove them; pure but for reading small files."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release.operations.signoff_project import SignoffProject
from release.pipeline.checksum import sha256_file
from release.pipeline.guarded import plain_below
from release.record import RECORD_NAME, REPORT_FILES, REPORT_FOLDER
from release.signoff.seal import Shipment, ShippedApproval, shipment_bytes
from release.signoff.state import JudgedApproval
from release.signoff.store import APPROVALS, NAMESPACE, signoff_folder

SIGNOFF_FOLDER = "sign-off"
SHIPMENT_NAME = f"{SIGNOFF_FOLDER}/shipment.json"
SHIPPED_RECORD = f"{SIGNOFF_FOLDER}/{RECORD_NAME}"
SHIPPED_SIGNERS = f"{SIGNOFF_FOLDER}/allowed_signers"
SHIPPED_APPROVALS = f"{SIGNOFF_FOLDER}/{APPROVALS}"
SUMS_NAME, GUIDE_NAME = "checksums.sha256", "VERIFY.txt"
FINDINGS_NAME = "qc.json"
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a package: where it goes, and its content or where that lies, with its digest where it is known."""

    path: str
    data: bytes | None = None
    source: Path | None = None
    sha256: str = ""


def report_files(output: Path) -> list[Path]:
    """The files of a build's QC report that are there; links are none."""
    found = (plain_below(output, f"{REPORT_FOLDER}/{name}") for name in REPORT_FILES)
    return [path for path in found if path is not None]


def package_name(project: SignoffProject, target: str) -> str:
    """Name of a package: the release, the target and the beginning of the build's identity, in plain letters."""
    identity = project.record.project
    return f"{_plain(identity.catalogue_number or identity.title)}-{_plain(target)}-{project.identity[:_DIGITS]}"


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", errors="ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", ascii_text).strip("-")[:60] or "release"


def payload(
    project: SignoffProject, shipment: Shipment, approvals: Sequence[JudgedApproval]
) -> tuple[list[Entry], tuple[str, ...]]:
    """Every file but the list of checksums, in order of paths; and files of the report that stay behind."""
    deliverables = project.record.targets[shipment.target].deliverables
    entries = [Entry(d.path, source=project.output / d.path, sha256=d.sha256) for d in deliverables]
    report, left_out = _report_entries(project, approvals)
    entries += report
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
    return sorted(entries, key=lambda e: e.path.encode()), left_out


def _report_entries(
    project: SignoffProject, approvals: Sequence[JudgedApproval]
) -> tuple[list[Entry], tuple[str, ...]]:
    """The report as it lay there when somebody approved; ``qc.json`` is made from the record anew, so that nothing binds it but that."""
    named = {entry for j in approvals if j.read.approval is not None for entry in j.read.approval.report}
    entries, left_out = [], []
    for path in report_files(project.output):
        name = path.relative_to(project.output).as_posix()
        digest = sha256_file(path)
        if f"{digest} *{name}" in named:
            entries.append(Entry(name, source=path, sha256=digest))
        elif path.name == FINDINGS_NAME:
            entries.append(Entry(name, data=findings_of(project.data, project.identity)))
        else:
            left_out.append(name)
    return entries, tuple(left_out)


def findings_of(record: bytes, identity: str) -> bytes:
    """``report/qc.json`` as the record has it."""
    from release.report.build_report import qc_json

    return qc_json(json.loads(record), identity)


def guide_text(shipment: Shipment) -> str:
    """How to prove a package with nothing but sha256sum, sed, find and ssh-keygen."""
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
        "2. This is the build that was shipped; the first word must be the build's number above:",
        "",
        f"sha256sum {SHIPPED_RECORD}",
        "",
    ]
    for number, approval in enumerate(shipment.approvals, 3):
        lines += _approval_lines(number, approval, shipment.target)
        said = approval.decision.replace("-", " ")
        lines += [f"   {approval.person} ({approval.role}): {said}, {approval.date}", ""]
    lines += _coverage_lines(3 + len(shipment.approvals), shipment)
    lines += _required_lines(shipment)
    if shipment.override is not None:
        lines += [
            "SHIPPED ON AN OVERRIDE: not everything that the project asks was approved.",
            f"By: {shipment.override.by}",
            f"Reason: {' '.join(shipment.override.reason.split())}",
            *(f"Open: {text}" for text in shipment.override.open),
            "",
        ]
    lines += [
        f"The keys in {SHIPPED_SIGNERS} came with this package, and so did this text. To be sure whose they are, put keys",
        "that you have from the people themselves in the place of that file: ssh-keygen -lf KEY.pub shows a fingerprint.",
    ]
    return "\n".join(line for n, line in enumerate(lines) if line or n > 3) + "\n"


def _approval_lines(number: int, approval: ShippedApproval, target: str) -> list[str]:
    path = shlex.quote(f"{SHIPPED_APPROVALS}/{approval.file}")
    mark = "" if approval.signer else ", UNSIGNED"
    is_rejection = approval.decision == "rejected"
    what = (
        f"A rejection{mark}:"
        if is_rejection
        else f"An approval{mark}, and that every file it names here is there, unchanged:"
    )
    lines = [f"{number}. {what}", ""]
    if approval.signer:
        lines.append(
            f"ssh-keygen -Y verify -f {SHIPPED_SIGNERS} -I {shlex.quote(approval.signer)} -n {NAMESPACE} "
            f"-O verify-time={approval.date.replace('-', '')}120000 -s {path}.sig < {path}"
        )
    if not is_rejection:
        lines.append(f"sed -n {_sed(target)} {path} | sha256sum -c")
    return [*lines, ""]


def _sed(target: str, *, only_paths: bool = False) -> str:
    """The program that takes the files of a target out of a statement, as lines of sha256sum or as paths."""
    folder = re.sub(r"([\\.*^$\[\]/])", r"\\\1", target)
    digest, path = r"[0-9a-f]\{64\} \*", rf"{folder}\/.*"
    kept = rf"{digest}\({path}\)" if only_paths else rf"\({digest}{path}\)"
    return shlex.quote(rf's/^ *"{kept}",\{{0,1\}}$/\1/p')


def _coverage_lines(number: int, shipment: Shipment) -> list[str]:
    """Nothing lies there that nobody approved."""
    files = [shlex.quote(f"{SHIPPED_APPROVALS}/{a.file}") for a in shipment.approvals if a.decision != "rejected"]
    folder = shlex.quote(shipment.target)
    named = f"sed -n {_sed(shipment.target, only_paths=True)} {' '.join(files or ['/dev/null'])} | LC_ALL=C sort -u"
    return [
        f"{number}. Nothing else is there. This prints every file that is approved and missing, or there and not approved;",
        "   it must print nothing, but for lists of checksums where tracks were approved one by one:",
        "",
        f"({named}; find {folder} -type f) | LC_ALL=C sort | uniq -u",
        "",
        "   And this must print ./VERIFY.txt and ./checksums.sha256 alone:",
        "",
        f"find . -type f ! -path {shlex.quote(f'./{shipment.target}/*')} ! -path './{REPORT_FOLDER}/*' ! -path './{SIGNOFF_FOLDER}/*'",
        "",
    ]


def _required_lines(shipment: Shipment) -> list[str]:
    """What had to be approved: the word of the package, and that of the signed statements themselves."""
    if not shipment.required:
        return []
    lines = ['Approvals that were required (each signed statement says the same under "asked"):']
    for wanted in shipment.required:
        listening = f", listening {wanted.listening}" if wanted.listening != "none" else ""
        other = f", not {' or '.join(wanted.other_than)}" if wanted.other_than else ""
        by = f": {', '.join(wanted.by)}" if wanted.by else ""
        lines.append(f"   {wanted.role or 'any role'}{listening}{other}{by} - {wanted.state}")
    return [*lines, ""]
