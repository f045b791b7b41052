"""Two files of one recording: under two titles, or as versions of which one has its sides exchanged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from faults.fault import Fault, Host, Planted
from faults.projects import programme_context
from release.model.source import SourceFacts


def near_same(host: Host, kind: float, rng: np.random.Generator) -> Planted:
    """The recording again, changed less with each kind: saturated and equalised, dulled and noisy, only softer; always later."""
    shift = int(rng.uniform(0.3, 2.0) * host.rate_hz)
    other = host.audio * 10 ** (rng.uniform(-6, -2) / 20)
    if kind < 2.0:
        other = np.tanh(2.5 * other) / 2.5
    if kind < 3.0:
        spectrum = np.fft.rfft(other, axis=0)
        f = np.fft.rfftfreq(len(other), 1 / host.rate_hz)[:, None]
        tilt = (1 + (200 / np.maximum(f, 1)) ** 2) ** 0.25 if kind < 2.0 else 1.0
        other = np.fft.irfft(spectrum * tilt / (1 + (f / 11_000) ** 16), len(other), axis=0)
        other += rng.standard_normal(other.shape) * other.std() * 10 ** (-45 / 20)
    return Planted({"one": host.audio, "two": other[shift:]})


def swapped(host: Host, width: float, rng: np.random.Generator) -> Planted | None:
    """A softer version with its sides exchanged; of the width between them so much is left in both."""
    if host.audio.shape[1] != 2:
        return None
    if np.diff(host.audio, axis=1).std() < 0.03 * host.audio.std():
        return None  # everything stands in the middle
    middle = host.audio.mean(axis=1, keepdims=True)
    narrowed = middle + width * (host.audio - middle)
    gain = 10 ** (rng.uniform(-4, -1) / 20)
    return Planted({"one": narrowed, "one@instrumental": narrowed[:, ::-1] * gain})


def contexts(facts: Mapping[str, SourceFacts]) -> list[object]:
    return [programme_context(facts)]


FAULT = Fault(
    "same recording", "programme/near-same-audio", frozenset({"alike"}), near_same, (1.0, 2.0, 3.0),
    "1 saturated and equalised, 2 dulled with noise, 3 softer only; each begins later", 3.0,
    "a file at another level and start is the same to everybody; remastered ones are another matter", contexts=contexts,
)  # fmt: skip
SWAPPED = Fault(
    "swapped sides", "audio/swapped-channels", frozenset({"mirrored"}), swapped, (0.1, 0.3, 1.0), "of the width", 1.0,
    "a mix as it is; narrowed ones have less to exchange", contexts=contexts,
)  # fmt: skip
