"""Keys, accounts and collections, and secrets that processes share.

A key is 256 random bits, so a plain hash of it is enough at rest; a password is a person's, so
it is hashed with argon2id (RFC 9106).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import JSON, String, exists, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from assistant.access.errors import AccessError
from assistant.access.principal import Principal, Role, account_id
from assistant.migrations import store
from corpus.database import Counter, Moment, Watch, changing, now
from corpus.document import PUBLIC

_KEY = re.compile(r"cw-([0-9a-f]{8})-([\w-]{43})")
_NAME = re.compile(r"[\w.@-][\w .@-]{0,62}[\w.@-]|[\w.@-]")
_SHORTEST_PASSWORD = 10
_HASHER = PasswordHasher()
# Checked where there is no such account, so that the time taken does not tell.
_NOBODY = _HASHER.hash(secrets.token_hex())


class _Base(DeclarativeBase):
    pass


class _KeyRow(_Base):
    __tablename__ = "keys"
    id: Mapped[str] = mapped_column(String, primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    groups: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str]
    created: Mapped[datetime] = mapped_column(Moment)
    revoked: Mapped[datetime | None] = mapped_column(Moment)


class _AccountRow(_Base):
    __tablename__ = "accounts"
    name: Mapped[str] = mapped_column(String, primary_key=True)
    role: Mapped[str]
    groups: Mapped[list[str]] = mapped_column(JSON)
    digest: Mapped[str]
    created: Mapped[datetime] = mapped_column(Moment)


class _CollectionRow(_Base):
    __tablename__ = "collections"
    name: Mapped[str] = mapped_column(String, primary_key=True)
    groups: Mapped[list[str]] = mapped_column(JSON)


class _SecretRow(_Base):
    __tablename__ = "secrets"
    name: Mapped[str] = mapped_column(String, primary_key=True)
    value: Mapped[str]


_CHANGES = Counter("access_changes", _Base.metadata)
STORE = store("access", _Base.metadata, newest="0003")


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as it is listed: never the secret."""

    id: str
    name: str
    role: Role
    groups: tuple[str, ...]
    created: datetime
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """A local account of the chat page."""

    name: str
    role: Role
    groups: tuple[str, ...]
    created: datetime


