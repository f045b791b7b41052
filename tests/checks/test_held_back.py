"""What is told of tracks that stay under their aim: whose peak, how far, and only remedies that were tried."""

from __future__ import annotations

from dataclasses import replace

import pytest
from faults import resolved, target

from release.model.target import LevelSpec, LimiterSpec
from release.qc.check import Outcome
from release.qc.checks.level.held_back import rule
from release.qc.contexts import GainFact

HELD = GainFact(
    "r1", 4.0, aim_lufs=-9.0, held_back_lu=2.65, held_back_by="r1", held_back_why="max-reduction", held_back_at_s=12.5
)

FOUR_DB = LimiterSpec(max_reduction_db=4.0)


def told(*gains: GainFact, limiter: LimiterSpec | None = FOUR_DB) -> list[Outcome]:
    level = LevelSpec("tracks", -9.0, -1.0, limiter=limiter)
    return list(rule.rule(target(target=resolved(level=level), gains=gains)))


def test_the_reduction_that_was_found_is_told_rounded_up() -> None:
    (found,) = told(replace(HELD, needs_db=8.17))
    assert found.message == (
        "r1 is held back by 2.65 LU because of the peak of r1 at 0:12.500,"
        " where the limiter would have to take 8.3 dB and may take 4.0 dB."
    )
    assert found.remedy == "max_reduction: 8.3 dB instead of 4.0 dB reaches the aim; or lower the aim by 2.65 LU."
    assert (found.track, found.at_s, found.value) == ("r1", 12.5, 2.65)


@pytest.mark.parametrize(
    ("gain", "says"),
    [
        (
            replace(HELD, needs_db=18.0, lacks_lu=2.2),
            "does not reach the aim (18.0 dB still leaves 2.20 LU): lower the",
        ),
        (replace(HELD, needs_db=14.0), "max_reduction: 14.1 dB would reach the aim, and harm the sound: lower the aim"),
        (HELD, "Lower the aim by 2.65 LU, or allow the limiter more"),
    ],
)
def test_no_remedy_promises_what_was_not_found(gain: GainFact, says: str) -> None:
    (found,) = told(gain)
    assert says in found.remedy
    assert "reaches the aim" not in found.remedy
    assert "would have to take" not in found.message or not gain.lacks_lu


def test_without_a_limiter_a_reduction_is_told_as_the_least() -> None:
    (found,) = told(replace(HELD, held_back_why="ceiling"), limiter=None)
    assert found.remedy.startswith("Lower the aim by 2.65 LU; or let a limiter take that peak, by 2.65 dB at least")


def test_less_than_a_tenth_is_not_told() -> None:
    assert not told(replace(HELD, held_back_lu=0.09))


def test_a_finding_stands_at_the_track_that_it_speaks_of() -> None:
    """Two tracks that no limiter makes louder, and one held back by the peak of another that reaches its aim."""
    flat = replace(HELD, held_back_why="limiter")
    ends = [
        replace(flat, track="mus", held_back_lu=9.3, held_back_by="mus"),
        replace(flat, track="hot", held_back_lu=9.6, held_back_by="hot"),
        replace(HELD, track="soft", held_back_by="loud"),
        GainFact("loud", 0.0, aim_lufs=-9.0),
    ]
    found = told(*ends)
    assert [o.track for o in found] == ["mus", "hot", "soft"]
    for outcome in found:
        assert outcome.message.startswith(f"{outcome.track} is held back")
    assert found[2].at_s is None
    assert "because of the peak of loud at 0:12.500" in found[2].message


def test_all_tracks_behind_one_peak_are_one_finding_with_the_span() -> None:
    others = [replace(HELD, track=name, held_back_lu=lu) for name, lu in (("r2", 1.3), ("r3", 2.7))]
    (found,) = told(replace(HELD, needs_db=8.17), *[replace(o, needs_db=8.17) for o in others])
    assert found.message.startswith("All tracks are held back by 1.30 to 2.70 LU because of the peak of r1")
    assert found.remedy.endswith("or lower the aim by 2.70 LU.")
    assert found.track == "r1"
