"""A page of a PDF as a picture.

It is drawn by a process of its own, `python -m corpus.picture FILE PAGE`, as files of strangers
are read: one that crashes the library, takes all memory or never ends costs its picture alone.
"""

from __future__ import annotations

import logging
import resource
import struct
import subprocess
import sys
import zlib
from pathlib import Path

_LOG = logging.getLogger(__name__)
_WIDTH, _TALLEST = 1100, 4400  # pixels
_SECONDS = 20
_MEMORY = 2 * 1024**3  # bytes
_COMPRESSION = 6


def picture(path: Path, number: int) -> bytes | None:
    """A page, counted from 1, as PNG; None where there is no such page, or it cannot be drawn."""
    command = [sys.executable, "-m", "corpus.picture", str(path), str(number)]
    try:
        drawn = subprocess.run(  # noqa: S603 - a path of our own and a number
            command, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        _LOG.warning("a page of an original took longer than %s s", _SECONDS)
        return None
    return drawn.stdout if drawn.returncode == 0 else None


def _draw(path: Path, number: int) -> bytes:
    """Raises IndexError where there is no such page."""
    from pypdfium2 import PdfDocument

    with PdfDocument(path) as document:
        if not 1 <= number <= len(document):
            raise IndexError(number)
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_WIDTH / width, _TALLEST / height)
        drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        return _png(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride)


def _png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Three bytes a pixel as PNG (RFC 2083): header, compressed rows, end."""
    lines = (pixels[at * stride : at * stride + 3 * width] for at in range(height))
    rows = zlib.compress(b"".join(b"\0" + line for line in lines), _COMPRESSION)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stdout.buffer.write(_draw(Path(sys.argv[1]), int(sys.argv[2])))
