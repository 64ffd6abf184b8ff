"""An agent: the chat model looks clauses up with our own tools, then answers from what it found.

LangChain's agent runs the loop; tools, budgets and handles are ours. What it writes goes the same
way as any model's: sentence by sentence through the proof.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import wraps
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any

import prompts
from assistant.answer import Step
from assistant.chat.budget import counter
from assistant.chat.context import Context, clause_text, harmless, row_text
from assistant.chat.model import ChatModel, Message
from assistant.chat.write import Writing
from assistant.errors import ChatModelError, Fault
from assistant.inquiry import Inquiry
from corpus.document import Region
from corpus.errors import ClausewiseError
from corpus.targets.select import of_one, region_named
from corpus.targets.target import HeldTarget
from retrieval.found import Hit
from retrieval.understand import Holdings, understand

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import RunnableConfig
    from langchain_core.tools import BaseTool

_STEPS = 6  # look-ups
_BUDGET = 12_000  # tokens of all that the tools give back
_HITS = 4  # clauses a search gives back
_ROWS = 15
_OUTLINE = 40
_SPENT = "查找额度已用完，请直接根据已查到的条款回答。"


@dataclass(slots=True)
class Agent:
    """One question looked into by a model. After `look_up`, `writing` holds what it then said."""

    inquiry: Inquiry
    model: ChatModel
    holdings: Holdings
    _hits: dict[str, Hit] = field(default_factory=dict)
    _rows: list[HeldTarget] = field(default_factory=list)
    _steps: list[Step] = field(default_factory=list)
    _tokens: int = 0
    _lock: Lock = field(default_factory=Lock)
    writing: Writing = field(default_factory=lambda: Writing([]))

    @property
    def context(self) -> Context:
        """The clauses found so far, under the handles that the model was given."""
        return Context(tuple(self._hits.values()), tuple(self._rows))

    def look_up(self) -> Iterator[Step]:
        """The look-ups as they are done. What the model said last is the first of `writing`."""
        system = prompts.render("agent", steps=str(_STEPS))
        question = harmless(self.inquiry.query.text)
        said: list[BaseMessage] = []
        try:
            yield from self.model.checked(lambda: self._run(system, question, said))
        except ChatModelError as error:
            self.writing.fault = error.fault
        self.writing.prompt = [Message("system", system), Message("user", question)]
        self.writing.prompt += [one for message in said for one in _messages(message)]
        last = str(said[-1].text) if said and not getattr(said[-1], "tool_calls", None) else ""
        self.writing.first = last
        if not self._steps and self.writing.fault is None:
            self.writing.fault = Fault.NO_TOOLS
        elif not last and self.writing.fault is None:
            self.writing.fault = Fault.SPENT

    def _run(self, system: str, question: str, said: list[BaseMessage]) -> Iterator[Step]:
        """LangChain's loop: the messages go to `said`, the look-ups are yielded."""
        from langchain.agents import create_agent
        from langgraph.errors import GraphRecursionError

        graph = create_agent(self.model.model, self._tools(), system_prompt=system)
        deadline = time.monotonic() + self.model.seconds * 2
        done = 0
        try:
            asked: Any = {"messages": [("user", question)]}
            limit: RunnableConfig = {"recursion_limit": 2 * _STEPS + 3}
            for update in graph.stream(asked, limit, stream_mode="updates"):
                said += chain.from_iterable(node["messages"] for node in update.values() if node)
                yield from self._steps[done:]
                done = len(self._steps)
                if time.monotonic() > deadline:
                    raise ChatModelError(Fault.TIMEOUT)
        except GraphRecursionError as error:
            raise ChatModelError(Fault.SPENT) from error

    # Tools

    def _tools(self) -> list[BaseTool]:
        from langchain_core.tools import StructuredTool

        return [
            StructuredTool.from_function(
                self._one_at_a_time(function), name=name, handle_tool_error=True
            )
            for name, function in (
                ("search_clauses", self._search_clauses),
                ("get_targets", self._get_targets),
                ("compare", self._compare),
                ("outline", self._outline),
            )
        ]

    def _one_at_a_time(self, look_up: Callable[..., str]) -> Callable[..., str]:
        """The loop calls tools side by side; handles and budgets want them in turn."""

        @wraps(look_up)
        def locked(*args: Any, **named: Any) -> str:
            with self._lock:
                return look_up(*args, **named)

        return locked

    def _search_clauses(
        self,
        query: Annotated[str, "要查的内容，如 推广新能源汽车的措施"],
        region: Annotated[str, "辖区名称，如 四平市；不限辖区时留空"] = "",
    ) -> str:
        """查条款：返回最相关的几条条款全文，每条前面是编号。"""
        place = _region(region)
        if isinstance(place, str):
            return self._given("search_clauses", f"{region} {query}", [place], 0)
        asked = understand(f"{place.name if place else ''}{query[:200]}", self.holdings)
        hits = self.inquiry.found(asked, _HITS)
        texts = [clause_text(self._handle(hit), hit) for hit in hits]
        return self._given("search_clauses", f"{region} {query}".strip(), texts, len(hits))

    def _get_targets(
        self,
        region: Annotated[str, "辖区名称，如 四平市"],
        indicator: Annotated[str, "指标，如 非化石能源消费占比；留空为全部"] = "",
        year: Annotated[int, "年份，如 2025；0 为不限"] = 0,
    ) -> str:
        """查数值目标：返回某辖区文件中的目标表，每行第一列是条款编号。"""
        place = _region(region)
        if place is None or isinstance(place, str):
            return self._given("get_targets", region, [place or "请写明辖区名称"], 0)
        rows = self._targets(place, indicator, [year] if year else [])
        asked = f"{region} {indicator} {year or ''}".strip()
        return self._given("get_targets", asked, self._table(rows), len(rows))

    def _compare(
        self,
        regions: Annotated[list[str], "辖区名称的列表"],
        indicator: Annotated[str, "指标，如 森林覆盖率"],
        year: Annotated[int, "年份，如 2025；0 为不限"] = 0,
    ) -> str:
        """并排比较：返回几个辖区同一指标的目标，每行第一列是条款编号。"""
        texts: list[str] = []
        found = 0
        for name in regions[:8]:
            place = _region(name)
            if place is None or isinstance(place, str):
                texts.append(place or "请写明辖区名称")
                continue
            rows = self._targets(place, indicator, [year] if year else [])
            found += len(rows)
            texts += self._table(rows) or [f"{place.name}：现有文件没有给出"]
        asked = f"{'、'.join(regions[:8])} {indicator} {year or ''}".strip()
        return self._given("compare", asked, texts, found)

    def _outline(
        self,
        title: Annotated[str, "文件名称，如 四平市碳达峰实施方案"],
    ) -> str:
        """看目录：返回一份文件的各级标题。"""
        named = self.holdings.titles.named(f"《{title.strip('《》')[:80]}》", ())
        ids = [id_ for name in named for id_ in name.ids]
        paths = [path for id_ in ids[:1] for path in self.inquiry.search.outline(id_)]
        texts = [harmless(" > ".join(path)) for path in paths[:_OUTLINE]]
        return self._given("outline", title, texts or ["没有这份文件"], len(paths))

    def _targets(self, region: Region, indicator: str, years: Sequence[int]) -> list[HeldTarget]:
        rows = self.inquiry.rows_of(region)
        named = of_one(rows, indicator[:100]) if indicator else rows
        return [r for r in named if not years or r.target.year in years][:_ROWS]

    def _table(self, rows: Sequence[HeldTarget]) -> list[str]:
        lines = []
        for row in rows:
            hit = self.inquiry.search.hit(row.clause.id)
            if hit:
                self._rows.append(row)
                lines.append(row_text(self._handle(hit), row))
        return lines

    def _handle(self, hit: Hit) -> int:
        self._hits.setdefault(hit.held.id, hit)
        return list(self._hits).index(hit.held.id) + 1

    def _given(self, tool: str, asked: str, texts: Sequence[str], found: int) -> str:
        """What a tool gives back, as far as the budgets allow, noted as a step."""
        if len(self._steps) >= _STEPS:
            return _SPENT
        text = "\n\n".join(texts) or "没有查到。"
        tokens = counter()(text)
        if self._tokens + tokens > _BUDGET:
            return _SPENT
        self._tokens += tokens
        self._steps.append(Step(tool=tool, asked=asked[:200], found=found))
        return text


def _region(name: str) -> Region | str | None:
    """The jurisdiction of a name, None for no name, or what is wrong with it."""
    if not name.strip():
        return None
    try:
        return region_named(name.strip()[:50])
    except ClausewiseError as error:
        return str(error)


def _messages(message: BaseMessage) -> Iterator[Message]:
    """A message of the loop as it is shown and sent again."""
    calls = getattr(message, "tool_calls", None)
    if calls:
        asked = [{"tool": call["name"], **call["args"]} for call in calls]
        yield Message("assistant", json.dumps(asked, ensure_ascii=False))
    elif message.type == "tool":
        yield Message("user", f"工具返回：\n{message.text}")
