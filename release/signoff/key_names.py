"""Whose names an allowed signers file gives to its keys; pure.

A line is ``principals [options] algorithm key [comment]``; a person's name may be written where the comment stands, and ssh-keygen passes over it.

Source: ssh-keygen(1), ALLOWED SIGNERS.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping

from release.formats.sshsig import fingerprint

_KEY = re.compile(r"(?:^|\s)(?:ssh-|ecdsa-|sk-)[A-Za-z0-9@.-]+\s+(AAAA[A-Za-z0-9+/]+={0,2})(?:\s+(.*))?$")

_PRINCIPALS = re.compile(r'\s*(?:"([^"]*)"|(\S+))')


def names_of_keys(signers: bytes) -> Mapping[str, frozenset[str]]:
    """Names by fingerprint of the key that they stand behind; an address in angle brackets after a name is left out."""
    found: dict[str, set[str]] = {}
    for _, print_, comment in _lines(signers):
        name = unicodedata.normalize("NFC", re.sub(r"\s*<[^<>]*>$", "", comment).strip())
        if name:
            found.setdefault(print_, set()).add(name)
    return {print_: frozenset(names) for print_, names in found.items()}


def keys_of_principals(signers: bytes) -> Mapping[str, frozenset[str]]:
    """Fingerprints of keys by principal; patterns stand as they are written."""
    found: dict[str, set[str]] = {}
    for principals, print_, _ in _lines(signers):
        for principal in principals.split(","):
            found.setdefault(principal, set()).add(print_)
    return {principal: frozenset(prints) for principal, prints in found.items()}


def _lines(signers: bytes) -> Iterator[tuple[str, str, str]]:
    """Principals, fingerprint and comment of every line that holds a key."""
    for line in signers.decode("utf-8", errors="replace").splitlines():
        match = None if line.lstrip().startswith("#") else _KEY.search(line.rstrip())
        first = _PRINCIPALS.match(line)
        if match is None or first is None:
            continue
        try:
            key = base64.b64decode(match[1], validate=True)
        except binascii.Error:
            continue
        yield first[1] or first[2], fingerprint(key), match[2] or ""
