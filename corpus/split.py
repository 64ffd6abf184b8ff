"""A source into its documents, by evidence in the source: openings and the table of contents.

An opening is a page that begins `地区或部门《标题》URL正文…`. The table of contents adds the
documents whose opening was lost, and the list pages that belong to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from corpus.clean import clean, join, paginate
from corpus.document import Page, PageMap
from corpus.openings import (
    CONTENTS_PAGES,
    DRAFT_LINE,
    TITLE_LINE,
    Opening,
    complete,
    contents_of,
    entries_on,
    headed,
    openings_of,
)

_HEAD_LINES = 60


class Leftover(StrEnum):
    """What a source holds besides documents, by name."""

    CONTENTS = "目录"
    LIST = "清单"
    LEAD = "导语与题名"
    FOOTERS = "页脚"
    TRAIL = "页后内容"


@dataclass(frozen=True, slots=True)
class Section:
    """One document cut from a source, cleaned: its opening's words and its text.

    `drawn` counts the characters of the source that it was made of, before cleaning,
    `recognised` the pages read from images.
    """

    issuer: str
    title: str
    url: str | None
    text: str
    pages: PageMap
    drawn: int = 0
    recognised: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: characters of the source that went to a document or a leftover.

    `pages` are the first and last; `kept` counts what remains after cleaning.
    """

    name: str
    pages: tuple[int, int] | None
    characters: int
    kept: int
    leftover: Leftover | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A source taken apart. The characters of its ledger add up to the source's own."""

    sections: tuple[Section, ...]
    ledger: tuple[Entry, ...]


def split(source: Sequence[Page], name: str) -> Parts:
    """A source into its documents, in order, and a ledger of where its characters went.

    `name` titles a document that has no title line. A source without pages of its own is cut
    at its printed footers.
    """
    unpaged = len(source) == 1 and source[0].number is None
    pages = paginate(source[0].text) if unpaged else source
    numbered = [page for page in pages if page.number is not None]
    openings = openings_of(numbered)
    listed = contents_of(numbered)
    if not openings and not listed:
        titled = headed(numbered)
        openings = titled if len(titled) > 1 else []
    if len(openings) + len(listed) < 2:
        single = _single(pages, name)
        sections: tuple[Section, ...] = (single,)
        leftovers = _around(single, pages)
    else:
        openings = complete(openings, listed, numbered)
        ends = {entry.page for entry in listed if entry.is_category}
        contents = {page.number for page in numbered[:CONTENTS_PAGES] if entries_on(page.text)}
        sections = tuple(_section(opening, openings, ends, numbered) for opening in openings)
        leftovers = _between(sections, pages, contents)
    total = sum(len(page.text) for page in source)
    footers = total - sum(len(page.text) for page in pages)
    return Parts(sections, tuple(_ledger(sections, leftovers, footers)))


def _ledger(
    sections: Sequence[Section], leftovers: Sequence[Entry], footers: int
) -> Iterator[Entry]:
    rows = [
        Entry(s.title, _first_last(s.pages.numbers), s.drawn, len(s.text)) for s in sections
    ] + list(leftovers)
    yield from sorted(rows, key=lambda row: row.pages or (0, 0))
    if footers:
        yield Entry(Leftover.FOOTERS, None, footers, 0, Leftover.FOOTERS)


def _first_last(numbers: Sequence[int]) -> tuple[int, int] | None:
    return (numbers[0], numbers[-1]) if numbers else None


def _around(section: Section, pages: Sequence[Page]) -> list[Entry]:
    """What stands before the title of a single document."""
    rest = sum(len(page.text) for page in pages) - section.drawn
    return [Entry(Leftover.LEAD, None, rest, 0, Leftover.LEAD)] if rest else []


def _between(
    sections: Sequence[Section], pages: Sequence[Page], contents: set[int | None]
) -> list[Entry]:
    """Pages of a compilation that are in no document, joined where they follow each other."""
    held = {number for section in sections for number in section.pages.numbers}
    rows: list[Entry] = []
    for page in pages:
        if page.number in held:
            continue
        kind = Leftover.TRAIL if page.number is None else Leftover.LIST
        if page.number in contents:
            kind = Leftover.CONTENTS
        span = (page.number, page.number) if page.number is not None else None
        last = rows[-1] if rows else None
        if last and span and last.pages and last.leftover is kind and last.pages[1] == span[0] - 1:
            rows[-1] = replace(
                last, pages=(last.pages[0], span[1]), characters=last.characters + len(page.text)
            )
        else:
            rows.append(Entry(kind, span, len(page.text), 0, kind))
    return rows


def _section(
    opening: Opening, openings: Sequence[Opening], ends: set[int], pages: Sequence[Page]
) -> Section:
    stops = {o.page for o in openings if o.page > opening.page} | {
        end for end in ends if end > opening.page
    }
    stop = min(stops, default=None)
    body = [
        replace(page, text=page.text[opening.offset :]) if page.number == opening.page else page
        for page in pages
        if page.number is not None
        and page.number >= opening.page
        and (stop is None or page.number < stop)
    ]
    text, page_map = clean(*join(body))
    title = _full_title(opening.title, text)
    text, page_map = _drop_head(title, text, page_map)
    drawn = opening.offset + sum(len(page.text) for page in body)
    return Section(opening.issuer, title, opening.url, text, page_map, drawn, _recognised(body))


def _recognised(pages: Sequence[Page]) -> tuple[int, ...]:
    """The numbers of the pages read from images."""
    return tuple(page.number for page in pages if page.recognised and page.number is not None)


def _full_title(title: str, text: str) -> str:
    """The body may open with the title in full: 省…工作计划 → 江苏省…工作计划."""
    at = text.find(title, 0, len(title) + 12)
    return text[: at + len(title)] if at > 0 and text[:at].isalpha() else title


def _drop_head(title: str, text: str, pages: PageMap) -> tuple[str, PageMap]:
    if not text.startswith(title):
        return text, pages
    return clean(text[len(title) :], pages.slice(len(title), len(text)))


def _single(pages: Sequence[Page], name: str) -> Section:
    """A source that is one document: what stands before its title line is a lead, not text."""
    raw, raw_map = join(pages)
    recognised = _recognised(pages)
    at = 0
    lines = raw.split("\n")[:_HEAD_LINES]
    for index, line in enumerate(lines):
        if TITLE_LINE.match(_unmarked(line)):
            title, end = _title_with_status(line, lines[index + 1 :], at)
            text, page_map = clean(raw[end:], raw_map.slice(end, len(raw)))
            return Section("", title, None, text, page_map, len(raw) - end, recognised)
        at += len(line) + 1
    text, page_map = clean(raw, raw_map)
    return Section("", name, None, text, page_map, len(raw), recognised)


def _unmarked(line: str) -> str:
    """A line without Markdown marks."""
    return line.strip().lstrip("#").replace("**", "").strip()


def _title_with_status(line: str, after: Sequence[str], at: int) -> tuple[str, int]:
    """A line （征求意见稿） under the title is part of it; returns title and where it ends."""
    end = at + len(line)
    for following in after:
        end_of_line = end + 1 + len(following)
        if not following.strip():
            end = end_of_line
            continue
        if DRAFT_LINE.match(following.strip()):
            return _unmarked(line) + following.strip(), end_of_line
        break
    return _unmarked(line), at + len(line)
