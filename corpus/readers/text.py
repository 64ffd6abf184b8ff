"""Plain text in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from corpus.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(path: Path) -> str:
    """Decode a text file, line ends as `\\n`. Raises SourceError naming the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: 无法读取（{error.strerror}）") from error
    text = decode(data, str(path))
    if not text.strip():
        raise SourceError(f"{path}: 文件为空")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode(data: bytes, name: str) -> str:
    """Bytes to text. A byte-order mark decides; otherwise UTF-8, then GB18030.

    Raises SourceError where neither fits, or the result holds NUL characters (a binary file).
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _strict(data, "gb18030", name)
    if "\x00" in text:
        raise SourceError(f"{name}: 不是文本文件（含二进制内容），请确认文件格式")
    return text


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{name}: 无法识别编码，请另存为 UTF-8（第 {error.start} 字节无效）"
        ) from error