class Access:
    """Opens or creates the rights of a data directory, or of the database at this URL. What another
    process changes counts at the next look."""

    def __init__(self, data: Path, database: str = "") -> None:
        self._engine = STORE.open(data, database)
        # Asked at every request: read again only where something has been written since.
        self._watch = Watch(self._engine, _CHANGES)
        self._guarded = self._watch.fresh(self._read_guarded)
        self._collections = self._watch.fresh(self._read_collections)
        self._keys = self._watch.fresh(self._read_keys)

    def close(self) -> None:
        """Release the database."""
        self._watch.close()
        self._engine.dispose()

    def is_guarded(self) -> bool:
        """Whether there is a key in force or an account: then nobody is let in without one."""
        return self._guarded()

    def _read_guarded(self) -> bool:
        key = select(exists().where(_KeyRow.revoked.is_(None)))
        account = select(exists().where(_AccountRow.name.is_not(None)))
        with Session(self._engine) as session:
            return bool(session.scalar(key)) or bool(session.scalar(account))

    def create_key(self, name: str, role: Role, groups: Sequence[str] = ()) -> str:
        """A new key, shown this once. Raises AccessError for a name that is none."""
        _named(name, "密钥名称")
        id_, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        with changing(self._engine, _CHANGES) as session:
            row = _KeyRow(id=id_, name=name, role=role, groups=_groups(groups))
            row.digest, row.created, row.revoked = _digest(secret), now(), None
            session.add(row)
        return f"cw-{id_}-{secret}"

    def revoke_key(self, id_: str) -> None:
        """Put a key out of force, at once. Raises AccessError where there is none of this id."""
        with changing(self._engine, _CHANGES) as session:
            row = session.get(_KeyRow, id_)
            if row is None or row.revoked:
                raise AccessError(f"没有编号为 {id_} 的有效密钥，可用 clausewise keys list 查看")
            row.revoked = now()

    def all_keys(self) -> list[Key]:
        """All keys, those out of force too, the oldest first."""
        with Session(self._engine) as session:
            rows = session.scalars(select(_KeyRow).order_by(_KeyRow.created, _KeyRow.id))
            return [
                Key(r.id, r.name, Role(r.role), tuple(r.groups), r.created, r.revoked) for r in rows
            ]

    def principals(self) -> list[Principal]:
        """Everybody known here: the keys in force and the accounts."""
        keys = [principal for principal, _ in self._keys().values()]
        with Session(self._engine) as session:
            return keys + [_principal_of(row) for row in session.scalars(select(_AccountRow))]

    def principal_of_key(self, key: str) -> Principal | None:
        """Whose key this is; None for one that is unknown or out of force."""
        parts = _KEY.fullmatch(key)
        if parts is None:
            return None
        held, digest = self._keys().get(parts[1], (None, ""))
        return held if held and hmac.compare_digest(digest, _digest(parts[2])) else None

    def _read_keys(self) -> dict[str, tuple[Principal, str]]:
        """The keys in force, by id: whose they are and their hashes."""
        with Session(self._engine) as session:
            rows = session.scalars(select(_KeyRow).where(_KeyRow.revoked.is_(None)))
            return {row.id: (_principal_of_key(row), row.digest) for row in rows}

    def create_account(
        self, name: str, password: str, role: Role, groups: Sequence[str] = ()
    ) -> None:
        """A new account, or another password, role and groups for one there is.

        Raises AccessError for a name that is none or a password that is too short.
        """
        _named(name, "账号名称")
        if len(password) < _SHORTEST_PASSWORD:
            raise AccessError(f"口令过短，至少 {_SHORTEST_PASSWORD} 个字符")
        digest = _HASHER.hash(password)
        with changing(self._engine, _CHANGES) as session:
            row = session.get(_AccountRow, name) or _AccountRow(name=name, created=now())
            row.role, row.groups, row.digest = role, _groups(groups), digest
            session.add(row)

    def remove_account(self, name: str) -> None:
        """Raises AccessError where there is none of this name."""
        with changing(self._engine, _CHANGES) as session:
            row = session.get(_AccountRow, name)
            if row is None:
                raise AccessError(f"没有名为 {name} 的账号")
            session.delete(row)

    def accounts(self) -> list[Account]:
        """All accounts, by name."""
        with Session(self._engine) as session:
            rows = sorted(session.scalars(select(_AccountRow)), key=lambda row: row.name)
            return [Account(r.name, Role(r.role), tuple(r.groups), r.created) for r in rows]

    def stamp_of(self, name: str, password: str) -> str | None:
        """What a session of this account carries, where name and password are right.

        It is void once the password is another. Takes some 50 ms, by design.
        """
        with Session(self._engine) as session:
            row = session.get(_AccountRow, name)
        try:
            _HASHER.verify(row.digest if row else _NOBODY, password)
        except (Argon2Error, InvalidHashError):
            return None
        return _digest(row.digest) if row else None

    def principal_of_account(self, name: str, stamp: str) -> Principal | None:
        """Whose session this is; None where the account is gone or has another password."""
        with Session(self._engine) as session:
            row = session.get(_AccountRow, name)
        if row is None or not hmac.compare_digest(_digest(row.digest), stamp):
            return None
        return _principal_of(row)

    def still(self, principal: Principal) -> Principal | None:
        """Somebody who came in before, as their account says now; None where it is gone."""
        if not principal.id.startswith("account:"):
            return principal
        with Session(self._engine) as session:
            row = session.get(_AccountRow, principal.name)
        return _principal_of(row) if row else None

    def set_collection(self, name: str, groups: Sequence[str]) -> None:
        """A collection that these groups may read, new or changed. Raises AccessError."""
        _named(name, "文件集名称")
        if name == PUBLIC:
            raise AccessError(f"{PUBLIC} 是人人可读的文件集，不能另设读者")
        with changing(self._engine, _CHANGES) as session:
            session.merge(_CollectionRow(name=name, groups=_groups(groups)))

    def collections(self) -> dict[str, tuple[str, ...]]:
        """The closed collections and the groups that may read each, by name."""
        return self._collections()

    def _read_collections(self) -> dict[str, tuple[str, ...]]:
        with Session(self._engine) as session:
            rows = sorted(session.scalars(select(_CollectionRow)), key=lambda row: row.name)
            return {row.name: tuple(row.groups) for row in rows}

    def secret(self, name: str) -> str:
        """A secret of this name, made where there is none yet."""
        with changing(self._engine, _CHANGES) as session:
            row = session.get(_SecretRow, name)
            if row is None:
                row = _SecretRow(name=name, value=secrets.token_hex(32))
                session.add(row)
            return row.value

    def readable(self, principal: Principal, held: Iterable[str] = ()) -> frozenset[str]:
        """The collections that somebody may read; an admin, all of these and those `held`."""
        known = self.collections()
        if principal.role is Role.ADMIN:
            return frozenset((PUBLIC, *known, *held))
        own = (name for name, groups in known.items() if principal.groups & set(groups))
        return frozenset((PUBLIC, *own))


def _principal_of_key(row: _KeyRow) -> Principal:
    return Principal(f"key:{row.id}", row.name, Role(row.role), frozenset(row.groups))


def _principal_of(row: _AccountRow) -> Principal:
    return Principal(account_id(row.name), row.name, Role(row.role), frozenset(row.groups))


def _named(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise AccessError(f"{what}“{name}”无效：用 1 至 64 个文字、数字或 . _ - @")


def _groups(groups: Sequence[str]) -> list[str]:
    for group in groups:
        _named(group, "组名")
    return sorted(set(groups))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
