"""Word length: from float64 to integer codes, once, at the very end.

Dither is triangular noise of 2 LSB width, or the same inside an error-feedback loop that moves the noise to where the
ear is least sensitive. The noise is a hash of seed, channel and sample index: no state, no clock, the same everywhere.
Source: Lipshitz, Wannamaker, Vanderkooy, Minimally audible noise shaping, JAES 39 (1991); Wannamaker,
Psychoacoustically optimal noise shaping, JAES 40 (1992).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, as_audio

Codes = NDArray[np.int32]

CURVES: Mapping[str, tuple[float, ...]] = {
    "lipshitz": (2.033, -2.165, 1.959, -1.590, 0.6149),
    "wannamaker-3": (1.623, -0.982, 0.109),
    "wannamaker-9": (2.412, -3.370, 3.937, -4.174, 3.353, -2.205, 1.281, -0.569, 0.0847),
    "modified-e-9": (1.662, -1.263, 0.4827, -0.2913, 0.1268, -0.1124, 0.03252, -0.01265, -0.03524),
}
"""c_1, c_2… of each curve: the noise passes through 1 - sum c_k z^-k. Designed for 44.1 kHz, usable at 48 kHz.

Source: JAES 39 (1991) for lipshitz (improved E, 5 taps) and modified-e-9; JAES 40 (1992) for wannamaker-3 and -9.
"""
SHAPED_MAX_RATE_HZ = 48_000


class Quantiser:
    """Turns float audio into codes of 16 or 24 bits; the same codes however the stream is cut into blocks.

    Without dither, samples that already are codes pass exactly. With ``silence="keep"`` a sample that is exactly zero
    in all channels gives exactly zero, in shaped dither with an error of zero, so that the loop starts afresh after
    digital black. Samples beyond the codes are clipped and counted.

    Attributes:
        clipped: samples clipped so far, counted in each channel by itself.
    """

    def __init__(
        self,
        bit_depth: int,
        dither: str = "tpdf",
        curve: str = "lipshitz",
        silence: str = "keep",
        seed: bytes = b"",
        channels: int = 2,
    ) -> None:
        """Start at the first sample of a stream.

        Args:
            bit_depth: 16 or 24.
            dither: ``none``, ``tpdf`` or ``shaped``.
            curve: of shaped dither, a key of ``CURVES``.
            silence: ``keep`` or ``dither``.
            seed: what makes this stream's noise its own.
            channels: of the stream; each has its own noise.

        Raises:
            ValueError: a word is not one of these.
        """
        _check_word("bit depth", bit_depth, (16, 24))
        _check_word("dither", dither, ("none", "tpdf", "shaped"))
        _check_word("curve", curve, tuple(CURVES))
        _check_word("silence", silence, ("keep", "dither"))
        self.clipped = 0
        self._dither = dither
        self._channels = channels
        self._full_scale = float(2 ** (bit_depth - 1))
        self._keeps_silence = silence == "keep"
        self._keys = np.array([channel_key(seed, channel) for channel in range(channels)], dtype=np.uint64)
        self._taps = np.array(CURVES[curve])
        self._errors = np.zeros((channels, len(self._taps)))
        self._position = 0

    def process(self, block: Audio) -> Codes:
        """Codes of the next block, right-justified, (n_samples, channels) int32."""
        from release.dsp.kernels import quantise as kernel

        audio = as_audio(block, self._channels)
        out = np.empty(audio.shape, dtype=np.int32)
        scale, keys, position = self._full_scale, self._keys, self._position
        if self._dither == "none":
            self.clipped += int(kernel.quantise_plain(audio, out, scale))
        elif self._dither == "tpdf":
            self.clipped += int(kernel.quantise_tpdf(audio, out, scale, keys, position, self._keeps_silence))
        else:
            self.clipped += int(
                kernel.quantise_shaped(audio, out, scale, keys, position, self._keeps_silence, self._taps, self._errors)
            )
        self._position += len(audio)
        return out


def channel_key(seed: bytes, channel: int) -> int:
    """64-bit key of a channel's noise."""
    return int.from_bytes(hashlib.sha256(seed + b"\0channel %d" % channel).digest()[:8], "little")


def codes_to_audio(codes: Codes, bit_depth: int) -> Audio:
    """The float64 samples that codes stand for, exactly."""
    return codes / float(2 ** (bit_depth - 1))


def _check_word(name: str, value: object, allowed: tuple[object, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name}: {value} is not one of {', '.join(str(a) for a in allowed)}")
