"""Text as the search engines see it: folded, cut into words and character pairs."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from operator import add

import rjieba

from corpus.traditional import simplified

_SPACE = re.compile(r"[\s“”‘’\"']+")  # marks that stand inside what is one word: “两高”项目
_TERM = re.compile(r"[0-9a-z\u4e00-\u9fff]")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff]{2,}|[0-9a-z.]+")
_NOUNS = ("n", "nz", "j")  # common, other, abbreviated
# Words that ask, and words that every clause has.
_STOP = frozenset(
    resources.files("retrieval")
    .joinpath("data", "stopwords.txt")
    .read_text(encoding="utf-8")
    .split()
)


class _Folds(dict[int, str]):
    """Each character folded, found out once: five times as fast as folding whole texts."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code)).lower()
        self[code] = simplified(_SPACE.sub("", plain))
        return self[code]


_FOLDS = _Folds()


def fold(text: str) -> str:
    """NFKC, lower case, simplified, no white space or quotation marks: as texts are compared.

    Character by character: an accent that stands apart from its letter stays apart.
    """
    return text.translate(_FOLDS)


def words(text: str) -> list[str]:
    """Words for search, with the shorter words inside long ones."""
    return [word for word in rjieba.cut_for_search(fold(text)) if _TERM.search(word)]


def bigrams(text: str) -> list[str]:
    """Pairs of neighbouring Han characters; numbers and Latin words whole.

    >>> bigrams("非化石17.7%")
    ['非化', '化石', '17.7']
    """
    grams: list[str] = []
    for run in _HAN_RUN.findall(fold(text)):
        if run[0] < "\u4e00":
            grams.append(run)
        else:
            grams.extend(map(add, run, run[1:]))
    return grams


def phrases(text: str) -> list[str]:
    """The content words of a text, cut once, without the shorter words inside them."""
    cut = rjieba.cut(fold(text))
    return [word for word in cut if _TERM.search(word) and word not in _STOP]


def nouns(text: str) -> list[str]:
    """The common nouns of a text of two characters and more, in order, each once."""
    tagged = rjieba.tag(fold(text))
    found = (word for word, tag in tagged if tag in _NOUNS and len(word) > 1 and word not in _STOP)
    return list(dict.fromkeys(found))


def content_words(text: str) -> list[str]:
    """The words of a question that say what it is about, in order, each once."""
    return [word for word in dict.fromkeys(words(text)) if word not in _STOP]


@lru_cache(maxsize=1)
def synonym_groups() -> tuple[tuple[str, ...], ...]:
    """Groups of expressions that mean the same, folded, official wording first."""
    table = resources.files("corpus").joinpath("data", "synonyms.tsv").read_text(encoding="utf-8")
    return tuple(
        tuple(fold(member) for member in line.split("\t"))
        for line in table.splitlines()
        if line and not line.startswith("#")
    )


def synonyms(text: str) -> list[str]:
    """Other wordings of the expressions in a text.

    Only the longest expression counts where one lies inside another: 能耗强度 does not also
    call on 强度.
    """
    folded = fold(text)
    found = [(member, group) for group in synonym_groups() for member in group if member in folded]
    longest = [
        (member, group)
        for member, group in found
        if not any(member != other and member in other for other, _ in found)
    ]
    return list(
        dict.fromkeys(other for member, group in longest for other in group if other not in folded)
    )
