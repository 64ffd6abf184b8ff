"""Thresholds that figures must reach, in a file: a table a suite, a bound a measure.

A bound is the least that is accepted, for false refusals the most. `all` bounds the run as a whole.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel, ValidationError

from evals.case import text_of
from evals.errors import EvaluationError
from evals.metrics.registry import MEASURES
from evals.metrics.statistics import Estimate
from evals.reports.report import SystemReport

GATES = Path(__file__).with_name("gates.toml")
WHOLE = "all"

Bound = Annotated[float, Field(ge=0, le=1)]


class Gates(RootModel[dict[str, dict[str, Bound]]]):
    """Bounds by suite and measure."""


def read_gates(file: Path = GATES) -> Gates:
    """Raises EvaluationError, naming file and field."""
    try:
        gates = Gates.model_validate(tomllib.loads(text_of(file)))
    except tomllib.TOMLDecodeError as error:
        raise EvaluationError(f"{file}: 不是有效的 TOML（{error}）") from error
    except ValidationError as error:
        field = ".".join(map(str, error.errors()[0]["loc"]))
        raise EvaluationError(f"{file}: {field} 应为 0 到 1 之间的数") from error
    unknown = [name for bounds in gates.root.values() for name in bounds if name not in MEASURES]
    if unknown:
        raise EvaluationError(
            f"{file}: 没有名为 {unknown[0]} 的指标，应为 {'、'.join(MEASURES)} 之一"
        )
    return gates


def below(found: SystemReport, gates: Gates) -> list[str]:
    """A sentence for each bound that is not kept; a suite that was not asked is not judged.

    A figure that could not be measured does not keep its bound.
    """
    suites = {group.name: group.figures for group in found.groups.get("suite", [])}
    suites[WHOLE] = found.figures
    return [
        sentence
        for suite, bounds in gates.root.items()
        if suite in suites
        for sentence in _below(suite, suites[suite], bounds)
    ]


def _below(
    suite: str, figures: Mapping[str, Estimate], bounds: Mapping[str, float]
) -> Iterator[str]:
    for name, bound in bounds.items():
        measure, found = MEASURES[name], figures.get(name)
        said = f"{suite} 的{measure.chinese}（{name}）"
        if found is None:
            yield f"{said}无法计算，应{'不高于' if measure.falls else '不低于'} {bound:.1%}"
        elif measure.falls and found.value > bound:
            yield f"{said} {found.value:.1%}，应不高于 {bound:.1%}"
        elif not measure.falls and found.value < bound:
            yield f"{said} {found.value:.1%}，应不低于 {bound:.1%}"
