"""The session of somebody who has logged in to the page, in a signed cookie."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from starlette.requests import HTTPConnection

from assistant.access.principal import Principal, Role
from assistant.service import Service

_WHO = "who"


def session_secret(data: Path) -> str:
    """What sessions are signed with, kept in the data directory for its owner alone."""
    file = data / "session.key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    return file.read_text(encoding="ascii")


def log_in_account(session: dict[str, Any], name: str, stamp: str) -> None:
    """From now on the session is that of a local account, for as long as its password stays."""
    session.clear()
    session[_WHO] = {"account": name, "stamp": stamp}


def log_in_principal(session: dict[str, Any], principal: Principal) -> None:
    """From now on the session is that of somebody whom the identity provider vouched for."""
    session.clear()
    session[_WHO] = {
        "id": principal.id,
        "name": principal.name,
        "role": principal.role.value,
        "groups": sorted(principal.groups),
    }


def principal_of_session(connection: HTTPConnection, service: Service) -> Principal | None:
    """Whose session it is; None where nobody has logged in, or the account is no more."""
    who = connection.session.get(_WHO) if "session" in connection.scope else None
    if not isinstance(who, dict):
        return None
    if "account" in who:
        return service.access.principal_of_account(who["account"], who["stamp"])
    if not service.settings.oidc_issuer:
        return None
    return Principal(who["id"], who["name"], Role(who["role"]), frozenset(who["groups"]))
