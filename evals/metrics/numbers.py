"""Figures of a reply: whether they are the gold ones, and whether the passages cited hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise, permutations

from assistant.proof.claims import amounts_in, folded
from corpus.targets.figures import Figure
from corpus.targets.target import Comparison
from evals.case import Number
from evals.metrics.statements import Statement
from evals.metrics.text import held
from retrieval.times import years_of

_BETWEEN = re.compile(r"[、，\s]+")
_AND = ("、", "和", "与", "及")
_OR_MORE = ("余", "多")  # 10余家: stands inside a figure, which is read without it
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_ROUNDED = Decimal("0.05")
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_POINTS = ("百分点", "个百分点")
_SHARE = 0.5  # of the pairs of a scope's characters that must be said


def figures_of(text: str) -> tuple[Figure, ...]:
    """The figures that a text says; dates, numbers of things and codes are none."""
    return amounts_in(folded(text))


def is_said(number: Number, said: Sequence[Statement], around: str) -> bool:
    """Whether a statement says a gold number: value, unit, qualifier, year and scope.

    A statement that names years must name the right one; where none does, `around` (the question
    and what is cited) must, if it names any. A scope must be named in the statement or around it.
    """
    return any(_says(number, statement.text, around) for statement in said)


def unfounded(said: Iterable[tuple[str, str]]) -> list[str]:
    """The figures and years of statements that the texts cited for them do not hold.

    Each of (statement, texts). What is reckoned from two figures of the texts is held by them: a
    difference, or a share rounded to a tenth of a percent.
    """
    missing: list[str] = []
    for statement, texts in said:
        whole, plain = folded(texts), folded(statement)
        proven = amounts_in(whole)
        for figure in amounts_in(plain):
            printed = plain[figure.core : figure.rest]
            if not (_stands(figure, proven) or _in_table(printed, texts)):
                missing.append(printed)
        years = set(_YEAR.findall(whole)) | {str(year) for year in years_of(texts)}
        missing += [year for year in _YEAR.findall(plain) if year not in years]
    return missing


def without_figures(text: str) -> str:
    """The folded text with a blank for each figure."""
    plain = folded(text)
    for figure in reversed(amounts_in(plain)):
        plain = f"{plain[: figure.start]} {plain[figure.end :]}"
    return plain


def count(text: str) -> int:
    """How many figures and years a statement says."""
    return len(figures_of(text)) + len(_YEAR.findall(folded(text)))


def _says(number: Number, text: str, around: str) -> bool:
    wanted = _wanted(number)
    if wanted is None:
        return held(f"{number.value}{number.unit}", text)
    equal = [one for one in _readings(text) if _same(wanted, one)]
    bound = any(_binds(wanted, one) for one in equal) or _bound_ahead(number, text)
    said = bool(equal) and bound
    return said and _year_fits(number, text, around) and _scope_fits(number, text + around)


def _readings(text: str) -> list[Figure]:
    """The figures of a text; the first of 在7%、2%以下 both as it stands and with the bound."""
    plain = folded(text)
    found = amounts_in(plain)
    bound = [
        replace(one, comparison=following.comparison)
        for one, following in pairwise(found)
        if one.comparison is Comparison.EQUAL and plain[one.end : following.start] in _AND
    ]
    return [*found, *bound]


def _bound_ahead(number: Number, text: str) -> bool:
    """Whether a bound stands some words before its figure: 不超过项目总经费的50%."""
    words = (re.escape(word) for word in _BETWEEN.split(number.qualifier) if len(word) > 2)
    value = re.escape(number.value)
    return any(re.search(rf"{word}[^，。；,;\d]{{1,12}}{value}", text) for word in words)


def _wanted(number: Number) -> Figure | None:
    """A gold number as figures are read: its qualifiers may stand before it or after."""
    amount = f"{number.value}{number.unit}"
    words = [word for word in _BETWEEN.split(number.qualifier) if word not in _OR_MORE]
    ways = [f"{way[0]}{amount}{way[1]}" for word in words for way in ((word, ""), ("", word))]
    read = [found[0] for way in (*ways, amount) if (found := figures_of(way))]
    bound = (one for one in read if one.comparison not in (Comparison.EQUAL, Comparison.RANGE))
    return next(bound, read[0] if read else None)


def _binds(wanted: Figure, said: Figure) -> bool:
    """Whether two figures bind alike: at least, at most, about, or just so."""
    just_so = (Comparison.EQUAL, Comparison.RANGE)
    return wanted.comparison is said.comparison or (
        wanted.comparison in just_so and said.comparison in just_so
    )


def _year_fits(number: Number, text: str, around: str) -> bool:
    if not number.year:
        return True
    wanted = set(years_of(number.year)) or {int(y) for y in _YEAR.findall(number.year)}
    named = set(years_of(text))
    if named or not wanted:
        return bool(not wanted or wanted & named)
    told = set(years_of(around))
    return not told or bool(wanted & told)


def _scope_fits(number: Number, text: str) -> bool:
    pairs = [number.scope[at : at + 2] for at in range(len(number.scope) - 1)]
    return not pairs or sum(pair in text for pair in pairs) / len(pairs) >= _SHARE


def _stands(figure: Figure, proven: Sequence[Figure]) -> bool:
    if any(_same(figure, one) for one in proven):
        return True
    unit = "%" if figure.unit in _POINTS else figure.unit
    alike = [one.low for one in proven if one.unit == unit]
    differences = {abs(one - other) for one, other in combinations(alike, 2)}
    return figure.low in differences or (unit == "%" and _is_share(figure.low, proven))


def _is_share(percent: Decimal, proven: Sequence[Figure]) -> bool:
    """Whether one figure is so many percent of another of its unit."""
    return any(
        abs(100 * one.low / other.low - percent) <= _ROUNDED
        for one, other in permutations(proven, 2)
        if one.unit == other.unit != "%" and other.low
    )


def _in_table(printed: str, texts: str) -> bool:
    """Whether a number stands bare in texts that have its unit elsewhere, as in a table's head.

    The texts are as they are: folded, neighbouring cells would run into each other.
    """
    number, unit = _DIGITS.findall(printed), _DIGITS.sub("", printed)
    return (
        bool(number and unit)
        and unit in texts
        and any(re.search(rf"(?<![\d.]){re.escape(one)}(?![\d.%])", texts) for one in number)
    )


def _same(one: Figure, other: Figure) -> bool:
    return (one.low, one.high, one.unit) == (other.low, other.high, other.unit)
