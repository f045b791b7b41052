"""cd/shifts: what several shifts are told as."""

from __future__ import annotations

from dataclasses import replace

from faults import cd
from faults import target as target_context

from release.model.programme import Shift
from release.qc.checks.cd.shifts import rule
from release.qc.track_names import track_names


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


def test_tracks_are_called_by_number_and_title():
    """Ids of the manifest are no words for readers; a track that the target does not know keeps its key."""
    shifts = (Shift("cd", "tide", "start", 1000, 1294, 44_100), Shift("cd", "coda", "start", 1000, 1294, 44_100))

    (note,) = rule.rule(replace(cd(shifts=shifts), names={"tide": "2 \u201cTide\u201d"}))

    assert note.message.endswith("2 \u201cTide\u201d: start +6.67 ms; coda: start +6.67 ms.")


def test_names_of_tracks_tell_discs_and_sides():
    own = target_context().target
    units = own.programme.units

    assert track_names(own)["tide"] == "2 \u201cTide\u201d"
    twice = replace(own.programme, units=(replace(units[0], name="1"), replace(units[0], name="2")))
    assert track_names(replace(own, programme=twice))["tide"] == "1-2 \u201cTide\u201d"
    side = replace(own.programme, units=(replace(units[0], name="A"),))
    assert track_names(replace(own, kind="vinyl", programme=side))["tide"] == "A2 \u201cTide\u201d"
    assert track_names(replace(own, tracks={})) == {}
