"""What cannot be done with keys, accounts and collections, said in Chinese."""

from __future__ import annotations

from corpus.errors import ClausewiseError


class AccessError(ClausewiseError):
    """A key, account or collection cannot be made or changed; or a server may not start open."""
