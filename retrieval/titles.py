"""Documents that a question names: 《…》 whole or shortened, a title in plain words, a number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.document import Level, Metadata, Region
from corpus.regions import NATION, gazetteer
from retrieval.words import fold

_QUOTED = re.compile(r"《([^《》]{2,80})》")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[【（(](20\d\d)[〕\]】）)]\s*第?\s*(\d{1,4})\s*号")
_LETTERS = re.compile(r"[^\w]|_")
_PLAIN = 8  # letters that a title must have to be taken for one without brackets
_SHORTENED = 4  # letters that a shortened title must have
# A body of the state, or a place, right before a title is whose document it is.
_ISSUED = r"(?:联合)?(?:印发|发布|出台|制定|下发|颁布)?的?$"
_CENTRAL = re.compile(
    r"(?:国务院|国管局|国资委|国家[\u4e00-\u9fff]{1,8}(?:局|委|署)|[\u4e00-\u9fff]{2,8}(?:部|总局))"
    rf"(?:等[\u4e00-\u9fff]{{0,4}}(?:部门|部委|单位)?)?{_ISSUED}"
)
_OF_PARTY = re.compile(r"[省市区县州旗]委?[\u4e00-\u9fff]{0,4}部[^部]{0,10}$")
_ISSUED_AT_END = re.compile(_ISSUED)
_NATIONAL = (Level.NATIONAL, Level.MINISTRY)
_SEVERAL = 4  # documents at most that a shortened title may mean


@dataclass(frozen=True, slots=True)
class Named:
    """A document named in a question by `words`; `ids` are empty where none so named is held."""

    words: str
    ids: tuple[str, ...]
    regions: tuple[Region, ...] = ()


class Titles:
    """The titles and numbers of the documents held."""

    def __init__(self, documents: Iterable[Metadata]) -> None:
        self._titles = [(_letters(known.title), known) for known in documents]
        self._numbered = [(_letters(d.number), d) for _, d in self._titles if d.number]
        self._by_opening: dict[str, list[tuple[str, Metadata]]] = defaultdict(list)
        for title, known in self._titles:
            for form in _forms(title, known):
                if len(form) >= _PLAIN:
                    self._by_opening[form[:_PLAIN]].append((form, known))

    def named(self, text: str, regions: Sequence[Region]) -> tuple[Named, ...]:
        """The documents a question names; of several that fit, those of the named jurisdictions.

        A shortened title that fits more than a few documents names none.
        """
        found = [
            _named(quoted.group(), self._of_its_issuer(quoted, text[: quoted.start()]), regions)
            for quoted in _QUOTED.finditer(text)
        ]
        for number in _NUMBER.finditer(text):
            said = _letters(number.group())
            same = [known for letters, known in self._numbered if letters in said]
            found.append(_named(number.group(), same, regions))
        named = tuple(name for name in found if name is not None)
        return named or self._in_plain_words(text, regions)

    def _fitting(self, words: str) -> list[Metadata]:
        """Of the same letters; else whose title holds the words, or their letters in order."""
        wanted = _letters(words)
        same = [known for title, known in self._titles if title == wanted]
        if same or len(wanted) < _SHORTENED:
            return same
        holding = [known for title, known in self._titles if wanted in title or title in wanted]
        return holding or [known for title, known in self._titles if _in_order(wanted, title)]

    def _of_its_issuer(self, quoted: re.Match[str], before: str) -> list[Metadata]:
        """Those that fit, less those of others than whose document it is said to be.

        国管局《…》 is no city's document, and 四川省《…》 is no ministry's.
        """
        fitting = self._fitting(quoted.group(1))
        words = _letters(quoted.group(1))
        if _CENTRAL.search(before) and not _OF_PARTY.search(before):
            return [k for k in fitting if k.level in _NATIONAL or _letters(k.title) == words]
        place = _place_before(before)
        return [k for k in fitting if k.region in place] if place else fitting

    def _in_plain_words(self, text: str, regions: Sequence[Region]) -> tuple[Named, ...]:
        """The longest title that stands in the text whole, without brackets.

        Of a place that is named only its own: 安徽工业领域碳达峰实施方案 is not the nation's.
        """
        letters = _letters(text)
        openings = {letters[at : at + _PLAIN] for at in range(len(letters) - _PLAIN + 1)}
        found = [
            (title, known)
            for opening in openings
            for title, known in self._by_opening.get(opening, ())
            if title in letters and (not regions or known.region in (None, *regions))
        ]
        longest = max((len(title) for title, _ in found), default=0)
        same = [known for title, known in found if len(title) == longest]
        return (_of(same[0].title, same),) if same else ()


def _forms(title: str, known: Metadata) -> set[str]:
    """How a title is said: 安徽省甲方案（征求意见稿） as 安徽甲方案, or 甲方案 of Anhui."""
    plain = title.removesuffix("征求意见稿")
    if known.region is None or not plain.startswith(known.region.name):
        return {title, plain}
    rest = plain.removeprefix(known.region.name)
    return {title, plain, f"{known.region.short}{rest}", rest}


def _place_before(before: str) -> tuple[Region, ...]:
    """The readings of the place that a text ends with, but for the nation; () where none."""
    plain = _ISSUED_AT_END.sub("", before)
    last = next((m for m in reversed(gazetteer().mentions(plain)) if m.end == len(plain)), None)
    return last.regions if last and last.region != NATION else ()


def _named(words: str, fitting: Sequence[Metadata], regions: Sequence[Region]) -> Named | None:
    """Those of the named jurisdictions where there are any; None where too many fit."""
    own = [known for known in fitting if known.region in regions]
    chosen = own or fitting
    return _of(words, chosen) if len(chosen) <= _SEVERAL else None


def _of(words: str, chosen: Sequence[Metadata]) -> Named:
    regions = dict.fromkeys(known.region for known in chosen if known.region)
    return Named(words, tuple(known.id for known in chosen), tuple(regions))


def _in_order(letters: str, title: str) -> bool:
    """Whether all letters stand in the title in this order, the first two together.

    >>> _in_order("减污降碳实施方案", "减污降碳协同增效实施方案")
    True
    """
    rest = iter(title)
    return letters[:2] in title and all(letter in rest for letter in letters)


def _letters(text: str) -> str:
    return _LETTERS.sub("", fold(text)).replace("双碳", "碳达峰碳中和")
