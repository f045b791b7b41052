"""Every finding with a limit says in which unit, and by how much it lies beyond or within it."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from release.cli.findings import finding_lines
from release.qc.distance import distance_of, distance_text, measure_of
from release.qc.profiles import load_data
from release.qc.registry import CHECKS
from release.qc.runner import run_checks

sys.path.insert(0, str(Path(__file__).parent))
from faults import CASES, lossy, runs, source, with_gain

FAULTS = [(check_id, context) for check_id, (faulty, _) in CASES.items() for context, _, _ in faulty]


@pytest.mark.parametrize(
    ("check", "value", "limit", "text"),
    [
        ("level/ceiling", -0.4, -1.0, "0.60 dB over the limit of -1.00 dBTP"),
        ("audio/hum", -80.0, -72.0, "8.0 dB under the limit of -72.0 dBFS"),
        ("side/length", 1400.0, 1380.0, "20.00 s over the limit of 1380.00 s"),
        ("stereo/bass-correlation", -0.25, 0.0, "0.25 under the limit of 0.00"),
        ("level/ceiling", -1.0, -1.0, "at the limit of -1.00 dBTP"),
        ("level/ceiling", None, -1.0, ""),
        ("audio/digital-dropout", 0.01, 0.001, "9.0 ms over the limit of 1.0 ms"),
        ("audio/silence-inside", 5.4, 5.0, "400.0 ms over the limit of 5.00 s"),
        ("audio/silence-inside", 5.0, 5.0, "at the limit of 5.00 s"),
        ("cd/shifts", 6.7, None, ""),
        ("metadata/isrc", 2.0, 0.0, ""),
    ],
)
def test_the_distance_in_words(check, value, limit, text):
    assert distance_text(check, "", value, limit) == text


def test_a_distance_that_the_message_tells_is_not_told_twice():
    assert distance_text("level/ceiling", "over", -0.4, -1.0, "It is 0.60 dB over the ceiling.") == ""


def test_units_belong_to_checks_and_are_known():
    data = load_data("units")

    for name, unit in data["checks"].items():
        assert name.split(":")[0] in CHECKS
        assert unit in data["units"]
    assert set(data["no_distance"]) <= set(CHECKS)


@pytest.mark.parametrize(("check_id", "context"), FAULTS, ids=[f[0] for f in FAULTS])
def test_what_is_held_against_a_limit_has_a_unit(check_id, context):
    """A value beside a limit without a unit could not be read by anybody; counts and ratios name what they count."""
    counted = {"metadata/isrc", "metadata/completeness", "cd/structure", "cd/isrc-missing", "documents/missing-glyph"}
    found = run_checks([context], checks={check_id: CHECKS[check_id]}).findings

    for finding in found:
        if finding.value is not None and finding.limit is not None and finding.code != "not-square":
            assert finding.unit or check_id in counted
        if finding.distance is not None:
            assert finding.distance == pytest.approx(finding.value - finding.limit)


FLOORS = {
    "audio/low-correlation", "audio/padded-bits", "audio/polarity", "audio/swapped-channels", "audio/upsampled",
    "cd/track-length", "stereo/bass-correlation", "stereo/mono-loss", "artwork/size:small",
}  # fmt: skip
EITHER_WAY = {"level/aim", "level/held-back", "programme/length", "programme/version-length", "level/butt-join-step"}


@pytest.mark.parametrize(("check_id", "context"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_finding_tells_the_limit_that_it_passed(check_id, context):
    """A note that told the limit of a warning would call what it found a value inside the limit."""
    for finding in run_checks([context], checks={check_id: CHECKS[check_id]}).findings:
        if finding.distance is None or check_id in EITHER_WAY:
            continue
        is_floor = not FLOORS.isdisjoint({check_id, f"{check_id}:{finding.code}"})
        assert finding.distance <= 1e-9 if is_floor else finding.distance >= -1e-9


@pytest.mark.parametrize(
    ("check_id", "context", "text"),
    [
        ("audio/dc-offset", source(dc_offset=(0.0, 0.0005)), "6.0 dB over the limit of -72.0 dBFS"),
        ("stereo/bass-correlation", CASES["stereo/bass-correlation"][0][1][0], "0.20 under the limit of 0.50"),
    ],
)
def test_a_note_tells_the_limit_of_notes(check_id, context, text):
    (finding,) = run_checks([context], checks={check_id: CHECKS[check_id]}).findings

    assert finding.status.value == "note"
    assert text in " ".join(finding_lines([finding], places={}, verbose=True))


def test_a_finding_in_the_terminal():
    (finding,) = run_checks(
        [source(dc_offset=(0.01, 0.0))], checks={"audio/dc-offset": CHECKS["audio/dc-offset"]}
    ).findings
    text = "\n".join(finding_lines([finding], places={}))

    assert finding.unit == "dBFS"
    assert finding.distance == pytest.approx(20.0)
    assert "= 20.0 dB over the limit of -60.0 dBFS" in text


def test_every_level_over_its_limit_tells_the_distance_once():
    for context in (lossy(0.4), with_gain(reached_lufs=-13.5)):
        for finding in run_checks([context]).findings:
            if finding.distance is None:
                continue
            text = " ".join(line.strip() for line in finding_lines([finding], places={}, verbose=True))
            assert len(re.findall(f"{abs(finding.distance):.2f} (?:dB|LU) (?:over|under) the", text)) == 1


def test_outliers_have_no_distance_to_a_limit_in_other_units():
    assert measure_of("level/outlier", "outlier").unit == "LUFS"
    assert distance_of("level/outlier", "outlier", -20.0, 6.0) is None


def test_the_terminal_tells_a_time_that_the_message_does_not():
    (told,) = run_checks([source(**runs(12, 3))], checks={"audio/clipping": CHECKS["audio/clipping"]}).findings
    untold = replace(told, message="It clips.")

    assert " at 0:01.000" in next(finding_lines([untold], places={}))
    assert " at 0:01.000" not in next(finding_lines([told], places={}))
    assert "2 runs over the limit of 10 runs" in " ".join(finding_lines([told], places={}))
