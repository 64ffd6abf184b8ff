"""Misspelt words of a question: 风店 for 风电, 贷 written 带, 术 written 木.

Only what is no word is mended, and only where one known word alone can be meant: it differs in one
character, which sounds the same or looks alike. All other words of the question stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import resources
from itertools import accumulate

import rjieba

# Characters that stand for themselves; who writes one has not misspelt a word.
_ALONE = frozenset(
    "是为或好的了在和与及对把等有无不没到要用以于从向被将其这那个里中上下内外前后年月日时能会可又再多少大小高低"
    "长新老各每全总共一二三四五六七八九十百千万亿零两几谁哪什么吗呢吧啊呀省市区县乡镇州村"
)


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """The words that questions of these policies are made of."""
    return frozenset(word for line in _lines("words.txt") for word in line)


def mended_words(
    run: str, places: Iterable[str], *, opens: Iterable[int], stands: Callable[[str], bool]
) -> Iterator[tuple[int, str]]:
    """Where in a run of Chinese characters a misspelt word begins, and the word that is meant.

    A place is meant only where a name may begin: at one of the offsets `opens`. What `stands` in
    the documents is right.
    """
    starts = {0, *accumulate(map(len, rjieba.cut(run, False)))}
    names = _by_gap(tuple(sorted(places)))
    openings = frozenset(opens)
    for length in (4, 3, 2):
        for start in range(len(run) - length + 1):
            written = run[start : start + length]
            if start not in starts or start + length not in starts or written in known_words():
                continue
            alone = [at for at in range(length) if {start + at, start + at + 1} <= starts]
            meant = _meant(written, alone, _by_gap(()))
            if not meant and start in openings and len(alone) == length:
                meant = _meant(written, alone, names)
            if meant and not stands(written):
                yield start, meant


Gaps = dict[tuple[int, str], list[str]]


def _meant(written: str, alone: Iterable[int], gaps: Gaps) -> str | None:
    """The one word of which a character alone is written otherwise; None where none or several."""
    found = {
        word
        for at in alone
        if written[at] not in _ALONE
        for word in gaps.get((at, written[:at] + " " + written[at + 1 :]), ())
        if _syllables(word)[at] == _syllables(written[at])[0] or _looks_like(written[at], word[at])
    }
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4)
def _by_gap(names: tuple[str, ...]) -> Gaps:
    """Names, or without any the known words, by what is left without one of their characters."""
    found: Gaps = defaultdict(list)
    for name in names or known_words():
        for at in range(len(name)):
            found[at, name[:at] + " " + name[at + 1 :]].append(name)
    return found


def _looks_like(written: str, meant: str) -> bool:
    return written in _looks().get(meant, "")


@lru_cache(maxsize=10_000)
def _syllables(text: str) -> list[str]:
    """How characters sound, without their tones."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


@lru_cache(maxsize=1)
def _looks() -> dict[str, str]:
    return {one: "".join(line) for line in _lines("lookalikes.txt") for one in line}


def _lines(name: str) -> list[list[str]]:
    text = resources.files("retrieval").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]
