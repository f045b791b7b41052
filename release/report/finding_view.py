"""Findings as the report prints them: the verdict, rows grouped by check, remarks beside tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.qc.distance import distance_text
from release.qc.names import check_name
from release.report import figures as fig
from release.report.qc_report import Fact, FindingGroup, FindingRow, Remark, Verdict
from release.report.ranges import ranged
from release.report.record_view import Json, Tracks

HEADLINES = {
    "pass": "Passed",
    "note": "Passed",
    "warn": "Passed with warnings",
    "fail": "Not passed",
    "error": "Not finished",
}


def verdict_of(record: Json, findings: Sequence[Json]) -> Verdict:
    """The worst status that nobody waived, in words; a failed record is never called passed."""
    open_findings = [f for f in findings if not f.get("waived")]
    status = next((s for s in fig.STATUS_ORDER if any(f.get("status") == s for f in open_findings)), "pass")
    if str(record.get("qc", {}).get("status", "")).startswith("fail") and status not in {"fail", "error"}:
        status = "fail"
    counted = [(s, sum(f.get("status") == s for f in open_findings)) for s in fig.STATUS_ORDER]
    waived = len(findings) - len(open_findings)
    words = [fig.count(n, fig.STATUS_WORDS[s].lower(), fig.STATUS_PLURALS[s]) for s, n in counted if n]
    found = fig.sentence(words) or "no findings"
    tail = f"; {fig.count(waived, 'finding')} waived" if waived else ""
    meaning = {
        "fail": "The release is not right as it stands: what to do is said with each failure.",
        "error": "A check could not finish, so this report is not complete and cannot be signed.",
        "warn": "Nothing forbids sign-off; each warning needs a decision by a person.",
    }.get(status, "Nothing found stands in the way of sign-off.")
    return Verdict(
        status=status,
        headline=HEADLINES.get(status, status),
        statement=f"{found[:1].upper()}{found[1:]}{tail}. {meaning}",
        counts=(
            *(
                Fact(fig.STATUS_WORDS[s] if n == 1 else fig.STATUS_PLURALS[s].capitalize(), str(n))
                for s, n in counted
                if s != "error" or n
            ),
            Fact("Waived", str(waived)),
        ),
    )


def finding_rows(findings: Sequence[Json], tracks: Tracks, *, with_distance: bool = False) -> list[FindingRow]:
    """All findings as rows, in order; the same finding in several targets is one row.

    ``with_distance`` says with its place how far a value lies from its limit.
    """
    alike: dict[tuple[Any, ...], list[tuple[int, Json]]] = {}
    for i, finding in enumerate(findings):
        # Findings that name no track and no target are each their own; so is a second one of the same kind in a target.
        key = tuple(finding.get(name) for name in ("check", "code", "status", "track", "waived"))
        same = alike.get(key)
        is_like = (
            bool(same)
            and bool(finding.get("target"))
            and finding["target"] not in {f.get("target") for _, f in same or ()}
        )
        alike.setdefault(key if is_like or same is None else (*key, i), []).append((i, finding))
    return [_finding_row(group, tracks, with_distance=with_distance) for group in alike.values()]


def _finding_row(group: Sequence[tuple[int, Json]], tracks: Tracks, *, with_distance: bool) -> FindingRow:
    """One row for a finding and its like in other targets: same check, code and track."""
    findings = [finding for _, finding in group]
    first = findings[0]
    status = str(first.get("status", "note"))
    targets = dict.fromkeys(str(f["target"]) for f in findings if f.get("target"))
    # A file that no track plays (room tone) has only its own name.
    place = [
        tracks.label(first.get("track")) or fig.isolated(fig.visible(first.get("source") or "")),
        fig.visible(", ".join(targets)),
    ]
    if first.get("at_s") is not None and len(findings) == 1:
        place.append(f"at {fig.clock_seconds(float(first['at_s']))}")
    distances = {_distance(finding) for finding in findings} if with_distance else set()
    if len(distances) == 1:  # the same in all targets, or in the only one
        place.extend(distances)
    # A remedy with numbers is that of its own target, and so is what it answers.
    remedies = _by_target(findings, "remedy")
    messages = [str(finding.get("message") or "") for finding in findings]
    one = ranged(messages) if len(remedies) == 1 else None
    told = [one] if one is not None else _by_target(findings, "message")
    remedy = " ".join(remedies)
    return FindingRow(
        status=status,
        word=fig.STATUS_WORDS.get(status, status),
        check=str(first.get("check", "")),
        place=" · ".join(filter(None, place)),
        messages=tuple(map(fig.prose, told)),
        remedy=fig.prose(remedy),
        waived=fig.prose(first.get("waived") or ""),
        places=tuple(i for i, _ in group),
    )


def _by_target(findings: Sequence[Json], name: str) -> list[str]:
    """What findings say, each text once: after the names of its targets where others say something else."""
    texts: dict[str, list[str]] = {}
    for finding in findings:
        texts.setdefault(str(finding.get(name) or ""), []).append(str(finding.get("target") or ""))
    if len(texts) == 1:
        return list(texts)
    return [f"{', '.join(targets)}: {text}" for text, targets in texts.items() if text]


def _distance(finding: Json) -> str:
    """``0.60 dB over the limit of -1.00 dBTP``; empty where there is nothing to tell."""
    check, code, message = (str(finding.get(name, "")) for name in ("check", "code", "message"))
    return fig.prose(distance_text(check, code, finding.get("value"), finding.get("limit"), message))


def finding_groups(rows: Sequence[FindingRow], rules: Mapping[str, str]) -> tuple[FindingGroup, ...]:
    """Open findings by status, worst first, then by check in the order found."""
    groups: dict[tuple[int, str], list[FindingRow]] = {}
    for row in rows:
        if not row.waived and row.status in fig.STATUS_ORDER:
            groups.setdefault((fig.STATUS_ORDER.index(row.status), row.check), []).append(row)
    return tuple(
        FindingGroup(
            fig.STATUS_ORDER[rank], found[0].word, check, check_name(check), rules.get(check, ""), tuple(found)
        )
        for (rank, check), found in sorted(groups.items(), key=lambda item: item[0][0])
    )


def remarks_of(record: Json, key: str) -> tuple[Remark, ...]:
    """Findings of one track: one line for each check and code, with the targets that it was found in."""
    alike: dict[tuple[str, str, str], list[Json]] = {}
    for finding in record.get("qc", {}).get("findings", ()):
        if finding.get("track") == key:
            alike.setdefault((str(finding["check"]), str(finding.get("code")), str(finding["status"])), []).append(
                finding
            )
    remarks = []
    for (_, _, status), findings in alike.items():
        text = " ".join(_remark_texts(findings))
        waived = " (waived)" if all(f.get("waived") for f in findings) else ""
        remarks.append(Remark(status, fig.STATUS_WORDS.get(status, status) + waived, fig.prose(text)))
    return tuple(remarks)


def _remark_texts(findings: Sequence[Json]) -> list[str]:
    """One text for targets of which the same is said: the first message, and how many more there are."""
    said: dict[str, list[str]] = {}
    for finding in findings:
        messages = said.setdefault(str(finding.get("target") or ""), [])
        if str(finding.get("message", "")) not in messages:
            messages.append(str(finding.get("message", "")))
    one = ranged([messages[0] for messages in said.values()]) if all(len(m) == 1 for m in said.values()) else None
    if one is not None:
        said = {target: [one] for target in said}
    targets: dict[tuple[str, ...], list[str]] = {}
    for target, found in said.items():
        targets.setdefault(tuple(found), []).append(target)
    texts = []
    for said_of, names in targets.items():
        named = ", ".join(filter(None, names))
        more = f" And {len(said_of) - 1} more like it." if len(said_of) > 1 else ""
        texts.append((f"{named}: " if named else "") + said_of[0] + more)
    return texts
