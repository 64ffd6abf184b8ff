"""Typos and homophones in the names of places and indicators, mended by how they sound.

A wrong mend is worse than a missed one, so a name must sound the same, or differ in one syllable
by a common confusion (zh and z, n and l, ing and in …), and what is a name already is left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

import rjieba

from corpus.regions import gazetteer
from retrieval.misspelt import mended_words

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_SUFFIXES = ("省", "市", "区", "县", "州")
_ROOM = 1000  # texts whose mends are kept at hand
_SHORT = 2  # characters of a short name
_SHORTEST_TERM = 3
_SHORTEST_NEAR = 4  # characters of a term of which a syllable may differ
# Characters that join words; who writes one has not misspelt a name.
_JOINING = frozenset("是为的了在和与及对把等有无不到要用以于从向被将其这那个")
# Where a name of two characters may stand, and what must follow it.
_BEFORE = re.compile(r"(?:^|[、，,和与跟及])$")
_AFTER = re.compile(r"\s*20\d\d|“?十[四五六]五|[省市区县](?![场政])|全[省市区县]")
_NAMES = ("n", "nr", "nrt", "ns", "nt", "nz", "x")  # tags of words that a place's name may become
_CONFUSED = (
    (re.compile(r"^([zcs])h"), r"\1"),
    (re.compile(r"^n(?=[aeiouv])"), "l"),
    (re.compile(r"^f"), "h"),
    (re.compile(r"(an|en|in)g$"), r"\1"),
)


@dataclass(frozen=True, slots=True)
class Mend:
    """text[start:end] was `written` and is read as `meant`, which is as long."""

    start: int
    end: int
    written: str
    meant: str


class Spelling:
    """Names that a question may mean, by their sound: of places held, and of indicators.

    A word that `stands` in the documents is no misspelling.
    """

    def __init__(
        self,
        places: Iterable[str],
        terms: Iterable[str],
        stands: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._stands = stands
        self._places = frozenset(name for name in places if _HAN.fullmatch(name))
        self._terms = frozenset(
            term for term in terms if len(term) >= _SHORTEST_TERM and _HAN.fullmatch(term)
        )
        self._short = frozenset(name for name in self._places if len(name) == _SHORT)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self._places | self._terms):
            self._by_sound[_key(_syllables(name))].append(name)
        self._mended: dict[str, tuple[str, tuple[Mend, ...]]] = {}
        self._lengths = sorted({len(name) for name in self._places | self._terms}, reverse=True)

    def mend(self, text: str) -> tuple[str, tuple[Mend, ...]]:
        """The text with its names set right, of the same length, and what was mended."""
        if text not in self._mended:
            if len(self._mended) >= _ROOM:
                self._mended.clear()
            self._mended[text] = self._mend(text)
        return self._mended[text]

    def _mend(self, text: str) -> tuple[str, tuple[Mend, ...]]:
        taken = self._right(text)
        found: list[Mend] = []
        for mend in (*self._names(text, taken), *self._words(text)):
            if not taken.intersection(range(mend.start, mend.end)):
                taken.update(range(mend.start, mend.end))
                found.append(mend)
        for mend in found:
            text = text[: mend.start] + mend.meant + text[mend.end :]
        return text, tuple(sorted(found, key=lambda mend: mend.start))

    def _names(self, text: str, right: Collection[int]) -> Iterator[Mend]:
        """Mends of names; what stands between right names is cut into words by itself."""
        for run in _HAN.finditer(text):
            edges = [
                at for at in range(run.start(), run.end()) if (at in right) != (at - 1 in right)
            ]
            bounds = dict.fromkeys((run.start(), *edges, run.end()))
            cuts = {at + cut for at, end in pairwise(bounds) for cut in _cuts(text[at:end])}
            yield from self._in_run(text, run.start(), run.group(), cuts)

    def _words(self, text: str) -> Iterator[Mend]:
        """Mends of words that are no names, and of places' short names."""
        for run in _HAN.finditer(text):
            opens = [
                at for at in range(len(run.group())) if _BEFORE.search(text[: run.start() + at])
            ]
            words = mended_words(run.group(), self._short, opens=opens, stands=self._stands)
            for at, meant in words:
                start, end = run.start() + at, run.start() + at + len(meant)
                yield Mend(start, end, text[start:end], meant)

    def _right(self, text: str) -> set[int]:
        """Where names stand that are right as they are."""
        taken: set[int] = set()
        for mention in gazetteer().mentions(text):
            if mention.words in self._places or len(mention.words) > 2:
                taken.update(range(mention.start, mention.end))
        for length in self._lengths:
            for start in range(len(text) - length + 1):
                if text[start : start + length] in self._terms:
                    taken.update(range(start, start + length))
        return taken

    def _in_run(self, text: str, offset: int, run: str, cuts: Collection[int]) -> Iterator[Mend]:
        """Mends in a run of Chinese characters, the longest names first."""
        readings = {tuple(_syllables(run)), tuple(map(_syllable, run))}
        plain = [(sounds, list(map(_plain, sounds))) for sounds in sorted(readings)]
        for length in self._lengths:
            for start in range(len(run) - length + 1):
                end = start + length
                if offset + start not in cuts or offset + end not in cuts:
                    continue
                for sounds, keys in plain:
                    names = self._by_sound.get(" ".join(keys[start:end]))
                    meant = names and self._meant(
                        text, offset + start, run[start:end], sounds[start:end], names
                    )
                    if meant:
                        yield Mend(offset + start, offset + end, run[start:end], meant)
                        break

    def _meant(
        self, text: str, start: int, written: str, sounds: Sequence[str], names: Sequence[str]
    ) -> str | None:
        if written in names:
            return None
        fitting = (n for n in names if self._is_meant(text, start, written, sounds, n))
        return next(fitting, None)

    def _is_meant(
        self, text: str, start: int, written: str, sounds: Sequence[str], name: str
    ) -> bool:
        pairs = zip(written, name, sounds, _syllables(name), strict=True)
        wrong = [(w, said == meant) for w, n, said, meant in pairs if w != n]
        same_sound = all(is_same for _, is_same in wrong)
        is_full = name.endswith(_SUFFIXES) and len(name) > _SHORT
        joins = any(character in _JOINING for character, _ in wrong)
        if joins and not (is_full and same_sound and _is_no_word(written[1:])):
            return False
        if name in self._terms:
            near = len(wrong) == 1 and len(name) >= _SHORTEST_NEAR
            return 2 * len(wrong) < len(name) and (same_sound or near)
        if is_full:
            return written[-1] == name[-1] and (same_sound or len(wrong) == 1)
        return same_sound and _may_be_short(text, start, written)


def _may_be_short(text: str, start: int, written: str) -> bool:
    """Whether a short name may stand here: it opens a question or a list, and is no verb."""
    if not _BEFORE.search(text[:start]) or not _AFTER.match(text, start + len(written)):
        return False
    return all(tag in _NAMES for _, tag in rjieba.tag(written))


def _is_no_word(written: str) -> bool:
    """Whether the dictionary takes it apart: 西省 of 将西省."""
    return len(rjieba.cut(written, False)) == len(written)


def _cuts(run: str) -> set[int]:
    """Offsets between the words of a run: a name does not end inside a word."""
    found = {0}
    for words in (rjieba.cut(run), rjieba.cut(run, False)):
        found.update(accumulate(map(len, words)))
    return found


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)


@lru_cache(maxsize=10_000)
def _syllable(character: str) -> str:
    """How a character sounds by itself."""
    return _syllables(character)[0]


def _key(sounds: Sequence[str]) -> str:
    """What names that are easily confused have in common."""
    return " ".join(map(_plain, sounds))


@lru_cache(maxsize=2000)
def _plain(sound: str) -> str:
    for pattern, instead in _CONFUSED:
        sound = pattern.sub(instead, sound)
    return sound
