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
from itertools import repeat
from operator import mul

from corpus.document import Level, Metadata, Region, Status
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

_NOTHING: repeat[float] = repeat(0.0)  # the weight of a feature that has none
_NO_YEARS: Features = {"year": 0.0, "year_near": 0.0, "year_wrong": 0.0}
_NO_INDICATORS: Features = {"indicator": 0.0, "indicator_year": 0.0, "indicator_figure": 0.0}


class Ranker:
    """Measures clauses for one question; what several of them share is measured once."""

    def __init__(self, query: Query, topic: Topic) -> None:
        self._query = query
        self._topic = topic
        self._weights = list(topic.weights.items())
        self._years = frozenset(query.years)
        self._places = [place.short for place in query.places]
        self._documents: dict[str, Features] = {}
        self._labels: dict[str, float] = {}

    def features(self, reading: Reading, legs: Legs) -> Features:
        """The features of a clause, by name, each about 0 to 1."""
        text = reading.text
        here = [(pair, weight) for pair, weight in self._weights if pair in text]
        best, most = _best_sentence(reading, here, self._years)
        total = self._topic.total
        return {
            "lexical": legs.lexical,
            "lexical_rank": 1 / legs.lexical_rank if legs.lexical_rank else 0.0,
            "vector": legs.vector,
            "vector_rank": 1 / legs.vector_rank if legs.vector_rank else 0.0,
            "text": sum([weight for _, weight in here]) / total,
            "sentence": most / total,
            "heading": self._share(reading.heading),
            "path": self._share(reading.path),
            "title": self._share(reading.title),
            **self._of_document(reading),
            **_of_years(self._years, reading, best),
            **_of_indicators(self._years, self._topic.indicators, reading),
            **_of_kind(self._query, reading, best),
            "routine": float(reading.is_routine),
            "bare": float(reading.is_bare),
            "short": 1 / (1 + len(text) / 100),
        }

    def _share(self, label: str) -> float:
        """Share of the topic that stands in a canonical heading, path or title."""
        share = self._labels.get(label)
        if share is None:
            share = self._labels[label] = _weight(self._weights, label) / self._topic.total
        return share

    def _of_document(self, reading: Reading) -> Features:
        known = reading.held.document
        found = self._documents.get(known.id)
        if found is None:
            found = self._documents[known.id] = _of_document(self._query, known)
        if not self._places:
            return found
        return {**found, "place": float(any(map(reading.text.__contains__, self._places)))}


def best_sentence(reading: Reading, topic: Topic, years: Sequence[int]) -> str:
    """The sentence, in canonical wording, that holds most of the topic; "" for an empty clause."""
    weights = [(pair, weight) for pair, weight in topic.weights.items() if pair in reading.text]
    best, _ = _best_sentence(reading, weights, frozenset(years))
    return best.text if best else ""


_Weights = Sequence[tuple[str, float]]


def _best_sentence(
    reading: Reading, weights: _Weights, years: frozenset[int]
) -> tuple[Sentence | None, float]:
    """The sentence that holds most weight, of equal ones that of the right year."""
    best: Sentence | None = None
    most, is_right = 0.0, False
    for sentence in reading.sentences:
        text = sentence.text
        weight = sum([weight for pair, weight in weights if pair in text])
        if best is None or weight > most:
            best, most, is_right = sentence, weight, not years.isdisjoint(sentence.years)
        elif weight == most and not is_right and not years.isdisjoint(sentence.years):
            best, is_right = sentence, True
    return best, most


def _weight(weights: _Weights, canonical: str) -> float:
    """Weight of what stands in a canonical text."""
    return sum([weight for pair, weight in weights if pair in canonical])


def _of_document(query: Query, known: Metadata) -> Features:
    """How far the document is the one that is asked; whether it names the place, by clause."""
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
        "place": 0.0,
        "draft": float(known.status is Status.DRAFT),
    }


def _is_group(region: Region | None) -> bool:
    return region is not None and region.code.startswith("G-")


def _of_years(asked: frozenset[int], reading: Reading, best: Sentence | None) -> Features:
    if not asked:
        return _NO_YEARS
    near = best is not None and not asked.isdisjoint(best.years)
    return {
        "year": float(not asked.isdisjoint(reading.years)),
        "year_near": float(near),
        "year_wrong": float(best is not None and bool(best.years) and not near),
    }


def _of_indicators(
    years: frozenset[int], indicators: Sequence[Indicator], reading: Reading
) -> Features:
    """Whether an indicator asked for stands in the clause, with its year, with a figure."""
    possible = [one for one in indicators if one.may_stand_in(reading.text)]
    if not possible:
        return _NO_INDICATORS
    speaking = [
        sentence
        for sentence in reading.sentences
        if any(indicator.strength(sentence.text) for indicator in possible)
    ]
    in_year = [s for s in speaking if not years or not years.isdisjoint(s.years)]
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
    total: float = sum(map(mul, map(weights.get, found, _NOTHING), found.values()))
    return total
