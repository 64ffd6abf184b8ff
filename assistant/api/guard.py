"""Who is let in: a key, a session of the page, or whoever is on the machine itself."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from anyio import CapacityLimiter, to_thread
from limits import RateLimitItem, parse
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.access.principal import LOCAL, Principal
from assistant.api.problems import problem, unavailable
from assistant.api.rates import Rates
from assistant.api.sessions import principal_of_session
from assistant.errors import SettingsError
from assistant.service import Service
from corpus.database import UNREACHABLE

# What anybody may have: whether the server lives, and the way in.
OPEN_PATHS = ("/healthz", "/readyz", "/login", "/login/oidc", "/login/oidc/back", "/logout")
_ASKING = 8  # requests whose rights are looked up at a time
_LIMITED = ("/v1/", "/mcp")
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
_ALLOW = {"Allow": ", ".join(_METHODS)}
_SAFE = ("GET", "HEAD", "OPTIONS")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Guard:
    """Finds out who a request is from, and passes it on with `state.principal`, or refuses it.

    A request that a browser sends by itself (with a session, or from the machine itself) must come
    from our own pages: another site's forms and scripts are refused by their Origin, and names
    that were made to point at this machine by their Host.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service
        self._rate = rate_of(service.settings.rate)
        self._asking = CapacityLimiter(_ASKING)
        self._rates = Rates()
        self._hosts = (*_LOOPBACK, *filter(None, service.settings.hosts.split(",")))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            _check_method(connection)
            if scope["path"] in OPEN_PATHS:
                _check_origin(connection)
            else:
                # A database elsewhere is not waited for in the event loop.
                admitted = (
                    await to_thread.run_sync(self._admitted, connection, limiter=self._asking)
                    if self._service.settings.database
                    else self._admitted(connection)
                )
                scope.setdefault("state", {})["principal"] = admitted
        except _RefusedError as refused:
            await _refuse(refused.answer, scope, receive, send)
            return
        except UNREACHABLE as error:
            await _refuse(unavailable(error), scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _admitted(self, connection: HTTPConnection) -> Principal:
        """Who it is. Raises _RefusedError with what is answered instead."""
        scheme, _, key = connection.headers.get("authorization", "").partition(" ")
        has_key = scheme.lower() == "bearer"
        access = self._service.access
        known = access.principal_of_key(key.strip()) if has_key else None
        sent_by_itself = known is None
        if not has_key:
            known = principal_of_session(connection, self._service)
        principal = known or self._service.local_principal()
        if principal is None:
            raise _RefusedError(_unknown(connection, has_key))
        if sent_by_itself:
            self._check_host(connection, principal)
            _check_origin(connection)
        if principal != LOCAL and self._rate and connection.url.path.startswith(_LIMITED):
            self._check_rate(principal, self._rate)
        return principal

    def _check_host(self, connection: HTTPConnection, principal: Principal) -> None:
        host = connection.headers.get("host", "")
        if principal == LOCAL and urlsplit(f"//{host}").hostname not in self._hosts:
            said = f"这台服务器只以本机名称应答，不认 {host}；可设 CLAUSEWISE_HOSTS 或创建密钥"
            raise _RefusedError(problem(421, said))

    def _check_rate(self, principal: Principal, rate: RateLimitItem) -> None:
        wait = self._rates.hit(rate, principal.id)
        if not wait:
            return
        self._service.metrics.turned_away.labels("rate").inc()
        seconds = max(1, round(wait))
        said = f"请求过于频繁（上限 {rate}），请 {seconds} 秒后再试"
        raise _RefusedError(problem(429, said, headers={"Retry-After": str(seconds)}))


class _RefusedError(Exception):
    """A request that is not passed on, and what is answered."""

    def __init__(self, answer: ASGIApp) -> None:
        super().__init__()
        self.answer = answer


def _check_method(connection: HTTPConnection) -> None:
    if connection.scope.get("method", "GET") not in _METHODS:
        raise _RefusedError(problem(405, "不支持的请求方法", headers=_ALLOW))


def _check_origin(connection: HTTPConnection) -> None:
    """Refuse what a browser says that a page of another site sent, if it could change anything."""
    origin = connection.headers.get("origin")
    unsafe = connection.scope["type"] == "websocket" or connection.scope["method"] not in _SAFE
    if unsafe and origin and urlsplit(origin).netloc != connection.headers.get("host", ""):
        raise _RefusedError(problem(403, "不接受其他网站发来的请求"))


def rate_of(said: str) -> RateLimitItem | None:
    """A rate as the limiter takes it; None for none. Raises SettingsError."""
    try:
        rate = parse(said) if said else None
    except ValueError as error:
        raise SettingsError(f"CLAUSEWISE_RATE“{said}”无法理解，应形如 600/minute") from error
    if rate and (rate.amount < 1 or rate.get_expiry() < 1):
        raise SettingsError(f"CLAUSEWISE_RATE“{said}”不放行任何请求，应形如 600/minute")
    return rate


def _unknown(connection: HTTPConnection, has_key: bool) -> ASGIApp:
    """A person is shown the way in; a program is told."""
    if has_key:
        return problem(401, "密钥无效或已撤销", headers=_CHALLENGE)
    asks_for_page = "text/html" in connection.headers.get("accept", "")
    if connection.scope["type"] == "http" and asks_for_page:
        return RedirectResponse(f"/login?next={quote(_wanted(connection))}", 303)
    return problem(401, "需要密钥：请求头 Authorization: Bearer cw-…", headers=_CHALLENGE)


def _wanted(connection: HTTPConnection) -> str:
    """The page that somebody came for, with what it was asked to show."""
    query = connection.url.query
    return f"{connection.url.path}?{query}" if query else connection.url.path


async def _refuse(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
    else:
        await answer(scope, receive, send)
