"""Keys: what a step's result depends on, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from typing import Any

from release.pipeline.canonical import Json, digest_json, normalise
from release.pipeline.step import Step, StoredFile


@dataclass(frozen=True, slots=True)
class KeyParts:
    """The components of a key, kept so that a later run can say which of them changed.

    Attributes:
        stage: name of the stage.
        version: version of the stage.
        params: parameters of the step.
        inputs: role to digest.
        libraries: distribution to installed version.
    """

    stage: str
    version: int
    params: Any
    inputs: Mapping[str, str]
    libraries: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """As JSON; its canonical form is what the key is the digest of."""
        return {
            "stage": self.stage,
            "version": self.version,
            "params": self.params,
            "inputs": dict(self.inputs),
            "libraries": dict(self.libraries),
        }

    @property
    def key(self) -> str:
        """SHA-256 of the canonical JSON of the components."""
        return digest_json(self.to_json())


@lru_cache(maxsize=256)
def installed_version(distribution: str) -> str:
    """Version of an installed distribution, or ``absent``."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "absent"


def key_parts(step: Step, input_digests: Mapping[str, str]) -> KeyParts:
    """The components of a step's key once the digests of its inputs are known."""
    libraries = {name: installed_version(name) for name in step.stage.libraries}
    return KeyParts(step.stage.name, step.stage.version, normalise(step.params), dict(input_digests), libraries)


def content_digest(fact: Json, files: Mapping[str, StoredFile]) -> str:
    """Digest of what a stored step left: its fact and the content of its files."""
    return digest_json({"fact": fact, "files": {name: stored.sha256 for name, stored in files.items()}})
