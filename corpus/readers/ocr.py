"""Scanned PDF by OCR (extra `ocr`): RapidOCR, whose models come inside its package.

Pages are marked as recognised, and citations of them say so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from corpus.document import Page
from corpus.errors import SourceError

_DOTS_PER_INCH = 150
_MAXIMUM_PAGES = 400


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("rapidocr") is not None


def read_scan(path: Path, numbers: Sequence[int] | None = None) -> list[Page]:
    """The pages of a scanned PDF, all or those numbered, read from their images; seconds a page.

    Raises SourceError where nothing is recognised, or the file is too long for it.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import pypdfium2
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})
    pages: list[Page] = []
    with pypdfium2.PdfDocument(path) as document:
        wanted = range(1, len(document) + 1) if numbers is None else numbers
        if len(wanted) > _MAXIMUM_PAGES:
            raise SourceError(f"{path}: 扫描件超过 {_MAXIMUM_PAGES} 页，请拆分")
        for number in wanted:
            image = document[number - 1].render(scale=_DOTS_PER_INCH / 72).to_numpy()
            found = engine(image)
            pages.append(Page(number, "\n".join(found.txts or ()), recognised=True))
    if numbers is None and not any(page.text.strip() for page in pages):
        raise SourceError(f"{path}: 未识别出文字，请确认扫描件是否清晰")
    return pages
