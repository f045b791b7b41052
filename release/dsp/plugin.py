"""The processor of ``vst3``: a plug-in on fixed blocks, its delay given back, and run twice to prove that it repeats itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from release.dsp.blocks import Audio, FixedBlocks, as_audio, silence
from release.errors import RenderError
from release.tools.plugin_host import PluginHost, PluginSpec

BLOCK = 8_192
"""Samples of every block, counted from the first: a plug-in never sees another size."""


class PluginProcessor:
    """A plug-in in the chain: aligned, as long as its input, the same samples however the stream is cut into blocks.

    Two instances hear the same and must answer the same, sample by sample: what a plug-in makes anew each time could be
    neither rebuilt nor approved. Plug-ins work in 32-bit floating point.
    """

    def __init__(self, spec: PluginSpec) -> None:
        """Load both instances.

        Raises:
            RenderError: the plug-in cannot be loaded or set as it is written.
        """
        self._channels = spec.channels
        first = PluginHost(spec)
        try:
            self._hosts = (first, PluginHost(spec))
        except BaseException:
            first.close()
            raise
        self._name = first.about.name
        self._skip = first.about.latency_samples
        self._blocks = FixedBlocks(BLOCK, spec.channels)
        self._n_in = 0
        self._n_out = 0
        self._n_heard = 0

    def process(self, block: Audio) -> Audio:
        """Take the next block; give what is ready."""
        audio = as_audio(block, self._channels)
        self._n_in += len(audio)
        return self._joined([self._run(part) for part in self._blocks.take(audio)])

    def flush(self) -> Audio:
        """Give the rest, and end the plug-in."""
        rest = self._blocks.rest()
        out = [self._run(np.concatenate([rest, silence(BLOCK - len(rest), self._channels)]))]
        while self._n_out + sum(map(len, out)) < self._n_in:
            out.append(self._run(silence(BLOCK, self._channels)))
        for host in self._hosts:
            host.close()
        return self._joined(out)

    def _joined(self, parts: list[Audio]) -> Audio:
        out = np.concatenate([silence(0, self._channels), *parts])[: self._n_in - self._n_out]
        self._n_out += len(out)
        return out

    def _run(self, block: Audio) -> Audio:
        """One block of exactly ``BLOCK`` samples through both instances; less at the start, while the delay passes."""
        data = np.ascontiguousarray(block.T, dtype="<f4").tobytes()
        for host in self._hosts:
            host.send(data, len(block))
        answer, again = (self._heard(host) for host in self._hosts)
        differs = np.flatnonzero((answer != again).any(axis=0))
        if len(differs):
            raise RenderError(
                f"{self._name} gives other samples when it is run again, first at sample {self._n_heard + differs[0]}",
                where="vst3",
                remedy="switch off what is random in it, or print the track through it and use that file",
            )
        self._n_heard += len(block)
        out = answer[:, self._skip :]
        self._skip -= min(self._skip, answer.shape[1])
        return np.ascontiguousarray(out.T, dtype=np.float64)

    def _heard(self, host: PluginHost) -> NDArray[np.float32]:
        answer = np.frombuffer(host.receive(), "<f4").reshape(self._channels, -1)
        if answer.shape[1] != BLOCK or not np.isfinite(answer).all():
            wrong = "a block of another length" if answer.shape[1] != BLOCK else "values that are no numbers"
            raise RenderError(f"{self._name} gave {wrong}", where="vst3", remedy="leave the step out")
        return answer
