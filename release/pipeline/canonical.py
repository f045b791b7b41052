"""One way to write JSON, so that equal values have equal digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def canonical_json(value: Json) -> bytes:
    """Bytes of a JSON value: sorted keys, no spaces, UTF-8, no NaN.

    Raises:
        ValueError: for NaN and infinities, which JSON does not have.
        TypeError: for values that JSON cannot hold.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "surrogatepass")


def digest_json(value: Json) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def normalise(value: Json) -> Any:
    """The value as a reader of the stored JSON would get it: tuples become lists."""
    return json.loads(canonical_json(value))


def part_of(fact: Any, part: str) -> Any:
    """The piece of a fact at a path such as ``tracks/departure``; the whole for an empty path.

    Raises:
        KeyError: when the fact has no such piece.
    """
    for name in part.split("/") if part else ():
        if isinstance(fact, list) and name.isdigit() and int(name) < len(fact):
            fact = fact[int(name)]
        elif isinstance(fact, dict) and name in fact:
            fact = fact[name]
        else:
            raise KeyError(part)
    return fact
