"""What a repair did and where: one entry for each place that it touched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

BOTH = -1
"""Channel number of what was done to all channels alike."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One place that a repair step touched; outside all places samples pass bit for bit.

    Attributes:
        at: first sample that may have changed, counted from the start of the stream that the step heard.
        length: samples.
        channel: 0 is left, 1 right, ``BOTH`` all of them.
        strength: in dB; what it says stands with the kind of the step.
    """

    at: int
    length: int
    channel: int
    strength: float


@runtime_checkable
class Repairing(Protocol):
    """A processor that keeps a log. An entry is there before the first sample that it speaks of comes out."""

    def take_repairs(self) -> list[Repair]:
        """The entries since the last call, in no particular order."""
        ...
