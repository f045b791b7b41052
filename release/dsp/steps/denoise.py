"""Step ``denoise``: less hiss."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, PATH, REGION, Processor, StepKind, parameter

SHORTEST_S = 0.2
LATEST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Denoise:
    """Turns steady noise down by at most ``reduction``, as a print of the noise alone says.

    The print is learned from a region of the track's own source, ``learn: {start: 0.1 s, end: 1.2 s}``, or from a file of
    noise, ``print: hiss.wav``; it is heard as the track is, with its gain and the repairs that stand before this step. Each
    bin of a spectrum of 53 ms is turned down by how surely it is noise (decision-directed Wiener filter, both channels
    alike); what stands 30 dB over the noise is not touched. 6 to 12 dB are rarely heard as a fault; more takes room and
    air with it.
    """

    learn: tuple[float, ...] = parameter(
        REGION, "Where the source holds nothing but noise.", default=(), minimum=0.0, maximum=LATEST_S
    )
    print: str = parameter(PATH, "A file that holds nothing but the noise, relative to the manifest.", default="")
    reduction: float = parameter(
        "dB", "By how much noise is turned down at most.", default=10.0, minimum=1.0, maximum=40.0
    )
    powers: tuple[float, ...] = ()
    """Measured, never written: mean power of each bin of the print, channel by channel in each."""

    def check(self, rate_hz: int) -> None:  # noqa: ARG002
        """Raise ValueError unless there is one print, long enough."""
        if self.powers:
            return
        if self.learn and self.print:
            raise ValueError("denoise is given two noise prints, learn and print: leave one of them out")
        if not self.learn and not self.print:
            raise ValueError("denoise needs one noise print: either learn: {start: …, end: …} or print: FILE")
        if self.learn and self.learn[1] - self.learn[0] < SHORTEST_S:
            length_s = self.learn[1] - self.learn[0]
            raise ValueError(f"learn: {length_s:g} s are too short for a print, {SHORTEST_S:g} s are least")

    def settle_s(self) -> float:
        """Time in which it forgets what it heard before."""
        return 10.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate, once its print is known.

        Raises:
            ValueError: it is not: this step runs in a build only.
        """
        import numpy as np

        from release.dsp.repair.noise import HOPS, Denoiser

        bins = 2 * (rate_hz // HOPS) + 1
        if len(self.powers) != bins * channels:
            raise ValueError("denoise runs with a measured print only")
        return Denoiser(np.array(self.powers).reshape(bins, channels), self.reduction, rate_hz, channels)


KIND = StepKind("denoise", Denoise, acts_on=BOTH_ONLY, strength="how much softer the noise became, in dB")
