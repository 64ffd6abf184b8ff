"""Which engine is searched, by settings: the one place where an index is opened or built."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.errors import SettingsError
from assistant.settings import Settings
from corpus.view import View
from retrieval import index as files
from retrieval.index import Index
from retrieval.space import Space

if TYPE_CHECKING:
    from retrieval.engines.chroma import Chroma
    from retrieval.engines.milvus import Milvus

VIEWS = "views"  # the folder, in the data directory, of indexes that some readers alone use
_OWNER = "engine.id"
_FILE = ".db"

Report = Callable[[str], None]


def open_index(catalog: View, settings: Settings, report: Report = print) -> Index:
    """Open the index of what a catalog, or some readers' view of it, holds now.

    It is built where there is none. Raises SettingsError; EngineError where Milvus is silent. Of a
    Chroma server that is silent the words are searched alone until it is back.
    """
    _check(settings)
    spaces = spaces_of(settings)
    if settings.search == "milvus":
        from retrieval import remote

        return remote.open_index(catalog, spaces, _milvus(settings), report=report)
    folder, others = _folders(catalog, settings)
    index = files.open_index(catalog, spaces, folder, report=report, vectors_in=others)
    if settings.search == "chroma":
        from retrieval.engines.chroma import on_server

        return on_server(index, _chroma(settings), settings.data.rglob("vectors-*"))
    return index


def ensure_index(
    catalog: View, settings: Settings, *, rebuild: bool = False, report: Report = print
) -> None:
    """Build that index where there is none, or anew. Raises what `open_index` does.

    A file of milvus-lite is open in one process alone, so whoever answers from it builds it.
    """
    _check(settings)
    spaces = spaces_of(settings)
    if settings.search == "milvus":
        from retrieval import remote

        if rebuild or not settings.search_url.endswith(_FILE):
            remote.ensure_index(catalog, spaces, _milvus(settings), rebuild=rebuild, report=report)
        return
    folder, others = _folders(catalog, settings)
    files.ensure_index(catalog, spaces, folder, rebuild=rebuild, report=report, vectors_in=others)


def held_by_server(catalog: View, settings: Settings) -> tuple[int, int]:
    """How many passages or vectors the server should hold and how many it does; only by looking.

    Raises SettingsError, and EngineError where it is silent.
    """
    _check(settings)
    spaces = spaces_of(settings)
    if settings.search == "milvus":
        from retrieval import remote

        if settings.search_url.endswith(_FILE) and not Path(settings.search_url).exists():
            return catalog.size().clauses, 0
        return remote.held(catalog, spaces, _milvus(settings))
    from retrieval.engines.chroma import held_of

    folder, others = _folders(catalog, settings)
    index = files.open_index(catalog, spaces, folder, vectors_in=others)
    try:
        return held_of(index, _chroma(settings))
    finally:
        index.close()


def spaces_of(settings: Settings) -> tuple[Space, ...]:
    """The embedding spaces: the configured one, if any, and the built-in one behind it."""
    configured = Space(
        settings.embedding_model,
        settings.embedding_base_url,
        settings.embedding_api_key,
        settings.embedding_query_prefix,
    )
    return (Space(),) if configured.is_built_in else (configured, Space())


def _check(settings: Settings) -> None:
    """Raises SettingsError where address and engine do not fit."""
    url, name = settings.search_url, "CLAUSEWISE_SEARCH_URL"
    is_address = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    if settings.search == "local" and url:
        raise SettingsError(
            f"设置了 {name}，但 CLAUSEWISE_SEARCH 是 local：请改为 chroma 或 milvus"
        )
    if settings.search == "chroma" and not is_address:
        raise SettingsError(f"{name} 应为 Chroma 服务的地址，如 http://127.0.0.1:8001")
    if settings.search == "milvus" and not (is_address or url.endswith(_FILE)):
        raise SettingsError(
            f"{name} 应为 Milvus 的地址，如 http://127.0.0.1:19530，或以 .db 结尾的文件"
        )
    if settings.search != "milvus" and settings.search_token:
        raise SettingsError(
            "CLAUSEWISE_SEARCH_TOKEN 只用于 Milvus：请去掉，或把 CLAUSEWISE_SEARCH 设为 milvus"
        )


def _folders(catalog: View, settings: Settings) -> tuple[Path, tuple[Path, ...]]:
    """Where the files of an index are, and where else vectors may be taken from."""
    if catalog.collections is None:
        return settings.data, ()
    return settings.data / VIEWS, (settings.data,)


def _milvus(settings: Settings) -> Milvus:
    return _milvus_at(settings.search_url, settings.search_token or "")


@lru_cache(maxsize=4)
def _milvus_at(url: str, token: str) -> Milvus:
    """One connection a process."""
    from importlib.util import find_spec

    from retrieval.engines.milvus import Milvus

    if find_spec("pymilvus") is None:
        raise SettingsError("CLAUSEWISE_SEARCH=milvus 需要扩展：请安装 clausewise[milvus]")
    return Milvus(url, token)


def _chroma(settings: Settings) -> Chroma:
    return _chroma_at(settings.search_url, _owner(settings.data))


@lru_cache(maxsize=4)
def _chroma_at(url: str, owner: str) -> Chroma:
    from retrieval.engines.chroma import Chroma

    return Chroma(url, owner)


def _owner(data: Path) -> str:
    """What tells the collections of this data directory on a server from those of others."""
    file = data / _OWNER
    if not file.exists():
        written = file.with_suffix(f".{uuid.uuid4().hex[:8]}")
        written.write_text(uuid.uuid4().hex[:12], encoding="ascii")
        with suppress(FileExistsError):
            file.hardlink_to(written)
        written.unlink()
    return file.read_text(encoding="ascii").strip()
