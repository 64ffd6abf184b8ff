"""Whether a data directory is in order: each thing looked at, what was found, what to do.

Looking changes nothing, but that tables of an earlier version are brought to this one; a server
may run meanwhile. What can be put right without
losing anything is put right on request: an index is built again, leftovers go, files that others
could read are closed to them.
"""

from __future__ import annotations

import platform
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from assistant import indexes
from assistant.access.principal import LOCAL
from assistant.errors import SettingsError
from assistant.indexes import spaces_of
from assistant.jobs_table import JobTable
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.errors import ClausewiseError
from corpus.originals import Originals
from retrieval import manifest
from retrieval.errors import EngineError
from retrieval.index import built_of, ensure_index, folder_of
from retrieval.locks import is_held
from retrieval.passages import passages

_ROOM = 500 * 2**20  # bytes that should be free
_SHARED_MODE = 0o077  # what others than the owner may
_LIBRARIES = ("chromadb", "tantivy", "sqlalchemy", "numpy")
_LONGEST_PAUSE = 3600.0  # seconds that who writes a folder may not write into it
_MANY_JOBS = 1_000_000
_SHOWN = 3  # examples of what is wrong


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what was found; where that is not well, what to do.

    `repair` puts it right and loses nothing.
    """

    name: str
    is_well: bool
    found: str
    remedy: str = ""
    repair: Callable[[], object] | None = None


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the most important first."""
    data = settings.data
    yield _room(data)
    if not settings.database and not (data / "catalog.sqlite").exists():
        yield Finding("目录库", False, "没有目录库", "导入文件：clausewise ingest 文件夹路径")
        return
    yield _private(data)
    for file in sorted(data.glob("*.sqlite")):
        yield _database(file)
    try:
        catalog = Catalog(data, settings.database)
    except ClausewiseError as error:
        yield Finding("条款", False, str(error), "从备份恢复，或重新导入文件")
        return
    with closing(catalog):
        yield _clauses(catalog)
        files = None if settings.search == "milvus" else _index(catalog, settings)
        if files:
            yield files
        if settings.search != "local" and (files is None or files.is_well):
            yield _server(catalog, settings)
        yield _views(data / "views")
        yield _originals(catalog, data)
    yield _leftovers(settings)
    yield _versions()


def _room(data: Path) -> Finding:
    name = "数据目录"
    if not data.is_dir():
        return Finding(name, False, f"{data} 不存在", "核对 --data 或 CLAUSEWISE_DATA")
    free = shutil.disk_usage(data).free
    said = f"{data}，余 {free / 2**30:.1f} GB"
    return Finding(name, free >= _ROOM, said, "清理磁盘：余量不足 0.5 GB")


def _private(data: Path) -> Finding:
    """Records and secrets are their owner's alone."""
    files = [*data.glob("*.sqlite"), *data.glob("session.key")]
    open_ = [f for f in files if f.name != "catalog.sqlite" and f.stat().st_mode & _SHARED_MODE]

    def close() -> None:
        for file in open_:
            file.chmod(0o600)

    said = f"其他用户可读：{_some(f.name for f in open_)}" if open_ else "只有所有者可读"
    return Finding("文件权限", not open_, said, "chmod 600，或用 --repair", close)


def _database(file: Path) -> Finding:
    """The pages of a database, and what its rows refer to."""
    name = "目录库" if file.stem == "catalog" else f"记录 {file.name}"
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            said = [str(row[0]) for row in opened.execute("PRAGMA integrity_check")]
            loose = opened.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        said, loose = [str(error)], []
    if said != ["ok"]:
        return Finding(name, False, f"文件损坏：{said[0]}", "停止服务，从备份恢复这个文件")
    if loose:
        return Finding(name, False, f"{len(loose)} 行指向不存在的行", "从备份恢复这个文件")
    return Finding(name, True, "完好")


def _clauses(catalog: Catalog) -> Finding:
    """The clauses of a document, in order, are its text."""
    bad = []
    for known in catalog.documents():
        document = catalog.document(known.id)
        if document and "".join(map(document.clause_text, document.clauses)) != document.text:
            bad.append(known.title)
    size = catalog.size()
    if bad:
        remedy = "移除（remove）这些文件后重新导入"
        return Finding("条款", False, f"{len(bad)} 份文件的条款与原文不合：{_some(bad)}", remedy)
    said = f"{size.documents} 份文件、{size.clauses} 条，与原文相合；{catalog.fingerprint()}"
    return Finding("条款", True, said)


