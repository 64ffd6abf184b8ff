"""A service on a port: who may reach it, and how it starts and stops."""

from __future__ import annotations

import ipaddress
import sys
import time
from collections.abc import Callable
from socket import socket

import uvicorn
from anyio import to_thread

from assistant.access.errors import AccessError
from assistant.access.store import Access
from assistant.log import configure
from assistant.service import Service
from assistant.settings import Settings
from assistant.traces import export_to
from retrieval.errors import EngineError

_IDLE = 75  # seconds that a connection without a request is kept; clients reuse them
# Seconds after which an answer being worked out lets the network have the interpreter. With the
# usual 5 ms every read and write of a socket waits so long: 16 answers a second in an overload.
_SWITCH = 0.0005
_AGAIN = 3  # seconds after which a search engine that is not there yet is asked again
_GRACE = 30  # seconds that answers under way are given at the end


def serve(settings: Settings, host: str, port: int, say: Callable[[str], None]) -> None:
    """Serve the page and the API until a signal comes; answers under way are finished.

    Raises AccessError where others could reach a server that asks for no key.
    """
    from assistant.api import create_app
    from assistant.page import mount

    is_local = is_loopback(host)
    if not is_local:
        _check_guarded(settings, host)
    service = _opened(settings, say, is_local)
    configure(settings.log_level)
    sys.setswitchinterval(_SWITCH)
    provider = export_to(settings.otel_endpoint) if settings.otel_endpoint else None
    app = create_app(service)
    mount(app, service)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
        timeout_keep_alive=_IDLE,
    )

    def end() -> None:
        service.close()
        if provider:
            provider.shutdown()

    _Server(config, say, end).run()


def _opened(settings: Settings, say: Callable[[str], None], is_local: bool) -> Service:
    """The service, once its search engine is there: after a restart of the machine it may be late.

    A signal ends the wait as it ends any other command.
    """
    has_said = False
    while True:
        try:
            return Service.open(settings, say, is_local=is_local)
        except EngineError as error:
            if not has_said:
                say(f"{str(error).split('，')[0]}，正在等它启动（可核对 CLAUSEWISE_SEARCH_URL）……")
                has_said = True
        time.sleep(_AGAIN)


def _check_guarded(settings: Settings, host: str) -> None:
    access = Access(settings.data, settings.database)
    guarded = bool(settings.oidc_issuer) or access.is_guarded()
    access.close()
    if not guarded:
        raise AccessError(
            f"{host} 是其他机器能访问的地址，须先创建密钥或账号："
            "clausewise keys create 名称，或 clausewise accounts create 名称"
        )


class _Server(uvicorn.Server):
    """Says where it is once it is there; ends in order, before a signal ends the process."""

    def __init__(
        self, config: uvicorn.Config, say: Callable[[str], None], end: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._say = say
        self._end = end

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await super().shutdown(sockets)
        await to_thread.run_sync(self._end)

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.config.host, self.servers[0].sockets[0].getsockname()[1]
            at = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
            self._say(f"条析已就绪：{at}（接口文档 {at}/docs），按 Ctrl+C 停止")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
