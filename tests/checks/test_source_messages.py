"""The words of findings on sources, with place, side, strength and remedy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from release.model.source import OppositeStretch
from release.qc.registry import CHECKS

sys.path.insert(0, str(Path(__file__).parent))
from faults import RATE, defects, runs, source

CASES = {
    "click": (
        "audio/click",
        source(**defects("click", (5.0, 0, 3), (5.0, 1, 3), (65.25, 1, 2), (70.0, 0, 2))),
        "mixes/tide.wav has a click in both channels, 40 dB over what the sound around it does; and in 2 more places (at 1:05.250 right, 1:10.000 left).",
        5.0,
        40.0,
    ),
    "mended click": (
        "audio/click",
        source({"chain_kinds": ("highpass", "declick")}, **defects("click", (5.0, 1, 3))),
        "mixes/tide.wav has a click in the right channel, 40 dB over what the sound around it does; declick in the chain takes it away.",
        5.0,
        40.0,
    ),
    "many clicks": (
        "audio/click",
        source(**defects("click", *((float(n), 0, 3) for n in range(1, 101)), count=240)),
        (
            "mixes/tide.wav has a click in the left channel, 40 dB over what the sound around it does; "
            "and in 239 more places (at 0:02.000 left, 0:03.000 left, 0:04.000 left and later)."
        ),
        1.0,
        40.0,
    ),
    "hole": (
        "audio/digital-dropout",
        source(**defects("hole", (5.0, 0, 500), (5.0, 1, 500))),
        "mixes/tide.wav has 5.2 ms of digital silence inside the sound in both channels.",
        5.0,
        500 / RATE,
    ),
    "holes of different sides": (
        "audio/digital-dropout",
        source(**defects("hole", (5.0, 0, 960), (5.0, 1, 960), (9.0, 0, 480))),
        (
            "mixes/tide.wav has 10.0 ms of digital silence inside the sound in both channels; "
            "and in 1 more place (at 0:09.000 left for 5.0 ms)."
        ),
        5.0,
        960 / RATE,
    ),
    "rests": (
        "audio/digital-dropout",
        source(inner_silences=((RATE, 480), (2 * RATE, 960))),
        "mixes/tide.wav has 5.0 ms of digital silence between its sounds, and in 1 more place (at 0:02.000 for 10.0 ms); it may be meant.",
        1.0,
        480 / RATE,
    ),
    "clipping on one side": (
        "audio/clipping",
        source(**runs(12, 3)),
        (
            "mixes/tide.wav has 12 runs of equal extreme samples in the left channel (limit 10); "
            "the longest is 3 samples (limit 6), at 0:01.000 in the left channel."
        ),
        1.0,
        12.0,
    ),
    "opposite": (
        "audio/low-correlation",
        source(correlation=-0.9, opposite=(OppositeStretch(5 * RATE, 60 * RATE, -0.95, "all"),)),
        "Left and right of mixes/tide.wav correlate at -0.90 over the whole file; its longest stretch is 60 s from 0:05.000; the finding on inverted polarity names the cause.",
        5.0,
        -0.9,
    ),
    "hole on one side": (
        "audio/digital-dropout",
        source(**defects("hole", (5.0, 0, 4000), is_alone=True)),
        "mixes/tide.wav has 41.7 ms of digital silence inside the sound in the left channel, while the sound goes on beside it.",
        5.0,
        4000 / RATE,
    ),
    "held value": (
        "audio/digital-dropout",
        source({"chain_kinds": ("dropout",)}, **defects("held", (5.0, 1, 500))),
        "mixes/tide.wav has 5.2 ms of one value over and over in the right channel; dropout in the chain fills short holes.",
        5.0,
        500 / RATE,
    ),
    "burst": (
        "audio/noise-burst",
        source(**defects("burst", (5.0, 0, 960), (5.0, 1, 960), strength_db=52.0)),
        "mixes/tide.wav has 10.0 ms of noise in both channels that starts and stops at once, 52 dB rougher than the sound before it.",
        5.0,
        52.0,
    ),
    "silence": (
        "audio/silence-inside",
        source(quiet_stretches=((20 * RATE, 4 * RATE), (100 * RATE, 6 * RATE))),
        "tide is silent for 6.0 s from 1:40.000 of mixes/tide.wav; others from 0:20.000.",
        100.0,
        6.0,
    ),
    "cut tail": (
        "audio/cut-off",
        source(tail_edge_dbfs=(-40.0, -38.0)),
        "mixes/tide.wav stops inside the sound: its last 5 ms reach -40.0 dBFS, before 1.00 s of digital silence.",
        179.0,
        -40.0,
    ),
    "cut start": (
        "audio/cut-off",
        source(head_edge_dbfs=(-20.0, -18.0), head_silence_samples=0),
        "mixes/tide.wav is in the sound from its first millisecond on, at a peak of -20.0 dBFS; a hit may start so, else it was cut.",
        0.0,
        -20.0,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_words_place_and_value(name):
    check_id, context, message, at_s, value = CASES[name]

    (outcome,) = CHECKS[check_id].rule(context)

    assert outcome.message == message
    assert outcome.track == "tide"
    assert outcome.at_s == pytest.approx(at_s)
    assert outcome.value == pytest.approx(value)
    assert outcome.limit is not None


def test_an_offset_names_each_channel_that_has_it():
    both, left = (source(dc_offset=offset) for offset in ((0.002, 0.001), (0.002, 0.0)))

    (of_both,), (of_left,) = (CHECKS["audio/dc-offset"].rule(context) for context in (both, left))

    assert of_both.message == "mixes/tide.wav has an offset of -54.0 dBFS in both channels (left -54.0, right -60.0)."
    assert of_left.message == "mixes/tide.wav has an offset of -54.0 dBFS in the left channel."
