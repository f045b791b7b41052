"""Whether a target was listened to, as its requirement asks; pure."""

from __future__ import annotations

from collections.abc import Sequence

from release.comparison.files import format_folder
from release.record import Deliverable, TargetRecord
from release.signoff.statement import Listening


def unheard(target: TargetRecord, wanted: str, records: Sequence[Listening]) -> str:
    """What the listening records lack; empty when they do.

    All formats of a target hold the same programme, so one of them is enough, heard in every one of its files.

    Args:
        target: as it was built.
        wanted: ``none``, ``spots`` or ``start-to-end``.
        records: of standing approvals.
    """
    if wanted == "none":
        return ""
    heard = {r.sha256 for r in records if wanted == "spots" or r.heard == "start-to-end"}
    formats: dict[str, list[Deliverable]] = {}
    for item in target.deliverables:
        if item.role in ("audio", "image", "side"):
            formats.setdefault(_format_of(item), []).append(item)
    if not formats:
        return ""
    left = {name: [d.path for d in files if d.sha256 not in heard] for name, files in formats.items()}
    nearest = min(left, key=lambda name: len(left[name]))
    if not left[nearest]:
        return ""
    how = "from start to end" if wanted == "start-to-end" else "in spots"
    if len(left[nearest]) == len(formats[nearest]):
        return f"nothing was heard {how}"
    return f"{len(left[nearest])} of {len(formats[nearest])} files of {nearest} not heard {how}"


def _format_of(item: Deliverable) -> str:
    """Files of one format: those in one folder, or all images or sides of a kind."""
    return format_folder(item) if item.role == "audio" else item.format
