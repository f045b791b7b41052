"""What a ceiling or ``max_reduction`` keeps from its aim: by how much, because of which peak, and what would reach it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from release.model.target import LevelSpec
from release.stages.level_model import HeldBack, TrackLevel, Trial
from release.stages.level_search import (
    MOST_STEP_DB,
    TOLERANCE_LU,
    aim_errors,
    first_steps,
    next_steps,
    over_ceiling,
)

TOLD_LU = 0.1
"""Less than this is not told (``level/held-back``), so that nothing is tried for it."""
MOST_FURTHER_TRIALS = 6
MOST_REDUCTION_DB = 40.0
"""No manifest may allow a limiter more."""

Try = Callable[[Sequence[float], float], Trial]


def hold_back(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], limit_dbtp: float, why: str
) -> tuple[list[float], list[HeldBack | None]]:
    """Lower gains until no peak passes ``limit_dbtp``: all by the same dB, or each group by its own.

    Returns:
        Gains in dB, and what each track gave up; without a limiter a dB is a LU.
    """
    excess = [
        0.0 if t.true_peak_dbtp is None else max(0.0, t.true_peak_dbtp + gain - limit_dbtp)
        for t, gain in zip(tracks, gains_db, strict=True)
    ]
    by_group = spec.held_back == "each" and spec.match == "tracks"
    worst: dict[int, int] = {}
    for n, track in enumerate(tracks):
        known = worst.setdefault(track.group if by_group else 0, n)
        if excess[n] > excess[known]:
            worst[track.group if by_group else 0] = n
    deciding = [worst[t.group if by_group else 0] for t in tracks]
    held = [HeldBack(excess[n], n, tracks[n].true_peak_at_s, why) if excess[n] > 0.0 else None for n in deciding]
    return [g - excess[n] for g, n in zip(gains_db, deciding, strict=True)], held


def capped(
    spec: LevelSpec, tracks: Sequence[TrackLevel], gains_db: Sequence[float], ceiling: float
) -> tuple[list[float], list[HeldBack | None]]:
    """The gains, lowered where a peak would need more than ``max_reduction``."""
    most_db = spec.limiter.max_reduction_db if spec.limiter is not None else None
    if most_db is None or spec.match == "none":
        return list(gains_db), [None] * len(tracks)
    return hold_back(spec, tracks, gains_db, ceiling + most_db, "max-reduction")


def held_tracks(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    gains_db: Sequence[float],
    trial: Trial,
    errors: Sequence[float],
    flat: Sequence[bool],
    ceiling: float,
) -> list[HeldBack | None]:
    """What keeps each track from its aim, by what the limited audio really reads.

    Args:
        spec: what the manifest asks for.
        tracks: before gain.
        gains_db: of the solution.
        trial: what these gave.
        errors: how many LU each track is under its aim in that trial.
        flat: where more gain brings no loudness.
        ceiling: in dBTP.
    """
    _, bound = capped(spec, tracks, [g + max(e, 0.0) for g, e in zip(gains_db, errors, strict=True)], ceiling)
    held: list[HeldBack | None] = []
    for n, (error, because) in enumerate(zip(errors, bound, strict=True)):
        if error <= TOLERANCE_LU:
            held.append(None)
        elif flat[n]:
            mates = [m for m, t in enumerate(tracks) if spec.match != "tracks" or t.group == tracks[n].group]
            by = max(mates, key=lambda m: trial.reduction_db[m])
            held.append(HeldBack(error, by, trial.reduction_at_s[by], "limiter"))
        else:
            held.append(None if because is None else replace(because, lu=error))
    return held


def with_needs(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    gains_db: Sequence[float],
    errors: Sequence[float],
    held: Sequence[HeldBack | None],
    ceiling: float,
    setting: float,
    anchor: int | None,
    try_limiter: Try,
) -> tuple[list[HeldBack | None], int]:
    """What ``max_reduction`` would have to be, sought through the limiter; nothing is tried where none is held back.

    Goes on from the solution without the bound, with the tracks that it keeps from their aim; the others stand still.

    Returns:
        What is held back with that, and how many trials it took.
    """
    asked = [h is not None and h.why == "max-reduction" and h.lu >= TOLD_LU for h in held]
    is_open, trials = list(asked), 0
    history = [(list(gains_db), list(errors))]
    while any(is_open) and trials < MOST_FURTHER_TRIALS:
        gains, short = history[-1]
        if trials:
            steps, flat = next_steps(history)
            is_open = [o and not f for o, f in zip(is_open, flat, strict=True)]
        else:
            steps = first_steps(spec, tracks, gains, short, ceiling, anchor)
        over = over_ceiling(spec, tracks, gains, ceiling)
        moves = [min(s, MOST_STEP_DB, MOST_REDUCTION_DB - o) if i else 0.0
                 for s, o, i in zip(steps, over, is_open, strict=True)]  # fmt: skip
        if not any(moves):
            break
        gains = [g + m for g, m in zip(gains, moves, strict=True)]
        trial = try_limiter(gains, setting)
        trials += 1
        short = aim_errors(spec, trial.tracks, [0.0] * len(tracks), anchor)
        history.append((gains, short))
        is_open = [o and abs(e) > TOLERANCE_LU for o, e in zip(is_open, short, strict=True)]
    return _needing(spec, tracks, held, asked, *history[-1], ceiling), trials


def _needing(
    spec: LevelSpec,
    tracks: Sequence[TrackLevel],
    held: Sequence[HeldBack | None],
    asked: Sequence[bool],
    gains_db: Sequence[float],
    errors: Sequence[float],
    ceiling: float,
) -> list[HeldBack | None]:
    over = over_ceiling(spec, tracks, gains_db, ceiling)
    together = spec.held_back != "each" and spec.match == "tracks"
    found = []
    for n, because in enumerate(held):
        if because is None or not asked[n]:
            found.append(because)
            continue
        # The peak that holds all tracks back is that of one: only what all of them need frees any.
        all_of = [m for m, is_asked in enumerate(asked) if is_asked] if together else [n]
        lacks = max(errors[m] for m in all_of)
        needs = max(over[m] for m in (range(len(tracks)) if together else all_of))
        found.append(replace(because, needs_db=needs, lacks_lu=lacks if lacks > TOLD_LU else 0.0))
    return found
