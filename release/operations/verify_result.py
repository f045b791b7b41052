"""What reading a delivery again found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from release.errors import Problem


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """What reading a delivery again found.

    Attributes:
        kind: ``build``, ``shipped package``, ``shipped bag``, ``bag``, ``DDP set`` or ``checksum list``.
        checked: what was proved, one sentence each.
        problems: what is wrong.
        warnings: what agrees and may still be asked about, one sentence each.
        not_provable: fields in which a change could not be found, one sentence each.
        disc: facts of a disc (``disc_facts``), or None.
        unproved: why approvals of a package are not proved, one sentence each; empty when they are, or where there are none.
    """

    kind: str
    checked: tuple[str, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[str, ...] = ()
    not_provable: tuple[str, ...] = ()
    disc: Mapping[str, Any] | None = None
    unproved: tuple[str, ...] = ()
