"""Rate conversion end to end: through whole builds, over the cuts of tracks, held against soxr in one call and by aliases."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import soundfile
from e2e_studio import Built, Studio, music, track

SECONDS = 4
CUTS_S = (0.0, 1.250_004, 2.718_281)
"""Where three tracks of one recording begin: no whole samples at the target's rate."""
BEYOND = {
    (96_000, 44_100): (22_100.0, 30_000.0),
    (192_000, 48_000): (24_100.0, 60_000.0),
    (44_100, 96_000): (21_000.0,),
}


def gapless(studio: Studio, audio: np.ndarray, from_hz: int, to_hz: int) -> Built:
    """One recording, cut into three tracks without a gap, delivered as float WAV at another rate."""
    studio.record("long.wav", audio, from_hz, "double")
    places = [round(s * from_hz) / from_hz for s in (*CUTS_S, SECONDS)]
    tracks = [
        track(n, "long.wav", trim={"start": f"{a:.9f} s", "end": f"{b:.9f} s"}, **({"gap": "0 s"} if n > 1 else {}))
        for n, (a, b) in enumerate(pairwise(places), 1)
    ]
    studio.write(
        sequence={"sample_rate": f"{from_hz} Hz", "cuts": "sample"},
        tracks=tracks,
        targets={
            "download": {
                "files": ["wav"],
                "sample_rate": f"{to_hz} Hz",
                "bit_depth": "float",
                "gaps_in_files": "none",
                "level": {"match": "none"},
            }
        },
    )
    return studio.build()


def delivered(built: Built) -> list[np.ndarray]:
    paths = sorted((built.folder / "download").rglob("*.wav"))
    return [soundfile.read(path, dtype="float64", always_2d=True)[0] for path in paths]


@pytest.mark.parametrize(("from_hz", "to_hz"), list(BEYOND))
def test_three_files_are_one_conversion_cut_in_three(studio: Studio, soxr_whole, from_hz: int, to_hz: int) -> None:
    audio = music(SECONDS, from_hz, 3)

    files = delivered(gapless(studio, audio, from_hz, to_hz))

    whole = soxr_whole(audio, from_hz, to_hz)
    assert len(files) == 3
    found = np.concatenate(files)
    assert len(found) == len(whole)
    assert np.abs(found - whole).max() < 2.0**-24  # the rounding of 32-bit floats


@pytest.mark.parametrize(("from_hz", "to_hz"), list(BEYOND))
def test_aliases_and_images_at_the_cuts(studio: Studio, from_hz: int, to_hz: int) -> None:
    """Tones beyond half the lower rate (going down), or up to it (going up): what stands elsewhere is no louder around cuts."""
    t = np.arange(SECONDS * from_hz) / from_hz
    swell = np.minimum(1.0, np.minimum(t, SECONDS - t) / 0.5) ** 2 * (
        3 - 2 * np.minimum(1.0, np.minimum(t, SECONDS - t) / 0.5)
    )
    tones = BEYOND[from_hz, to_hz]
    line = sum(np.sin(2 * np.pi * hz * t + hz) for hz in tones) / len(tones) * swell

    files = delivered(gapless(studio, np.stack([line, -line], 1), from_hz, to_hz))
    found = np.concatenate(files)[:, 0]

    # 32-bit floats round to -150 dB of what sounds, so that the limit of -140 dB beyond 1.1 times can be seen in them.
    if from_hz > to_hz:
        assert 20 * np.log10(np.abs(found).max()) < (-120.0 if min(tones) < 1.1 * to_hz / 2 else -140.0)
        return
    cut = round(CUTS_S[1] * to_hz)
    window = np.kaiser(16_384, 30)
    level = np.abs(np.fft.rfft(found[cut - 8192 : cut + 8192] * window)) / window.sum() * 2
    images = level[int(from_hz / 2 / to_hz * 16_384) + 40 :]
    assert 20 * np.log10(images.max() / level.max()) < -140.0


def test_equal_rates_are_the_very_samples(studio: Studio) -> None:
    audio = studio.record("long.wav", music(SECONDS, 96_000, 3), 96_000, "double")

    files = delivered(gapless(studio, audio, 96_000, 96_000))

    assert np.array_equal(np.concatenate(files), audio.astype(np.float32).astype(float))
