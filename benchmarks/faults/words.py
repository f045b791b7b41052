"""What a wrong bounce does to the words of a file: an offset, a side without sound, equal sides, empty bits, overs."""

from __future__ import annotations

import numpy as np

from faults.fault import Fault, Host, Planted, alone, part_of

SILENCE_DB = -200.0
HEADROOM = 0.98


def offset(host: Host, dbfs: float, rng: np.random.Generator) -> Planted | None:
    """One channel moved away from zero, up or down."""
    out = part_of(host, rng) * HEADROOM
    out -= out.mean(axis=0)
    out[:, rng.integers(out.shape[1])] += rng.choice((-1.0, 1.0)) * 10.0 ** (dbfs / 20.0)
    return alone(out)


def dead(host: Host, db: float, rng: np.random.Generator) -> Planted | None:
    """One side is so much softer than it was."""
    if host.audio.shape[1] != 2:
        return None
    out = part_of(host, rng)
    out[:, rng.integers(2)] *= _gain(db)
    return alone(out)


def same_sides(host: Host, difference_db: float, rng: np.random.Generator) -> Planted | None:
    """Both sides hold the middle, and so much of what they differed by."""
    if host.audio.shape[1] != 2 or np.array_equal(host.audio[:, 0], host.audio[:, 1]):
        return None
    out = part_of(host, rng)
    middle, side = out.mean(axis=1), (out[:, 0] - out[:, 1]) / 2 * _gain(difference_db)
    return alone(np.stack([middle + side, middle - side], axis=1))


def padded(host: Host, bits: float, rng: np.random.Generator) -> Planted | None:
    """Rounded to fewer bits in a file of 24."""
    if host.bits != 24:
        return None
    top = 2.0 ** (bits - 1)
    return alone(np.round(part_of(host, rng) * top) / top)


def driven(host: Host, db: float, rng: np.random.Generator) -> Planted | None:
    """Driven into full scale, where the samples are cut and the wave between them is not."""
    out = part_of(host, rng)
    out *= 10.0 ** (db / 20.0) / max(np.abs(out).max(), 1e-9)
    return alone(np.clip(out, -1.0, 1.0))


def _gain(db: float) -> float:
    return 0.0 if db <= SILENCE_DB else 10.0 ** (db / 20.0)


OFFSET = Fault(
    "dc", "audio/dc-offset", frozenset({"offset"}), offset, (-80.0, -66.0, -54.0, -40.0), "dBFS", -54.0,
    "it is relevant rather than heard: an edit or a start on it is a step of 2 thousandths of full scale, heard in a rest",
)  # fmt: skip
DEAD = Fault(
    "dead channel", "audio/dead-channel", frozenset({"silent"}), dead, (-80.0, -100.0, SILENCE_DB),
    "dB on one side (-200: digital silence)", SILENCE_DB,
    "a side without a bit is a fault of routing; one that is only very soft has some sound, and stereo/balance tells it",
)  # fmt: skip
DUAL_MONO = Fault(
    "dual mono", "audio/identical-channels", frozenset({"dual-mono"}), same_sides, (-40.0, -80.0, SILENCE_DB),
    "dB of the difference of the sides (-200: none)", SILENCE_DB,
    "a fact rather than a fault: relevant where nothing at all differs, since then one channel holds everything",
)  # fmt: skip
PADDED = Fault(
    "padded bits", "audio/padded-bits", frozenset({"padded"}), padded, (20.0, 17.0, 16.0, 12.0),
    "bits used of 24", 16.0, "a fact that is not heard: relevant from 16 bits down, the word of a compact disc",
)  # fmt: skip
OVERS = Fault(
    "overs", "audio/true-peak-overs", frozenset({"over"}), driven, (0.0, 1.0, 3.0, 6.0),
    "dB driven into full scale", 3.0,
    "relevant to converters and encoders, which meet the wave between cut samples; the cut itself is told by audio/clipping",
)  # fmt: skip
