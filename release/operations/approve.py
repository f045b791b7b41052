"""``release approve``: a person's word about exactly some bytes, signed and stored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from release.errors import SignoffError, UsageError
from release.formats.sshsig import MOST_BYTES, parse_signature
from release.operations.freshness import input_changes, refuse_changed
from release.operations.listening import NOTHING_HEARD, Heard, check_events, listening_records
from release.operations.ship_plan import report_files
from release.operations.signoff_project import SignoffProject, check_deliverables, open_signoff, refuse_failed
from release.pipeline.atomic import write_atomic
from release.pipeline.checksum import sha256_file
from release.pipeline.lock import hold_project
from release.signoff.guarded_json import check_model, read_guarded
from release.signoff.scope import deliverables_in, entries_of, targets_in
from release.signoff.state import ReadApproval
from release.signoff.statement import (
    Approval,
    Asked,
    BuildIdentity,
    Listening,
    Scope,
    parse_approval,
    parse_review,
    statement_bytes,
    statement_digest,
)
from release.signoff.store import (
    NAMESPACE,
    approval_name,
    check_approval,
    read_approvals,
    write_approval,
    write_review,
)
from release.tools.ssh import check_bytes, sign_bytes


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says.

    Attributes:
        person: who.
        role: in which role.
        decision: ``approved``, ``approved-with-notes`` or ``rejected``.
        remarks: in words.
        day: when.
        scope: about what.
        listening: listening records.
        heard: further ones, still without digests.
    """

    person: str
    role: str
    decision: str
    remarks: str
    day: str
    scope: Scope
    listening: tuple[Listening, ...] = ()
    heard: Heard = NOTHING_HEARD


@dataclass(frozen=True, slots=True)
class ApproveResult:
    """What was stored, or drafted.

    Attributes:
        path: the approval's file.
        approval: what it says.
        fingerprint: of the key, or empty.
        is_draft: True when it still has to be signed.
        counts: why it does not count, or empty.
    """

    path: Path
    approval: Approval
    fingerprint: str
    is_draft: bool
    counts: str


def approve_project(
    path: str | Path,
    word: Word,
    *,
    output: Path | None = None,
    signers: Path | None = None,
    key: Path | None = None,
    is_unsigned: bool = False,
    draft: Path | None = None,
) -> ApproveResult:
    """Sign off a build, or a part of it.

    Args:
        path: the manifest.
        word: what the person says.
        output: the build folder.
        signers: an allowed signers file in place of the project's.
        key: the person's SSH key, private or public (with an agent).
        is_unsigned: store it without a signature, marked so.
        draft: write the statement there instead, for its person to sign with ssh-keygen.

    Raises:
        SignoffError: when the build failed, or the person may not say so.
        VerificationError: when the files are not those of the record.
        UsageError: without key and without ``is_unsigned``; for a scope that holds nothing.
    """
    path = Path(path)
    if sum((key is not None, is_unsigned, draft is not None)) != 1:
        raise UsageError(
            "an approval is signed with your SSH key",
            remedy="name it: --key ~/.ssh/id_ed25519 (or --draft FILE to sign elsewhere, or --unsigned)",
        )
    project = open_signoff(path, output=output, signers=signers)
    with hold_project(project.folder):
        data = statement_bytes(_state(project, word, is_unsigned=is_unsigned))
        if draft is not None:
            write_atomic(draft, data)
            return ApproveResult(draft, parse_approval(data, "approval"), "", is_draft=True, counts="")
        signature = None if key is None else sign_bytes(data, key, NAMESPACE)
        return _store(project, data, signature)


def import_approval(
    path: Path, file: Path, *, output: Path | None = None, signers: Path | None = None
) -> ApproveResult:
    """Store an approval that was signed elsewhere: a draft with ``FILE.sig`` beside it.

    Raises:
        SignoffError: when it is about other bytes than this build's, or does not count.
    """
    data = read_guarded(file, "approval")
    approval = parse_approval(data, file.name)
    beside = file.with_name(f"{file.name}.sig")
    signature = read_guarded(beside, "signature", MOST_BYTES) if approval.signature == "ssh" else None
    project = open_signoff(path, output=output, signers=signers)
    with hold_project(project.folder):
        _check_fits(project, approval, file.name)
        return _store(project, data, signature)


