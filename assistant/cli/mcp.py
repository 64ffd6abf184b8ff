"""The command that serves MCP, to whoever started it or over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli.shell import Data, errors_in_chinese, say, settings_of

app = typer.Typer()


@app.command("mcp")
def mcp_command(
    data: Data = None,
    http: Annotated[
        bool, typer.Option("--http", help="经 HTTP 提供（地址为 /mcp），连同页面和接口")
    ] = False,
    host: Annotated[str, typer.Option(help="监听地址，用于 --http")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口，用于 --http")] = 8000,
) -> None:
    """启动 MCP 服务，供支持 MCP 的程序调用；默认经标准输入输出。"""
    from assistant.mcp.server import serve_stdio
    from assistant.serve import serve

    with errors_in_chinese():
        if http:
            serve(settings_of(data), host, port, say)
        else:
            serve_stdio(settings_of(data), say)
