"""The way in to the page: local accounts, or an OpenID Connect provider."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from limits import parse

from assistant.access.principal import Principal, Role, account_id
from assistant.api.rates import Rates
from assistant.api.sessions import log_in_account, log_in_principal, principal_of_session
from assistant.service import Service
from assistant.settings import Settings

_TRIES = parse("10/minute")  # of one address, and for one account
_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>登录 · 条析</title>
<link rel="icon" href="data:,">
<style>
body {{ font: 16px/1.75 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif;
  color: #1f2328; background: #f5f7f9; margin: 0; }}
main {{ max-width: 360px; margin: 12vh auto 0; background: #fff; border: 1px solid #d9dee3;
  border-radius: 8px; padding: 24px 28px 28px; }}
h1 {{ font-size: 20px; margin: 0 0 16px; }}
label {{ display: block; margin: 12px 0 4px; }}
input {{ box-sizing: border-box; width: 100%; font: inherit; padding: 6px 10px;
  border: 1px solid #8b949e; border-radius: 6px; }}
button, a.other {{ display: block; box-sizing: border-box; width: 100%; margin-top: 20px;
  font: inherit; text-align: center; padding: 8px; border-radius: 6px; border: 1px solid #0b5cad;
  background: #0b5cad; color: #fff; text-decoration: none; cursor: pointer; }}
a.other {{ background: #fff; color: #0b5cad; }}
p.wrong {{ color: #b42318; margin: 0; }}
:focus-visible {{ outline: 3px solid #0b5cad; outline-offset: 2px; }}
@media (prefers-color-scheme: dark) {{
  body {{ color: #e6e9ec; background: #12161a; }}
  main {{ background: #1b2026; border-color: #343b43; }}
  input {{ background: #12161a; color: inherit; }}
  a.other {{ background: #1b2026; color: #79b8ff; }}
  p.wrong {{ color: #ff8f85; }}
}}
</style></head><body><main><h1>登录条析 Clausewise</h1>{wrong}
<form method="post" action="/login"><input type="hidden" name="next" value="{next}">
<label for="name">账号</label><input id="name" name="name" autocomplete="username" required>
<label for="password">口令</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>登录</button></form>{other}</main></body></html>"""
_OTHER = '<a class="other" href="/login/oidc?next={next}">用单位账号登录</a>'


def routes(service: Service) -> APIRouter:
    """The routes /login, /logout and, where a provider is configured, /login/oidc."""
    router = APIRouter(include_in_schema=False)
    rates = Rates()

    def page(next_: str, wrong: str = "", status: int = 200) -> HTMLResponse:
        target = escape(_own_path(next_))
        other = _OTHER.format(next=quote(_own_path(next_))) if service.settings.oidc_issuer else ""
        said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
        return HTMLResponse(_PAGE.format(next=target, wrong=said, other=other), status)

    @router.get("/login")
    def login(request: Request, next: str = "/") -> Response:
        if principal_of_session(request, service) or service.local_principal():
            return RedirectResponse(_own_path(next), 303)
        return page(next)

    @router.post("/login")
    async def log_in(
        request: Request,
        name: str = Form(max_length=64),
        password: str = Form(max_length=256),
        next: str = Form("/", max_length=500),
    ) -> Response:
        address = request.client.host if request.client else ""
        known = Principal(account_id(name), name, Role.READER)
        if rates.hit(_TRIES, "address", address) or rates.hit(_TRIES, "account", name):
            service.audit.record(known, "login", address, "turned away")
            return page(next, "尝试次数过多，请一分钟后再试", 429)
        stamp = await to_thread.run_sync(service.access.stamp_of, name, password)
        service.audit.record(known, "login", address, "ok" if stamp else "refused")
        if stamp is None:
            return page(next, "账号或口令不对", 401)
        log_in_account(request.session, name, stamp)
        return RedirectResponse(_own_path(next), 303)

    @router.post("/logout")
    def log_out(request: Request) -> Response:
        if principal := principal_of_session(request, service):
            service.audit.record(principal, "logout")
        request.session.clear()
        return RedirectResponse("/login", 303)

    if service.settings.oidc_issuer:
        _add_provider(router, service)
    return router


def _add_provider(router: APIRouter, service: Service) -> None:
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.starlette_client import OAuth
    from httpx import HTTPError

    settings = service.settings
    oauth = OAuth()
    issuer = settings.oidc_issuer.rstrip("/")
    provider = oauth.register(
        "oidc",
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
    )

    @router.get("/login/oidc")
    async def to_provider(request: Request, next: str = "/") -> Response:
        back = str(request.url_for("from_provider"))
        request.session["next"] = _own_path(next)
        try:
            response: Response = await provider.authorize_redirect(request, back)
        except (HTTPError, OAuthError) as error:
            raise HTTPException(502, "统一身份认证没有应答，请稍后再试或用本地账号登录") from error
        return response

    @router.get("/login/oidc/back")
    async def from_provider(request: Request) -> Response:
        try:
            token = await provider.authorize_access_token(request)
        except (HTTPError, OAuthError) as error:
            raise HTTPException(401, "统一身份认证没有通过，请重新登录") from error
        principal = principal_of_claims(token.get("userinfo") or {}, settings)
        next_ = request.session.get("next", "/")
        log_in_principal(request.session, principal)
        service.audit.record(principal, "login", "oidc")
        return RedirectResponse(_own_path(next_), 303)


def principal_of_claims(claims: dict[str, Any], settings: Settings) -> Principal:
    """Somebody whom the provider vouches for; the role follows from the groups."""
    said = claims.get(settings.oidc_groups_claim) or []
    groups = frozenset([said] if isinstance(said, str) else map(str, said))
    role = Role.READER
    if settings.oidc_contributors and settings.oidc_contributors in groups:
        role = Role.CONTRIBUTOR
    if settings.oidc_admins and settings.oidc_admins in groups:
        role = Role.ADMIN
    name = claims.get("preferred_username") or claims.get("name") or claims["sub"]
    return Principal(f"oidc:{claims['sub']}", str(name), role, groups)


def _own_path(next_: str) -> str:
    """A path on this server; `/` for anything else."""
    is_own = next_.startswith("/") and not next_.startswith(("//", "/\\")) and next_.isprintable()
    return next_ if is_own else "/"
