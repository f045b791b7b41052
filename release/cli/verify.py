"""``release verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from release.cli.command import command
from release.cli.console import Session
from release.cli.disc import disc_lines
from release.cli.findings import problem_json, problem_lines
from release.cli.junit import JUnit, junit_on_error, write_junit
from release.cli.ops import operations
from release.cli.signoff import SignersFile
from release.cli.text import bullets, hanging, plural
from release.errors import ExitCode, Problem

PathArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PATH", help="A build, a shipped ZIP or bag, a DDP folder, or a checksum file.", show_default=False
    ),
]

_WITHOUT = "without a checksum file or our record"


@command
def verify(session: Session, path: PathArgument, signers: SignersFile = None, junit: JUnit = None) -> int:
    """Read a delivery again from scratch and check it.

    A build folder is held against its release.json: every checksum, decoded sample, length
    and tag. A DDP set may come from anyone: its files, times, codes, texts and checksums
    are held against each other, and its tracks, times and codes are shown. A checksum list
    (md5, sha256 or SFV) is checked line by line.

    A package that was shipped is proved by its lists, its record and the signatures of
    its approvals; --signers names keys that you trust in place of those inside. Without
    keys of your own nothing tells whose signatures they are: approvals are not proved.

    Without a checksum file or our record some changes in a DDP set cannot be found: those
    fields are listed as not provable.

    Examples:
      release verify build/
      release verify /mnt/plant/LTR014/ddp
      release verify shipped/LTR014-cd-1f0c2a.zip --signers my_signers
      release verify checksums.sha256

    Exit code 0 when everything agrees, 7 when something does not, 9 when the files of a
    package agree and its approvals are not proved.
    """
    with session.progress() as on_event, junit_on_error(junit, "release verify"):
        result = operations().verify_path(path, signers=signers, on_event=on_event)
    doubts = [Problem(str(path), f"not proved: {text}", "", "unproved") for text in result.unproved]
    write_junit(junit, "release verify", problems=[*result.problems, *doubts], passed=result.checked)
    data = {
        "path": str(path),
        "kind": result.kind,
        "status": "failed" if result.problems else "unproved" if result.unproved else "passed",
        "checked": list(result.checked),
        "warnings": list(result.warnings),
        "unproved": list(result.unproved),
        "not_provable": list(result.not_provable),
        "problems": [problem_json(p) for p in result.problems],
        "disc": None if result.disc is None else dict(result.disc),
    }
    lines = [*disc_lines(result.disc, width=session.width), ""] if result.disc else []
    lines += [line for p in result.problems for line in problem_lines(p, width=session.width)]
    lines += [
        line for text in (*result.checked, *result.warnings) for line in hanging(text, indent=4, width=session.width)
    ]
    if result.unproved:
        lines.append("approvals not proved:")
        lines += bullets(result.unproved, width=session.width)
    if result.not_provable:
        known = "from the package alone" if "package" in result.kind or "bag" in result.kind else _WITHOUT
        lines.append(f"not provable {known}:")
        lines += bullets(result.not_provable, width=session.width)
    verdict = "passed: everything agrees"
    if result.problems:
        verdict = f"failed: {plural(len(result.problems), 'problem')}"
    elif result.unproved:
        verdict = "not proved: the files agree with each other, and the approvals are not proved"
    session.result(data, [*lines, f"{result.kind} {verdict}"])
    if result.problems:
        return ExitCode.VERIFICATION
    return ExitCode.SIGNOFF if result.unproved else ExitCode.DONE
