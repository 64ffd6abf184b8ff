"""Hold the figures against a committed baseline: no measure may get worse unnoticed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.case import text_of
from evals.errors import EvaluationError
from evals.report import Figures

BASELINE = Path(__file__).with_name("baseline.json")
TOLERANCE = 0.01

Share = Annotated[float, Field(ge=0, le=1)]


class Baseline(BaseModel):
    """The figures once reached, as fractions of 1; null where nothing was there to measure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    answer: Share | None
    recall: Share | None
    first: Share | None
    precision: Share | None
    grounded: Share | None
    refuse: Share | None
    false_refuse: Share | None


_NAMES = {
    "answer": "答案正确",
    "recall": "召回",
    "first": "首条命中",
    "precision": "引用准确",
    "grounded": "引文逐字",
    "refuse": "正确拒答",
    "false_refuse": "误拒",
}


def worsened(now: Figures, baseline: Baseline) -> list[str]:
    """One sentence for each figure worse than the baseline by more than TOLERANCE.

    A figure that can no longer be measured counts as worse.
    """
    sentences = []
    for field, name in _NAMES.items():
        before, after = getattr(baseline, field), getattr(now, field)
        if before is None:
            continue
        if after is None:
            sentences.append(f"{name}（{field}）基线为 {before:.1%}，本次无法计算")
            continue
        worse = after - before if field == "false_refuse" else before - after
        if round(worse, 9) > TOLERANCE:
            change = "升" if after > before else "降"
            sentences.append(f"{name}（{field}）由 {before:.1%} {change}至 {after:.1%}")
    return sentences


def read_baseline(file: Path = BASELINE) -> Baseline:
    """The committed figures; raises EvaluationError, naming file and field."""
    if not file.exists():
        raise EvaluationError(f"{file}: 尚无基线，请先用 --update 写入一次")
    try:
        return Baseline.model_validate_json(text_of(file))
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise EvaluationError(
            f"{file}: 基线格式不对（字段 {field}），请用 --update 重写"
        ) from error


def write_baseline(now: Figures, file: Path = BASELINE) -> None:
    """Make these figures the baseline."""
    shares = {field: _rounded(getattr(now, field)) for field in _NAMES}
    try:
        file.write_text(json.dumps(shares, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
