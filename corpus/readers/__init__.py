"""One file a format; `read` picks the reader by the file's ending."""

from __future__ import annotations

from pathlib import Path

from corpus.document import Page
from corpus.errors import SourceError
from corpus.readers.text import read_text

SUFFIXES = (".txt", ".md")


def read(path: Path) -> list[Page]:
    """The pages of a file, as printed in it; one unnumbered page where the format has none.

    Raises SourceError, naming the file, where the format is not read or the bytes are not text.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SourceError(
            f"{path}: 暂不支持 {path.suffix or '无扩展名'} 格式，请转为 UTF-8 文本 (.txt)"
        )
    return [Page(None, read_text(path))]
