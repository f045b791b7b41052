"""ssh-keygen, which signs and verifies: keys stay where people keep them (files, agents, hardware), and nobody has to trust our cryptography.

Source: ssh-keygen(1), options -Y sign, verify and check-novalidate.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from release.errors import MissingProgram, UsageError

PROGRAM = "ssh-keygen"
_TIMEOUT_S = 30
_MOST_SAID = 300


@dataclass(frozen=True, slots=True)
class SignatureCheck:
    """What ssh-keygen says of a signature; ``problem`` is empty when it is good."""

    problem: str


def has_ssh_keygen() -> bool:
    """Whether the program is there."""
    return shutil.which(PROGRAM) is not None


def sign_bytes(data: bytes, key: Path, namespace: str) -> bytes:
    """An armoured SSH signature over some bytes.

    A passphrase is asked for on the terminal; a public key is enough where an agent holds the private one.

    Args:
        data: what is signed.
        key: private key, or public key of one in the agent.
        namespace: what the signature is good for.

    Raises:
        MissingProgram: without ssh-keygen.
        UsageError: when the key cannot be used.
    """
    if not key.is_file():
        raise UsageError("there is no such key", where=str(key), remedy="name your key: --key ~/.ssh/id_ed25519")
    with TemporaryDirectory(prefix="release-sign-") as folder:
        path = Path(folder) / "statement"
        path.write_bytes(data)
        # No capture of stdin: ssh-keygen asks for a passphrase, or for a touch of the key.
        done = _run(["-q", "-Y", "sign", "-f", str(key.absolute()), "-n", namespace, str(path)])
        signature = path.with_name("statement.sig")
        if done.returncode != 0 or not signature.is_file():
            raise UsageError(
                f"ssh-keygen could not sign: {_said(done)}",
                where=str(key),
                remedy="try it by hand: ssh-keygen -Y sign; a private key must be readable by you alone",
            )
        return signature.read_bytes()


def verify_bytes(
    data: bytes,
    signature: bytes,
    *,
    signers: bytes,
    principal: str,
    namespace: str,
    day: str,
    origin: str = "the signers file",
) -> SignatureCheck:
    """Whether a signature over some bytes is good, and its key counts for a principal on a day.

    Args:
        data: what was signed.
        signature: armoured, as ``sign_bytes`` gives it.
        signers: content of an allowed signers file.
        principal: who must have signed.
        namespace: what it must be good for.
        origin: where the signers come from, for messages: ssh-keygen itself knows a copy of them only.
        day: ``YYYY-MM-DD``; validity of keys is judged at its noon (UTC).

    Raises:
        MissingProgram: without ssh-keygen.
    """
    with TemporaryDirectory(prefix="release-verify-") as folder:
        allowed, signed = Path(folder) / "signers", Path(folder) / "statement.sig"
        allowed.write_bytes(signers)
        signed.write_bytes(signature)
        whom = ["-f", str(allowed), "-I", principal, "-n", namespace, "-O", f"verify-time={day.replace('-', '')}120000"]
        done = _run(["-Y", "verify", *whom, "-s", str(signed)], data)
    return SignatureCheck("" if done.returncode == 0 else _said(done).replace(str(allowed), origin))


def check_bytes(data: bytes, signature: bytes, namespace: str) -> SignatureCheck:
    """Whether a signature over some bytes is good, whoever made it.

    Raises:
        MissingProgram: without ssh-keygen.
    """
    with TemporaryDirectory(prefix="release-verify-") as folder:
        signed = Path(folder) / "statement.sig"
        signed.write_bytes(signature)
        done = _run(["-Y", "check-novalidate", "-n", namespace, "-s", str(signed)], data)
    return SignatureCheck("" if done.returncode == 0 else _said(done))


def _run(arguments: list[str], data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    program = shutil.which(PROGRAM)
    if program is None:
        raise MissingProgram(
            "signatures need ssh-keygen, which is not installed", remedy="install OpenSSH (Debian: openssh-client)"
        )
    environment = {**os.environ, "LC_ALL": "C", "TZ": "UTC0"}
    try:
        return subprocess.run(
            [program, *arguments],
            input=data,
            capture_output=True,
            check=False,
            env=environment,
            timeout=None if data is None else _TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as exc:
        raise MissingProgram("ssh-keygen does not answer", remedy="try it by hand: ssh-keygen -Y verify") from exc


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", errors="replace").strip()
    last = text.splitlines()[-1] if text else f"it ended with code {done.returncode}"
    return last[:_MOST_SAID]
