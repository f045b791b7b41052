"""What the client reads of findings: plain words, by track and time, every title once."""

import re

import album

from release.qc.registry import CHECKS
from release.report.client_findings import client_items
from release.report.client_words import PLAIN, plain_words
from release.report.record_view import Tracks

BASE = {"code": "x", "status": "warn", "waived": None, "target": None, "message": "mixes/02.wav, max_reduction: 9.1 dB"}


def items(*findings):
    record = album.make_record(findings=[BASE | finding for finding in findings])
    return client_items(record, Tracks(record))


def test_every_check_has_plain_words_without_words_of_the_manifest():
    assert set(PLAIN) == set(CHECKS)
    for found, todo in PLAIN.values():
        assert found.endswith(".")
        assert todo.endswith(".")
        assert not re.search(r"[a-z]_[a-z]|\.wav|declip|waive|dBFS|dBTP|LUFS|\{", found + todo)
    assert plain_words("of-a/later-version")[0]


def test_tracks_come_in_their_order_and_what_is_said_of_each_by_time():
    told = items(
        {"check": "metadata/barcode"},
        {"check": "audio/click", "track": "t3", "at_s": 4.5},
        {"check": "fades/end", "track": "t1", "target": "cd", "at_s": 60.0},
        {"check": "fades/end", "track": "t1", "target": "streaming", "at_s": 60.0},
        {"check": "audio/digital-dropout", "track": "t1", "at_s": 2.75, "status": "fail"},
    )

    assert [item.place[:2] for item in told] == ["1 ", "3 ", "Th"]
    assert told[0].status == "fail"
    assert told[0].text == (
        "The sound is gone for a short moment (at 0:02.750 of the mix). "
        "It stops before its sound has died away (at 1:00.000)."
    )
    assert told[1].text == "There is a click (at 0:04.500 of the mix)."
    assert "max_reduction" not in " ".join(item.text + item.remedy for item in told)


def test_tracks_of_which_the_same_is_said_are_one_item():
    (one,) = items(*({"check": "audio/lossy-source", "track": key} for key in ("t2", "t1", "t1")))

    assert one.place.startswith("1 ")
    assert ", 2 " in one.place
    assert one.place.count("1 ") == 1


def test_notes_and_what_was_waived_are_not_told():
    assert items({"check": "audio/hum", "status": "note"}, {"check": "audio/hum", "waived": "meant"}) == ()
