"""Errors about documents, each naming the source and what to do.

ClausewiseError
├── SourceError      a file cannot be read
├── CatalogError     the catalog cannot be opened or is of another version
└── DiskFullError    the disk has no room
"""

from __future__ import annotations


class ClausewiseError(Exception):
    """Base of every error this project raises on purpose; its text is for the user."""


class SourceError(ClausewiseError):
    """A file cannot be read; the message names the file and what to do."""


class DiskFullError(ClausewiseError):
    """The disk has no room for what was to be kept."""

    def __init__(self) -> None:
        super().__init__("磁盘已满，没有保存成。请清理磁盘后重试；此前收录和保存的内容都在。")


class CatalogError(ClausewiseError):
    """The catalog cannot be opened, or a newer version wrote it."""
