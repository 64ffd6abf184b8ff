"""Who calls a route, and what they get: their principal, their view, a role that is enough."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request

from assistant.access.principal import Principal, Role
from assistant.app import Assistant
from assistant.service import Service

_NAMES = {Role.READER: "读者", Role.CONTRIBUTOR: "投稿人", Role.ADMIN: "管理员"}


def service_of(request: Request) -> Service:
    """The service that the app was made of."""
    service: Service = request.app.state.service
    return service


def principal_of(request: Request) -> Principal:
    """Who calls; the guard lets nobody unknown come this far."""
    principal: Principal = request.state.principal
    return principal


# Of coroutines, as FastAPI would send plain functions through a thread each, 0.5 ms apiece.
async def _served(request: Request) -> Service:
    return service_of(request)


async def _caller(request: Request) -> Principal:
    return principal_of(request)


def _seen(request: Request) -> Assistant:
    return service_of(request).seen_by(principal_of(request))


def requires(role: Role) -> Any:
    """A dependency of a route that is for this role and those above it."""

    async def checked(principal: Caller) -> None:
        if not principal.role.includes(role):
            have = _NAMES[principal.role]
            raise HTTPException(403, f"需要{_NAMES[role]}权限；当前身份是{have}“{principal.name}”")

    return Depends(checked)


Caller = Annotated[Principal, Depends(_caller)]
Served = Annotated[Service, Depends(_served)]
Seen = Annotated[Assistant, Depends(_seen)]