def word_of_review(file: Path) -> tuple[Word, BuildIdentity]:
    """The sign-off form of a review page's export.

    Raises:
        UsageError: when the page was exported without one.
    """
    review = parse_review(read_guarded(file, "review"), file.name)
    form = review.approval
    if form is None:
        raise UsageError(
            "this review has no approval in it", where=str(file), remedy="fill in the sign-off form of the page"
        )
    word = Word(form.person, form.role, form.decision, form.remarks, form.date, form.scope, tuple(form.listening))
    return word, review.build


def approve_review(
    path: Path,
    file: Path,
    *,
    output: Path | None = None,
    signers: Path | None = None,
    key: Path | None = None,
    is_unsigned: bool = False,
    draft: Path | None = None,
) -> ApproveResult:
    """Make an approval of a review page's sign-off form, and keep its comments.

    Raises:
        SignoffError: when the page was made from another build.
    """
    word, build = word_of_review(file)
    project = open_signoff(path, output=output, signers=signers)
    if build.identity != project.identity:
        raise SignoffError(
            "this page was made from another build",
            where=str(file),
            remedy=f"the page says {build.identity[:16]}, the build is {project.identity[:16]}: review the new page",
        )
    result = approve_project(path, word, output=output, signers=signers, key=key, is_unsigned=is_unsigned, draft=draft)
    import_review(path, file)
    return result


def import_review(path: Path, file: Path) -> tuple[Path, int]:
    """Keep the comments of a review page; returns where, and how many.

    Raises:
        UsageError: when the file is no review.
    """
    from release.manifest.load import load_manifest

    review = parse_review(read_guarded(file, "review"), file.name)
    folder = load_manifest(path, files_must_exist=False).folder
    return write_review(folder, review), len(review.comments)


def _state(project: SignoffProject, word: Word, *, is_unsigned: bool) -> Approval:
    """The statement, with the digests of exactly the files in its scope, after they were read again."""
    deliverables = deliverables_in(project.record, word.scope)
    if not deliverables:
        raise UsageError(
            f"the build has nothing in scope: {word.scope}",
            where=str(project.output),
            remedy=f"its targets are {', '.join(project.record.targets)}; a track is named by its id, and has files of its own",
        )
    if word.decision != "rejected":
        touched = targets_in(project.record, word.scope)
        refuse_failed(project.record, touched, "approved")
        refuse_changed(input_changes(project), touched, "approved")
    signer = "" if is_unsigned else project.policy.signer_of(word.person)
    objection = project.policy.objection(word.person, word.role, signer)
    if objection:
        raise SignoffError(objection, where=project.manifest.where("signoff"), remedy="ask who looks after the project")
    check_deliverables(project.output, deliverables)
    listening = [*word.listening, *listening_records(word.heard, deliverables, word.day)]
    check_events(listening, deliverables)
    identity = project.record.project
    build = BuildIdentity(
        identity=project.identity,
        title=identity.title,
        artist=identity.artist,
        catalogue_number=identity.catalogue_number,
    )
    value = {
        "build": build,
        "scope": word.scope,
        "person": word.person,
        "role": word.role,
        "decision": word.decision,
        "remarks": word.remarks,
        "date": word.day,
        "signature": "none" if is_unsigned else "ssh",
        "signer": signer,
        "deliverables": entries_of(deliverables),
        "listening": listening,
        "supersedes": _replaced(project, word),
        "asked": _asked(project, word.scope),
        "report": [
            f"{sha256_file(path)} *{path.relative_to(project.output).as_posix()}"
            for path in report_files(project.output)
        ],
    }
    return check_model(Approval, value, "approval that can be signed", "approval")


