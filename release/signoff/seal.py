"""What was shipped, and on whose word: the shipment inside a package, and the seal that the project keeps of it.

``schemas/shipment.schema.json`` is made from the first.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from release.errors import UsageError
from release.signoff.guarded_json import parse_model, read_guarded
from release.signoff.statement import BuildIdentity, Day, FilePath, Frozen, Sha256
from release.signoff.store import SHIPPED, signoff_files, signoff_folder, write_durably
from release.signoff.text import Line, Name, Paragraphs, Shown

_DIGITS = 12


class Override(Frozen):
    """Who let an unapproved state pass, and why."""

    by: Name
    reason: Paragraphs = Field(min_length=1)
    open: list[Shown] = Field(description="What was open.")


class ShippedApproval(Frozen):
    """An approval that travels with the files."""

    file: FilePath = Field(description="Its file below sign-off/approvals.")
    person: Name
    role: Name
    decision: Line
    date: Day
    signer: Line = Field(description="Principal of its signature; empty for an unsigned one.")
    fingerprint: Line = Field(description="Of the key that signed it; empty for an unsigned one.")


class ShippedRequirement(Frozen):
    """An approval that was required of this target, and what became of it."""

    role: Shown = Field(default="", description="In which role; empty for any.")
    listening: Literal["none", "spots", "start-to-end"] = "none"
    other_than: list[Shown] = Field(default_factory=list, description="Roles whose people may not give it.")
    state: Literal["approved", "rejected", "stale", "open"] = Field(description="When it was shipped.")
    by: list[Shown] = Field(default_factory=list, description="Who gave it.")


class ShippedPerson(Frozen):
    """Somebody whose approvals counted."""

    name: Shown
    signer: Shown = Field(description="Principal of the key.")
    roles: list[Shown]


class Shipment(Frozen):
    """``sign-off/shipment.json`` of a package: what it holds, and on whose word it left."""

    format: Literal["release-shipment"] = "release-shipment"
    version: Literal[1] = 1
    name: FilePath = Field(description="Name of the package.")
    target: Name
    build: BuildIdentity
    approvals: list[ShippedApproval] = Field(max_length=1000)
    override: Override | None = None
    required: list[ShippedRequirement] | None = Field(
        default=None, max_length=1000, description="What the project asked of this target; null where nobody said."
    )
    people: list[ShippedPerson] = Field(
        default_factory=list, max_length=1000, description="Who might approve, and as what."
    )
    credits: dict[str, list[Shown]] = Field(
        default_factory=dict, description="Names by role, of the roles that somebody had to be other than."
    )
    unsigned: Literal["refuse", "accept"] = Field(
        default="refuse", description="Whether approvals without a signature counted."
    )


class Seal(Frozen):
    """What a project remembers of a package; in ``.release/shipped``."""

    format: Literal["release-seal"] = "release-seal"
    version: Literal[1] = 1
    shipment: Shipment
    form: Literal["zip", "bagit"]
    digest: Sha256 = Field(description="SHA-256 of the ZIP, or of the bag's tag manifest.")
    date: Day = Field(description="When it was shipped.")
    path: Shown = Field(default="", description="Where it was put: below the project, or as it was named.")


def shipment_bytes(model: Shipment | Seal) -> bytes:
    """The bytes of its file: sorted keys, one line end at the end."""
    data = model.model_dump(mode="json")
    return (json.dumps(data, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def parse_shipment(data: bytes, where: str) -> Shipment:
    """A shipment from the bytes of its file.

    Raises:
        UsageError: with everything that is not as the format asks.
    """
    return parse_model(Shipment, data, "shipment", where)


def seal_path(project: Path, seal: Seal) -> Path:
    """Where the seal of a package lies."""
    return signoff_folder(project, SHIPPED) / f"{seal.shipment.name}-{seal.form}-{seal.digest[:_DIGITS]}.json"


def write_seal(project: Path, seal: Seal) -> Path:
    """Remember a package."""
    signoff_folder(project, SHIPPED, make=True)
    path = seal_path(project, seal)
    write_durably(path, shipment_bytes(seal))
    return path


def read_seals(project: Path) -> tuple[Seal, ...]:
    """Everything that was shipped; a seal that cannot be read is left out, the package proves itself."""
    found = []
    for path in signoff_files(signoff_folder(project, SHIPPED)):
        try:
            found.append(parse_model(Seal, read_guarded(path, "seal"), "seal", path.name))
        except UsageError:
            continue
    return tuple(found)


def shipment_schema() -> dict[str, Any]:
    """JSON Schema of ``shipment.json``."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Shipment.model_json_schema()}
