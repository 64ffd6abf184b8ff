"""The measures by name, in the order of reports; README.md beside this file defines each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is called in Chinese and English; `falls` where less is better."""

    name: str
    chinese: str
    english: str
    falls: bool = False


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("answer", "答案正确", "answer"),
        Measure("points", "要点召回", "points"),
        Measure("numbers", "数值正确", "numbers"),
        Measure("recall", "依据召回", "gold clause cited"),
        Measure("first", "首条命中", "first citation"),
        Measure("precision", "引用相关", "citation precision"),
        Measure("granularity", "条款粒度", "clause granularity"),
        Measure("alce_recall", "句句有据", "ALCE citation recall"),
        Measure("alce_precision", "引用必要", "ALCE citation precision"),
        Measure("grounded", "引文逐字", "quotes verbatim"),
        Measure("faithful", "数字有据", "number faithfulness"),
        Measure("safe", "未被诱导", "not led astray"),
        Measure("refusal", "应拒尽拒", "abstention recall"),
        Measure("refused_rightly", "拒答得当", "abstention precision"),
        Measure("reason", "拒因正确", "refusal reason"),
        Measure("false_refusal", "误拒", "false refusals", falls=True),
        Measure("R@1", "检索召回@1", "retrieval R@1"),
        Measure("R@5", "检索召回@5", "retrieval R@5"),
        Measure("R@10", "检索召回@10", "retrieval R@10"),
        Measure("RR", "MRR", "MRR"),
        Measure("nDCG@10", "nDCG@10", "nDCG@10"),
    )
}
HEADLINE = (
    *("answer", "numbers", "recall", "precision", "alce_recall", "grounded", "faithful"),
    *("refusal", "false_refusal", "R@5"),
)
