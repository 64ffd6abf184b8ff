"""The ingested documents as evaluation looks at them: where gold stands, and what was quoted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.document import HeldClause
from corpus.view import View
from evals.case import Case, GoldSource
from evals.errors import EvaluationError
from evals.metrics.text import bare, found, normalise, sentences

_LEAST = 60  # characters that stand for a clause none of whose sentences holds a point


@dataclass(frozen=True, slots=True)
class Proof:
    """Words, as `bare` leaves them, whose presence makes a passage prove an answer.

    `place` is the jurisdiction they speak for; `clause` the length of the clause that holds them,
    0 where none is held.
    """

    place: str
    evidence: str
    clause: int = 0


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold question, what proves its answer, and the level of the jurisdiction asked about."""

    case: Case
    proofs: tuple[Proof, ...] = ()
    level: str = ""


class Originals:
    """The clauses of a catalog, to be found by document and path or by what stands in them."""

    def __init__(self, catalog: View) -> None:
        self.fingerprint = catalog.fingerprint()
        self._clauses = list(catalog.clauses())
        self._bare = [bare(held.text) for held in self._clauses]
        self._at: dict[tuple[str, str], list[int]] = defaultdict(list)
        for at, held in enumerate(self._clauses):
            self._at[held.document.title, held.document.region_name].append(at)
        self._wholes = ["".join(self._bare[at] for at in places) for places in self._at.values()]
        known = (held.document for held in self._clauses)
        self.levels = {document.region_name: document.level.value for document in known}

    @property
    def held(self) -> int:
        """How many clauses are held; without any, nothing can be said of what stands in them."""
        return len(self._clauses)

    def gold(self, case: Case) -> Gold:
        """A question with the words that prove its answer.

        Raises EvaluationError, naming question and source, where no such clause is held.
        """
        proofs = tuple(self._proof(case, source) for source in case.sources)
        return Gold(case, proofs, self.levels.get(case.jurisdiction, ""))

    def faults(self, case: Case) -> Iterator[str]:
        """What of a question the documents do not bear out, each a sentence that names it."""
        try:
            clauses = [held for source in case.sources for held in self._named(case, source)]
        except EvaluationError as error:
            yield str(error)
            return
        if not case.answerable:
            return
        places = [f"{source.title}{source.region}" for source in case.sources]
        texts = [normalise(text) for text in (*(held.text for held in clauses), *places)]
        for point in case.answer_points:
            if not any(found(normalise(way), text) for way in point for text in texts):
                yield f"问题 {case.id} 的要点“{'／'.join(point)}”不在所列条款中"
        for source in case.sources:
            if not any(_points(case, held.text) for held in self._named(case, source)):
                yield f"问题 {case.id} 的依据《{source.title}》{source.clause}不含任何要点"

    def has(self, text: str) -> bool:
        """Whether a passage stands in a document held, white space and page footers aside."""
        wanted = bare(text)
        return any(wanted in whole for whole in self._wholes)

    def _proof(self, case: Case, source: GoldSource) -> Proof:
        if evidence := bare(source.evidence):
            sizes = (len(text) for text in self._bare if evidence in text)
            return Proof(source.region, evidence, min(sizes, default=0))
        held = max(self._named(case, source), key=lambda one: _points(case, one.text))
        return Proof(source.region, _evidence(case, held.text), len(bare(held.text)))

    def _named(self, case: Case, source: GoldSource) -> Sequence[HeldClause]:
        """The clauses of a path: more than one where the document numbers two alike."""
        where = f"问题 {case.id} 的依据《{source.title}》（{source.region}）"
        places = self._at.get((source.title, source.region))
        if not places:
            raise EvaluationError(f"{where}：已导入的文件中没有此件，请先导入")
        clauses = [self._clauses[at] for at in places]
        named = [one for one in clauses if " > ".join(one.clause.path) == source.clause]
        if not named and (wanted := bare(source.evidence)):
            named = [self._clauses[at] for at in places if wanted in self._bare[at]]
        if not named:
            raise EvaluationError(f"{where}：此件没有条款“{source.clause}”，请改正 clause")
        return named


def _points(case: Case, text: str) -> int:
    """How many of the points a text holds."""
    plain = normalise(text)
    return sum(any(found(normalise(way), plain) for way in point) for point in case.answer_points)


def _evidence(case: Case, text: str) -> str:
    """The sentence of a clause that says most of the answer, the nearest to the question of these.

    The beginning of the clause where no sentence says any of it.
    """
    asked = f"{case.question}{''.join(n.indicator + n.year + n.scope for n in case.numbers)}"
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}

    def worth(sentence: str) -> tuple[int, int]:
        return _points(case, sentence), sum(pair in sentence for pair in pairs)

    best = max(sentences(text), key=worth, default=text)
    return bare(best) if _points(case, best) else bare(text)[:_LEAST]
