"""Proposed lines as they go into one manifest: at its indentation, in its style, with the line where they belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.manifest.load import LoadedManifest
from release.record import CohesionProposal


@dataclass(frozen=True, slots=True)
class Paste:
    """Lines to paste.

    Attributes:
        where: ``project.yaml:31:5`` of the track, or of its ``process``.
        lines: with the indentation that belongs there; in one line where the manifest writes the track in one.
    """

    where: str
    lines: tuple[str, ...]


def paste_of(manifest: LoadedManifest, proposal: CohesionProposal) -> Paste:
    """The lines of a proposal for this manifest."""
    index = next(n for n, t in enumerate(manifest.project.tracks) if t.id == proposal.track)
    chain = manifest.project.tracks[index].process
    written = manifest.path.read_text(encoding="utf-8-sig").splitlines()
    if not any(line.lstrip().startswith(("process:", "- ")) for line in proposal.lines):
        return _keys(manifest.where("tracks", index), proposal.lines, written)
    steps = [line.strip().removeprefix("- ") for line in proposal.lines if line.strip() != "process:"]
    if chain:
        where = manifest.where("tracks", index, "process", len(chain) - 1)
        line, column = _position(where)
        if _is_list_item(written[line - 1], column):
            indent = written[line - 1].index("-")
            return Paste(where, tuple(f"{' ' * indent}- {step}" for step in steps))
        return Paste(where, (", ".join(f"{{{step}}}" for step in steps),))
    where = manifest.where("tracks", index)
    line, column = _position(where)
    text = written[line - 1] if line else ""
    if text[column - 1 : column] == "{":
        return Paste(where, (f"process: [{', '.join(f'{{{step}}}' for step in steps)}]",))
    margin = " " * (column - 1)
    return Paste(where, (f"{margin}process:", *(f"{margin}  - {step}" for step in steps)))


def _keys(where: str, lines: Sequence[str], written: Sequence[str]) -> Paste:
    """Keys of the track itself."""
    line, column = _position(where)
    if written[line - 1][column - 1 : column] == "{":
        return Paste(where, (", ".join(lines),))
    return Paste(where, tuple(f"{' ' * (column - 1)}{key}" for key in lines))


def _position(where: str) -> tuple[int, int]:
    _, line, column = where.rsplit(":", 2)
    return int(line), int(column)


def _is_list_item(text: str, column: int) -> bool:
    """Whether a step stands behind its own dash, not inside brackets."""
    return text[: column - 1].strip() == "-"
