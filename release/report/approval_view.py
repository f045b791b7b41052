"""Approvals as printed: every required role, and what has become of it where that is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.report import figures as fig

STATE_WORDS = {"approved": "Approved", "rejected": "Rejected", "stale": "Stale", "open": "Open"}
STATE_MARKS = {"approved": "pass", "rejected": "fail", "stale": "warn", "open": "warn"}


@dataclass(frozen=True, slots=True)
class RoleState:
    """A required approval of one or more targets, as it stands when a page is made.

    Attributes:
        role: empty for any.
        targets: whose approval it is; empty for all of the release.
        state: ``approved``, ``rejected``, ``stale`` or ``open``; empty where nobody could look.
        by: who said so, each with the day.
        why: what keeps it from standing.
        listening: what must have been heard: ``spots`` or ``start-to-end``; empty for nothing.
    """

    role: str
    targets: tuple[str, ...] = ()
    state: str = ""
    by: tuple[str, ...] = ()
    why: str = ""
    listening: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One row of the table: ``status`` colours the word, which is empty where no state is known."""

    role: str
    targets: str
    status: str
    word: str
    detail: str


def approval_rows(states: Sequence[RoleState]) -> tuple[ApprovalRow, ...]:
    """The table of who approves, and what they have said."""
    return tuple(
        ApprovalRow(
            fig.name(state.role or "any role"),
            fig.visible(", ".join(state.targets)) or "all targets",
            STATE_MARKS.get(state.state, ""),
            STATE_WORDS.get(state.state, ""),
            fig.prose(_detail(state)),
        )
        for state in states
    )


def _detail(state: RoleState) -> str:
    heard = f"heard {state.listening.replace('-', ' ')}" if state.listening else ""
    if not state.state:
        return heard
    by = f"by {'; '.join(state.by)}" if state.by else ""
    return "; ".join(filter(None, (by, state.why if state.state != state.why else "")))


def state_words(state: RoleState) -> str:
    """``Approved by Jo Marsh, 2026-11-22``: one cell of a short version's table."""
    (row,) = approval_rows((state,))
    if not row.word:
        return row.detail
    return f"{row.word} {row.detail}" if state.by else ": ".join(filter(None, (row.word, row.detail)))


def role_words(role: str) -> str:
    """A role as the head of a row: ``Mastering engineer``, ``QC``."""
    return "QC" if role.lower() == "qc" else fig.name(role[:1].upper() + role[1:])


def required_roles(states: Sequence[RoleState]) -> tuple[str, ...]:
    """Roles that are asked for by name, each once."""
    return tuple(dict.fromkeys(state.role for state in states if state.role))
