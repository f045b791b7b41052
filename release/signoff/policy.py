"""What a project asks of approvals, as frozen data; made from its manifest by the operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Required:
    """An approval that must stand.

    Attributes:
        role: in which role; empty for any.
        targets: for which targets; empty for all.
        listening: ``none``, ``spots`` or ``start-to-end``.
        other_than: roles whose people may not give it.
    """

    role: str = ""
    targets: tuple[str, ...] = ()
    listening: str = "none"
    other_than: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The role, or ``any role``."""
        return self.role or "any role"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose approvals count."""

    name: str
    signer: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a project asks of approvals.

    Attributes:
        required: each must stand for each of its targets.
        people: who may approve, and as what; empty for everybody whose key is known.
        accepts_unsigned: whether approvals without a signature count.
        credits: names by role, from the release's credits.
        vouched: names by fingerprint of a key, from a signers file that somebody brought along to judge by; None where the
            project's own file is used, whose people are vouched for by the project.
        keys: fingerprints of keys by principal, from the signers file.
    """

    required: tuple[Required, ...] = (Required(),)
    people: tuple[Person, ...] = ()
    accepts_unsigned: bool = False
    credits: Mapping[str, frozenset[str]] = field(default_factory=dict)
    vouched: Mapping[str, frozenset[str]] | None = None
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def objection(self, person: str, role: str, signer: str) -> str:
        """Why a person may not approve in a role with a key; empty when nothing speaks against it."""
        if not self.people:
            return "" if signer in ("", person) else f"the key is {signer}'s, not {person}'s"
        found = next((p for p in self.people if p.name == person), None)
        if found is None:
            return f"{person} is not among the people of signoff.people"
        if role not in found.roles:
            return f"{person} may not approve as {role}: signoff.people gives {', '.join(found.roles)}"
        if signer and signer != found.signer:
            return f"{person} signs as {found.signer}, and this is signed as {signer}"
        return ""

    def stranger(self, person: str, signer: str, fingerprint: str) -> str:
        """Why a good signature does not prove who the person is; empty when it does.

        A project may call anybody by any name. Who judges by keys of their own believes a name where their own file
        connects it with the key: as its principal, or written behind the key.
        """
        if self.vouched is None or not signer or signer == person:
            return ""
        names = self.vouched.get(fingerprint, frozenset())
        if person.casefold() in {name.casefold() for name in names}:
            return ""
        known = f", whom your signers file calls {' or '.join(sorted(names))}," if names else ""
        return f"signed by {signer}{known} under the name {person}: your signers file does not connect the two"

    def signer_of(self, person: str) -> str:
        """The principal that a person signs as."""
        return next((p.signer for p in self.people if p.name == person), person)
