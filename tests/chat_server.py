"""A chat model over loopback HTTP that speaks the OpenAI protocol and says what a script says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What the server does with one request.

    `fault` is what goes wrong: "cut" ends the stream in the midst of it, "hang" sends nothing
    more, "garbage" sends no JSON, "endless" repeats the text. `calls` are (tool, arguments).
    """

    text: str = ""
    status: int = 200
    fault: str = ""
    finish: str = "stop"
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()


Script = Callable[[dict[str, Any]], Reply]


@dataclass
class ChatServer:
    """A server; `script` answers each request, `asked` keeps them."""

    script: Script = lambda _: Reply()
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


def prompt_of(body: dict[str, Any]) -> str:
    """All that a request says, one message under the other."""
    return "\n\n".join(str(message.get("content") or "") for message in body["messages"])


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """A server on loopback while the block runs."""
    state = ChatServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.asked.append(body)
            reply = state.script(body)
            if reply.status != 200:
                error = {"error": {"message": reply.text or "no", "code": reply.fault or None}}
                return self.whole(reply.status, json.dumps(error))
            if reply.fault == "garbage":
                return self.whole(200, "<html>gateway</html>")
            if not body.get("stream"):
                return self.whole(200, json.dumps(_completion(reply)))
            return self.stream(reply)

        def whole(self, status: int, text: str) -> None:
            content = text.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def stream(self, reply: Reply) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            try:
                self.pieces(reply)
            except OSError:  # the client has seen enough
                self.close_connection = True

        def pieces(self, reply: Reply) -> None:
            at = 0
            while at < len(reply.text) or reply.fault == "endless":
                piece = reply.text[at % max(len(reply.text), 1) :][:7]
                self.event(_chunk({"content": piece}))
                at += len(piece)
            if reply.fault == "hang":
                state.over.wait(5)
            if reply.fault in ("cut", "hang"):
                self.close_connection = True
                self.connection.close()
                return
            if reply.calls:
                self.event(_chunk({"tool_calls": _calls(reply)}))
            self.event(_chunk({}, "tool_calls" if reply.calls else reply.finish))
            self.data("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

        def event(self, content: object) -> None:
            self.data(json.dumps(content, ensure_ascii=False))

        def data(self, text: str) -> None:
            line = f"data: {text}\n\n".encode()
            self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that has seen enough hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    return {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "scripted",
        "choices": [choice],
    }


def _completion(reply: Reply) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text}
    if reply.calls:
        message["tool_calls"] = _calls(reply)
    finish = "tool_calls" if reply.calls else reply.finish
    return {
        "id": "x",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }


def _calls(reply: Reply) -> list[dict[str, Any]]:
    return [
        {
            "index": at,
            "id": f"call{at}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for at, (name, arguments) in enumerate(reply.calls)
    ]
