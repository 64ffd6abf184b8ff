"""Office files are ZIP archives of XML; this reads their parts with care."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from corpus.errors import SourceError

_MAXIMUM_PART = 64 * 1024 * 1024
_MAXIMUM_BYTES = 512 * 1024 * 1024
_BLOCK = 1024 * 1024
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class Package:
    """The parts of an opened file. Sizes are counted while reading, not believed."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._left = _MAXIMUM_BYTES
        self.names = frozenset(archive.namelist())

    def part(self, name: str) -> bytes:
        """The bytes of a part. Raises SourceError: missing, encrypted, or too large."""
        try:
            member = self._archive.getinfo(name)
        except KeyError as error:
            raise SourceError(f"{self._path}: 文件不完整（缺少 {name}），请重新下载") from error
        if member.flag_bits & 1:
            raise SourceError(f"{self._path}: 文件已加密，请先去除密码")
        data = bytearray()
        with self._archive.open(member) as source:
            while block := source.read(_BLOCK):
                data += block
                if len(data) > min(_MAXIMUM_PART, self._left):
                    raise SourceError(f"{self._path}: 解压后过大，疑似压缩炸弹")
        self._left -= len(data)
        return bytes(data)

    def xml(self, name: str) -> ElementTree.Element:
        """The root of an XML part. A DOCTYPE is refused: it is how entity bombs are built."""
        data = self.part(name)
        if _DOCTYPE.search(data.replace(b"\x00", b"")):  # of UTF-16 too
            raise SourceError(f"{self._path}: 含有不允许的 XML 实体声明，未导入")
        try:
            return ElementTree.fromstring(data)  # noqa: S314 (no DOCTYPE, so no entities)
        except ElementTree.ParseError as error:
            raise SourceError(f"{self._path}: 文件已损坏（{name}），请重新下载") from error


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a package. Raises SourceError, naming the file, where it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Package(path, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise SourceError(f"{path}: 文件已损坏，请重新下载（{error}）") from error
