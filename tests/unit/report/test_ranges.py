"""Findings of several targets that differ in their figures alone are told once, with a range."""

import pytest

from release.report.finding_view import finding_rows, remarks_of
from release.report.ranges import ranged
from release.report.record_view import Tracks

STEP = "The fade ends in a step: its last 30 ms are at {} dBFS, then there is silence."
REMEDY = "Write a longer fade_out."


def record(*told, remedies=(REMEDY, REMEDY, REMEDY)):
    findings = [
        {"check": "fades/end", "code": "step", "status": "note", "track": "tide", "target": target, "at_s": 4.5}
        | {"message": message, "remedy": remedy}
        for (target, message), remedy in zip(told, remedies, strict=False)
    ]
    return {"programme": {"sample_rate_hz": 44_100, "tracks": [{"id": "tide", "number": 2, "title": "Tide"}]}} | {
        "qc": {"findings": findings}
    }


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ([STEP.format(v) for v in ("-48.1", "-51.4", "-54.1")], STEP.format("-54.1 to -48.1")),
        (["a at 1.5 dB, b at 2.0 dB", "a at 1.5 dB, b at -2.5 dB"], "a at 1.5 dB, b at -2.5 to 2.0 dB"),
        (["same", "same"], "same"),
        (["at 0:01.500", "at 0:02.500"], None),
        (["mp3-320/01 Tide.mp3 at 0.3", "mp3-192/01 Tide.mp3 at 0.5"], None),
        (["It stops at 1.0 dB.", "It ends at 2.0 dB."], None),
    ],
)
def test_texts_that_differ_in_figures_become_one(texts, told):
    assert ranged(texts) == told


def test_one_row_and_one_remark_for_all_targets():
    of_targets = record(
        *((name, STEP.format(value)) for name, value in (("a", "-48.1"), ("cd", "-51.4"), ("lp", "-54.1")))
    )

    (row,) = finding_rows(of_targets["qc"]["findings"], Tracks(of_targets))
    (remark,) = remarks_of(of_targets, "tide")

    assert row.place.endswith("a, cd, lp")
    assert row.messages == (STEP.format("\u221254.1 to \u221248.1"),)
    assert remark.text == "a, cd, lp: " + STEP.format("\u221254.1 to \u221248.1")


def test_what_has_a_remedy_of_its_own_is_told_of_its_own_target():
    told = record(("a", STEP.format("-48.1")), ("cd", STEP.format("-51.4")), remedies=("By 2 dB.", "By 5 dB."))

    (row,) = finding_rows(told["qc"]["findings"], Tracks(told))

    assert [message.split(":")[0] for message in row.messages] == ["a", "cd"]
    assert row.remedy == "a: By 2 dB. cd: By 5 dB."
