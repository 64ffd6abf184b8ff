"""What a lexical engine looks for and where: the words of a passage, the words of a question.

Every lexical engine scores with BM25 (Robertson and Zaragoza 2009) over the same words in the
same fields with the same weights, so that the engines order clauses alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log

from retrieval.passages import Passage
from retrieval.query import Query
from retrieval.scope import NOTHING
from retrieval.words import bigrams, words

# Weight of a word by the field it stands in; of a wording by who chose it.
FIELD_WEIGHTS = {"text": 1.0, "pairs": 0.5, "path": 1.2, "title": 0.8, "departments": 0.3}
SEVERAL_PASSAGES = 10  # in fewer two characters may meet by chance, as in 节能原则
_EXPANSION = 0.5
_JURISDICTION = 30.0
_ISSUER = 12.0
_PLACE_NAMED = 14.0
_NATIONAL = 2.0
_YEAR = 3.0
_DEPARTMENT = 6.0


def terms_of(passage: Passage) -> dict[str, list[str]]:
    """The words of a passage, by field."""
    clause, known = passage.held.clause, passage.held.document
    return {
        "text": words(passage.text),
        "pairs": bigrams(passage.text),
        "path": words(" ".join(clause.path)),
        "title": words(f"{known.issuer or ''} {known.title}"),
        "departments": words(" ".join(d.name for d in clause.departments)),
    }


def issuer_of(passage: Passage) -> str:
    """The label of who issued the document."""
    return passage.held.document.issuer or NOTHING


def idf(size: int, frequency: int) -> float:
    """The rarity of a word that stands in `frequency` of `size` passages, as BM25 has it."""
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def wanted(question: Query) -> Iterator[tuple[bool, float, Sequence[str]]]:
    """Whether these are pairs, how much they weigh, and the terms; other wordings count half."""
    yield False, 1.0, question.terms
    yield True, 1.0, bigrams(question.topic)
    yield False, _EXPANSION, list(dict.fromkeys(w for e in question.expansions for w in words(e)))
    yield True, _EXPANSION, list(dict.fromkeys(p for e in question.expansions for p in bigrams(e)))


def preferred(question: Query) -> Iterator[tuple[str, str, float]]:
    """What raises a clause: its jurisdiction, its issuer, the places and years it names.

    A label's field or "text", the value, and what it adds to the score.
    """
    for region in question.regions:
        yield "region", region.code, _JURISDICTION
    for issuer in question.issuers:
        yield "issuer", issuer, _ISSUER
    for year in question.years:
        yield "year", str(year), _YEAR
    for department in question.departments:
        yield "department", department, _DEPARTMENT
    for place in question.places:
        for word in words(place.short):
            yield "text", word, _PLACE_NAMED
    if not question.regions:
        yield "level", "national", _NATIONAL
