"""What warns by default has the figures that allow it; what has not is a note."""

from __future__ import annotations

from release.qc.profiles import load_data
from release.qc.proof import proof_table, unproved
from release.qc.registry import CHECKS


def row(hits: int, warned: int, planted: int = 100) -> dict[str, object]:
    strengths = [{"at": 1.0, "hits": 0, "warned": 0, "planted": planted}]
    strengths.append({"at": 2.0, "hits": hits, "warned": warned, "planted": planted})
    return {
        "fault": "tick",
        "check": "audio/tick",
        "unit": "dB",
        "audible": 2.0,
        "why": "it is",
        "strengths": strengths,
    }


def data(found: int = 0, hits: int = 100, warned: int = 100) -> dict[str, object]:
    return {
        "faults": [row(hits, warned)],
        "clean": {"hours": 2.0, "found": {"audio/tick": {"warn": found, "note": 50}}},
    }


def test_what_is_kept_allows_what_the_checks_tell():
    assert unproved(load_data("detectors")) == []


def test_every_row_is_of_a_check_that_exists():
    assert {r["check"] for r in load_data("detectors")["faults"]} <= set(CHECKS)


def test_ninety_five_of_a_hundred_and_one_false_warning_an_hour_are_enough():
    assert unproved(data(found=2, hits=95, warned=95)) == []


def test_a_warning_that_misses_too_many_is_told():
    assert unproved(data(hits=94, warned=94)) == [
        "audio/tick warns of tick, and finds 94 of 100 at the audible strength"
    ]


def test_a_note_may_miss_them():
    assert unproved(data(hits=10, warned=0)) == []


def test_false_warnings_are_told():
    assert unproved(data(found=3)) == ["audio/tick has 3 false warnings in 2 hours"]


def test_the_table_marks_the_audible_strength():
    assert "| tick | `audio/tick` | dB | 1: 0/100, **2: 96/100** | warn or note |" in proof_table(
        data(hits=96, warned=95)
    )
