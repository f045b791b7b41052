"""Step ``dehum``: takes mains hum away."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Dehum:
    """Finds steady tones at ``frequency`` and its harmonics and subtracts them; no filter, so notes nearby are untouched.

    The mains may be half a percent off the stated frequency and wander slowly: frequency, level and phase of each
    harmonic are measured over 8 s around every second, from the moments in which music covers it least. It is hum where
    several harmonics (or one of the first three, very clear) stand 12 dB above the spectrum beside them and are there
    between the notes, too, in three such frames at least; it is then taken away for 15 s around also where music covers
    it. Notes that are repeated exactly have lines as steady at 100, 120 or 150 beats a minute, but nothing between them:
    they stay, and so does whatever is louder than -28 dBFS, and hum that dense or repeated bass never lets through.
    Where none is found samples pass bit for bit.
    """

    frequency: float = parameter(
        "Hz", "Of the mains: 50 or 60 Hz, or what tape speed made of it.", minimum=30.0, maximum=100.0
    )
    harmonics: float = parameter("", "How many, the fundamental counted.", default=10.0, minimum=1.0, maximum=40.0)

    def check(self, rate_hz: int) -> None:
        """Raise ValueError unless all harmonics lie well below half the rate."""
        if self.frequency * self.harmonics >= 0.25 * rate_hz:
            raise ValueError(f"harmonics: {self.harmonics:g} of {self.frequency:g} Hz are too many at {rate_hz} Hz")

    def settle_s(self) -> float:
        """All that a frame hears."""
        return 22.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate."""
        from release.dsp.repair.hum import HumRemover

        self.check(rate_hz)
        return HumRemover(self.frequency, int(self.harmonics), rate_hz, channels)


KIND = StepKind("dehum", Dehum, strength="level of the hum in dBFS", version=2)
