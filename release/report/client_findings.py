"""Findings as the client reads them: one item for each track, in the order of the album, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from release.report import figures as fig
from release.report.brief import BriefItem
from release.report.client_words import plain_words
from release.report.record_view import Json, Tracks

STATUSES = ("error", "fail", "warn")
MOST_TIMES = 3
WHOLE = "The release as a whole"


def client_items(record: Json, tracks: Tracks) -> tuple[BriefItem, ...]:
    """Open findings that ask for a decision: tracks in their order, then what concerns the release as a whole.

    Tracks of which the very same is said are one item, so that no title stands twice.
    """
    found: dict[str, list[Json]] = {}
    for finding in record.get("qc", {}).get("findings", ()):
        if finding.get("status") in STATUSES and not finding.get("waived"):
            found.setdefault(_owner(finding, tracks), []).append(finding)
    order = {str(track["id"]): n for n, track in enumerate(tracks.main)}
    # A version stands with its main recording, what has no track at the end.
    keys = sorted(found, key=lambda key: (not key, order.get(key.partition("@")[0], len(order)), key))
    alike: dict[BriefItem, list[str]] = {}
    for key in keys:
        alike.setdefault(_item(found[key]), []).append(tracks.label(key))
    return tuple(replace(item, place=", ".join(filter(None, labels)) or WHOLE) for item, labels in alike.items())


def _owner(finding: Json, tracks: Tracks) -> str:
    """The track of a finding; empty where it speaks of the whole."""
    key = str(finding.get("track") or "")
    return key if key.partition("@")[0] in {str(t["id"]) for t in tracks.main} or key in tracks.info else ""


def _item(findings: Sequence[Json]) -> BriefItem:
    status = min((str(f["status"]) for f in findings), key=fig.STATUS_ORDER.index)
    checks: dict[tuple[str, str], list[Json]] = {}
    for finding in sorted(findings, key=_time):
        checks.setdefault(plain_words(str(finding.get("check"))), []).append(finding)
    told = [f"{words.removesuffix('.')}{_times(of)}." for (words, _), of in checks.items()]
    todo = dict.fromkeys(todo for _, todo in checks)
    return BriefItem(status, fig.STATUS_WORDS.get(status, status), "", " ".join(told), " ".join(todo))


def _time(finding: Json) -> float:
    at_s = finding.get("at_s")
    return float("inf") if at_s is None else float(at_s)


def _times(findings: Sequence[Json]) -> str:
    """`` (at 0:04 and 0:12)``; those of the mix are told as such, for its sound may start elsewhere."""
    mix: dict[str, None] = {}
    track: dict[str, None] = {}
    for finding in findings:
        if finding.get("at_s") is not None:
            (track if finding.get("target") else mix).setdefault(fig.clock_seconds(float(finding["at_s"])))
    parts = [_listed(list(times), where) for times, where in ((track, ""), (mix, " of the mix")) if times]
    return f" ({'; '.join(parts)})" if parts else ""


def _listed(times: Sequence[str], where: str) -> str:
    told = list(times[:MOST_TIMES])
    tail = " and later" if len(times) > MOST_TIMES else ""
    return f"at {fig.sentence(told)}{tail}{where}"
