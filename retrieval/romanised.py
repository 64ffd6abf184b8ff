"""A question in pinyin read as characters, where the known words leave one reading alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from retrieval.misspelt import known_words

_LETTERS = re.compile(r"[A-Za-züÜ']+(?:\s+[A-Za-züÜ']+)*")
_SPACES = re.compile(r"\s+")
_LEAST = 12  # letters of a question that is in pinyin
_SHARE = 0.7  # of its letters and characters that are Latin
# Words of asking; of those that sound alike the likeliest alone.
_ASKING = [
    *("年", "到", "要", "是", "的", "和", "占", "多少", "达到", "什么", "哪些", "哪个", "谁"),
    *(
        "由",
        "有",
        "吗",
        "怎么",
        "如何",
        "目标",
        "时候",
        "比",
        "下降到",
        "提高到",
        "总装机",
        "总",
        "呢",
    ),
    *("几个", "末", "十四五", "十五五", "定", "了", "请问", "还是", "更", "高", "底", "在", "里"),
]


class Romanised:
    """Reads pinyin by names, known words and the words of asking; English stays as it is."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._words: dict[str, set[str]] = {}

    def read(self, text: str) -> str:
        """The text in characters; as it is where it is not in pinyin or has several readings."""
        runs = _LETTERS.findall(text)
        letters = sum(c.isalpha() for run in runs for c in run)
        if letters < _LEAST or letters < _SHARE * sum(c.isalpha() for c in text):
            return text
        readings = {run: self._reading(_spelt(run)) for run in runs}
        if any(reading is None for reading in readings.values()):
            return text
        plain = _LETTERS.sub(lambda run: readings[run.group()] or "", text)
        return _SPACES.sub("", plain)

    def _reading(self, spelt: str) -> str | None:
        """The fewest words that spell it; None where none do or several do as well."""
        words = self._by_sound()
        best: list[tuple[int, str] | None] = [(0, "")] + [None] * len(spelt)
        several = [False] * (len(spelt) + 1)
        for end in range(1, len(spelt) + 1):
            for start in range(end):
                before, meant = best[start], words.get(spelt[start:end])
                if before is None or meant is None:
                    continue
                unsure = several[start] or len(meant) > 1
                count = before[0] + 1
                now = best[end]
                if now is None or count < now[0]:
                    best[end] = (count, before[1] + min(meant))
                    several[end] = unsure
                elif count == now[0]:
                    several[end] = True
        last = best[-1]
        return None if last is None or several[-1] else last[1]

    def _by_sound(self) -> dict[str, set[str]]:
        """Known words by how they are spelt; words of asking stand alone for their sound."""
        if not self._words:
            from pypinyin import lazy_pinyin

            found: dict[str, set[str]] = defaultdict(set)
            for word in {*self._names, *known_words()}:
                found[_spelt("".join(lazy_pinyin(word)))].add(word)
            found.update({_spelt("".join(lazy_pinyin(word))): {word} for word in _ASKING})
            self._words = dict(found)
        return self._words


def _spelt(letters: str) -> str:
    return _SPACES.sub("", letters).lower().replace("'", "").replace("ü", "v")
