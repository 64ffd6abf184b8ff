"""Citations: do they prove the gold answer, and does each statement follow from its own?

The second is ALCE's citation recall and precision (Gao et al., EMNLP 2023, section 4.2) with a
deterministic check in the place of its entailment model: a passage supports a statement where it
holds every figure and year of it and most of its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.proof.coverage import covered, of_its_own
from evals.case import Type
from evals.metrics.numbers import unfounded, without_figures
from evals.metrics.statements import Statement
from evals.metrics.text import bare, found, normalise
from evals.originals import Gold, Proof
from evals.reply import Cited, Passage, Reply
from retrieval.topic import canonical
from retrieval.words import fold

SUPPORT = 0.6  # the share of a statement's pairs of characters that its passages must hold
_STATUS = re.compile(r"[（(](?:征求意见稿|指标摘录)[)）]")
_COMPARES = re.compile(r"更[高低多少大小早晚]|高出|低于|高于|相差|持平|相同|一致|百分点|[高低多少]")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def groups(gold: Gold) -> dict[str, tuple[Proof, ...]]:
    """The proofs of which one each must be cited: those of each place compared, else all."""
    places = dict.fromkeys(proof.place for proof in gold.proofs)
    if gold.case.type is not Type.COMPARISON:
        return {"、".join(places): gold.proofs} if gold.proofs else {}
    return {place: tuple(p for p in gold.proofs if p.place == place) for place in places}


def proves(passage: Passage, proofs: Iterable[Proof]) -> bool:
    """Whether a passage holds the words of one of the proofs."""
    text = bare(passage.text)
    return any(proof.evidence in text for proof in proofs)


def relevant(passage: Passage, gold: Gold) -> bool:
    """Whether a passage holds a proof, or says a point of the answer."""
    text = normalise(passage.text)
    ways = (way for point in gold.case.answer_points for way in point)
    return proves(passage, gold.proofs) or any(found(normalise(way), text) for way in ways)


def granularity(passage: Passage, gold: Gold) -> float | None:
    """How much of a proving passage is the clause that proves, 0 to 1; None where it proves not.

    1 is the clause itself, or less; a chunk or a page that holds it among other text is below.
    """
    text = bare(passage.text)
    sizes = [proof.clause for proof in gold.proofs if proof.clause and proof.evidence in text]
    return min(max(sizes) / len(text), 1.0) if sizes else None


def is_verbatim(cited: Cited) -> bool:
    """Whether the quote is what stands in the passage, at its span where one is given."""
    quote = cited.quote or cited.text
    if cited.span is None:
        return bool(quote) and bare(quote) in bare(cited.text)
    start, end = cited.span
    return 0 <= start < end <= len(cited.text) and cited.text[start:end] == quote


@dataclass(frozen=True, slots=True)
class Support:
    """Of the statements of a reply: how many there are, how many their citations support.

    `needed` of the `cited` pairs of statement and citation bear on what they stand with.
    """

    statements: int
    supported: int
    cited: int
    needed: int
    unsupported: tuple[str, ...]


def support(said: Sequence[Statement], reply: Reply) -> Support:
    """Check each statement against the passages that its own markers name."""
    supported, cited, needed, unsupported = 0, 0, 0, []
    for statement in said:
        passages = statement.cited(reply)
        cited += len(passages)
        if not supports(statement.text, passages):
            unsupported.append(statement.text)
            continue
        supported += 1
        needed += sum(_is_needed(statement.text, one, passages) for one in passages)
    return Support(len(said), supported, cited, needed, tuple(unsupported))


def supports(statement: str, passages: Sequence[Passage]) -> bool:
    """Whether passages hold every figure and year of a statement, and most of its words."""
    if not passages:
        return False
    whole = "\n".join(passage.whole for passage in passages)
    return not unfounded([(statement, whole)]) and _words_stand(statement, whole)


def _words_stand(statement: str, whole: str) -> bool:
    """Word for word, or in the official wording of their synonyms."""
    said = without_figures(_STATUS.sub("", statement))
    return any(_share(form(said), form(whole)) >= SUPPORT for form in (fold, canonical))


def _share(said: str, whole: str) -> float:
    """The share of a statement's own words, by their letters, that stand in a text."""
    runs = [run for run in _HAN.findall(_COMPARES.sub(" ", of_its_own(said))) if len(run) > 1]
    length = sum(map(len, runs))
    return sum(len(run) * covered(run, whole) for run in runs) / length if length else 1.0


def _is_needed(statement: str, one: Cited, passages: Sequence[Cited]) -> bool:
    """ALCE: not needed is what supports nothing alone and is not missed."""
    if supports(statement, [one]):
        return True
    return not supports(statement, [other for other in passages if other is not one])
