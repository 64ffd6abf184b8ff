"""A document as HTML: its outline, and its text clause by clause. Whatever it says is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from corpus.document import Clause, Document

_DEEPEST = 6  # of headings; the title of the document is the first
_STOPS = "。．.：:"
_SPACES = " \t\u3000"
_LABEL = 24  # characters of a clause without a heading


@dataclass(frozen=True, slots=True)
class Marked:
    """The clause that somebody is led to, and the words in it that are meant."""

    clause_id: str
    span: tuple[int, int] = (0, 0)


def outline(whole: Document) -> str:
    """The clause tree as nested lists of links into the text."""
    inside: dict[int | None, list[Clause]] = {}
    for clause in whole.clauses:
        inside.setdefault(clause.parent, []).append(clause)

    def listed(clauses: Sequence[Clause], attributes: str = "") -> str:
        return f"<ol{attributes}>{''.join(map(item, clauses))}</ol>"

    def item(clause: Clause) -> str:
        name = escape(name_of(whole, clause))
        link = f'<a href="#c-{clause.id}">{name}</a>'
        below = inside.get(clause.ordinal)
        if not below:
            return f"<li>{link}</li>"
        toggle = (
            f'<button type="button" aria-expanded="true" aria-controls="o-{clause.id}" '
            f'aria-label="{name}：下级条款"></button>'
        )
        rest = listed(below, f' id="o-{clause.id}"')
        return f"<li>{toggle}{link}{rest}</li>"

    return listed(inside.get(None, []))


def full_text(whole: Document, marked: Marked | None, *, has_original: bool) -> str:
    """The text, each clause an element `c-<id>`, with the pages where they change."""
    return "".join(
        f'<div class="cw-part" id="c-{clause.id}" tabindex="-1">'
        f"{_pages(new, has_original=has_original)}{_clause(whole, clause, marked)}"
        f"{_copy(whole, clause)}</div>"
        for clause, new in _with_new_pages(whole.clauses)
    )


def name_of(whole: Document, clause: Clause) -> str:
    """What a clause is called in a list: its number and heading, or how it begins."""
    if clause.heading.strip():
        return clause.path[-1]
    text = whole.clause_text(clause).strip()
    return f"{text[:_LABEL]}…" if len(text) > _LABEL else text


def _clause(whole: Document, clause: Clause, marked: Marked | None) -> str:
    text = whole.clause_text(clause)
    span = marked.span if marked and marked.clause_id == clause.id else (0, 0)
    start = len(text) - len(text.lstrip())
    end = _heading_end(text, start, clause)
    body_start = end + len(text[end:]) - len(text[end:].lstrip("\n"))
    stop = max(len(text.rstrip()), body_start)
    level = min(len(clause.path) + 1, _DEEPEST)
    # A heading that its body follows on the same line is printed so.
    runs_in = "" if "\n" in text[end:body_start] or end >= stop else ' class="cw-runs-in"'
    heading = f"<h{level}{runs_in}>{_slice(text, start, end, span)}</h{level}>"
    body = f'<span class="cw-body">{_slice(text, body_start, stop, span)}</span>'
    return (heading if end > start else "") + (body if stop > body_start else "")


def _heading_end(text: str, start: int, clause: Clause) -> int:
    """Where the heading that a clause begins with ends; `start` where it begins with none."""
    heading = clause.heading.strip()
    if not clause.marker or not heading or not text.startswith(clause.marker, start):
        return start
    at = start + len(clause.marker)
    at += len(text[at:]) - len(text[at:].lstrip(_SPACES))
    if not text.startswith(heading, at):  # of an annex, whose title is on the lines below
        line = text.find("\n", start)
        return line if line >= 0 else len(text)
    at += len(heading)
    return at + 1 if text[at : at + 1] and text[at] in _STOPS else at


def _slice(text: str, start: int, end: int, span: tuple[int, int]) -> str:
    """A piece of a clause; the part of it that is within the span is marked."""
    first, last = max(start, min(span[0], end)), max(start, min(span[1], end))
    if first >= last:
        return escape(text[start:end])
    proof = f'<mark class="cw-proof">{escape(text[first:last])}</mark>'
    return f"{escape(text[start:first])}{proof}{escape(text[last:end])}"


def _with_new_pages(clauses: Sequence[Clause]) -> Iterator[tuple[Clause, list[int]]]:
    """Each clause, and the pages that begin with it."""
    last: int | None = None
    for clause in clauses:
        yield clause, [page for page in clause.pages if last is None or page > last]
        last = max((*clause.pages, *([last] if last is not None else [])), default=None)


def _pages(numbers: Sequence[int], *, has_original: bool) -> str:
    if not numbers:
        return ""
    return f'<span class="cw-pages">{"".join(_page(n, has_original) for n in numbers)}</span>'


def _page(number: int, has_original: bool) -> str:
    if not has_original:
        return f"<span>第{number}页</span>"
    return (
        f'<button type="button" data-page="{number}" aria-label="查看原件第{number}页">'
        f"原件第{number}页</button>"
    )


def _copy(whole: Document, clause: Clause) -> str:
    name = escape(f"复制链接：{name_of(whole, clause)}")
    return (
        f'<button type="button" class="cw-copy" data-clause="{clause.id}" '
        f'aria-label="{name}">复制链接</button>'
    )
