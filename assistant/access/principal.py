"""Who is asking, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each may do what those before it may."""

    READER = "reader"  # asks, searches, looks up
    CONTRIBUTOR = "contributor"  # takes documents in
    ADMIN = "admin"  # reads every collection, the audit log and the metrics

    def includes(self, other: Role) -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody known: a key, an account, a user of the identity provider, or the machine's own.

    `id` tells them apart for good, as `key:3f2a91c0`; `name` is what people call them.
    """

    id: str
    name: str
    role: Role
    groups: frozenset[str] = frozenset()


# Whoever is on the machine itself, as long as there is neither key nor account.
LOCAL = Principal("local", "本机", Role.ADMIN)


def account_id(name: str) -> str:
    """The `Principal.id` of a local account."""
    return f"account:{name}"
