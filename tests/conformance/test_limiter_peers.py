"""The limiter beside other people's: their meters on its output, their limiters on the same tones at one true peak."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
import soundfile
from libebur128 import needs_libebur128, true_peak_dbtp

from release.dsp.limiter import limit

RATE = 44_100
CEILING = -1.0


def stereo(line):
    return np.stack([line, line], axis=1)


def hard_cases():
    t = np.arange(RATE)
    fade = np.minimum(1.0, np.minimum(t, RATE - 1 - t) / 2000)
    pulses = np.zeros(RATE)
    pulses[[1000, 5000, 5003, 20_000]] = [1.0, -1.0, 1.0, 1.5]
    pulses[30_000:30_006] = [1.0, 1.0, -1.0, 1.0, -1.0, -1.0]
    return {
        "pulses": stereo(pulses),
        "square bursts": stereo(np.sign(np.sin(2 * np.pi * 997 / RATE * (t + 0.5))) * ((t // 3000) % 2)),
        "0.45 of the rate": stereo(1.3 * fade * np.sin(2 * np.pi * 0.45 * t + 0.2)),
        "0.49 of the rate": stereo(1.3 * fade * np.sin(2 * np.pi * 0.49 * t + 0.2)),
        "noise": np.random.default_rng(1).uniform(-1, 1, (RATE, 2)),
    }


@needs_libebur128
@pytest.mark.parametrize("name", hard_cases())
def test_libebur128_finds_nothing_over_the_ceiling(name):
    audio = hard_cases()[name]
    assert true_peak_dbtp(audio, RATE) > CEILING + 0.3  # there was something to hold down
    assert true_peak_dbtp(limit(audio, RATE, CEILING), RATE) <= CEILING + 0.1


def tone_over_by_3_db(hz):
    return stereo(10 ** ((CEILING + 3.0) / 20) * np.sin(2 * np.pi * hz * np.arange(3 * RATE) / RATE))


def distortion_db(out, hz):
    """Everything beside the tone, in dB below it, in the second from 1.5 s on."""
    power = np.abs(np.fft.rfft(out[RATE * 3 // 2 : RATE * 5 // 2, 0])) ** 2
    beside = power.copy()
    beside[:2] = 0.0
    beside[hz - 1 : hz + 2] = 0.0
    return 10 * np.log10(beside.sum() / power.max() + 1e-30)


def by_pedalboard(audio, ceiling):
    from pedalboard import BrickwallLimiter, Pedalboard

    out = Pedalboard([BrickwallLimiter(ceiling_db=ceiling)])(audio.T.astype(np.float32), RATE)
    return out.T.astype(float)


def by_ffmpeg(audio, ceiling, folder):
    soundfile.write(folder / "in.wav", audio, RATE, subtype="DOUBLE")
    chain = f"alimiter=limit={10 ** (ceiling / 20):.9f}:level=false:latency=true"
    command = [
        "ffmpeg",
        "-y",
        "-v",
        "error",
        "-i",
        folder / "in.wav",
        "-af",
        chain,
        "-c:a",
        "pcm_f64le",
        folder / "out.wav",
    ]
    subprocess.run(command, check=True)
    return soundfile.read(folder / "out.wav")[0]


@needs_libebur128
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg (Debian package ffmpeg)")
@pytest.mark.parametrize("hz", [50, 1000])
def test_less_beside_a_tone_than_others_at_the_same_true_peak(hz, tmp_path):
    audio = tone_over_by_3_db(hz)
    ours = limit(audio, RATE, CEILING)
    aim = true_peak_dbtp(ours[RATE:], RATE)
    for other in (by_pedalboard, lambda a, c: by_ffmpeg(a, c, tmp_path)):
        out = other(audio, CEILING)
        setting = CEILING + aim - true_peak_dbtp(out[RATE : -RATE // 10], RATE)
        out = other(audio, setting)
        assert true_peak_dbtp(out[RATE : -RATE // 10], RATE) == pytest.approx(aim, abs=0.02)
        assert distortion_db(ours, hz) < distortion_db(out, hz) - 20.0
    assert distortion_db(ours, hz) < -150.0
