"""``release status``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from release.cli.command import Output, ProjectArgument, command, project_path
from release.cli.console import Session
from release.cli.signoff import Day, SignersFile, approval_lines, requirement_rows, status_json
from release.cli.text import hanging, plural
from release.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from release.operations.status import StatusResult
    from release.signoff.statement import Comment


@command
def status(
    session: Session,
    project: ProjectArgument,
    *,
    output: Output = None,
    signers: SignersFile = None,
    date: Day = None,
) -> int:
    """Show what is approved, stale and open.

    An approval names the SHA-256 of every file it covers. When a build changes one of
    them the approval is stale, and this says which files changed and why. Nothing is
    rendered, and no audio is read.

    Examples:
      release status project.yaml
      release status project.yaml --signers ~/label/allowed_signers --json

    Exit code 0 when every target may ship, 9 when an approval is missing, stale or a
    rejection.
    """
    from release.operations.status import status_project

    result = status_project(project_path(project), output=output, signers=signers, day=read_day(date))
    session.result(status_json(result), _lines(result, session))
    return ExitCode.DONE if result.is_complete else ExitCode.SIGNOFF


def read_day(text: str | None) -> date | None:
    """A day from the command line.

    Raises:
        UsageError: when it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"{text!r} is no date", remedy="write it like 2026-11-20") from exc


_PACKAGE_WORDS = {
    "there": "",
    "unknown": "",
    "gone": "; the package is not where it was put",
    "another": "; WHAT LIES THERE NOW IS NOT WHAT WAS SHIPPED",
}


def _lines(result: StatusResult, session: Session) -> Iterator[str]:
    yield from hanging(
        f"{result.title} - build {result.identity[:16]} in {result.output}", indent=4, width=session.width
    )
    yield from requirement_rows(result, session.width)
    if result.state.approvals:
        yield ""
    shown = [a for a in result.state.approvals if session.verbose or a.state != "superseded"]
    for judged in shown:
        yield from approval_lines(judged, session.width, verbose=session.verbose)
    n_hidden = len(result.state.approvals) - len(shown)
    if n_hidden:
        yield f"{plural(n_hidden, 'approval')} superseded by the same person since (--verbose)"
    for stored in result.reviews:
        is_current = stored.review.build.identity == result.identity
        for comment in stored.review.comments if is_current or session.verbose else ():
            yield from hanging(_comment(comment, is_current=is_current), indent=8, mark="| ", width=session.width)
    for waiver in result.ended:
        text = f"{waiver.text}, and a failure leans on it" if waiver.covers_failure else waiver.text
        yield from hanging(text, indent=4, width=session.width)
    for seal, state in zip(result.seals, result.packages, strict=True):
        override = ", on an override" if seal.shipment.override else ""
        again = "" if seal.shipment.build.identity == result.identity else "; the build has changed since"
        text = f"shipped    {seal.shipment.name} ({seal.form}), {seal.date}{override}{again}{_PACKAGE_WORDS[state]}"
        yield from hanging(text, indent=11, width=session.width)
    if result.signers:
        yield from hanging(f"keys: {result.signers}", indent=4, width=session.width)
    for text in result.odd_names:
        yield from hanging(f"look at this name: {text}", indent=4, width=session.width)
    for text in result.to_come:
        yield from hanging(text, indent=4, width=session.width)
    for text in dict.fromkeys(result.freshness.changed.values()):
        yield from hanging(text, indent=4, width=session.width)
    if result.freshness.unknown:
        yield from hanging(result.freshness.unknown, indent=4, width=session.width)
    yield (
        "approved: every target may ship"
        if result.is_complete
        else f"open: {plural(result.n_open, 'thing')} before all may ship"
    )


def _comment(comment: Comment, *, is_current: bool) -> str:
    at = "" if comment.time is None else f" at {comment.time // 60:.0f}:{comment.time % 60:06.3f}"
    where = " ".join(filter(None, (comment.where.target, comment.where.track))) or "release"
    former = "" if is_current else " (on a former build)"
    return f"comment {comment.severity}/5 {where}{at}, {comment.author}{former}: {comment.text}"
