"""What repair steps noted while a timeline was rendered, put in order: by clip and step, neighbours as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from release.dsp.repair.log import BOTH, Repair
from release.dsp.steps.registry import STEP_KINDS
from release.model.programme import Clip, ProcessStep

Note = Callable[[int, Repair], None]
"""Takes the number of a step in its chain and what it did, counted in samples of the stream that it heard."""

CHAIN = -1
"""Stands in place of a clip for the chain over the whole timeline."""
MOST_EVENTS = 1000
"""Places that are told one by one, the strongest of each step and clip; all are counted."""


class RepairLog:
    """Collects repairs of one timeline."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], list[Repair]] = {}

    def note(self, clip: int, origin: int) -> Note:
        """A place to tell repairs of a clip's chain; ``origin`` is where in the source the chain began to hear."""

        def take(step: int, repair: Repair) -> None:
            self._found.setdefault((clip, step), []).append(replace(repair, at=repair.at + origin))

        return take

    def facts(self, clips: tuple[Clip, ...], chain: tuple[ProcessStep, ...]) -> list[dict[str, Any]]:
        """All of it as JSON: what a clip does not play is left out."""
        told = []
        for (clip, step), repairs in sorted(self._found.items()):
            steps, first, last = chain, 0, None
            if clip != CHAIN:
                steps, first = clips[clip].chain, clips[clip].source_start
                last = first + clips[clip].length
            heard = [r for r in repairs if r.at + r.length > first and (last is None or r.at < last)]
            events = merged(heard)
            if events:
                told.append(_fact(clip, step, steps[step].kind, events))
        return told


def is_repair(chain: Iterable[ProcessStep]) -> bool:
    """Whether any step of a chain keeps a log."""
    return any(STEP_KINDS[step.kind].strength for step in chain)


def merged(repairs: Iterable[Repair]) -> list[Repair]:
    """In order of time; what follows without a break is one, and what is alike in both channels too."""
    joined: list[Repair] = []
    for repair in sorted(repairs, key=lambda r: (r.channel, r.at, r.length)):
        last = joined[-1] if joined else None
        if last is not None and last.channel == repair.channel and repair.at <= last.at + last.length:
            end = max(last.at + last.length, repair.at + repair.length)
            joined[-1] = replace(last, length=end - last.at, strength=max(last.strength, repair.strength))
        else:
            joined.append(repair)
    alike: dict[tuple[int, int, float], Repair] = {}
    for repair in joined:
        key = (repair.at, repair.length, repair.strength)
        alike[key] = replace(repair, channel=BOTH) if key in alike else repair
    return sorted(alike.values(), key=lambda r: (r.at, r.channel))


def _fact(clip: int, step: int, kind: str, events: list[Repair]) -> dict[str, Any]:
    strongest = sorted(events, key=lambda r: (-r.strength, r.at, r.channel))[:MOST_EVENTS]
    return {
        "clip": clip,
        "step": step,
        "kind": kind,
        "count": len(events),
        "samples": sum(r.length for r in events),
        "events": [[r.at, r.length, r.channel, r.strength] for r in sorted(strongest, key=lambda r: (r.at, r.channel))],
    }
