"""Saved web pages: the main text without navigation (trafilatura), and the page's own address."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.errors import SourceError
from corpus.readers.text import decode

_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_SITE = re.compile(r"\s*[_|—－-]\s*[^_|—－-]{2,30}(?:网|政府|委员会|委|局|厅|部|平台|门户)$")


def read_html(path: Path) -> tuple[str, str | None]:
    """The text of a saved page, its title first, and its address where the page names it.

    Raises SourceError where no main text is found.
    """
    import trafilatura

    found = trafilatura.bare_extraction(
        _decoded(path), with_metadata=True, include_comments=False, favor_recall=True
    )
    text = str(getattr(found, "text", "") or "").strip()
    if not text:
        raise SourceError(f"{path}: 网页中没有正文，请另存为完整网页或复制为文本")
    title = _SITE.sub("", str(getattr(found, "title", "") or "").strip())
    if title and title not in text[: len(title) + 200]:
        text = f"{title}\n{text}"
    address = getattr(found, "url", None)
    return text, str(address) if address and str(address).startswith("http") else None


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    declared = _CHARSET.search(data[:4096])
    encoding = declared.group(1).decode("ascii").lower() if declared else ""
    if encoding in ("gb2312", "gbk", "gb18030"):
        return data.decode("gb18030", errors="replace")
    return decode(data, str(path))
