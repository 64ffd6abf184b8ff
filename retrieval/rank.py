"""The ranking stage: a weighted sum of features, each of which can be shown and explained.

The weights were learned, by logistic regression over pairs of a right and a wrong clause
(Joachims, KDD 2002, in its linear form), on questions of our own; `data/weights.json` holds them
and says on which.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from corpus.document import Level, Region, Status
from corpus.indicators import Indicator
from retrieval.query import Kind, Query
from retrieval.reading import Reading, Sentence
from retrieval.topic import Topic

_AUTHORITY = {Level.NATIONAL: 1.0, Level.MINISTRY: 0.8, Level.PROVINCE: 0.5, Level.CITY: 0.3}
_FIGURES = (Kind.TARGET, Kind.COMPARISON)


@dataclass(frozen=True, slots=True)
class Legs:
    """What the legs say of a clause: ranks from 1, None where a leg did not find it.

    `lexical` is the BM25 score as a share of the best one's, `vector` the cosine.
    """

    lexical_rank: int | None = None
    lexical: float = 0.0
    vector_rank: int | None = None
    vector: float = 0.0


Features = dict[str, float]


def features(query: Query, topic: Topic, reading: Reading, legs: Legs) -> Features:
    """The features of a clause for a question, by name, each about 0 to 1."""
    weights = list(topic.weights.items())
    here = [(pair, weight) for pair, weight in weights if pair in reading.text]
    best, most = _best_sentence(reading, here, query.years)
    total = topic.total
    return {
        "lexical": legs.lexical,
        "lexical_rank": 1 / legs.lexical_rank if legs.lexical_rank else 0.0,
        "vector": legs.vector,
        "vector_rank": 1 / legs.vector_rank if legs.vector_rank else 0.0,
        "text": sum([weight for _, weight in here]) / total,
        "sentence": most / total,
        "heading": _weight(weights, reading.heading) / total,
        "path": _weight(weights, reading.path) / total,
        "title": _weight(weights, reading.title) / total,
        **_of_document(query, reading),
        **_of_years(query, reading, best),
        **_of_indicators(query, topic.indicators, reading),
        **_of_kind(query, reading, best),
        "routine": float(reading.is_routine),
        "bare": float(reading.is_bare),
        "short": 1 / (1 + len(reading.text) / 100),
    }


def best_sentence(reading: Reading, topic: Topic, years: Sequence[int]) -> str:
    """The sentence, in canonical wording, that holds most of the topic; "" for an empty clause."""
    best, _ = _best_sentence(reading, list(topic.weights.items()), years)
    return best.text if best else ""


_Weights = Sequence[tuple[str, float]]


def _best_sentence(
    reading: Reading, weights: _Weights, years: Sequence[int]
) -> tuple[Sentence | None, float]:
    """The sentence that holds most weight, of equal ones that of the right year."""
    best: Sentence | None = None
    most = (0.0, False)
    for sentence in reading.sentences:
        value = (_weight(weights, sentence.text), bool(set(years) & set(sentence.years)))
        if best is None or value > most:
            best, most = sentence, value
    return best, most[0]


def _weight(weights: _Weights, canonical: str) -> float:
    """Weight of what stands in a canonical text."""
    return sum([weight for pair, weight in weights if pair in canonical])


def _of_document(query: Query, reading: Reading) -> Features:
    """How far the document is the one that is asked."""
    known = reading.held.document
    unplaced = not query.regions and not query.places
    return {
        "own": float(known.region in query.regions),
        "namesake": float(known.region in query.others and not _is_group(known.region)),
        "document": float(known.id in query.documents),
        "issuer": float(known.issuer in query.issuers),
        "level": float(known.level in query.levels),
        "subject": float(known.subject in query.subjects),
        "special": float(known.subject is not None and known.subject not in query.subjects),
        "authority": _AUTHORITY.get(known.level, 0.0) if unplaced else 0.0,
        "place": float(any(place.short in reading.text for place in query.places)),
        "draft": float(known.status is Status.DRAFT),
    }


def _is_group(region: Region | None) -> bool:
    return region is not None and region.code.startswith("G-")


def _of_years(query: Query, reading: Reading, best: Sentence | None) -> Features:
    asked = set(query.years)
    if not asked:
        return {"year": 0.0, "year_near": 0.0, "year_wrong": 0.0}
    named = {year for sentence in reading.sentences for year in sentence.years}
    return {
        "year": float(bool(asked & named)),
        "year_near": float(best is not None and bool(asked & set(best.years))),
        "year_wrong": float(best is not None and bool(best.years) and not asked & set(best.years)),
    }


def _of_indicators(query: Query, indicators: Sequence[Indicator], reading: Reading) -> Features:
    """Whether an indicator asked for stands in the clause, with its year, with a figure."""
    possible = [one for one in indicators if one.may_stand_in(reading.text)]
    if not possible:
        return {"indicator": 0.0, "indicator_year": 0.0, "indicator_figure": 0.0}
    speaking = [
        sentence
        for sentence in reading.sentences
        if any(indicator.strength(sentence.text) for indicator in possible)
    ]
    in_year = [s for s in speaking if not query.years or set(query.years) & set(s.years)]
    return {
        "indicator": float(bool(speaking)),
        "indicator_year": float(bool(in_year)),
        "indicator_figure": float(any(sentence.has_figure for sentence in in_year)),
    }


def _of_kind(query: Query, reading: Reading, best: Sentence | None) -> Features:
    """Whether the clause holds the kind of thing that is asked for."""
    figures = query.kind in _FIGURES
    named = reading.held.clause.departments
    who = query.kind is Kind.RESPONSIBILITY
    return {
        "figure": float(figures and best is not None and best.has_figure),
        "goals": float(figures and reading.sets_goals),
        "departments": float(who and bool(named)),
        "enumeration": min(reading.text.count("、"), 10) / 10 if query.kind is Kind.LIST else 0.0,
    }


@lru_cache(maxsize=1)
def learned() -> Mapping[str, float]:
    """The learned weights, by feature."""
    text = resources.files("retrieval").joinpath("data", "weights.json").read_text("utf-8")
    weights: dict[str, float] = json.loads(text)["weights"]
    return weights


def score(found: Features, weights: Mapping[str, float]) -> float:
    """The weighted sum."""
    return sum(weights.get(name, 0.0) * value for name, value in found.items())
