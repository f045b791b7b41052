"""What the approvals in a package are worth: judged anew, from the signed statements themselves, for whoever holds the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from release.manifest.likeness import mixed_scripts
from release.operations.package_proof import Proof
from release.operations.ship_plan import SHIPMENT_NAME, SHIPPED_APPROVALS, SHIPPED_SIGNERS
from release.operations.verify_lists import with_proved_lists
from release.record import Deliverable, Record
from release.signoff.judge import superseded
from release.signoff.key_names import keys_of_principals, names_of_keys
from release.signoff.policy import Person, Policy, Required
from release.signoff.requirement import judge_requirement, requirements_for
from release.signoff.scope import named_in
from release.signoff.seal import Shipment, ShippedApproval
from release.signoff.state import JudgedApproval, JudgedRequirement, ReadApproval
from release.signoff.statement import Approval
from release.signoff.store import Signers, check_approval


def verify_approvals(
    proof: Proof, prefix: str, shipment: Shipment, record: Record, given: Signers | None
) -> tuple[Approval, ...]:
    """Judge every approval, then whether together they cover every file and give what was required.

    Args:
        proof: is told what is found.
        prefix: where the files lie in the package.
        shipment: what the package says of itself; nobody signed that.
        record: of the build, whose deliverables were held against the files.
        given: keys of whoever asks, or None for those that came along.

    Returns:
        The statements that stand.
    """
    trusted = given or _own_signers(proof, prefix)
    policy = _policy(shipment, given, trusted)
    read = [item for said in shipment.approvals if (item := _read(proof, prefix, said, trusted)) is not None]
    replaced = superseded(read, policy)
    judged = [_judged(proof, prefix, shipment, record, policy, item) for item in read if item.digest not in replaced]
    shown = with_proved_lists(proof, prefix, shipment.target, record)
    required = [
        judge_requirement(shown, policy, shipment.target, wanted, judged)
        for wanted in requirements_for(policy, shipment.target, judged)
    ]
    _tell_open(proof, shipment, [r for r in required if r.state != "approved"], _uncovered(shown, shipment, judged))
    _tell_bounds(proof, shipment, required, judged)
    for path in _approval_files(proof, prefix):
        if path.rpartition("/")[2] not in {said.file for said in shipment.approvals}:
            proof.bad(path, "the shipment does not name this approval", "stray")
    return tuple(_said(j) for j in judged if j.stands)


def _own_signers(proof: Proof, prefix: str) -> Signers | None:
    path = prefix + SHIPPED_SIGNERS
    if path not in proof.files.sizes:
        return None
    proof.unproved.append(
        "whose keys these are: they came with the package; --signers FILE holds them against keys that you have yourself"
    )
    return Signers(proof.files.read(path), "the package")


def _policy(shipment: Shipment, given: Signers | None, trusted: Signers | None) -> Policy:
    """What the package says was asked. By keys of one's own nothing unsigned counts, and names are one's own too."""
    return Policy(
        required=tuple(Required(r.role, (), r.listening, tuple(r.other_than)) for r in shipment.required or ()),
        people=tuple(Person(p.name, p.signer, tuple(p.roles)) for p in shipment.people),
        accepts_unsigned=shipment.unsigned == "accept" and given is None,
        credits={role: frozenset(names) for role, names in shipment.credits.items()},
        keys={} if trusted is None else keys_of_principals(trusted.data),
        vouched=None if given is None else names_of_keys(given.data),
    )


def _read(proof: Proof, prefix: str, listed: ShippedApproval, signers: Signers | None) -> ReadApproval | None:
    """An approval with its signature checked; None, and told, for one that is not what it says."""
    path = f"{prefix}{SHIPPED_APPROVALS}/{listed.file}"
    if path not in proof.files.sizes:
        proof.bad(path, "an approval is missing", "missing")
        return None
    beside = f"{path}.sig"
    signature = proof.files.read(beside) if beside in proof.files.sizes else None
    read = check_approval(PurePosixPath(path).name, proof.files.read(path), signature, signers)
    if read.approval is None or read.signature == "bad":
        proof.bad(path, read.problem or "it cannot be read", "approval")
        return None
    if _as_listed(read, read.approval, listed.file) != listed:
        proof.bad(path, f"it does not say what {SHIPMENT_NAME} says of it", "approval")
        return None
    return read


def _as_listed(read: ReadApproval, said: Approval, file: str) -> ShippedApproval:
    """What the shipment should say of an approval."""
    return ShippedApproval(
        file=file,
        person=said.person,
        role=said.role,
        decision=said.decision,
        date=said.date,
        signer=said.signer,
        fingerprint=read.fingerprint,
    )


def _judged(
    proof: Proof, prefix: str, shipment: Shipment, record: Record, policy: Policy, read: ReadApproval
) -> JudgedApproval:
    """What one approval is worth here; everything that keeps it from being proved is told."""
    said, path = read.approval, f"{prefix}{SHIPPED_APPROVALS}/{read.name}"
    assert said is not None
    # A package that says nothing of requirements says nothing of people either.
    objection = policy.objection(said.person, said.role, said.signer) if shipment.required is not None else ""
    if objection:
        proof.bad(path, objection, "approval")
        return JudgedApproval(read, "invalid", why=(objection,))
    other = _other_bytes(said, shipment.target, record) if said.is_positive else ""
    if other:
        proof.bad(path, f"{other}: it is not about these bytes", "other-bytes")
        return JudgedApproval(read, "invalid", why=(other,))
    doubt = _doubt(policy, read, said)
    counts = read.signature != "none" or policy.accepts_unsigned
    text = _words(read, said, shipment.target)
    if doubt:
        proof.unproved.append(f"{text}: {doubt}")
    elif said.is_positive:
        proof.checked.append(text)
    if not said.is_positive:
        proof.warnings.append(text)
    odd = mixed_scripts(said.person)
    if odd:
        proof.warnings.append(f"look at this name: {odd}")
    if not counts:
        return JudgedApproval(read, "invalid", why=(doubt,))
    return JudgedApproval(read, "approved" if said.is_positive else "rejected", targets=(shipment.target,))


def _doubt(policy: Policy, read: ReadApproval, said: Approval) -> str:
    """Why an approval is not proved to be its person's; empty when it is, as far as the keys go that are trusted."""
    if read.signature == "none":
        return "it is UNSIGNED: anybody can have written it"
    if read.signature == "unchecked":
        return read.problem
    return policy.stranger(said.person, said.signer, read.fingerprint)


