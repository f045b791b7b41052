"""Every fault that is planted, in the order of the table."""

from __future__ import annotations

from faults import (
    burst,
    click,
    clipped,
    cut_start,
    cut_tail,
    drop,
    dropout,
    ending,
    garbage,
    held,
    hum,
    polarity,
    silence,
    twins,
)
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    click.FAULT,
    dropout.FAULT,
    held.FAULT,
    drop.FAULT,
    burst.FAULT,
    garbage.FAULT,
    cut_start.FAULT,
    cut_tail.FAULT,
    silence.FAULT,
    clipped.FAULT,
    hum.FAULT,
    polarity.FAULT,
    polarity.BASS,
    twins.FAULT,
    twins.SWAPPED,
    ending.FAULT,
    ending.JOIN,
)
