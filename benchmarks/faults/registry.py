"""Every fault that is planted, in the order of the table."""

from __future__ import annotations

from faults import click, dropout
from faults.fault import Fault

FAULTS: tuple[Fault, ...] = (click.FAULT, dropout.FAULT)
