"""Step ``vst3``: a plug-in."""

from __future__ import annotations

import json
from dataclasses import dataclass

from release.dsp.steps.kind import FILE, MAPPING, NAME, PLUGIN, Processor, StepKind, parameter


@dataclass(frozen=True, slots=True)
class Vst3:
    """Runs a VST3 plug-in, which is code and loads only when you trust it: `release trust`.

    ``path`` leads to it from the manifest, or is an absolute path, or the name of an installed one (``ZaMaximX2``). State,
    preset and parameters are set in this order; the record says what it took. Its delay is given back. It
    runs in processes of its own, in 32-bit floating point, twice at a time: where both do not give the very same samples, the
    build stops, for such a sound could be neither rebuilt nor approved. Its SHA-256 is part of every key, so a changed
    plug-in renders again, once it is trusted again; its version and that of its host are in the record. `check` and
    `build` open trusted plug-ins before anything is rendered, and report every name, value, preset and number of channels that
    one does not take at its line; a plug-in for one channel takes ``channels: left``, ``right``, ``mid`` or ``side``.
    """

    path: str = parameter(PLUGIN, "The plug-in.")
    plugin: str = parameter(NAME, "Which one, where the file holds several.", default="")
    state: str = parameter(FILE, "A saved state, relative to the manifest.", default="")
    preset: str = parameter(FILE, "A `.vstpreset`, relative to the manifest.", default="")
    parameters: str = parameter(MAPPING, "Names and values, as its host calls them: `{threshold_db: -12}`.", default="")
    digest: str = ""
    """Found, never written: SHA-256 of the file that ``path`` then leads to."""

    def check(self, rate_hz: int) -> None:
        """What it can do is known once it is loaded."""

    def settle_s(self) -> float:
        """Nobody knows; the least that every chain gets."""
        return 10.0

    def make(self, rate_hz: int, channels: int) -> Processor:
        """The processor at a rate, once the plug-in is found.

        Raises:
            ValueError: it is not: this step runs in a build only.
        """
        if not self.digest:
            raise ValueError("vst3 runs with a plug-in that was found and trusted only")
        from release.dsp.plugin import BLOCK, PluginProcessor
        from release.tools.plugin_host import PluginSpec

        values = json.loads(self.parameters) if self.parameters else {}
        spec = PluginSpec(self.path, self.plugin, self.preset, self.state, values, rate_hz, channels, BLOCK)
        return PluginProcessor(spec)


KIND = StepKind("vst3", Vst3)
