"""What a planted fault is: how it is made, which check must tell it, and from which strength on it is heard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from release.model.source import SourceFacts
from release.qc.contexts import SourceContext, SourceUse

Audio = np.ndarray


@dataclass(frozen=True)
class Host:
    """Clean sound to plant in: (n_samples, channels) in exact words of ``bits``."""

    name: str
    audio: Audio
    rate_hz: int
    bits: int


@dataclass(frozen=True)
class Planted:
    """Files with a fault.

    Attributes:
        files: name to (n_samples, channels); written as WAV in the host's format and scanned.
        at_s: where the fault is, which a finding must say; None when it has no place.
    """

    files: Mapping[str, Audio]
    at_s: float | None = None


def alone(audio: Audio, at_s: float | None = None) -> Planted:
    return Planted({"mix": audio}, at_s)


def source_contexts(facts: Mapping[str, SourceFacts]) -> list[object]:
    """Each file as the source of one track that plays all of it."""
    return [
        SourceContext(name, f, (SourceUse(Path(name).stem, 0.0, f.info.n_samples / f.info.sample_rate_hz),))
        for name, f in facts.items()
    ]


@dataclass(frozen=True)
class Fault:
    """One kind of fault.

    Attributes:
        name: as the table calls it.
        check: id of the check that must tell it.
        codes: of its findings that count.
        plant: host, strength and random numbers to files; None when the host has no place for it.
        strengths: rising in severity.
        unit: of the strengths, as the table's head has it.
        audible: strength from which on it is taken as heard; 95 % must be found there.
        why: why that one.
        within_s: how far off a finding's time may be.
        contexts: what checks judge, made of the scanned facts.
        judge: what checks judge, made of the planted files themselves, which are then not scanned.
    """

    name: str
    check: str
    codes: frozenset[str]
    plant: Callable[[Host, float, np.random.Generator], Planted | None]
    strengths: tuple[float, ...]
    unit: str
    audible: float
    why: str
    within_s: float = 0.001
    contexts: Callable[[Mapping[str, SourceFacts]], list[object]] = field(default=source_contexts)
    judge: Callable[[Planted, Host], Sequence[object]] | None = None


def sounding_place(host: Host, rng: np.random.Generator, least_dbfs: float = -45.0) -> tuple[int, int] | None:
    """A sample and a channel with at least so much level (RMS of the 20 ms around), away from the ends."""
    beside = host.rate_hz // 100
    for _ in range(200):
        at = int(rng.integers(host.rate_hz, len(host.audio) - 6 * host.rate_hz))
        channel = int(rng.integers(host.audio.shape[1]))
        if level(host.audio[at - beside : at, channel]) > least_dbfs < level(host.audio[at : at + beside, channel]):
            return at, channel
    return None


def part_of(host: Host, rng: np.random.Generator, seconds: float = 10.0) -> Audio:
    """Some seconds of the sound from anywhere in it, to be changed at will."""
    n = int(seconds * host.rate_hz)
    at = int(rng.integers(max(len(host.audio) - n, 0) + 1))
    return host.audio[at : at + n].copy()


def level(line: Audio) -> float:
    """RMS in dBFS, that of a square wave of full scale being 0."""
    return float(10.0 * np.log10(np.mean(np.square(line)) + 1e-20))
