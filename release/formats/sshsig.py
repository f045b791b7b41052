"""SSH signatures, as far as people have to see them: whose key, and what the signature is good for.

Whether a signature is good is for ssh-keygen to say. Armoured base64 between two lines around (all strings with a 32-bit length, big-endian)::

    "SSHSIG"  uint32 version (1)  string public key  string namespace  string reserved  string hash algorithm  string signature

Source: OpenSSH, PROTOCOL.sshsig, sections 1 and 2; public keys: RFC 4253, section 6.6.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

_BEGIN, _END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_MAGIC = b"SSHSIG"
MOST_BYTES = 64 << 10
"""Far above a signature with a certificate in it."""


@dataclass(frozen=True, slots=True)
class SshSignature:
    """What a signature says of itself.

    Attributes:
        key: public key, as in SSH's files without the algorithm before it (bytes).
        namespace: what it is good for.
    """

    key: bytes
    namespace: str

    @property
    def fingerprint(self) -> str:
        """``SHA256:…``, as ssh-keygen -l prints it."""
        return fingerprint(self.key)

    @property
    def public_key(self) -> str:
        """``ssh-ed25519 AAAA…``, as an allowed signers file has it."""
        algorithm, _ = _string(self.key, 0)
        return f"{algorithm.decode('ascii', errors='replace')} {base64.b64encode(self.key).decode()}"


def fingerprint(key: bytes) -> str:
    """SHA-256 fingerprint of a public key."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip("=")


def parse_signature(data: bytes) -> SshSignature:
    """The public part of an armoured signature.

    Raises:
        ValueError: when it is none.
    """
    text = data.strip()
    if len(data) > MOST_BYTES or not text.startswith(_BEGIN) or not text.endswith(_END):
        raise ValueError("this is no SSH signature")
    try:
        blob = base64.b64decode(b"".join(text[len(_BEGIN) : -len(_END)].split()), validate=True)
        if blob[:6] != _MAGIC or struct.unpack_from(">I", blob, 6)[0] != 1:
            raise ValueError("this is no SSH signature of version 1")
        key, at = _string(blob, 10)
        namespace, _ = _string(blob, at)
        _string(key, 0)
        return SshSignature(key, namespace.decode("utf-8"))
    except (binascii.Error, struct.error, IndexError, UnicodeDecodeError) as exc:
        raise ValueError("this SSH signature is damaged") from exc


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">I", data, at)
    end = at + 4 + length
    if end > len(data):
        raise IndexError("a string runs past the end")
    return data[at + 4 : end], end
