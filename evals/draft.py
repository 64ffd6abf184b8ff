"""New questions, proposed for a person to check, reword and accept.

A draft is a gold question with a `todo`; whoever has checked it against the originals takes that
out. Nothing with a `todo` enters a suite.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.candidates import candidates
from assistant.feedback import Judged
from assistant.proof.claims import amounts_in, folded
from corpus.targets.target import Flag, HeldTarget, Kind
from evals.case import Case, read_cases, text_of
from evals.errors import EvaluationError
from evals.originals import Originals

_TODO = "请对照原文核对数值、年份、范围、限定，用自己的话改写问题，再删去此项"
_NUMBER = re.compile(r"\d[\d.,]*(?:/\d+)?(?:[-~～—–至]+\d[\d.,]*)?")
_Key = tuple[str, str, int | None, str, str]
Draft = dict[str, Any]


def from_targets(
    rows: Sequence[HeldTarget], asked: Iterable[Case], count: int, seed: int
) -> list[Draft]:
    """Drafts from the target table, spread over jurisdictions, indicators and years.

    What a question of `asked` already has for its answer is left out.
    """
    known = {
        (number.region, number.year, f"{number.value}{number.unit}")
        for case in asked
        for number in case.numbers
    }
    grouped: dict[_Key, list[HeldTarget]] = defaultdict(list)
    for row in rows:
        if _is_askable(row) and not _is_known(row, known):
            grouped[_key(row)].append(row)
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    left: dict[str, list[_Key]] = defaultdict(list)
    for key in sorted(grouped, key=str):
        left[key[0]].append(key)
    for keys in left.values():
        chance.shuffle(keys)
    drawn: list[_Key] = []
    seen: Counter[str] = Counter()
    while len(drawn) < count and left:
        for region in chance.sample(sorted(left), len(left)):
            keys = left[region]
            keys.sort(key=lambda key: seen[key[1]])
            key = keys.pop(0)
            seen[key[1]] += 1
            drawn.append(key)
            if not keys:
                del left[region]
            if len(drawn) == count:
                break
    return [_draft(grouped[key]) for key in drawn]


def from_feedback(said: Sequence[Judged]) -> list[Draft]:
    """Drafts from what readers said of answers; also those found right want a second look."""
    return [{**one, "todo": one.get("todo", _TODO)} for one in candidates(said)]


def write_drafts(drafts: Sequence[Draft], file: Path) -> None:
    """Write drafts, a JSON object a line; a file that is there is not replaced."""
    try:
        with file.open("x", encoding="utf-8") as lines:
            lines.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in drafts)
    except FileExistsError as error:
        raise EvaluationError(f"{file} 已存在，其中可能有改好的题，请换一个文件名") from error
    except OSError as error:
        raise EvaluationError(f"{file}: 无法写入（{error.strerror}）") from error


def accept(drafts: Path, suite: Path, originals: Originals) -> tuple[int, int]:
    """Add the drafts without `todo` to a suite; how many were added, and how many are left.

    Raises EvaluationError, adding nothing, where one of them is no gold question, has an id that
    the suite has, or is not borne out by the originals.
    """
    lines = [line for line in text_of(drafts).split("\n") if line.strip()]
    ready = [line for line in lines if '"todo"' not in line]
    before = text_of(suite) if suite.exists() else ""
    fresh = suite.with_name(f".{suite.name}.new")
    try:
        kept = f"{before.rstrip()}\n" if before.strip() else ""
        fresh.write_text(kept + "".join(f"{line}\n" for line in ready), encoding="utf-8")
        if ready:
            cases = read_cases(fresh)[-len(ready) :]
            faults = [fault for case in cases for fault in originals.faults(case)]
            if faults:
                raise EvaluationError("；".join(faults))
            fresh.replace(suite)
    except OSError as error:
        raise EvaluationError(f"{suite}: 无法写入（{error.strerror}）") from error
    finally:
        fresh.unlink(missing_ok=True)
    return len(ready), len(lines) - len(ready)


def _is_askable(row: HeldTarget) -> bool:
    """Whether a row has a number, a year and a jurisdiction, and is read for certain."""
    target = row.target
    sure = Flag.UNPAIRED not in target.flags and not row.document.excerpt
    sized = target.kind is not Kind.DEFERRED and target.low is not None
    return sure and sized and target.year is not None and row.document.region is not None


def _is_known(row: HeldTarget, known: set[tuple[str, str, str]]) -> bool:
    return any(
        region == row.document.region_name
        and year == str(row.target.year)
        and amount in row.target.printed
        for region, year, amount in known
    )


def _key(row: HeldTarget) -> _Key:
    target = row.target
    return (
        row.document.region_name,
        target.name,
        target.year,
        target.change.value,
        target.scope,
    )


def _draft(rows: Sequence[HeldTarget]) -> Draft:
    """A draft of rows that promise the same; each clause that holds the first's value proves it."""
    first = rows[0].target
    same = [one for one in rows if (one.target.low, one.target.high) == (first.low, first.high)]
    region = rows[0].document.region_name
    number = {
        **_amount(first.printed),
        "year": first.when,
        "region": region,
        "indicator": first.words,
        "scope": first.scope,
        "base": first.base,
    }
    places = [
        {
            "title": one.document.title,
            "region": one.document.region_name,
            "clause": " > ".join(one.clause.path),
        }
        for one in same
    ]
    words = f"{first.scope}{first.words}{first.change.value}"
    return {
        "id": f"draft-{rows[0].id}",
        "question": f"{region}{first.when}年{words}的目标是多少？".replace("年年", "年"),
        "type": "target",
        "answer": first.printed,
        "answer_points": [first.printed],
        "numbers": [{name: value for name, value in number.items() if value}],
        "sources": [place for at, place in enumerate(places) if place not in places[:at]],
        "tags": ["draft"],
        "region": region,
        "todo": _TODO,
    }


def _amount(printed: str) -> dict[str, str]:
    """Value, unit and qualifier of a printed figure: 不低于20%, 1.2亿千瓦以上."""
    plain = folded(printed)
    read = amounts_in(plain)
    if not read:
        return {"value": printed}
    one = read[0]
    number = _NUMBER.match(plain[one.core : one.rest])
    value = number[0] if number else plain[one.core : one.rest]
    return {
        "value": value,
        "unit": plain[one.core + len(value) : one.rest],
        "qualifier": f"{plain[: one.core]} {plain[one.rest :]}".strip(),
    }
