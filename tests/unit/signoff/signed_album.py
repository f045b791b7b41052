"""A small album as a build leaves it, without a sample of audio: what is signed are bytes. Keys are made with the real ssh-keygen."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from release.record import Deliverable, Record, record_to_json
from release.signoff.store import NAMESPACE

needs_ssh = pytest.mark.skipif(
    shutil.which("ssh-keygen") is None, reason="needs ssh-keygen (Debian package openssh-client)"
)

MANIFEST = """\
version: 1
release:
  title: Slack Water
  artist: The Harbour Lights
  catalogue_number: LTR014
  release_date: 2026-12-04
  credits: [{role: mastering engineer, name: Jo Marsh}]
tracks:
  - {id: one, title: One, source: one.wav}
  - {id: two, title: Two, source: two.wav}
targets:
  streaming: {files: [flac]}
  cd: {}
"""
SIGNOFF = """\
signoff:
  signers: signers
  people:
    - {name: Jo Marsh, signer: jo@marsh.example, roles: [mastering engineer]}
    - {name: Ana Reis, signer: ana@harbour.example, roles: [artist]}
    - {name: Lee Fox, signer: lee@fox.example, roles: [qc]}
"""
PEOPLE = {"jo": "jo@marsh.example", "ana": "ana@harbour.example", "lee": "lee@fox.example"}
NAMES = {"jo": "Jo Marsh", "ana": "Ana Reis", "lee": "Lee Fox"}
CONTENT = {
    "streaming": {"streaming/flac/01 One.flac": "one", "streaming/flac/02 Two.flac": "two"},
    "cd": {"cd/ddp/DDPID": None, "cd/ddp/IMAGE.DAT": None, "cd/pq-sheet.txt": None},
}


def make_key(folder: Path, name: str) -> Path:
    """A fresh key of a person."""
    key = folder / f"{name}_key"
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)], check=True)
    return key


@dataclass
class Album:
    """A project folder with a build in it."""

    folder: Path
    keys: Path
    bytes_of: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    findings: list[dict[str, object]] = field(default_factory=list)
    title: str = "Slack Water"

    @property
    def build(self) -> Path:
        return self.folder / "build"

    def key(self, name: str) -> Path:
        return make_key(self.keys, name)

    def write(self, signoff: str = SIGNOFF, manifest: str = MANIFEST) -> None:
        """The manifest, and the signers file of the three people."""
        (self.folder / "project.yaml").write_text(manifest + signoff)
        lines = []
        for name, principal in PEOPLE.items():
            public = self.key(name).with_suffix(".pub").read_text().split()
            lines.append(f'{principal} namespaces="{NAMESPACE}" {public[0]} {public[1]} {NAMES[name]}\n')
        (self.folder / "signers").write_text("".join(lines))

    def make(self, **changed: bytes) -> str:
        """Build: every file holds its own path, but for those that are given; returns the identity."""
        for path, data in changed.items():
            self.bytes_of[path] = data
        targets = {}
        for name, files in CONTENT.items():
            deliverables = []
            for path, track in files.items():
                data = self.bytes_of.get(path, path.encode())
                place = self.build / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
                deliverables.append(
                    Deliverable(
                        path=path,
                        role="audio" if track else "image" if path.endswith("IMAGE.DAT") else "control",
                        set="cd/ddp" if "/ddp/" in path else None,
                        track=track,
                        sha256=hashlib.sha256(data).hexdigest(),
                        md5=hashlib.md5(data).hexdigest(),
                        bytes=len(data),
                        format=path.rpartition(".")[2].lower() if track else "ddp",
                        sample_rate_hz=44100,
                        bit_depth=16,
                        channels=2,
                        audio_sha256=hashlib.sha256(data).hexdigest() if track else None,
                    ).model_dump()
                )
            targets[name] = {
                "kind": name,
                "status": self.status.get(name, "passed"),
                "key": "k",
                "sample_rate_hz": 44100,
                "bit_depth": 16,
                "level": {"match": "none"},
                "gains": [],
                "units": [self._unit()],
                "deliverables": deliverables,
            }
        record = Record.model_validate(
            {
                "tool": {"version": "0.1.0", "libraries": {}, "platform": "here"},
                "project": {
                    "digest": "d",
                    "title": self.title,
                    "artist": "The Harbour Lights",
                    "catalogue_number": "LTR014",
                    "release_date": "2026-12-04",
                },
                "sources": [],
                "programme": {"sample_rate_hz": 44100, "length": 10, "tracks": []},
                "targets": targets,
                "qc": {"status": "passed", "findings": self.findings},
            }
        )
        data = record_to_json(record)
        (self.build / "release.json").write_bytes(data)
        return hashlib.sha256(data).hexdigest()

    def _unit(self) -> dict[str, object]:
        tracks = [
            {
                "number": n,
                "key": key,
                "title": key.title(),
                "artist": "The Harbour Lights",
                "isrc": "",
                "start": s,
                "length": 5,
            }
            for n, (key, s) in enumerate((("one", 0), ("two", 5)), 1)
        ]
        return {"name": "1", "title": "", "samples": 10, "tracks": tracks}

    def approvals(self) -> list[Path]:
        return sorted((self.folder / ".release" / "approvals").glob("*.json"))

    def statement(self, number: int = 0) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.approvals()[number].read_bytes())
        return found
