"""The runner: findings, waivers, crashes, and overridden limits."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import faults

from release.errors import ManifestError
from release.model.finding import Status
from release.model.project import Waiver
from release.qc.profiles import load_limits, service
from release.qc.registry import CHECKS
from release.qc.runner import run_checks

CLIPPED = faults.source(**faults.runs(41, 3))


def test_outcome_becomes_a_finding_with_place_and_remedy():
    (finding,) = run_checks([CLIPPED]).findings

    assert finding.check == "audio/clipping"
    assert (finding.track, finding.at_s, finding.value) == ("tide", 1.0, 41)
    assert finding.remedy == CHECKS["audio/clipping"].remedy


def test_source_findings_name_their_file():
    (finding,) = run_checks([replace(CLIPPED, uses=())]).findings

    assert (finding.source, finding.track) == ("mixes/tide.wav", None)


def test_target_findings_name_their_target():
    result = run_checks([faults.target(loudness={"tide": faults.loudness(peak=0.0)})])

    assert [(f.check, f.target, f.track) for f in result.findings] == [("level/ceiling", "streaming", "tide")]
    assert result.status is Status.FAIL


def test_clean_contexts_pass():
    result = run_checks(
        [
            faults.source(),
            faults.target(),
            faults.programme(),
            faults.cd(),
            faults.side(),
            faults.metadata(),
            faults.artwork(),
        ]
    )

    assert result.findings == ()
    assert result.status is Status.PASS


def test_waiver_covers_and_takes_the_finding_out_of_the_verdict():
    waiver = Waiver("audio/clipping", "distorted guitar is the sound", "Jo Marsh", date(2026, 11, 20), track="tide")

    result = run_checks([CLIPPED], [waiver])

    assert [f.waived for f in result.findings] == ["distorted guitar is the sound (Jo Marsh, 2026-11-20)"]
    assert result.status is Status.PASS


@pytest.mark.parametrize("change", [{"track": "coda"}, {"target": "cd"}, {"check": "audio/dc-offset"}])
def test_waiver_for_something_else_is_stale(change):
    waiver = replace(Waiver("audio/clipping", "meant", "Jo", track="tide"), **change)

    result = run_checks([CLIPPED], [waiver])

    assert [(f.check, f.code, f.waived) for f in result.findings] == [
        ("audio/clipping", "clipped", None),
        ("qc/stale-waiver", "covers-nothing", None),
    ]


def test_waiver_of_a_check_that_did_not_run_is_not_stale():
    waiver = Waiver("level/ceiling", "meant", "Jo")

    assert run_checks([faults.source()], [waiver]).findings == ()


def test_expired_waiver_covers_nothing_and_is_told():
    waiver = Waiver("audio/clipping", "meant", "Jo", expires=date(2026, 11, 30))

    result = run_checks([CLIPPED], [waiver], as_of=date(2026, 12, 1))

    assert [(f.code, f.waived) for f in result.findings] == [("clipped", None), ("expired", None)]


def test_a_waiver_with_an_end_covers_nothing_where_no_date_can_judge_it():
    waiver = Waiver("audio/clipping", "meant", "Jo", expires=date(2020, 1, 1))

    result = run_checks([CLIPPED], [waiver])

    assert [(f.code, f.waived) for f in result.findings] == [("clipped", None), ("no-date", None)]


def test_verification_cannot_be_waived():
    broken = faults.target(deliverables=(replace(faults.target().deliverables[0], verified={"bit_exact": False}),))

    result = run_checks([broken], [Waiver("verification/read-back", "trust me", "Jo")])

    assert [(f.check, f.waived) for f in result.findings] == [
        ("verification/read-back", None),
        ("qc/stale-waiver", None),
    ]
    assert result.status is Status.FAIL


def test_crash_is_an_error_finding_and_the_other_checks_still_run():
    def broken(_context):
        raise ZeroDivisionError("no")
        yield

    checks = {**CHECKS, "audio/dc-offset": replace(CHECKS["audio/dc-offset"], rule=broken)}

    result = run_checks([CLIPPED], [Waiver("audio/dc-offset", "x", "Jo")], checks=checks)

    by_check = {f.check: f for f in result.findings}
    assert by_check["audio/dc-offset"].status is Status.ERROR
    assert by_check["audio/dc-offset"].waived is None
    assert "ZeroDivisionError" in by_check["audio/dc-offset"].message
    assert by_check["audio/clipping"].status is Status.WARN
    assert result.status is Status.ERROR


def test_order_is_fixed():
    contexts = [CLIPPED, faults.target(loudness={}), faults.cd(tracks=())]

    assert run_checks(contexts) == run_checks(contexts)


def test_limit_can_be_overridden_and_unknown_names_are_refused():
    limits = load_limits({"audio/silence-at-tail": {"note_s": 0.1}})

    codes = [f.check for f in run_checks([replace(faults.source(), limits=limits)]).findings]

    assert codes == ["audio/silence-at-tail"]
    with pytest.raises(ManifestError, match="has no limit 'nots_s'"):
        load_limits({"audio/silence-at-tail": {"nots_s": 1}})


@pytest.mark.parametrize(
    ("name", "lufs", "peak", "gain"),
    [
        # delivery.md 5.1: a track at -20 LUFS with a peak of -5 dB is lifted by Spotify only to -16
        ("spotify", -20.0, -5.0, 4.0),
        ("spotify", -10.0, -1.0, -4.0),
        ("spotify", -20.0, 0.0, 0.0),
        ("youtube", -20.0, -5.0, 0.0),
        ("youtube", -9.5, -1.0, -4.5),
        ("apple-music", -20.0, -12.0, 4.0),
    ],
)
def test_playback_gain_follows_the_services_rules(name, lufs, peak, gain):
    from release.qc.checks.services.prediction import playback_gain

    assert playback_gain(service(name), lufs, peak) == pytest.approx(gain)
