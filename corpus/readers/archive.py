"""ZIP archives: their members, taken out safely into a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from corpus.errors import SourceError

_MAXIMUM_MEMBERS = 2000
_MAXIMUM_BYTES = 1024 * 1024 * 1024  # all members together, decompressed
_BLOCK = 1024 * 1024
_UTF8_FLAG = 0x800


def extract(path: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and file of each member, written under plain numbered names in `folder`.

    A member's own name is never used as a path. Raises SourceError for a damaged or encrypted
    archive, and for one that unpacks to too much: sizes are counted, not believed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MAXIMUM_MEMBERS:
                raise SourceError(f"{path}: 压缩包内超过 {_MAXIMUM_MEMBERS} 个文件，请拆分")
            left = _MAXIMUM_BYTES
            for number, member in enumerate(members):
                if member.flag_bits & 1:
                    raise SourceError(f"{path}: 压缩包已加密，请先解压")
                name = _name(member)
                target = folder / f"{number}{PurePosixPath(name).suffix.lower()[:8]}"
                left -= _copy(archive, member, target, left, path)
                yield name, target
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise SourceError(f"{path}: 不是完整的 ZIP 压缩包，请重新下载（{error}）") from error


def extract_member(path: Path, number: int, folder: Path) -> Path:
    """The file of one member by its number, as `extract` writes it. Raises SourceError."""
    try:
        with zipfile.ZipFile(path) as archive:
            member = [one for one in archive.infolist() if not one.is_dir()][number]
            target = folder / f"{number}{PurePosixPath(_name(member)).suffix.lower()[:8]}"
            _copy(archive, member, target, _MAXIMUM_BYTES, path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, IndexError) as error:
        raise SourceError(f"{path}: 不是完整的 ZIP 压缩包，请重新下载（{error}）") from error
    return target


def _copy(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, path: Path
) -> int:
    size = 0
    with archive.open(member) as source, target.open("wb") as file:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > left:
                raise SourceError(f"{path}: 解压后超过 {_MAXIMUM_BYTES // 2**20} MB，疑似压缩炸弹")
            file.write(block)
    return size


def _name(member: zipfile.ZipInfo) -> str:
    """The name as meant: Chinese archives often hold GBK under the name of cp437."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return member.filename
