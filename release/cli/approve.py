"""``release approve``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.cli.command import Output, ProjectArgument, command, project_path
from release.cli.console import Session
from release.cli.signoff import Day, SignersFile
from release.cli.status import read_day
from release.cli.text import hanging, plural, wrap
from release.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from release.operations.approve import ApproveResult, Word
    from release.operations.listening import Heard

NAMESPACE_WORD = "approval@release-audio"

Target = Annotated[
    str | None, typer.Option("--target", "-t", metavar="NAME", help="Only this target.", show_default=False)
]
Track = Annotated[
    str | None, typer.Option("--track", metavar="ID", help="Only the files of this track.", show_default=False)
]
Person = Annotated[str, typer.Option("--person", metavar="NAME", help="Who approves.", show_default=False)]
Role = Annotated[str, typer.Option("--role", metavar="ROLE", help="As what: artist, label, qc ...", show_default=False)]
Remarks = Annotated[str, typer.Option("--remarks", metavar="TEXT", help="What else to say.", show_default=False)]
Notes = Annotated[bool, typer.Option("--with-notes", help="Approved, with notes: see the remarks.")]
Reject = Annotated[bool, typer.Option("--reject", help="Reject instead; it blocks what it covers.")]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        envvar="RELEASE_SIGNING_KEY",
        show_envvar=False,
        help="Your SSH key; the public one where an agent holds it. RELEASE_SIGNING_KEY does the same.",
        show_default=False,
    ),
]
Unsigned = Annotated[bool, typer.Option("--unsigned", help="Without a signature, and marked so.")]
Draft = Annotated[
    Path | None,
    typer.Option("--draft", metavar="FILE", help="Write what is to be signed elsewhere.", show_default=False),
]
Import = Annotated[
    Path | None,
    typer.Option("--import", metavar="FILE", help="Take a signed draft; FILE.sig lies beside it.", show_default=False),
]
From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE", help="Take person, role and words from a review page.", show_default=False),
]
HeardPaths = Annotated[
    list[str] | None,
    typer.Option("--heard", metavar="PATH", help="File or folder of the build that was heard.", show_default=False),
]
Spots = Annotated[bool, typer.Option("--spots", help="It was heard in spots, not from start to end.")]
Room = Annotated[str, typer.Option("--room", metavar="TEXT", help="Where it was heard.", show_default=False)]
Chain = Annotated[str, typer.Option("--chain", metavar="TEXT", help="What it was heard over.", show_default=False)]
ListeningFile = Annotated[
    Path | None,
    typer.Option("--listening", metavar="FILE", help="Listening records with events, as JSON.", show_default=False),
]


@command
def approve(
    session: Session,
    project: ProjectArgument,
    *,
    person: Person = "",
    role: Role = "",
    target: Target = None,
    track: Track = None,
    remarks: Remarks = "",
    with_notes: Notes = False,
    reject: Reject = False,
    date: Day = None,
    key: Key = None,
    unsigned: Unsigned = False,
    draft: Draft = None,
    import_: Import = None,
    from_: From = None,
    heard: HeardPaths = None,
    spots: Spots = False,
    room: Room = "",
    chain: Chain = "",
    listening: ListeningFile = None,
    output: Output = None,
    signers: SignersFile = None,
) -> int:
    r"""Sign off a build, bound to exactly its files.

    The files are read again, then a statement with the SHA-256 of each is signed with
    your SSH key and stored in .release/approvals. Whose keys count, and who may approve
    as what, stands in the manifest under signoff. A build that failed cannot be approved.

    Examples:
      release approve . --person "Jo Marsh" --role label --key jo_key
      release approve . -t cd --person "Ana Reis" --role artist --draft ana.json
      ssh-keygen -Y sign -n approval@release-audio -f ana_key ana.json
      release approve . --import ana.json
      release approve . --from review.json --key jo_key
      release approve . --person "Lee Fox" --role qc --key lee_key \
        --heard streaming/flac --room "Studio 2" --chain "D/A, loudspeakers"

    Exit code 0 when it is stored, 7 when a file is not what was built, 9 when the build
    failed, the key does not count, or the person may not approve in that role.
    """
    from release.operations.approve import approve_project, approve_review, import_approval

    path = project_path(project)
    signing = {"key": None if unsigned or draft else key, "is_unsigned": unsigned, "draft": draft}
    _check_sources(import_, from_, person=person, role=role)
    if import_ is not None or from_ is not None:
        said: dict[str, object] = {
            "--target": target,
            "--track": track,
            "--remarks": remarks,
            "--with-notes": with_notes,
        }
        said |= {"--reject": reject, "--date": date, "--heard": heard, "--spots": spots, "--room": room}
        said |= {"--chain": chain, "--listening": listening}
        if import_ is not None:
            said |= {"--unsigned": unsigned, "--draft": draft}
        _refuse_beside_file("--import" if import_ is not None else "--from", said)
    if import_ is None:
        session.note("read the files again")
    if import_ is not None:
        result = import_approval(path, import_, output=output, signers=signers)
    elif from_ is not None:
        result = approve_review(path, from_, output=output, signers=signers, **signing)  # type: ignore[arg-type]
    else:
        from release.operations.listening import Heard

        listened = Heard(tuple(heard or ()), not spots, room, chain, listening)
        decision = _decision(with_notes=with_notes, reject=reject)
        word = _word(person, role, decision, remarks, read_day(date), target, track, listened)
        result = approve_project(path, word, output=output, signers=signers, **signing)  # type: ignore[arg-type]
    session.result(_data(result), _lines(result, session))
    return ExitCode.DONE


def _check_sources(import_: Path | None, from_: Path | None, *, person: str, role: str) -> None:
    if import_ is not None and from_ is not None:
        raise UsageError("--import takes a signed approval, --from a review page", remedy="take one of them")
    if import_ is None and from_ is None and not (person.strip() and role.strip()):
        raise UsageError(
            "who approves, and as what?", remedy='name both: --person "Jo Marsh" --role "mastering engineer"'
        )
    if (import_ is not None or from_ is not None) and (person or role):
        raise UsageError("the file says who approves, and as what", remedy="leave --person and --role out")


def _refuse_beside_file(source: str, said: Mapping[str, object]) -> None:
    """What the file says is what is signed: an option that would say otherwise is refused, never dropped.

    Raises:
        UsageError: naming the options.
    """
    given = [name for name, value in said.items() if value]
    if given:
        remedy = f"leave {', '.join(given)} out, or leave {source} out and say all of it yourself"
        raise UsageError(f"the file of {source} says what is approved, and how", remedy=remedy)


def _decision(*, with_notes: bool, reject: bool) -> str:
    if with_notes and reject:
        raise UsageError("--with-notes approves, --reject does not", remedy="take one of them")
    return "rejected" if reject else "approved-with-notes" if with_notes else "approved"


def _word(
    person: str,
    role: str,
    decision: str,
    remarks: str,
    day: dt.date | None,
    target: str | None,
    track: str | None,
    heard: Heard,
) -> Word:
    from release.operations.approve import Word
    from release.signoff.statement import Scope

    kind = "track" if track else "target" if target else "release"
    scope = Scope(kind=kind, target=target, track=track)  # type: ignore[arg-type]
    on = day or dt.date.today()  # noqa: DTZ011 - the day where the person is
    return Word(person, role, decision, remarks, on.isoformat(), scope, heard=heard)


def _data(result: ApproveResult) -> dict[str, object]:
    return {
        "file": str(result.path),
        "is_draft": result.is_draft,
        "fingerprint": result.fingerprint or None,
        "counts": not result.counts,
        "why_not": result.counts or None,
        "approval": result.approval.model_dump(),
    }


def _lines(result: ApproveResult, session: Session) -> list[str]:
    said = result.approval
    files = plural(len(said.deliverables), "file")
    if result.is_draft:
        sign = f"ssh-keygen -Y sign -n {NAMESPACE_WORD} -f YOUR_KEY {result.path}"
        return [f"wrote {result.path}: {said.scope}, {files}, for {said.person} to sign:", f"  {sign}"]
    mark = f"signed {result.fingerprint}" if result.fingerprint else "UNSIGNED"
    head = (
        f"{said.decision.replace('-', ' ')}: {said.scope}, {files}, by {said.person} ({said.role}), {said.date}; {mark}"
    )
    lines = hanging(head, indent=4, width=session.width)
    if result.counts:
        lines += wrap(result.counts, indent="    ", width=session.width)
    return [*lines, str(result.path)]