def _words(read: ReadApproval, said: Approval, target: str) -> str:
    decision = said.decision.replace("-", " ")
    n_files = len(named_in(said, target))
    mark = f"signed as {said.signer}, key {read.fingerprint}" if said.signer else "UNSIGNED"
    return f"{decision} by {said.person} ({said.role}), {said.date}: {n_files} of these files; {mark}"


def _other_bytes(said: Approval, target: str, record: Record) -> str:
    """Where an approval and the package differ within the target; empty when they don't.

    One of a whole target names all of its files and no other; one of a track may leave others out.
    """
    named = named_in(said, target)
    shipped = {d.path: d.sha256 for d in record.targets[target].deliverables}
    if not named:
        return "it names no file of this package"
    for path, digest in sorted(named.items()):
        if path not in shipped:
            return f"it names {path}, which is not here"
        if shipped[path] != digest:
            return f"it names {path} in another form"
    left = sorted(shipped.keys() - named.keys())
    return f"it does not name {left[0]}" if left and said.scope.kind != "track" else ""


def _uncovered(record: Record, shipment: Shipment, judged: Sequence[JudgedApproval]) -> list[Deliverable]:
    """Files that no standing approval names, but for lists of checksums that were held against the files."""
    covered = {entry for j in judged if j.stands for entry in named_in(_said(j), shipment.target).items()}
    return [
        d
        for d in record.targets[shipment.target].deliverables
        if d.role != "checksums" and (d.path, d.sha256) not in covered
    ]


def _tell_open(
    proof: Proof, shipment: Shipment, unmet: Sequence[JudgedRequirement], uncovered: Sequence[Deliverable]
) -> None:
    """What lacks: a fault of the package, unless it says that it was shipped so; nobody has signed that word."""
    texts = [(f"approval by {r.required.words} is {r.state}: {r.why}", "requirement") for r in unmet]
    if uncovered:
        n = len(uncovered)
        texts.append(
            (f"{n} file{'s' if n > 1 else ''} that nobody approved, the first is {uncovered[0].path}", "unapproved")
        )
    if shipment.override is None:
        for text, code in texts:
            proof.bad(SHIPMENT_NAME, text, code)
        return
    proof.warnings.append(f"shipped on an override by {shipment.override.by}: {shipment.override.reason}")
    proof.warnings += [f"open when it was shipped: {text}" for text in shipment.override.open]
    proof.warnings += [f"open: {text}" for text, _ in texts]
    proof.unproved.append(f"that {shipment.override.by} let it pass: an override is signed by nobody")


def _tell_bounds(
    proof: Proof, shipment: Shipment, required: Sequence[JudgedRequirement], judged: Sequence[JudgedApproval]
) -> None:
    """What the signatures do not reach."""
    standing = [_said(j) for j in judged if j.stands]
    if not any(said.asked for said in standing):
        proof.unproved.append("which approvals were required: no signed statement says it")
    has_record = any(said.build.identity == shipment.build.identity for said in standing)
    if standing and not has_record:
        text = "what the record says besides digests: every approval was given for an earlier build of the same files"
        proof.not_provable.append(text)
        if all(said.scope.kind == "track" for said in standing):
            # Each track is what was approved; that no track was taken out is what a record says, and nobody signed this one.
            proof.unproved.append("that no track is missing: tracks were approved one by one, for earlier builds")
    for item in required:
        if item.state == "approved":
            proof.checked.append(f"required: {item.required.words}, by {', '.join(item.by)}")


def _said(judged: JudgedApproval) -> Approval:
    assert judged.read.approval is not None
    return judged.read.approval


def _approval_files(proof: Proof, prefix: str) -> Iterator[str]:
    folder = f"{prefix}{SHIPPED_APPROVALS}/"
    return (path for path in proof.files.sizes if path.startswith(folder) and not path.endswith(".sig"))
