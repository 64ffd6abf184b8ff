"""What a question says that it does not mean: 是市里的，不是全省的."""

from __future__ import annotations

import re

_DENIED = re.compile(
    r"(?P<before>[，,；;（(]\s*|(?<=的))(?:而|并)?不(?:是|问|是问)(?!说|要|有|能|会|应)"
    r"(?:问|指)?[^，,。；;？?！!（）()吗吧么]{1,16}(?=[，,。；;？?！!）)]|$)"
)
_EMPTY = re.compile(r"[（(]\s*[）)]")


def without_denied(text: str) -> str:
    """The text without what it says that it does not ask for.

    >>> without_denied("石家庄2030年森林覆盖率要到多少，是市里的不是全河北的")
    '石家庄2030年森林覆盖率要到多少，是市里的'
    >>> without_denied("2030年占比多少（不是2025年那个）？")
    '2030年占比多少？'
    """
    plain = _DENIED.sub(
        lambda found: found["before"] if found["before"][:1] in ("（", "(") else "", text
    )
    return _EMPTY.sub("", plain)
