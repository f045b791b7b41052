"""The ceiling on delivered files, for the sounds that are hardest to hold: by our meter and at 32 times the rate."""

from __future__ import annotations

import numpy as np
import pytest
from e2e_meters import true_peak_db
from e2e_studio import Built, music, track

RATE = 44_100
CEILING = -1.0
T = np.arange(3 * RATE)
FADE = np.minimum(1.0, np.minimum(T, len(T) - 1 - T) / 4000)


def pulses() -> np.ndarray:
    line = np.zeros(len(T))
    line[[10_000, 50_000, 50_003, 90_000]] = [0.99, -0.99, 0.99, 0.99]
    line[110_000:110_006] = [0.99, 0.99, -0.99, 0.99, -0.99, -0.99]
    return line


def close(share: float) -> np.ndarray:
    return 0.99 * FADE * np.sin(2 * np.pi * share * T + 0.2)


CASES = {
    "isolated pulses": pulses,
    "square bursts": lambda: 0.99 * np.sign(np.sin(2 * np.pi * 997 / RATE * (T + 0.5))) * ((T // 3000) % 2),
    "tone at 0.45 of the rate": lambda: close(0.45),
    "tone at 0.49 of the rate": lambda: close(0.49),
    "full-scale noise": lambda: np.random.default_rng(1).uniform(-0.99, 0.99, len(T)),
    "music": lambda: music(3, RATE, 2, peak=0.99)[:, 0],
}


@pytest.fixture(scope="module")
def built(new_studio) -> Built:
    """Each 6 dB up into a limiter, in 24 bits, in 16 bits with the strongest shaping, and at another rate."""
    studio = new_studio()
    for n, make in enumerate(CASES.values(), 1):
        studio.record(f"{n}.wav", make()[:, None] * np.array([1.0, 0.9]), RATE, 24)
    level = {"match": "none", "ceiling": f"{CEILING} dBTP", "limiter": {"max_reduction": "20 dB"}}
    files = {"kind": "download", "files": ["flac"], "gaps_in_files": "none", "gain": "6 dB", "level": level}
    studio.write(
        sequence={"gap": "1 s"},
        tracks=[track(n, f"{n}.wav") for n in range(1, len(CASES) + 1)],
        targets={
            "wide": files,
            "narrow": {**files, "bit_depth": 16, "dither": {"type": "shaped", "curve": "wannamaker-9"}},
            "converted": {**files, "sample_rate": "48 kHz"},
        },
    )
    return studio.build()


@pytest.mark.parametrize(("target", "bits"), [("wide", 24), ("narrow", 16), ("converted", 24)])
def test_no_delivered_file_passes_its_ceiling(built: Built, target: str, bits: int) -> None:
    files = [codes / float(1 << (bits - 1)) for codes in built.codes(target, bits=bits)]
    audio = [d for d in built.record["targets"][target]["deliverables"] if d["role"] == "audio"]
    assert len(files) == len(audio) == len(CASES)
    assert built.record["targets"][target]["level"]["max_reduction_db"] > 5.0
    for name, samples, deliverable in zip(CASES, files, audio, strict=True):
        assert deliverable["loudness"]["true_peak_dbtp"] <= CEILING + 0.01, name
        assert CEILING - 1.5 < true_peak_db(samples, factor=32) <= CEILING + 0.1, name