def _asked(project: SignoffProject, scope: Scope) -> list[Asked]:
    """What the project asks of the targets in a scope, for a signature to cover."""
    touched = {name for name in project.record.targets if scope.target in (None, name)}
    return [
        Asked(role=r.role, targets=list(r.targets), listening=r.listening, other_than=list(r.other_than))  # type: ignore[arg-type]
        for r in project.policy.required
        if not r.targets or touched & set(r.targets)
    ]


def _replaced(project: SignoffProject, word: Word) -> list[str]:
    """Earlier statements of the same person in the same role about the same scope."""
    return sorted(
        item.digest
        for item in read_approvals(project.folder, project.signers)
        if item.approval is not None
        and not item.problem
        and (item.approval.person, item.approval.role, item.approval.scope) == (word.person, word.role, word.scope)
    )


def _check_fits(project: SignoffProject, approval: Approval, where: str) -> None:
    current = {d.path: d.sha256 for d in deliverables_in(project.record, approval.scope)}
    if current != dict(approval.entries()):
        raise SignoffError(
            "this approval is about other files than this build's",
            where=where,
            remedy=f"it names build {approval.build.identity[:16]}, this one is {project.identity[:16]}: ask again",
        )
    check_events(approval.listening, deliverables_in(project.record, approval.scope))
    if approval.is_positive:
        touched = targets_in(project.record, approval.scope)
        refuse_failed(project.record, touched, "approved")
        refuse_changed(input_changes(project), touched, "approved")


def _store(project: SignoffProject, data: bytes, signature: bytes | None) -> ApproveResult:
    approval = parse_approval(data, "approval")
    name = approval_name(approval, statement_digest(data))
    read = check_approval(name, data, signature, project.signers)
    if read.signature == "unchecked" and signature is not None and not check_bytes(data, signature, NAMESPACE).problem:
        raise SignoffError(
            read.problem, where=str(project.manifest.path), remedy=_line_for(project, approval, signature)
        )
    if read.signature not in ("good", "none"):
        remedy = _line_for(project, approval, signature) if signature is not None else "sign it again"
        raise SignoffError(read.problem, where=name, remedy=remedy)
    policy = project.policy
    objection = policy.objection(approval.person, approval.role, approval.signer)
    if objection:
        raise SignoffError(objection, where=name, remedy="ask who looks after the project")
    stranger = policy.stranger(approval.person, approval.signer, read.fingerprint)
    if stranger:
        remedy = f"if it is, write the name behind the key in your signers file: ssh-ed25519 AAAA... {approval.person}"
        raise SignoffError(stranger, where=name, remedy=remedy)
    path = write_approval(project.folder, data, signature, project.data)
    return ApproveResult(path, approval, read.fingerprint, is_draft=False, counts=_why_not(project, read))


def _why_not(project: SignoffProject, read: ReadApproval) -> str:
    if read.signature == "none" and not project.policy.accepts_unsigned:
        if project.signers is not None and project.signers.is_own:
            return "it is unsigned, and by keys of your own nothing unsigned counts"
        return "it is unsigned, and does not count until the manifest says signoff: {unsigned: accept}"
    return ""


def _line_for(project: SignoffProject, approval: Approval, signature: bytes) -> str:
    """What to write into the signers file so that this key counts for its person."""
    try:
        key = parse_signature(signature).public_key
    except ValueError:
        return "sign it again"
    principal = f'"{approval.signer}"' if " " in approval.signer else approval.signer
    if project.signers is None:
        place = "write a file called signers beside the manifest, name it there (signoff: {signers: signers}), and put into it"
    elif project.signers.is_own:
        place = f"add to {project.signers.origin}"
    else:
        place = f"add to {project.manifest.project.signoff.signers}, which signoff.signers names"
    return f'if the key is {approval.person}\'s, {place}: {principal} namespaces="{NAMESPACE}" {key} {approval.person}'
