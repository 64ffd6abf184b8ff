"""Errors about documents, each naming the source and what to do.

ClausewiseError
├── SourceError      a file cannot be read
└── CatalogError     the catalog cannot be opened or is of another version
"""

from __future__ import annotations


class ClausewiseError(Exception):
    """Base of every error this project raises on purpose; its text is for the user."""


class SourceError(ClausewiseError):
    """A file cannot be read; the message names the file and what to do."""


class CatalogError(ClausewiseError):
    """The catalog cannot be opened, or a newer version wrote it."""
