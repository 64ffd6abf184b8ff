"""What a model is sent: clauses under short handles, target rows as a table, the question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import prompts
from assistant.chat.budget import counter, pack
from assistant.chat.model import Message
from assistant.inquiry import Inquiry
from corpus.targets.target import HeldTarget
from retrieval.found import Hit

_CLAUSES = 10
_ROWS = 12
_RELATED = 0.3  # share of the topic that a row must name
_LONGEST = 1200  # characters of a clause
# What could pass for our handles or for markup is written full-width.
_HARMLESS = str.maketrans("[]<>`|", "［］＜＞｀｜")


@dataclass(frozen=True, slots=True)
class Context:
    """The clauses that a model may cite: handle n is the n-th of them."""

    hits: tuple[Hit, ...]
    rows: tuple[HeldTarget, ...] = ()

    def hit(self, handle: int) -> Hit | None:
        """The clause behind a handle, or None."""
        return self.hits[handle - 1] if 1 <= handle <= len(self.hits) else None

    def clauses(self) -> str:
        """The clauses as the model reads them."""
        return "\n\n".join(clause_text(n, hit) for n, hit in enumerate(self.hits, start=1))

    def table(self) -> str:
        """The target rows of these clauses as a table, each with its handle; or nothing."""
        handles = {hit.held.id: n for n, hit in enumerate(self.hits, start=1)}
        lines = [
            row_text(handles[row.clause.id], row) for row in self.rows if row.clause.id in handles
        ]
        head = (
            "| 条款 | 辖区 | 时间 | 指标 | 数值 | 范围 |\n| --- | --- | --- | --- | --- | --- |\n"
        )
        return head + "\n".join(lines) if lines else "（无）"


def context_of(inquiry: Inquiry, first: Iterable[Hit], budget: int) -> Context:
    """What fits into `budget` tokens: the clauses that rules would cite first, then the ranking.

    The clauses of the rows asked for are among them.
    """
    rows = _rows_asked(inquiry)
    by_rows = (hit for row in rows if (hit := inquiry.search.hit(row.clause.id)))
    ranked = {hit.held.id: hit for hit in (*first, *by_rows, *inquiry.hits)}
    hits = list(ranked.values())[:_CLAUSES]
    count = counter()
    table = Context(tuple(hits), tuple(rows)).table()
    texts = [clause_text(number, hit) for number, hit in enumerate(hits, start=1)]
    packed = pack(texts, budget - count(table), count)
    return Context(tuple(hits[: len(packed)]), tuple(rows))


def messages(context: Context, question: str) -> list[Message]:
    """The messages of a question that is answered at once."""
    asked = prompts.render(
        "evidence",
        clauses=context.clauses(),
        table=context.table(),
        question=harmless(question),
    )
    return [Message("system", prompts.render("answer")), Message("user", asked)]


def clause_text(number: int, hit: Hit) -> str:
    """A clause under its handle; a long one is cut."""
    known = hit.held.document
    where = f"《{known.title}》（{known.region_name}，{known.status.value}）"
    text = hit.held.text.strip()
    cut = text[:_LONGEST] + "……" if len(text) > _LONGEST else text
    return f"[{number}] {harmless(where + ' > '.join(hit.held.clause.path))}\n{harmless(cut)}"


def row_text(number: int, row: HeldTarget) -> str:
    """A row of the table of targets, under the handle of its clause."""
    target = row.target
    printed = f"{'力争' if target.aspires else ''}{target.change.value}{target.printed}"
    base = f"（比{target.base}年）" if target.base.isdigit() else ""
    cells = (
        row.document.region_name,
        target.when,
        target.name,
        printed + base,
        target.scope,
    )
    return f"| [{number}] | {' | '.join(harmless(cell) for cell in cells)} |"


def harmless(text: str) -> str:
    """Text of a document or a user, without what could pass for a handle or for markup."""
    return text.translate(_HARMLESS)


def _rows_asked(inquiry: Inquiry) -> Sequence[HeldTarget]:
    """The rows of the jurisdictions asked about that name most of the topic."""
    query, topic = inquiry.query, inquiry.topic
    rows = [row for region in query.regions for row in inquiry.rows_of(region)]
    dated = [r for r in rows if not query.years or r.target.year in (None, *query.years)]
    scored = [
        (topic.coverage(f"{r.target.scope}{r.target.words}{r.target.indicator}"), r) for r in dated
    ]
    ranked = sorted(scored, key=lambda pair: -pair[0])
    return [row for covered, row in ranked if covered >= _RELATED][:_ROWS]
