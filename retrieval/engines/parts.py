"""What belongs to an index in Milvus and is no vector: kept beside it, in rows of text."""

from __future__ import annotations

import io
import zipfile
from base64 import b64decode, b64encode
from pathlib import Path

from retrieval.engines.milvus import Milvus

_ROW = 60_000  # characters; Milvus takes 65,535 bytes
_ROWS = 100  # read or written at a time
_NO_VECTOR = [0.0, 1.0]  # a collection must have a vector field
_PATIENCE = 60.0  # seconds


def create(server: Milvus, collection: str) -> None:
    """Make a collection of parts."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=200)
    schema.add_field("content", DataType.VARCHAR, max_length=65_535)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=len(_NO_VECTOR))
    index = MilvusClient.prepare_index_params()
    index.add_index("vector", index_type="FLAT", metric_type="L2")
    server.ask(
        lambda client: client.create_collection(
            collection,
            schema=schema,
            index_params=index,
            consistency_level="Strong",
            timeout=_PATIENCE,
        )
    )


def write(server: Milvus, collection: str, name: str, content: bytes) -> int:
    """Keep a part; returns in how many rows."""
    text = b64encode(content).decode("ascii")
    rows = [
        {"key": f"{name}:{number}", "content": text[at : at + _ROW], "vector": _NO_VECTOR}
        for number, at in enumerate(range(0, len(text), _ROW))
    ]
    for start in range(0, len(rows), _ROWS):
        server.insert(collection, rows[start : start + _ROWS], _PATIENCE)
    return len(rows)


def read(server: Milvus, collection: str, name: str, rows: int) -> bytes:
    """A part that was kept in so many rows. Raises EngineError, KeyError where one is missing."""
    found: dict[str, str] = {}
    for start in range(0, rows, _ROWS):
        keys = [f"{name}:{number}" for number in range(start, min(rows, start + _ROWS))]
        for row in server.read(collection, keys, ["content"], _PATIENCE):
            found[row["key"]] = row["content"]
    return b64decode("".join(found[f"{name}:{number}"] for number in range(rows)))


def packed(folder: Path) -> bytes:
    """The files of a folder as one archive."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for file in sorted(folder.iterdir()):
            opened.write(file, file.name)
    return archive.getvalue()


def unpack(archive: bytes, folder: Path) -> None:
    """Write the files of `packed` into a folder."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        opened.extractall(folder)
