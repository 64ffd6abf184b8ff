"""Backups: everything that is true, in one file; made while the servers run, restored anywhere.

A backup is a compressed tar of a SQLite file for each store (whichever database it came from), the
kept originals, waiting uploads, evaluations and the session key, and at last `manifest.json` with
the hash of every other. Indexes are not in it: they are built again from the catalog.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ValidationError

from assistant.errors import BackupError
from assistant.settings import Settings
from assistant.stores import STORES, carry_all, is_empty
from corpus.carry import Counts
from corpus.catalog import Catalog
from corpus.database import now
from corpus.disk import sync

_MANIFEST = "manifest.json"
_FORMAT = 1
_FOLDERS = ("originals", "evaluations")
_UPLOADS = "uploads"
_KEY = "session.key"
_CHUNK = 1 << 20  # bytes
_FAST = 1  # of gzip's nine: the others take thrice as long for a tenth less


class Manifest(BaseModel):
    """What a backup holds. `at` in UTC; `files`: the SHA-256 of each by its name in the tar."""

    format: int
    at: datetime
    documents: int
    clauses: int
    rows: dict[str, Counts]
    files: dict[str, str] = {}


def backup(settings: Settings, file: Path) -> Manifest:
    """Write everything held into a new file, readable by its owner alone.

    Servers may go on meanwhile: each store is taken as of one moment, all within the backup's time,
    and nothing that was taken in before it began is missing. Raises BackupError where there is
    nothing to write, or the file is there already or cannot be written; nothing is left of it then.
    """
    if file.exists():
        raise BackupError(f"{file} 已存在，请换一个文件名")
    if is_empty(settings):
        where = "数据库里" if settings.database else f"数据目录 {settings.data} 里"
        raise BackupError(f"{where}没有可备份的内容；请用 --data 或 CLAUSEWISE_DATA 指明数据目录")
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as staging:
            manifest = _staged(settings, Path(staging))
            with open(part, "xb", opener=_private) as opened:
                _pack(opened, Path(staging), settings.data, manifest)
                opened.flush()
                os.fsync(opened.fileno())
        part.rename(file)
    except OSError as error:
        raise BackupError(f"备份未能写入 {file}：{error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(settings: Settings, file: Path) -> Manifest:
    """Put what a backup holds into a data directory (and database) that holds nothing yet.

    Raises BackupError where it holds something, or the backup is damaged or of a newer version.
    """
    if not is_empty(settings):
        where = "数据库" if settings.database else f"数据目录 {settings.data} "
        raise BackupError(f"{where}已有内容，恢复只写入空处；请先移走，或用 --data 另指一处")
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as staging:
            manifest = _unpacked(file, Path(staging))
            _put(settings, Path(staging))
    except OSError as error:
        raise BackupError(f"{file} 未能恢复：{error.strerror or error}") from error
    return manifest


def _staged(settings: Settings, staging: Path) -> Manifest:
    """The waiting uploads, then a SQLite file for each store, and what they hold.

    In this order: an upload that is over by the time its job is copied is among the documents.
    """
    for name, path in _files(settings.data, _UPLOADS):
        target = staging / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # over since it was listed
            shutil.copy2(path, target)
    rows = carry_all(settings, settings.model_copy(update={"data": staging, "database": ""}))
    catalog = Catalog(staging)
    try:
        size = catalog.size()
        return Manifest(
            format=_FORMAT,
            at=now(),
            documents=size.documents,
            clauses=size.clauses,
            rows=rows,
        )
    finally:
        catalog.close()


def _pack(opened: IO[bytes], staging: Path, data: Path, manifest: Manifest) -> None:
    """The stores, then the files beside them, then the manifest."""
    with tarfile.open(fileobj=opened, mode="w:gz", compresslevel=_FAST) as tar:
        for name, path in (*_stores(staging), *_files(staging, _UPLOADS), *_beside(data)):
            try:
                content = path.open("rb")
            except FileNotFoundError:  # taken out since it was listed
                continue
            with content:
                read = _Digested(content)
                tar.addfile(tar.gettarinfo(arcname=name, fileobj=content), read)
                manifest.files[name] = read.digest()
        last = staging / _MANIFEST
        last.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        tar.add(last, _MANIFEST)


class _Digested(io.RawIOBase):
    """A file and the digest of what was read of it: it may grow meanwhile."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        some = self._content.read(size)
        self._digest.update(some)
        return some

    def digest(self) -> str:
        return self._digest.hexdigest()


def _stores(folder: Path) -> Iterator[tuple[str, Path]]:
    return ((store.file(folder).name, store.file(folder)) for store in STORES)


def _beside(data: Path) -> Iterator[tuple[str, Path]]:
    """Files of a data directory that are no tables and no index, with their names in it."""
    if (data / _KEY).is_file():
        yield _KEY, data / _KEY
    for folder in _FOLDERS:
        yield from _files(data, folder)


def _files(data: Path, folder: str) -> Iterator[tuple[str, Path]]:
    """The files in a folder of a data directory, with their names in that."""
    for path in sorted((data / folder).rglob("*")):
        if path.is_file() and not path.is_symlink() and path.suffix != ".part":
            yield path.relative_to(data).as_posix(), path


def _unpacked(file: Path, staging: Path) -> Manifest:
    """What is in a backup, as files, each as its hash says."""
    damaged = f"{file} 不是完整的备份文件，请换一份备份"
    try:
        with gzip.open(file) as content, tarfile.open(fileobj=content, mode="r|") as tar:
            tar.extractall(staging, filter="data")
            while content.read(_CHUNK):  # to the checksum at the end
                pass
        manifest = Manifest.model_validate_json((staging / _MANIFEST).read_bytes())
    except FileNotFoundError as error:
        raise BackupError(damaged if file.exists() else f"没有文件 {file}") from error
    except (gzip.BadGzipFile, tarfile.TarError, zlib.error, EOFError, ValidationError) as error:
        raise BackupError(damaged) from error
    if manifest.format > _FORMAT:
        raise BackupError(f"{file} 由更新版本写入，请先升级本程序")
    found = {path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file()}
    if found != {_MANIFEST, *manifest.files} or STORES[0].file(staging).name not in found:
        raise BackupError(damaged)
    for name, digest in manifest.files.items():
        if _digest(staging / name) != digest:
            raise BackupError(f"{damaged}（{name}）")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _put(settings: Settings, staging: Path) -> None:
    """Everything to its place, brought to this version; the catalog last."""
    for name, path in (*_files(staging, _UPLOADS), *_beside(staging)):
        target = settings.data / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    if settings.database:
        carry_all(settings.model_copy(update={"data": staging, "database": ""}), settings)
        return
    for store in reversed(STORES):
        store.open(staging).dispose()
        os.replace(store.file(staging), store.file(settings.data))
    sync(settings.data)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
