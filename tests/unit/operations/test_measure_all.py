"""Every meter on every sort of file: nothing crashes, nothing is NaN, everything is documented."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from release.audio.probe import probe
from release.audio.scan import scan
from release.cli.entry import run
from release.errors import SourceError
from release.operations.measure import MeasureError, measure_files

RATE = 48_000
RNG = np.random.default_rng(5)


def one(path, **more):
    (measured,) = measure_files([path], every_meter=True, **more)
    json.dumps(measured, allow_nan=False)
    return measured


def written(folder, audio, subtype="PCM_24", rate_hz=RATE, name="a.wav"):
    path = folder / name
    soundfile.write(path, audio, rate_hz, subtype=subtype)
    return path


def tone(seconds, level=0.25, rate_hz=RATE):
    return level * np.sin(2 * np.pi * 997.0 * np.arange(round(seconds * rate_hz)) / rate_hz)


@pytest.mark.parametrize(
    "audio",
    [
        np.zeros((0, 2)),
        np.zeros((RATE, 2)),
        np.zeros((1, 1)),
        tone(0.05)[:, np.newaxis],
        tone(0.3)[:, np.newaxis].repeat(2, 1),
        np.stack([tone(4.0), np.zeros(4 * RATE)], axis=1),
        RNG.standard_normal((RATE * 4, 6)) * 0.05,
        np.eye(1, RATE)[0][:, np.newaxis] * 0.9,
    ],
    ids=["empty", "silent", "one sample", "50 ms", "300 ms", "left only", "5.1", "one click"],
)
def test_odd_files_are_measured_as_far_as_they_go(tmp_path, audio):
    if not len(audio):
        with pytest.raises(SourceError):
            one(written(tmp_path, audio))
        return
    measured = one(written(tmp_path, audio))

    assert (measured["stereo"] is None) == (audio.shape[1] != 2)
    if not audio.any():
        assert measured["crest_db"] == [None] * audio.shape[1]
        assert measured["third_octaves"] is None
        assert measured["used_bits"] == 0


def test_the_default_reads_no_more_than_it_did(tmp_path):
    (measured,) = measure_files([written(tmp_path, tone(4.0)[:, np.newaxis])])

    assert "third_octaves" not in measured
    assert measured["rms_dbfs"] == [pytest.approx(-12.04 - 3.01, abs=0.01)]


def test_loudness_is_the_same_with_every_meter(tmp_path):
    path = written(tmp_path, RNG.standard_normal((RATE * 7, 2)) * 0.1)
    (plain,) = measure_files([path])

    measured = one(path)

    assert {key: measured[key] for key in plain} == plain


def test_fold_down_is_the_loudness_of_the_middle(tmp_path):
    left, right = RNG.standard_normal((2, RATE * 6)) * 0.05
    cases = {
        "same": (left, left),
        "opposite": (left, -left),
        "unrelated": (left, right),
        "one side": (left, left * 0.0),
    }
    losses = {
        name: one(written(tmp_path, np.stack(pair, axis=1)))["stereo"]["fold_down_loss_lu"]
        for name, pair in cases.items()
    }

    assert losses["same"] == pytest.approx(0.0, abs=0.01)
    assert losses["opposite"] == -100.0
    assert losses["unrelated"] == pytest.approx(-3.01, abs=0.1)
    assert losses["one side"] == pytest.approx(-3.01, abs=0.01)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
def test_fold_down_agrees_with_ffmpeg(tmp_path):
    left, right = RNG.standard_normal((2, RATE * 8)) * 0.05
    path = written(tmp_path, np.stack([left, 0.6 * left + 0.7 * right], axis=1))

    def lufs(chain):
        told = subprocess.run(
            ["ffmpeg", "-hide_banner", "-i", path, "-af", f"{chain}ebur128", "-f", "null", "-"],
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        return float(told.rsplit("I:", 1)[1].split()[0])

    theirs = lufs("pan=stereo|c0=0.5*c0+0.5*c1|c1=0.5*c0+0.5*c1,") - lufs("")

    assert one(path)["stereo"]["fold_down_loss_lu"] == pytest.approx(theirs, abs=0.11)  # ffmpeg prints tenths


@pytest.mark.parametrize(("subtype", "bits"), [("PCM_16", 16), ("PCM_24", 24), ("FLOAT", None)])
def test_used_bits(tmp_path, subtype, bits):
    audio = RNG.standard_normal((RATE, 2)) * 0.1

    assert one(written(tmp_path, audio, subtype))["used_bits"] == bits
    padded = np.rint(audio * 2**15) / 2**15
    assert one(written(tmp_path, padded, "PCM_24"))["used_bits"] == 16


def test_bandwidth_noise_floor_and_dc(tmp_path):
    n = RATE * 12
    spectrum = np.fft.rfft(RNG.standard_normal(n))
    spectrum[np.fft.rfftfreq(n, 1 / RATE) > 15_000.0] = 0.0
    line = np.fft.irfft(spectrum)
    line *= 0.1 / line.std()
    # Quiet for 4 s, then in over 1 s: a sudden start would widen the spectrum.
    line *= np.interp(np.arange(n) / RATE, [0.0, 4.0, 5.0, 12.0], [0.001, 0.001, 1.0, 1.0])
    measured = one(written(tmp_path, (line + 0.01)[:, np.newaxis].repeat(2, 1)))

    assert measured["bandwidth_hz"] == pytest.approx(15_000.0, abs=150.0)
    assert measured["bandwidth_edge_db"] > 40.0
    assert measured["dc_dbfs"] == [pytest.approx(20.0 * math.log10(np.mean(line) + 0.01), abs=0.06)] * 2
    assert measured["noise_floor_dbfs"] == pytest.approx(-40.0, abs=0.2)  # the offset is what is left in the quiet part


@pytest.mark.parametrize("n_clicks", [1, 3])
def test_offset_is_that_which_the_check_judges(tmp_path, n_clicks):
    """Clicks in digital silence are none; silence does not thin an offset out."""
    clicks = np.zeros((RATE * 4, 2))
    clicks[RATE : RATE + n_clicks] = 0.5
    held = np.concatenate([np.zeros((RATE * 3, 2)), np.full((RATE, 2), 0.01)])

    for audio, expected in ((clicks, 20.0 * math.log10(n_clicks / RATE)), (held, -40.0)):
        path = written(tmp_path, audio)
        facts = scan(path, probe(path))
        assert one(path)["dc_dbfs"] == [pytest.approx(expected, abs=0.06)] * 2
        assert 20.0 * math.log10(facts.dc_offset[0]) == pytest.approx(expected, abs=0.06)


def test_every_key_is_documented(tmp_path):
    text = (Path(__file__).parents[3] / "docs" / "commands.md").read_text()
    section = text[text.index("## Meters") : text.index("## Errors as JSON")]
    measured = one(written(tmp_path, RNG.standard_normal((RATE * 10, 2)) * 0.05))

    known = {
        "path",
        "sample_rate_hz",
        "channels",
        "samples",
        "seconds",
        "integrated_as_two_channels_lufs",
        "hz",
        "stereo",
    }
    keys = set(measured) | set(measured["stereo"]) | set(measured["third_octaves"][0])
    keys |= set(measured["peak_to_short_term_db"])
    assert {key for key in keys - known if f"{key}`" not in section} == set()
    assert all(math.isfinite(band["level_db"]) for band in measured["third_octaves"])


@pytest.mark.parametrize("every_meter", [False, True])
@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_what_is_no_number_is_named_and_the_other_files_are_measured(tmp_path, every_meter, value):
    audio = np.full((48_000, 2), 0.1)
    soundfile.write(tmp_path / "good.wav", audio, 48_000, "FLOAT")
    audio[24_000, 1] = value
    soundfile.write(tmp_path / "bad.wav", audio, 48_000, "FLOAT")

    with pytest.raises(MeasureError, match=r"sample 24000 .* of channel 2 is") as caught:
        measure_files([tmp_path / "bad.wav", tmp_path / "good.wav"], every_meter=every_meter)

    assert [Path(m["path"]).name for m in caught.value.measured] == ["good.wav"]


@pytest.mark.parametrize("every_meter", [False, True])
def test_a_wrong_flac_checksum_is_told(tmp_path, every_meter):
    path = tmp_path / "a.flac"
    soundfile.write(path, np.full((48_000, 2), 0.1), 48_000, "PCM_16")
    data = bytearray(path.read_bytes())
    data[26:42] = bytes(range(16))
    path.write_bytes(data)

    with pytest.raises(MeasureError, match="its MD5 differs"):
        measure_files([path], every_meter=every_meter)


def test_the_command_prints_the_good_and_ends_with_4_for_the_bad(tmp_path, capsys):
    good, bad = tmp_path / "good.wav", tmp_path / "bad.wav"
    soundfile.write(good, np.full((48_000, 2), 0.1), 48_000)
    bad.write_bytes(b"no audio")

    ends = run(["measure", str(bad), str(good)]), run(["measure", "--json", str(bad), str(good)])
    out, err = capsys.readouterr()

    assert ends == (4, 4)
    assert "good.wav" in out.split("{")[0]
    assert "bad.wav" in err
    told = json.loads(out[out.index("{") :])
    assert [len(told["files"]), told["error"]["exit"], len(told["error"]["problems"])] == [1, 4, 1]
