"""Distances between tracks against plain numpy, and proposals of tone against the steps that they name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from dsp_signals import noise

from release.dsp.cohesion import TrackFigures, compare, tilt_of, tone_of
from release.dsp.filters import equaliser, response, tilt
from release.dsp.meter import measure
from release.dsp.meters.spectrum import SpectrumMeter
from release.dsp.steps.registry import make_step
from release.dsp.tone_advice import MOST_DB, ToneBand, advise_tone, loudness_change
from release.dsp.tone_match import MIDDLES_HZ

RATE = 48_000


def figures(key, level=-14.0, bands=None, width=-8.0, plr=10.0, offset=0.0, short=()):
    levels = tuple(bands if bands is not None else -30.0 - 3.0 * np.log2(MIDDLES_HZ / 1000.0))
    return TrackFigures(key, level, offset, 5.0, plr, width, levels, (None,) * 10, np.array(short))


def shelf(gain_db, shape="high-shelf", frequency_hz=5000.0, q=0.7):
    sections = equaliser(shape, frequency_hz, gain_db, q, RATE)
    return 20.0 * np.log10(np.abs(response(sections, MIDDLES_HZ, RATE)))


def test_level_and_width_are_distances_from_the_median():
    tracks = [
        figures(str(n), level=v, width=w) for n, (v, w) in enumerate([(-14, -8), (-15, -9), (-9, -6), (-14, -80)])
    ]

    result = compare(tracks)

    assert [t.level_lu for t in result.tracks] == [0.0, -1.0, 5.0, 0.0]
    assert [t.width_db for t in result.tracks] == [0.5, -0.5, 2.5, -31.5]
    assert {(o.key, o.what) for o in result.outliers} == {("2", "level"), ("3", "width")}
    assert [s.level_lu for s in result.steps] == [-1.0, 6.0, -5.0]


def test_an_album_that_spreads_widely_has_no_exceptions():
    tracks = [figures(str(n), level=v) for n, v in enumerate([-24, -20, -16, -12, -8])]

    assert compare(tracks).outliers == ()


def test_two_tracks_are_no_album():
    assert compare([figures("a"), figures("b", level=-2.0)]).outliers == ()


def test_tone_does_not_hear_level():
    usual = -30.0 - 3.0 * np.log2(MIDDLES_HZ / 1000.0)
    tracks = [figures("a", bands=usual), figures("b", bands=usual + 7.0), figures("c", bands=usual - 5.0)]

    assert [t.tone_db for t in compare(tracks).tracks] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert tilt_of(tone_of(usual)) == pytest.approx(-3.0, abs=0.02)


def test_tone_distance_is_the_rms_of_what_differs():
    usual = -30.0 - 3.0 * np.log2(MIDDLES_HZ / 1000.0)
    lift = shelf(6.0)
    tracks = [figures(k, bands=b) for k, b in (("a", usual), ("b", usual), ("c", usual), ("bright", usual + lift))]

    found = compare(tracks).tracks[-1]

    inside = (MIDDLES_HZ > 38.0) & (MIDDLES_HZ < 16_500.0)
    middle = (MIDDLES_HZ > 95.0) & (MIDDLES_HZ < 10_500.0)
    expected = lift - lift[middle].mean()
    smooth = np.convolve(expected, [0.25, 0.5, 0.25], "same")
    assert found.tone_db == pytest.approx(np.sqrt(np.mean(smooth[inside] ** 2)), abs=0.05)
    assert [b is None for b in found.bands_db] == [not v for v in inside]


def test_the_join_is_between_the_loudest_three_seconds_of_the_edges():
    end = np.full(400, -30.0)
    end[-60] = -18.0
    start = np.full(400, -40.0)
    start[100], start[130] = -22.0, -5.0
    tracks = [figures("a", short=end), figures("b", short=start), figures("c", short=np.full(10, -np.inf))]

    steps = compare(tracks).steps

    assert steps[0].join_lu == pytest.approx(-4.0)  # the reading 13 s in begins after the first 15 s have been heard
    assert steps[1].join_lu is None


def test_nobody_hears_a_step_from_side_to_side():
    sides = [replace(figures(str(n)), unit=unit) for n, unit in enumerate((0, 0, 1, 1))]

    assert [(s.first, s.second) for s in compare(sides).steps] == [("0", "1"), ("2", "3")]


def test_what_is_not_measurable_stays_out():
    silent = TrackFigures("s", None, 0.0, None, None, None, None, (None,) * 10, np.zeros(0))

    result = compare([figures("a"), silent, figures("b"), figures("c")])

    assert result.tracks[1].level_lu is None
    assert result.tracks[1].tone_db is None
    assert set(result.tracks[1].bands_db) == {None}
    assert result.outliers == ()
    assert compare([silent, silent, silent]).median_level_lufs is None


@pytest.mark.parametrize(
    "deviation",
    [
        shelf(4.0),
        shelf(-3.0, "low-shelf", 125.0),
        shelf(4.0, "peak", 400.0, 1.4),
        20.0 * np.log10(np.abs(response(tilt(1000.0, 4.0, RATE), MIDDLES_HZ, RATE))),
        shelf(3.0, "low-shelf", 200.0) + shelf(-4.0, "peak", 2500.0, 0.7),
    ],
)
def test_proposed_bands_take_a_deviation_back(deviation):
    bands = advise_tone(tuple(deviation), RATE)

    left = deviation.copy()
    for band in bands:
        if band.shape == "tilt":
            sections = tilt(band.frequency_hz, band.gain_db, RATE)
        else:
            sections = equaliser(band.shape, band.frequency_hz, band.gain_db, band.q, RATE)
        left += 20.0 * np.log10(np.abs(response(sections, MIDDLES_HZ, RATE)))
    assert 0 < len(bands) <= 3
    assert all(abs(b.gain_db) <= MOST_DB for b in bands)
    assert left.std() < 0.35 * deviation.std()


def test_nothing_is_proposed_for_nothing():
    assert advise_tone((None,) * 31, RATE) == ()
    assert advise_tone((0.0,) * 31, RATE) == ()


def test_proposed_bands_act_on_sound_as_they_were_fitted():
    audio = noise(4, RATE * 20)
    coloured = np.concatenate([filtered(audio, "eq", shape="high-shelf", frequency=3150.0, gain=4.0, q=0.7)])
    before, after = (spectrum(a) for a in (audio, coloured))
    bands = advise_tone(tuple(after - before), RATE)

    cured = coloured
    for band in bands:
        cured = filtered(cured, "eq", shape=band.shape, frequency=band.frequency_hz, gain=band.gain_db, q=band.q)

    rest = spectrum(cured) - before
    assert rest.std() < 0.2 * (after - before).std()


@pytest.mark.parametrize(
    "bands",
    [
        (ToneBand("high-shelf", 3150.0, 4.0, 0.7),),
        (ToneBand("low-shelf", 315.0, -4.0, 0.7), ToneBand("peak", 2500.0, 4.0, 1.4)),
        (ToneBand("tilt", 1000.0, -3.0, 0.0),),
    ],
)
def test_the_loudness_that_bands_cost_is_what_a_meter_reads(bands):
    audio = filtered(noise(3, RATE * 5), "lowpass", frequency=4000.0)
    changed = audio
    for band in bands:
        values = {"frequency": band.frequency_hz, "gain": band.gain_db}
        if band.shape == "tilt":
            changed = filtered(changed, "tilt", **values)
        else:
            changed = filtered(changed, "eq", shape=band.shape, q=band.q, **values)

    expected = measure(changed, RATE).integrated_lufs - measure(audio, RATE).integrated_lufs

    assert loudness_change(spectrum(audio), bands, RATE) == pytest.approx(expected, abs=0.2)


def filtered(audio, kind, **values):
    processor = make_step(kind, {"phase": "minimum", **values}, RATE, 2)
    return np.concatenate([processor.process(audio), processor.flush()])


def spectrum(audio):
    meter = SpectrumMeter(RATE, 2)
    meter.process(audio)
    return np.array(meter.finish().levels_db)
