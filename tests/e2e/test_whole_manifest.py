"""The example that shows every key of the manifest builds as it stands; only its times are shortened here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from e2e_meters import true_peak_db
from e2e_studio import Built, Studio, music, read_codes

from release.cli.entry import run

EXAMPLE = Path(__file__).parents[1] / "unit/manifest/whole.yaml"
SHORTER = {"end: 3:41.2": "end: 0:07.2", "indexes: [1:32.0]": "indexes: [2.0]", "gap: 3:00": "gap: 0:03"}
RATE = 96_000


@pytest.fixture(scope="module")
def built(new_studio) -> Built:
    from PIL import Image

    studio: Studio = new_studio()
    studio.record("departure.wav", music(7.5, RATE, 1, peak=0.7), RATE, 24)
    studio.record("tide.flac", music(6, RATE, 2, peak=0.6), RATE, 24)
    studio.record("lanterns.aiff", music(8, 48_000, 3, peak=0.3), 48_000, 24)
    studio.record("lanterns_inst.aiff", music(8, 48_000, 4, peak=0.3), 48_000, 24)
    studio.record("coda.wav", music(5, 44_100, 5, peak=0.2, channels=1), 44_100, 16)
    studio.record("secret.wav", music(4, RATE, 6, peak=0.4), RATE, 24)
    (studio.folder / "artwork").mkdir()
    Image.fromarray(np.full((3000, 3000, 3), 99, np.uint8)).save(studio.folder / "artwork/front.png")
    text = EXAMPLE.read_text(encoding="utf-8")
    for long, short in SHORTER.items():
        assert long in text
        text = text.replace(long, short)
    (studio.folder / "project.yaml").write_text(text, encoding="utf-8")
    return studio.build()


def test_every_target_is_there_and_reads_back(built: Built) -> None:
    assert set(built.record["targets"]) == {"streaming", "hires", "instrumentals", "cd", "vinyl", "cassette"}
    assert run(["verify", str(built.folder)]) == 0


def test_files_have_the_rates_and_formats_that_are_asked_for(built: Built) -> None:
    folders = {
        p.parent.relative_to(built.folder).as_posix() for p in built.files("streaming") if p.parent.name != "streaming"
    }
    assert folders == {f"streaming/{f}" for f in ("flac", "wav", "mp3-320", "aac-256", "opus-128")}
    assert [p.name for p in built.files("streaming/flac")] == [
        "01 Departure.flac", "02 Tide (Live).flac", "03 Lanterns.flac", "04 Coda.flac"
    ]  # fmt: skip
    hires = {d["sample_rate_hz"] for d in built.record["targets"]["hires"]["deliverables"] if d["role"] == "audio"}
    assert hires == {RATE}
    assert [p.name for p in built.files("instrumentals/wav")] == ["01 Lanterns (instrumental).wav"]


def test_hires_takes_the_gains_of_streaming(built: Built) -> None:
    streaming, hires = built.gains("streaming"), built.gains("hires")

    assert {k: hires[k] for k in streaming} == streaming


def test_lengths_follow_from_trims_joins_and_gaps(built: Built) -> None:
    """6.95 s, 6 s butt-joined, 8 s entering 4 s before the end, 3.5 s of gap, 5 s."""
    total = round((6.95 + 6 + 8 - 4 + 3.5 + 5) * 44_100)

    assert len(built.programme("streaming")) == total
    assert len(built.programme("hires")) == round((6.95 + 6 + 8 - 4 + 3.5 + 5) * RATE)
    image = np.fromfile(built.folder / "cd/ddp/IMAGE.DAT", "<i2").reshape(-1, 2)
    hidden = total + ((3 + 4) * 44_100)
    assert 0 <= len(image) - 150 * 588 - hidden < 588
    assert image[150 * 588 + total + 4 * 44_100 :].any()  # the hidden track sounds


def test_sides_hold_their_tracks_and_their_ceiling(built: Built) -> None:
    a, b = (read_codes(built.folder / f"vinyl/LTR014-{side}.wav", 24) / float(1 << 23) for side in "AB")

    assert len(a) == round((6.95 + 6 + 8 - 4) * RATE)
    assert len(b) == round((5 + 3 + 4) * RATE)
    assert max(true_peak_db(a), true_peak_db(b)) == pytest.approx(-3.0, abs=0.1)
    cassette = [read_codes(p, 24) for p in built.files("cassette") if p.suffix == ".wav"]
    assert [len(side) for side in cassette] == [len(a) + RATE, len(b) + RATE]
