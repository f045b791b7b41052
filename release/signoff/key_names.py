"""Whose names an allowed signers file gives to its keys; pure.

A line is ``principals [options] algorithm key [comment]``; a person's name may be written where the comment stands, and ssh-keygen passes over it.

Source: ssh-keygen(1), ALLOWED SIGNERS.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Mapping

from release.formats.sshsig import fingerprint

_KEY = re.compile(r"(?:^|\s)(?:ssh-|ecdsa-|sk-)[A-Za-z0-9@.-]+\s+(AAAA[A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$")


def names_of_keys(signers: bytes) -> Mapping[str, frozenset[str]]:
    """Names by fingerprint of the key that they stand behind; an address in angle brackets after a name is left out."""
    found: dict[str, set[str]] = {}
    for line in signers.decode("utf-8", errors="replace").splitlines():
        match = None if line.lstrip().startswith("#") else _KEY.search(line.rstrip())
        if match is None or not match[2]:
            continue
        try:
            key = base64.b64decode(match[1], validate=True)
        except binascii.Error:
            continue
        name = unicodedata.normalize("NFC", re.sub(r"\s*<[^<>]*>$", "", match[2]).strip())
        if name:
            found.setdefault(fingerprint(key), set()).add(name)
    return {print_: frozenset(names) for print_, names in found.items()}
