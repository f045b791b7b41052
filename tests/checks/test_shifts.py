"""cd/shifts: what several shifts are told as."""

from __future__ import annotations

from faults import cd

from release.model.programme import Shift
from release.qc.checks.cd.shifts import rule


def test_one_note_lists_all_shifts():
    shifts = (
        Shift("cd", "tide", "start", 1000, 1294, 44_100),
        Shift("cd", "tide", "pause", 1000, 1000, 44_100),
        Shift("cd", "coda", "index 02", 1000, 853, 44_100),
    )

    (note,) = rule.rule(cd(shifts=shifts))

    assert (
        note.message
        == "2 points moved to CD frames, by 6.67 ms at most. tide: start +6.67 ms; coda: index 02 -3.33 ms."
    )


def test_a_further_disc_says_where_it_differs():
    shifts = (
        Shift("short", "tide", "start", 1000, 1294, 44_100),
        Shift("short", "tide", "start", 1000, 1294, 44_100, "1", "cd", 853),
    )

    differs, snapped = rule.rule(cd(shifts=shifts))

    assert differs.message == "Starts differ from those of cd, which the files are cut by. tide +10.00 ms."
    assert snapped.message == "One point moved to a CD frame. tide: start +6.67 ms."


def test_what_the_grid_did_not_move_is_not_blamed_on_it():
    shifts = (
        Shift("cd", "tide", "start", 1000, 1294, 44_100),
        Shift("cd", "tide", "pause", 0, 8967, 44_100, reason="sound"),
        Shift("cd", "departure", "pause", -100, -88_200, 44_100, reason="first-pause"),
    )

    assert [(note.code, note.message) for note in rule.rule(cd(shifts=shifts))] == [
        ("snapped", "One point moved to a CD frame. tide: start +6.67 ms."),
        (
            "pause-shortened",
            "One pause is shorter than asked for: it begins where the sound before it ends. tide: pause +203.33 ms.",
        ),
        (
            "first-pause-lengthened",
            (
                "The pause before track 1 is longer than asked for: two silent seconds come before everything that sounds. "
                "departure: pause -1997.73 ms."
            ),
        ),
    ]
