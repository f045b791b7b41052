"""Deliverables of two builds of one target, file by file."""

from __future__ import annotations

from collections.abc import Sequence

from release.comparison.difference import Change, FileDifference
from release.record import Deliverable


def compare_files(old: Sequence[Deliverable], new: Sequence[Deliverable]) -> tuple[FileDifference, ...]:
    """What happened to every file, in the order of paths."""
    before = {d.path: d for d in old}
    after = {d.path: d for d in new}
    found = []
    for path in sorted(before.keys() | after.keys()):
        was, now = before.get(path), after.get(path)
        if now is None:
            assert was is not None
            found.append(FileDifference(path, "delete", set=was.set))
        elif was is None:
            found.append(FileDifference(path, "add", set=now.set, sha256=now.sha256, n_bytes=now.bytes))
        else:
            action = "same" if was.sha256 == now.sha256 else "replace"
            part = "" if action == "same" else _part(was, now)
            found.append(FileDifference(path, action, part, now.set, now.sha256, now.bytes))  # type: ignore[arg-type]
    return tuple(found)


def _part(was: Deliverable, now: Deliverable) -> str:
    if was.audio_sha256 is None or now.audio_sha256 is None:
        return "content"
    return "tags" if was.audio_sha256 == now.audio_sha256 else "audio"


def compare_formats(old: Sequence[Deliverable], new: Sequence[Deliverable]) -> list[Change]:
    """Formats that came, went or changed their rate, depth or channels."""
    before, after = _formats(old), _formats(new)
    return [
        Change("format", name, "format", before.get(name, ""), after.get(name, ""))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


def format_folder(deliverable: Deliverable) -> str:
    """``streaming/flac`` of a file in it or below; a lone side master has its target's folder."""
    parts = deliverable.path.split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def _formats(deliverables: Sequence[Deliverable]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in deliverables:
        if item.role not in ("audio", "image", "side") or item.sample_rate_hz is None:
            continue
        depth = f", {item.bit_depth} bits" if item.bit_depth else ""
        found.setdefault(
            f"{format_folder(item)} ({item.format})", f"{item.sample_rate_hz} Hz{depth}, {item.channels} channels"
        )
    return found
