"""The session of somebody who has logged in to the page, in a signed cookie."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import Any

from starlette.requests import HTTPConnection

from assistant.access.principal import Principal, Role
from assistant.service import Service

_WHO = "who"


def session_secret(service: Service) -> str:
    """What sessions are signed with, the same in all processes: the configured one, or one made
    once and kept in the database, else in the data directory for its owner alone."""
    settings = service.settings
    if settings.session_secret:
        return settings.session_secret
    if settings.database:
        return service.access.secret("sessions")
    file = settings.data / "session.key"
    if not file.exists():
        made = file.with_suffix(f".{os.getpid()}.part")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32), encoding="ascii")
        with suppress(FileExistsError):  # of several processes the first counts
            os.link(made, file)
        made.unlink()
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