def _index(catalog: Catalog, settings: Settings) -> Finding:
    """What the index was made from is what the catalog holds, and its files are whole."""

    def build() -> None:
        ensure_index(catalog, spaces_of(settings), settings.data, rebuild=True, report=_silent)

    def to_build(found: str) -> Finding:
        return Finding("索引", False, found, "clausewise reindex，或用 --repair", build)

    expected = [passage.key for held in catalog.clauses() for passage in passages(held)]
    if not expected:
        return Finding("索引", True, "没有条款，不需要索引")
    folder = folder_of(catalog, spaces_of(settings), settings.data)
    if not manifest.is_sealed(folder):
        return to_build("还没有现有文件的索引")
    if damaged := manifest.damaged(folder):
        return to_build(f"文件损坏：{_some(sorted(damaged))}")
    lexical, keys = built_of(folder)
    expected.sort()  # an index in shards has them in another order
    if lexical != len(expected) or any(sorted(held) != expected for held in keys):
        return to_build(f"目录库有 {len(expected)} 段，索引有 {lexical} 段")
    return Finding("索引", True, f"{len(expected)} 段，与目录库相合，文件完好")


def _server(catalog: Catalog, settings: Settings) -> Finding:
    """The engine's server answers, and holds what it should."""
    name = "检索服务"

    def fill() -> None:
        if settings.search == "milvus":
            indexes.ensure_index(catalog, settings, rebuild=True, report=_silent)
        indexes.open_index(catalog, settings, _silent).close()

    if not catalog.size().clauses:
        return Finding(name, True, "没有条款，不需要索引")
    try:
        expected, held = indexes.held_by_server(catalog, settings)
    except EngineError as error:
        return Finding(name, False, str(error), "启动检索服务，核对 CLAUSEWISE_SEARCH_URL")
    except SettingsError as error:
        return Finding(name, False, str(error), "改正设置")
    if held != expected:
        said = f"应有 {expected} 段，检索服务中有 {held} 段"
        return Finding(name, False, said, "用 --repair 补齐；重新启动服务时也会自动补齐", fill)
    return Finding(name, True, f"{expected} 段，完整")


def _views(folder: Path) -> Finding:
    """The indexes for readers of some collections; one that goes is built when it is asked for."""
    built = [one for one in sorted(folder.glob("index-*")) if manifest.is_sealed(one)]
    bad = [one for one in built if manifest.damaged(one)]
    said = f"损坏 {len(bad)} 个" if bad else f"{len(built)} 个，完好"
    return Finding("分权限的索引", not bad, said, "用 --repair 移除，需要时自动重建", _gone(bad))


def _originals(catalog: Catalog, data: Path) -> Finding:
    """The files are what their names say."""
    files = sorted((data / "originals").glob("*.pdf"))
    collections = {known.collection for known in catalog.documents()}
    bad = [file for file in files if file.stem not in _ids(file, collections)]
    said = f"{len(bad)} 个与来源不合：{_some(f.name for f in bad)}" if bad else f"{len(files)} 个"
    remedy = "用 --repair 移除；重新导入原文件即可再看原页"
    return Finding("原件", not bad, said, remedy, _gone(bad))


def _ids(file: Path, collections: Iterable[str]) -> set[str]:
    """The ids that a source of this content may have, in whichever collection."""
    digest = sha256(file.read_bytes()).hexdigest()
    closed = (sha256(f"{name}\n{digest}".encode()).hexdigest() for name in collections)
    return {digest, *closed}


def _leftovers(settings: Settings) -> Finding:
    """What was broken off and nobody will go on with; looked for anew before it is removed."""
    left = _left_over(settings)
    said = f"{len(left)} 个：{_some(path.name for path in left)}" if left else "没有"
    remedy = "用 --repair 移除"
    return Finding("遗留文件", not left, said, remedy, lambda: _gone(_left_over(settings))())


def _left_over(settings: Settings) -> list[Path]:
    data = settings.data
    waiting: set[str] = set()
    if settings.database or (data / "jobs.sqlite").exists():
        jobs = JobTable(data, settings.database)
        waiting = {job.id for job in jobs.jobs(LOCAL, 0, _MANY_JOBS)[1] if not job.state.is_over}
        jobs.close()
    left = [path for path in (data / "uploads").glob("*") if path.name not in waiting]
    for folder in (data, data / "views"):
        aside = (path for path in folder.glob("index-*") if path.name.count("-") > 1)
        left += [path for path in aside if not is_held(path)]
    return [path for path in left if _is_old(path)] + Originals(data).left_over()


def _is_old(path: Path) -> bool:
    """Whether nobody is still writing it: an upload that arrives, an index that is being built."""
    last = time.time() - _LONGEST_PAUSE
    try:
        return all(one.stat().st_mtime < last for one in (path, *path.rglob("*")))
    except FileNotFoundError:  # somebody has it in hand
        return False


def _versions() -> Finding:
    libraries = "、".join(f"{name} {version(name)}" for name in _LIBRARIES)
    system = f"Python {platform.python_version()}、SQLite {sqlite3.sqlite_version}"
    return Finding("版本", True, f"clausewise {version('clausewise')}、{system}、{libraries}")


def _gone(paths: Iterable[Path]) -> Callable[[], None]:
    def remove() -> None:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    return remove


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return "、".join(listed[:_SHOWN]) + ("……" if len(listed) > _SHOWN else "")


def _silent(_: str) -> None:
    pass
