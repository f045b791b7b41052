"""Step ``match_eq``: the tone of a track brought near that of a reference."""

from __future__ import annotations

from dataclasses import dataclass

from release.dsp.steps.kind import BOTH_ONLY, PATH, TRACK, Processor, StepKind, parameter
from release.dsp.steps.phase import phase_parameter

BANDS = 31
FILTER_S = 0.35


@dataclass(frozen=True, slots=True)
class MatchEq:
    """Brings the tone of a track near that of a reference file, of another track, or of the album's median.

    Before anything renders, the long-term spectrum of the track's source as trimmed and that of the reference are measured
    in third octaves, frames below -60 dBFS left out, each around its own mean level from 100 Hz to 10 kHz. ``amount`` of
    the difference, smoothed over three bands and at most ``limit``, becomes a filter through the 31 bands. It is the first
    step of a track's chain, since that is what it measures; the reference may have any rate; without ``reference`` and
    ``track`` the median over all tracks of the main order counts. Gains are measured anew when a source changes.
    """

    reference: str = parameter(PATH, "A file whose tone counts, relative to the manifest.", default="")
    track: str = parameter(TRACK, "The id of a track whose tone counts, as its mix came in.", default="")
    amount: float = parameter("", "Share of the difference that is taken.", default=0.5, minimum=0.0, maximum=1.0)
    limit: float = parameter("dB", "Greatest gain of a band, either way.", default=6.0, minimum=0.0, maximum=20.0)
    phase: str = phase_parameter()
    gains: tuple[float, ...] = ()
    """Measured, never written: gain of each third octave in dB."""

    def check(self, rate_hz: int) -> None:  # noqa: ARG002
        """Raise ValueError where two references are named."""
        if self.reference and self.track:
            raise ValueError("track: a reference file is named too: leave one of them out")

    def settle_s(self) -> float:
        """The length of the filter."""
        return FILTER_S

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate, once the gains are known.

        Raises:
            ValueError: they are not: this step runs in a build only.
        """
        from release.dsp.tone_match import match_filter

        if len(self.gains) != BANDS:
            raise ValueError("match_eq runs with measured gains only")
        return match_filter(self.gains, self.phase, rate_hz, channels)


KIND = StepKind("match_eq", MatchEq, acts_on=BOTH_ONLY)
