"""Everything held moved to another database or another search engine, and both compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from assistant.answer import Answer, Question
from assistant.app import Assistant
from assistant.errors import BackupError, SettingsError
from assistant.settings import Settings
from assistant.stores import carry_all, counts_of, is_empty
from corpus.carry import Counts
from corpus.document import content_id

_DATABASE = re.compile(r"postgresql(\+psycopg)?://")
_SERVER = re.compile(r"(chroma|milvus)\+(.+)")
_FILES, _LOCAL = "sqlite", "local"
_ASKED = 100  # questions, where none are given
_ALIKE = 0.95  # share of the answers that must be the same: what engines owe each other

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Check:
    """What was compared, what it is on either side, and whether that is well."""

    name: str
    before: str
    after: str
    is_well: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The comparisons, and the questions that are not answered alike."""

    checks: tuple[Check, ...]
    differing: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether the other place may take the place of this one."""
        return all(check.is_well for check in self.checks)


def settings_for(settings: Settings, to: Sequence[str]) -> Settings:
    """The settings of the place that is moved to.

    `to` are a database (postgresql+psycopg://…, sqlite), a search engine (chroma+http://…,
    milvus+http://…, local), or one of each. Raises SettingsError for anything else.
    """
    changed: dict[str, object] = {}
    for place in to:
        server = _SERVER.fullmatch(place)
        if place == _FILES or _DATABASE.match(place):
            changed["database"] = "" if place == _FILES else place
        elif place == _LOCAL or server:
            changed["search"] = server[1] if server else _LOCAL
            changed["search_url"] = server[2] if server else ""
            if changed["search"] != "milvus":
                changed["search_token"] = None
        else:
            raise SettingsError(
                f"--to 应为 postgresql+psycopg://…、sqlite、chroma+http://…、"
                f"milvus+http://… 或 local，而不是“{place.partition('://')[0]}”"
            )
    return settings.model_copy(update=changed)


def move(
    settings: Settings, target: Settings, questions: Sequence[Question], report: Report
) -> Moved:
    """Copy the tables and build the index where the target says, then compare both places.

    What is here stays as it is. Raises BackupError where the other database holds something,
    CatalogError and EngineError where it cannot be used.
    """
    checks: list[Check] = []
    if target.database != settings.database:
        if not is_empty(target):
            raise BackupError("目标数据库已有内容，只移入空的数据库")
        report("正在复制数据表……")
        checks += _compared(carry_all(settings, target), counts_of(target))
    here = Assistant.open(settings, report)
    there = Assistant.open(target, report)
    try:
        checks += _of_catalogs(here, there)
        asked = list(questions) or [Question(question=text) for text in _questions(here)]
        report(f"正在比较 {len(asked)} 个问题的回答……")
        differing = [
            question.question
            for question in asked
            if here.search
            and _said(here.trace(question).answer) != _said(there.trace(question).answer)
        ]
        same = len(asked) - len(differing)
        well = same >= _ALIKE * len(asked)
        checks.append(Check("回答相同", str(len(asked)), str(same), well))
    finally:
        there.close()
        here.close()
    return Moved(tuple(checks), tuple(differing))


def _compared(before: dict[str, Counts], after: dict[str, Counts]) -> Iterator[Check]:
    for store, tables in before.items():
        for table, rows in tables.items():
            there = after[store][table]
            yield Check(f"表 {table}", str(rows), str(there), rows == there)


def _of_catalogs(here: Assistant, there: Assistant) -> Iterator[Check]:
    sides = [_facts(here), _facts(there)]
    for name, before, after in zip(sides[0], sides[0].values(), sides[1].values(), strict=True):
        yield Check(name, before, after, before == after)


def _facts(side: Assistant) -> dict[str, str]:
    """What must be the same on both sides."""
    return {
        "文件": str(side.size.documents),
        "条款": str(side.size.clauses),
        "文件编号（摘要）": side.version,
        "条款编号（摘要）": content_id(*(held.id for held in side.catalog.clauses())),
        "可检索的段": str(side.search.size if side.search else 0),
    }


def _questions(side: Assistant) -> Iterator[str]:
    """Suggested ones, and for the figures of documents spread over all of them."""
    yield from side.suggested
    rows = [row for row in side.catalog.targets() if row.target.year and row.document.region]
    for row in islice(rows, 0, None, max(1, len(rows) // _ASKED)):
        yield f"{row.document.region_name}{row.target.year}年{row.target.name}是多少？"


def _said(answer: Answer) -> tuple[str, list[tuple[str, str]]]:
    """What is said, and what proves it."""
    return answer.answer, [(one.clause_id, one.quote) for one in answer.citations]
