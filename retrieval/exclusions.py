"""What a question says that it does not ask about: 不问新建的, 口袋公园不算."""

from __future__ import annotations

import re

_END = r"(?=[，。；;,？?）)]|$)"
_OPENS = r"(?P<open>[，。；;,、（(？?]|(?<=[的项个]))\s*(?:我?问的)?(?:也|可|并)?"
# Whether something is so is asked, and not excluded: 不是…吗.
_NO_QUESTION = r"(?![^，。；;,？?）)]*[吗么吧嘛])"
_BEFORE = re.compile(
    rf"{_OPENS}(?:不是(?!说|指)|不问|不算|不含|不包括|不看|而非|而不是|别给我?|除开)"
    rf"{_NO_QUESTION}(?P<what>[^，。；;,？?（(）)多几]{{1,20}}){_END}"
)
_BEHIND = re.compile(
    rf"(?P<open>[，。；;,？?（(])\s*(?P<what>[^，。；;,？?（(）)多几]{{1,16}}?)(?:不算|除外|不计|不算在内|不含在内){_END}"
)
_LOOSE = re.compile(r"(?:那个?|那一?项|那一?档|那部分|的数|数字|的|口径)+$")
_EMPTY = re.compile(r"[（(]\s*[）)]")
_TWICE = re.compile(r"([？?])[。，]")
_KEPT = "（(？?"  # of what opens it
# Where a clause itself leaves something out, it does not speak of it: 交通工具(不含摩托车).
_LEFT_OUT = r"(?<!不含)(?<!除)(?<!不包括)(?<!非)"


def without_exclusions(text: str) -> tuple[str, tuple[str, ...]]:
    """The question without what it does not ask about, and that.

    >>> without_exclusions("老的改造后要多少，不问新建的")
    ('老的改造后要多少', ('新建',))
    """
    found: list[str] = []

    def drop(match: re.Match[str]) -> str:
        found.append(_LOOSE.sub("", match["what"]))
        return match["open"] if match["open"] in _KEPT else ""

    for pattern in (_BEFORE, _BEHIND):
        text = pattern.sub(drop, text)
    text = _EMPTY.sub("", _TWICE.sub(r"\1", text))
    return text, tuple(words for words in found if words and words not in text)


def excludes(excluded: tuple[str, ...], text: str) -> bool:
    """Whether a text speaks of what is excluded."""
    return any(re.search(_LEFT_OUT + re.escape(words), text) for words in excluded)
