"""The PDF files that documents came from, kept beside the catalog so that their pages can be shown.

A file is kept under the id of its source, after the catalog has the source; so one without a
source is left over, and goes.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path

_LOG = logging.getLogger(__name__)
_LONGEST_COPY = 3600  # seconds, after which a part of a file is left over


class Originals:
    """The originals of a data directory, `originals/<id of the source>.pdf`."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "originals"

    def keep(self, file: Path, source: str) -> None:
        """Copy the file of a source that is held, where it is a PDF.

        Without it only its pages cannot be shown; so a full disk is logged, no error.
        """
        if not self.lack(file, source):
            return
        target = self._path(source)
        part = target.with_suffix(f".{os.getpid()}.part")
        try:
            self._folder.mkdir(exist_ok=True)
            shutil.copyfile(file, part)
            part.replace(target)
        except OSError as error:
            _LOG.warning("an original could not be kept: %s", error)
            part.unlink(missing_ok=True)

    def lack(self, name: Path, source: str) -> bool:
        """Whether a file of this name is one to be kept, and is not yet."""
        return name.suffix.lower() == ".pdf" and not self._path(source).exists()

    def find(self, sources: Collection[str]) -> Path | None:
        """The original of the first of these sources that has one."""
        return next((path for path in map(self._path, sources) if path.exists()), None)

    def drop_others(self, held: Callable[[], Collection[str]]) -> None:
        """Take out what belongs to no source that is held."""
        # Listed before it is asked what is held: what another process keeps meanwhile stays.
        kept = list(self._folder.glob("*.pdf"))
        sources = held() if kept else ()
        for path in kept:
            if path.stem not in sources:
                path.unlink(missing_ok=True)
        for part in self.left_over():
            part.unlink(missing_ok=True)

    def left_over(self) -> list[Path]:
        """Parts of files whose copying was broken off."""
        before = time.time() - _LONGEST_COPY
        return [part for part in self._folder.glob("*.part") if part.stat().st_mtime < before]

    def _path(self, source: str) -> Path:
        return self._folder / f"{source}.pdf"
