"""One VST3 plug-in in a process of its own: run as a file, not imported; it knows nothing of the rest of the program.

The first line on stdin is a plug-in's description as JSON, the first line on stdout what came of it. Then blocks follow:
four bytes of length in samples, then that many float32 samples of each channel; every block is answered by one as long.
A plug-in may print what it likes: its stdout leads to stderr.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

STATE_MARK = b"VC2!"
"""With this begins the state of a plug-in as its host keeps it. A host takes anything else without a word."""


def main() -> None:
    """Load, tell, then process until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    spec = json.loads(questions.readline())
    try:
        plugin = load(spec)
        told = about(plugin, spec)
    except Exception as exc:  # noqa: BLE001 - whatever a plug-in or its host raises is told to the program
        told, plugin = {"error": f"{exc}".strip() or type(exc).__name__}, None
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()
    if plugin is not None:
        answer_blocks(plugin, spec, questions, answers)
    os._exit(0)  # a plug-in's own end may hang or crash; there is nothing left to save


def load(spec: dict[str, Any]) -> Any:
    """The plug-in with its state, preset and parameters."""
    from pedalboard import VST3Plugin

    names = VST3Plugin.get_plugin_names_for_file(spec["path"])
    if spec["name"] and spec["name"] not in names:
        raise ValueError(f"the file has no plug-in {spec['name']}; it has {', '.join(names)}")
    plugin = VST3Plugin(spec["path"], plugin_name=spec["name"] or None)
    if plugin.is_instrument:
        raise ValueError("it is an instrument, not an effect")
    if spec["state"]:
        data = Path(spec["state"]).read_bytes()
        if not data.startswith(STATE_MARK):
            raise ValueError("the state file is not a saved VST3 state")
        plugin.raw_state = data
    if spec["preset"]:
        plugin.load_preset(spec["preset"])
    for name, text in spec["parameters"].items():
        if name not in plugin.parameters:
            raise ValueError(f"it has no parameter {name}; it has {', '.join(plugin.parameters)}")
        setattr(plugin, name, value_of(text, plugin.parameters[name].type))
    return plugin


def value_of(text: str, kind: type) -> bool | float | str:
    """A written value as the kind of its parameter."""
    if kind is bool:
        if text.lower() not in ("true", "false", "yes", "no", "on", "off", "1", "0"):
            raise ValueError(f"'{text}' is not yes or no")
        return text.lower() in ("true", "yes", "on", "1")
    if kind is float:
        try:
            return float(text.split(maxsplit=1)[0])
        except (ValueError, IndexError):
            return text
    return text


def about(plugin: Any, spec: dict[str, Any]) -> dict[str, Any]:
    """What a plug-in says of itself, after one silent block at the rate and with the channels that it will have."""
    import numpy as np
    import pedalboard

    plugin.process(np.zeros((spec["channels"], spec["block"]), np.float32), spec["rate_hz"], spec["block"], reset=False)
    # Not reset after it: the host would then cut its delay off in its own way.
    return {
        "name": plugin.name,
        "version": plugin.version,
        "manufacturer": plugin.manufacturer_name,
        "identifier": plugin.identifier,
        "latency_samples": plugin.reported_latency_samples,
        "parameters": {name: str(getattr(plugin, name)) for name in sorted(spec["parameters"])},
        "host": f"pedalboard {pedalboard.__version__}",
    }


def answer_blocks(plugin: Any, spec: dict[str, Any], questions: BinaryIO, answers: BinaryIO) -> None:
    """Every block through the plug-in."""
    import numpy as np

    channels = spec["channels"]
    while len(head := questions.read(4)) == 4:
        count = struct.unpack("<I", head)[0]
        data = questions.read(4 * count * channels)
        block = np.frombuffer(data, "<f4").reshape(channels, count)
        out = plugin.process(block, spec["rate_hz"], spec["block"], reset=False)
        answers.write(struct.pack("<I", out.shape[1]) + np.ascontiguousarray(out, "<f4").tobytes())
        answers.flush()


if __name__ == "__main__":
    main()
