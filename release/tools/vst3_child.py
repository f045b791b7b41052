"""One VST3 plug-in in a process of its own: run as a file, not imported; it knows nothing of the rest of the program.

The first line on stdin is a plug-in's description as JSON, the first line on stdout what came of it. Then blocks follow:
four bytes of length in samples, then that many float32 samples of each channel; every block is answered by one as long.
A plug-in may print what it likes: its stdout leads to stderr.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

STATE_MARK = b"VC2!"
"""With this begins the state of a plug-in as its host keeps it. A host takes anything else without a word."""
NAME_ANOTHER = "name another plug-in"


class Unfit(Exception):  # noqa: N818 - named for what it says
    """A plug-in cannot be used as it is written; ``faults`` are all that was found, as the program reads them."""

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(fault["problem"] for fault in faults))
        self.faults = faults


def fault(place: list[str], problem: str, remedy: str = "", choices: Iterable[str] = ()) -> dict[str, Any]:
    """One thing that is wrong: which key of the step it is about, and what could stand there instead."""
    return {"place": place, "problem": problem, "remedy": remedy, "choices": list(choices)}


def main() -> None:
    """Load, tell, then process until stdin ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    questions = sys.stdin.buffer
    spec = json.loads(questions.readline())
    try:
        plugin, faults = load(spec)
        told = about(plugin, spec, faults)
    except Unfit as exc:
        told, plugin = {"error": str(exc), "faults": exc.faults}, None
    except Exception as exc:  # noqa: BLE001 - whatever a plug-in or its host raises is told to the program
        text = f"{exc}".strip() or type(exc).__name__
        told, plugin = {"error": text, "faults": [fault(["path"], text)]}, None
    answers.write(json.dumps(told).encode() + b"\n")
    answers.flush()
    if plugin is not None:
        answer_blocks(plugin, spec, questions, answers)
    os._exit(0)  # a plug-in's own end may hang or crash; there is nothing left to save


def load(spec: dict[str, Any]) -> tuple[Any, list[dict[str, Any]]]:
    """The plug-in with its state, preset and parameters, and what of these it did not take.

    Raises:
        Unfit: there is no such plug-in in the file.
    """
    from pedalboard import VST3Plugin

    try:
        names = VST3Plugin.get_plugin_names_for_file(spec["path"])
    except ImportError as exc:
        raise Unfit([fault(["path"], "it is no VST3 plug-in that this system can load", NAME_ANOTHER)]) from exc
    if spec["name"] and spec["name"] not in names:
        raise Unfit([fault(["plugin"], f"the file has no plug-in '{spec['name']}'", "", names)])
    plugin = VST3Plugin(spec["path"], plugin_name=spec["name"] or None)
    if plugin.is_instrument:
        raise Unfit([fault(["path"], "it is an instrument, not an effect", NAME_ANOTHER)])
    faults: list[dict[str, Any]] = []
    if spec["state"]:
        data = Path(spec["state"]).read_bytes()
        if data.startswith(STATE_MARK):
            plugin.raw_state = data
        else:
            faults.append(fault(["state"], "the file is not a saved VST3 state", "name one, or leave state out"))
    if spec["preset"]:
        try:
            plugin.load_preset(spec["preset"])
        except (RuntimeError, ValueError, OSError):
            remedy = "name a .vstpreset of this plug-in, or leave preset out"
            faults.append(fault(["preset"], "the file is no preset that the plug-in takes", remedy))
    for name, text in spec["parameters"].items():
        faults += set_parameter(plugin, name, text)
    return plugin, faults


def set_parameter(plugin: Any, name: str, text: str) -> list[dict[str, Any]]:
    """Set a parameter; what is wrong with its name or value, where something is."""
    place = ["parameters", name]
    if name not in plugin.parameters:
        return [fault(place, f"it has no parameter '{name}'", "", plugin.parameters)]
    known = plugin.parameters[name]
    try:
        value = value_of(text, known.type)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"'{text}' is not a number")
        setattr(plugin, name, value)
    except (ValueError, TypeError) as exc:
        return [not_taken(place, text, known, str(exc))]
    return []


def not_taken(place: list[str], text: str, known: Any, said: str) -> dict[str, Any]:
    """Why a value is not taken, with the values that are."""
    if known.type is bool:
        return fault(place, f"'{text}' is not yes or no", "write yes or no")
    if known.type is not float:
        return fault(place, f"'{text}' is none of its values", "", [str(value) for value in known.valid_values])
    low, high = known.range[:2]
    unit = f" {known.label.strip()}".rstrip()
    remedy = f"use {low:g} to {high:g}{unit}"
    value = value_of(text, float)
    if not isinstance(value, float) or not math.isfinite(value):
        return fault(place, f"'{text}' is not a number", remedy)
    if low <= value <= high:
        return fault(place, said, remedy)
    beyond = f"below {low:g}" if value < low else f"above {high:g}"
    return fault(place, f"{value:g} is {beyond}{unit}", remedy)


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


def about(plugin: Any, spec: dict[str, Any], faults: list[dict[str, Any]]) -> dict[str, Any]:
    """What a plug-in says of itself, after one silent block at the rate and with the channels that it will have.

    Raises:
        Unfit: it does not take so many channels, or something was wrong before.
    """
    import numpy as np
    import pedalboard

    silence = np.zeros((spec["channels"], spec["block"]), np.float32)
    try:
        plugin.process(silence, spec["rate_hz"], spec["block"], reset=False)
    except ValueError as exc:
        if "-channel" not in str(exc):
            raise
        faults = [*faults, wrong_channels(spec["channels"])]
    if faults:
        raise Unfit(faults)
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


def wrong_channels(channels: int) -> dict[str, Any]:
    """The plug-in has another number of channels than the step gives it."""
    if channels == 1:
        return fault(["channels"], "it does not work on one channel alone", "leave channels out: it then gets both")
    remedy = "write channels: left, right, mid or side beside it, a step for each"
    return fault([], "it does not work on two channels at once", remedy)


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
