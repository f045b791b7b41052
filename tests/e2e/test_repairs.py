"""Repair steps through a whole build: what they did stands in the record and in the report; bad input is refused."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_studio import Studio, music, track

from release.errors import ManifestError
from release.operations.check import check_project

RATE = 48_000
TARGETS = {"streaming": {"files": ["flac"], "bit_depth": 24, "level": {"match": "none"}, "gaps_in_files": "none"}}
DITHER = 1.5
"""Codes that dither and rounding may add."""
CLICK = np.array([0.45, -0.4, 0.3, -0.2, 0.1])[:, None]
CLICKS_S = (2.5, 4.25, 6.0, 7.5)
ALL = ["dc_removal", "declick", "declip", "dropout", {"dehum": {"frequency": "50 Hz"}}]


def clicked(seconds: float = 9.0) -> tuple[np.ndarray, np.ndarray]:
    """Music, and the same with a click in the left channel at each of ``CLICKS_S``."""
    clean = music(seconds, RATE, 3, peak=0.3)
    damaged = clean.copy()
    for at_s in CLICKS_S:
        at = round(at_s * RATE)
        damaged[at : at + len(CLICK), :1] += CLICK
    return clean, damaged


def test_every_click_stands_in_record_and_report_where_it_was(studio: Studio) -> None:
    clean, damaged = clicked()
    clean, damaged = studio.record("clean.wav", clean, RATE), studio.record("a.wav", damaged, RATE)
    studio.write(
        tracks=[track(1, "a.wav", trim={"start": "4 s"}, process=["declick"]), track(2, "clean.wav", process=ALL)],
        targets=TARGETS,
    )

    built = studio.build()
    one, two = built.codes("streaming")

    (entry,) = built.record["targets"]["streaming"]["repairs"]
    assert (entry["track"], entry["step"], entry["chain"], entry["counted_in"]) == ("t1", "declick", "track", "source")
    assert entry["count"] == 3  # the first is cut away by the trim
    assert [e["at_s"] for e in entry["events"]] == pytest.approx(CLICKS_S[1:], abs=0.0005)
    assert {e["channel"] for e in entry["events"]} == {"left"}
    assert all(e["strength_db"] > 20.0 for e in entry["events"])
    free = np.ones(damaged.shape, dtype=bool)
    for event in entry["events"]:
        at, n = round(event["at_s"] * RATE), round(event["length_s"] * RATE)
        free[at : at + n, 0] = False
    kept, scale = slice(4 * RATE, None), 1 << 23
    assert np.abs(one - damaged[kept] * scale)[free[kept]].max() <= DITHER
    assert np.abs(one - clean[kept] * scale).max() < 0.05 * scale
    assert np.abs(damaged - clean)[kept].max() > 0.4
    assert np.abs(two - clean * scale).max() <= DITHER
    page = (built.folder / "report" / "qc-report.html").read_text(encoding="utf-8")
    assert "Repairs" in page
    assert "3 places" in page
    assert "0:04.250" in page


def test_a_trim_changes_nothing_of_what_a_repair_does_after_it(studio: Studio) -> None:
    """The same source whole and from 30 s on: hum, hiss and offset are taken away alike."""
    seconds = 45
    t = np.arange(seconds * RATE) / RATE
    hum = sum(0.01 / k * np.sin(2 * np.pi * 50.03 * k * t) for k in (1, 2, 3))[:, None]
    hiss = np.random.default_rng(4).standard_normal((len(t), 2)) * 10 ** (-60 / 20)
    audio = music(seconds, RATE, 3, peak=0.3) * (t > 1.5)[:, None] + hum + hiss + 0.01
    studio.record("a.wav", audio, RATE)
    chain = ["dc_removal", {"dehum": {"frequency": "50 Hz"}}]
    chain.append({"denoise": {"learn": {"start": "0.1 s", "end": "1.4 s"}}})
    studio.write(
        tracks=[track(1, "a.wav", process=chain), track(2, "a.wav", trim={"start": "40 s"}, process=chain)],
        targets=TARGETS,
    )

    built = studio.build()
    whole, late = built.codes("streaming")

    assert np.abs(late - whole[40 * RATE :]).max() <= 2 * DITHER
    steps = {(r["track"], r["step"]) for r in built.record["targets"]["streaming"]["repairs"]}
    assert steps == {(t, s) for t in ("t1", "t2") for s in ("dc_removal", "dehum", "denoise")}


def test_a_silent_track_stays_silent_and_nothing_is_noted(studio: Studio) -> None:
    studio.record("a.wav", np.zeros((12 * RATE, 2)), RATE)
    studio.record("b.wav", music(3, RATE, 3), RATE)
    studio.record("hiss.wav", np.random.default_rng(1).standard_normal((RATE, 2)) * 0.001, RATE)
    chain = [*ALL, {"denoise": {"print": "mixes/hiss.wav"}}]
    studio.write(tracks=[track(1, "a.wav", process=chain), track(2, "b.wav")], targets=TARGETS)

    built = studio.build()

    assert np.abs(built.codes("streaming")[0]).max() <= DITHER
    assert built.record["targets"]["streaming"]["repairs"] == []


def test_a_print_of_another_rate_is_heard_at_the_programmes(studio: Studio) -> None:
    """Hiss of 96 kHz, print of 44.1 kHz: below 20 kHz it goes down by what was asked."""
    rng = np.random.default_rng(5)
    studio.record("a.wav", rng.standard_normal((4 * 96_000, 2)) * 0.001, 96_000)
    # The same density below 22 kHz has less power in a narrower band.
    studio.record("hiss.wav", rng.standard_normal((2 * 44_100, 2)) * 0.001 * np.sqrt(44_100 / 96_000), 44_100)
    studio.write(
        tracks=[track(1, "a.wav", process=[{"denoise": {"print": "mixes/hiss.wav", "reduction": "12 dB"}}])],
        targets=TARGETS,
    )

    (codes,) = studio.build().codes("streaming")

    spectrum = np.abs(np.fft.rfft(codes[96_000:-96_000] / (1 << 23), axis=0)) ** 2
    hz = np.fft.rfftfreq(2 * 96_000, 1 / 96_000)
    audible = spectrum[(hz > 100.0) & (hz < 18_000.0)].mean()
    assert np.isfinite(spectrum).all()
    expected = 0.001**2 * 2 * 96_000
    assert 10 * np.log10(audible / expected) == pytest.approx(-12.0, abs=1.5)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"denoise": {"learn": {"start": "1 s", "end": "9 s"}}}, "its source has only 3.000 s"),
        ({"denoise": {"print": "mixes/long.wav"}}, "the noise print has 5.000 s, but its source only 3.000 s"),
        ({"denoise": {"print": "mixes/short.wav"}}, "0.100 s are too short for a noise print"),
        ({"denoise": {"print": "mixes/black.wav"}}, "the noise print is digital silence"),
        ({"denoise": {"learn": {"start": "2 s", "end": "2.1 s"}}}, "too short for a print"),
        ({"denoise": {}}, "denoise needs one noise print"),
        (
            {"denoise": {"print": "mixes/b.wav", "learn": {"start": "0 s", "end": "1 s"}}},
            "two noise prints, learn and print",
        ),
        ({"denoise": {"print": "mixes/nothing.wav"}}, "nothing.wav"),
        ({"denoise": {"print": "mixes/b.wav", "reduction": "90 dB"}}, "90 dB is above 40 dB"),
        ({"denoise": {"print": "mixes/b.wav"}, "channels": "left"}, "works on both channels together"),
        ({"declick": {"threshold": "5 dB"}}, "5 dB is below 14 dB"),
        ({"declick": {"longest": "20 ms"}}, "0.02 s is above 0.01 s"),
        ({"declip": {"most": ".nan"}}, "is not a"),
        ({"dehum": {}}, "frequency"),
        ({"dehum": {"frequency": "400 Hz"}}, "400 Hz is above 100 Hz"),
        ({"dehum": {"frequency": "50 Hz", "harmonics": 0}}, "0 is below 1"),
        ({"dropout": {"longest": "0 s"}}, "0 s is below 0.001 s"),
        ({"dc_removal": {"threshold": "0 dBFS"}}, "0 dBFS is above -20 dBFS"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(studio: Studio, step: dict, said: str) -> None:
    studio.record("b.wav", music(3, RATE, 3), RATE)
    studio.record("long.wav", music(5, RATE, 3), RATE)
    studio.record("short.wav", music(0.1, RATE, 3), RATE)
    studio.record("black.wav", np.zeros((RATE, 2)), RATE)
    path = studio.write(tracks=[track(1, "b.wav", process=[step])], targets=TARGETS)

    with pytest.raises(ManifestError) as caught:
        check_project(path)

    told = [str(problem) for problem in caught.value.problems]
    assert any(said in text for text in told), told
    assert all("project.yaml:" in text for text in told), told
