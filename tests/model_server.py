"""Embeddings and rerankers over loopback HTTP: the protocols that model servers speak."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSIONS = 64


@dataclass
class ModelServer:
    """A server; `fault` is what it does instead of answering.

    "status", "text" (no JSON), "shorter" (vectors), "hang" (nothing comes), "drip" (a byte now and
    then, without end), "half" (it ends in the midst).
    """

    key: str = ""
    fault: str = ""
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, path: str, body: dict[str, Any]) -> object:
        if path == "/v1/embeddings":
            return embeddings(body, DIMENSIONS // 2 if self.fault == "shorter" else DIMENSIONS)
        if path == "/cohere/rerank":
            scores = enumerate(likeness(body["query"], text) for text in body["documents"])
            rows = [{"index": at, "relevance_score": score} for at, score in scores]
            return {"results": sorted(rows, key=lambda row: -row["relevance_score"])}
        if path == "/tei/rerank":
            scores = enumerate(likeness(body["query"], text) for text in body["texts"])
            return [{"index": at, "score": score} for at, score in scores]
        if path == "/short/rerank":
            return {"results": [{"index": 0, "relevance_score": 1.0}]}
        return {"results": [{"index": 0, "relevance_score": "high"}]}


def embedding(text: str) -> list[float]:
    """Character pairs hashed into a unit vector."""
    vector = [0.0] * DIMENSIONS
    for at in range(len(text) - 1):
        digest = hashlib.md5(text[at : at + 2].encode(), usedforsecurity=False).digest()
        vector[digest[0] % DIMENSIONS] += 1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


def likeness(query: str, text: str) -> float:
    return sum(character in text for character in set(query)) / max(len(set(query)), 1)


def embeddings(body: dict[str, Any], length: int) -> object:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors = [embedding(text)[:length] for text in texts]
    packed = [base64.b64encode(struct.pack(f"<{length}f", *v)).decode() for v in vectors]
    data = packed if body.get("encoding_format") == "base64" else vectors
    return {
        "object": "list",
        "model": body["model"],
        "data": [{"object": "embedding", "index": at, "embedding": v} for at, v in enumerate(data)],
        "usage": {"prompt_tokens": 0, "total_tokens": 0},
    }


@contextmanager
def model_server(key: str = "") -> Iterator[ModelServer]:
    """A server on loopback while the block runs."""
    state = ModelServer(key)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            state.asked.append({"path": self.path, **body})
            allowed = not state.key or self.headers["authorization"] == f"Bearer {state.key}"
            status = 401 if not allowed else 500 if state.fault == "status" else 200
            text = "no JSON" if state.fault == "text" else json.dumps(state.answer(self.path, body))
            content = text.encode()
            if state.fault == "hang":
                state.over.wait(30)
                return
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            if state.fault == "drip":
                self.drip()
            else:
                self.wfile.write(content[: len(content) // 2 if state.fault == "half" else None])

        def drip(self) -> None:
            try:
                while not state.over.wait(0.2):
                    self.wfile.write(b" ")
                    self.wfile.flush()
            except OSError:  # the client has waited enough
                pass

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
