"""What the manifest knows and this version cannot do: one table. Using an entry is refused plainly, never ignored.

Keys of the table are places in the schema: ``process.<kind>`` is a step of any chain, the others are paths of keys, with
the value or the use behind ``=`` where only that is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import PydanticCustomError

from release.manifest.fields import fail

NOT_YET: Mapping[str, str] = {
    "process.vst3": "VST3 plug-ins as processing steps",
}

STEP_KINDS_NOT_YET = tuple(key.removeprefix("process.") for key in NOT_YET if key.startswith("process."))


def refuse(key: str, remedy: str = "") -> PydanticCustomError:
    """The error that says that a later version brings it.

    Raises:
        KeyError: when the table doesn't hold the key.
    """
    what = NOT_YET[key]
    return fail(f"{what} is not possible with this version", remedy or "leave it out", "not-yet")
