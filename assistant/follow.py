"""When to serve anew what another process, or a command in a shell, has changed."""

from __future__ import annotations

from dataclasses import dataclass, field

_LONGEST = 60.0  # seconds that a change may be left out while others follow


@dataclass
class Follower:
    """Looks at the count of changes about once a second.

    Whoever takes documents in changes them file by file and then builds the index; to follow each
    step would build one for every file. So the changes have to be still, though not for ever.
    """

    served: int
    _seen: int = field(init=False)
    _since: float | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._seen = self.served

    def is_due(self, changes: int, is_changing: bool, at: float) -> bool:
        """Whether what is served is to be renewed; `is_changing`: more changes are coming."""
        still, self._seen = changes == self._seen, changes
        if changes == self.served:
            self._since = None
            return False
        self._since = at if self._since is None else self._since
        return (still and not is_changing) or at - self._since > _LONGEST
