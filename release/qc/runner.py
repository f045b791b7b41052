"""Runs checks over contexts: outcomes become findings, waivers are laid over them, a crash becomes an ERROR finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from release.model.finding import Finding, Status
from release.model.project import Waiver
from release.qc.check import AnyCheck, Outcome
from release.qc.contexts import WaiverContext
from release.qc.distance import distance_of, measure_of
from release.qc.registry import CHECKS


@dataclass(frozen=True, slots=True)
class QcResult:
    """All findings in a fixed order, and the worst status that is not waived."""

    findings: tuple[Finding, ...]
    status: Status


def run_checks(
    contexts: Iterable[object],
    waivers: Sequence[Waiver] = (),
    *,
    as_of: date | None = None,
    checks: Mapping[str, AnyCheck] = CHECKS,
) -> QcResult:
    """Judge every context by every check of its type.

    Args:
        contexts: records of :mod:`release.qc.contexts`; findings come in their order, then in the registry's.
        waivers: laid over the findings; one that covers nothing, though its check ran, is a finding itself.
        as_of: the day that expiry is judged on, never the clock; None covers nothing by a waiver that ends one day.
        checks: for tests.
    """
    ran: set[str] = set()
    found: list[Finding] = []
    for context in contexts:
        for item in checks.values():
            if item.context is type(context):
                ran.add(item.id)
                found.extend(_run(item, context))
    covered = [_waived(finding, waivers, checks, as_of) for finding in found]
    late = [
        finding
        for waiver in waivers
        if waiver.check in ran or waiver.check not in checks
        for finding in _judge_waiver(waiver, found, checks, as_of)
    ]
    findings = (*covered, *late)
    return QcResult(findings, worst_status(findings))


def worst_status(findings: Iterable[Finding]) -> Status:
    """The worst status that nobody waived; PASS for none."""
    return max((f.status for f in findings if f.waived is None), key=lambda s: s.rank, default=Status.PASS)


def _run(item: AnyCheck, context: object) -> list[Finding]:
    target = getattr(context, "target", None)
    target_name = target if isinstance(target, str) else getattr(target, "name", None)
    track = getattr(context, "track", None)
    try:
        outcomes = list(item.rule(context))
    except Exception as exc:  # noqa: BLE001 - a broken check must not stop a build; it is an ERROR finding
        message = f"The check {item.id} failed: {type(exc).__name__}: {exc}"
        remedy = "This is a fault of the program; please report it with the project's release.json."
        return [Finding(item.id, Status.ERROR, "crash", message, remedy, target_name, track)]
    source = getattr(context, "source", None)
    return [replace(_finding(item, outcome, target_name, track), source=source) for outcome in outcomes]


def _finding(item: AnyCheck, outcome: Outcome, target: str | None, track: str | None) -> Finding:
    measure = measure_of(item.id, outcome.code)
    has_value = measure is not None and outcome.value is not None
    return Finding(
        check=item.id,
        status=outcome.status,
        code=outcome.code,
        message=outcome.message,
        remedy=outcome.remedy or item.remedy,
        target=target,
        track=outcome.track or track,
        at_s=outcome.at_s,
        value=outcome.value,
        limit=outcome.limit,
        unit=measure.unit if measure is not None and has_value else None,
        distance=distance_of(item.id, outcome.code, outcome.value, outcome.limit),
    )


def _matches(waiver: Waiver, finding: Finding) -> bool:
    return (
        waiver.check == finding.check
        and waiver.track in (None, finding.track)
        and waiver.target in (None, finding.target)
        and finding.status is not Status.ERROR
    )


def _has_expired(waiver: Waiver, as_of: date | None) -> bool:
    return waiver.expires is not None and (as_of is None or waiver.expires < as_of)


def _waived(finding: Finding, waivers: Sequence[Waiver], checks: Mapping[str, AnyCheck], as_of: date | None) -> Finding:
    if not checks[finding.check].can_be_waived:
        return finding
    for waiver in waivers:
        if _matches(waiver, finding) and not _has_expired(waiver, as_of):
            return replace(finding, waived=waiver_text(waiver))
    return finding


def waiver_text(waiver: Waiver) -> str:
    """``reason (who, date)``, as reports print it."""
    signed = ", ".join(filter(None, [waiver.by, waiver.date.isoformat() if waiver.date else ""]))
    until = f"; until {waiver.expires.isoformat()}" if waiver.expires else ""
    return f"{waiver.reason} ({signed}{until})"


def _judge_waiver(
    waiver: Waiver, found: Sequence[Finding], checks: Mapping[str, AnyCheck], as_of: date | None
) -> list[Finding]:
    known = checks.get(waiver.check)
    context = WaiverContext(
        waiver=waiver,
        matches=sum(_matches(waiver, finding) for finding in found),
        is_known=known is not None,
        can_be_waived=known is None or known.can_be_waived,
        as_of=as_of,
    )
    results: list[Finding] = []
    for item in checks.values():
        if item.context is WaiverContext:
            results += [replace(f, track=waiver.track, target=waiver.target) for f in _run(item, context)]
    return results
