"""The HTTP API over the service layer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Route

from assistant.api import (
    answers,
    documents,
    export,
    ingest,
    login,
    openai,
    running,
    search,
    targets,
)
from assistant.api.body import BodyLimit
from assistant.api.context import Context
from assistant.api.guard import Guard
from assistant.api.manual import manual
from assistant.api.openai.errors import OpenAIErrors
from assistant.api.problems import install
from assistant.api.schema import described, methods_of
from assistant.api.sessions import session_secret
from assistant.service import Service

_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
# What a page elsewhere may send: the API's, and those of MCP.
_HEADERS = [
    *("Authorization", "Content-Type", "If-None-Match", "X-Request-ID"),
    *("MCP-Protocol-Version", "Mcp-Method", "Mcp-Name"),
]
_HOUR = 3600  # seconds


def create_app(service: Service) -> FastAPI:
    """The API of one service."""

    from assistant.mcp.server import Endpoint  # which is made of the views of this package

    mcp = Endpoint(service)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running(), mcp.running():
            yield

    app = FastAPI(
        lifespan=lifespan,
        title="条析 Clausewise",
        description="政策文件问答，回答引到具体条款。",
        # The usual pages fetch their scripts from outside; ours is served by `documentation`.
        docs_url=None,
        redoc_url=None,
    )
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    app.state.service = service
    install(app)
    _wrap(app, service)
    app.include_router(answers.routes())
    app.include_router(export.routes())
    app.include_router(search.routes())
    app.include_router(documents.routes())
    app.include_router(targets.routes())
    app.include_router(openai.routes())
    app.include_router(ingest.routes())
    app.include_router(running.routes())
    app.include_router(login.routes(service))
    for path in (mcp.path, f"{mcp.path}/"):
        app.router.routes.append(Route(path, mcp, include_in_schema=False))

    @app.get("/docs", include_in_schema=False)
    def documentation() -> HTMLResponse:
        return HTMLResponse(manual(app.openapi()))

    @app.api_route("/v1/{rest:path}", methods=_METHODS, include_in_schema=False)
    def unknown(request: Request, rest: str) -> None:
        if methods_of(app, request.url.path):
            raise HTTPException(405)
        raise HTTPException(404, f"没有接口 /v1/{rest}")

    return app


def _wrap(app: FastAPI, service: Service) -> None:
    """The layers that a request goes through, the innermost first."""
    settings = service.settings
    app.add_middleware(BodyLimit, larger={"/v1/ingest": settings.upload_bytes})
    app.add_middleware(Guard, service=service)
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_secret(service),
        session_cookie="clausewise",
        max_age=settings.session_hours * _HOUR,
        same_site="lax",
        https_only=settings.secure_cookies,
    )
    if settings.cors:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=[origin.strip() for origin in settings.cors.split(",")],
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=_HEADERS,
            expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(OpenAIErrors)
    app.add_middleware(Context, service=service)
