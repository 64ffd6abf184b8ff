"""The real documents against facts collected by reading them: documents.tsv and clauses.tsv."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.clauses import parse
from corpus.document import Clause
from corpus.readers import read
from corpus.split import Section, split

HERE = Path(__file__).parent
Parsed = dict[tuple[str, str], tuple[Section, tuple[Clause, ...]]]


def facts(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


@pytest.fixture(scope="module")
def parsed(originals: Path) -> Parsed:
    """Every document by source and title."""
    return {
        (path.name[:3], section.title): (section, parse(section.text, section.pages, section.title))
        for path in sorted(originals.glob("*.txt"))
        for section in split(read(path).pages, path.stem).sections
    }


def test_all_documents_are_found(parsed: Parsed) -> None:
    assert len(parsed) == 118


def test_titles_pages_links_and_headings(parsed: Parsed) -> None:
    checked = 0
    for source, title, page, link, headings in facts("documents.tsv"):
        section, clauses = parsed[source, title]
        assert str(section.pages.numbers[0] if section.pages.numbers else "") == page, title
        assert (section.url or "") == link, title
        tops = [clause for clause in clauses if clause.parent is None and clause.marker]
        assert len(tops) == int(headings), title
        checked += 1
    assert checked >= 40


def numbers(clause: Clause, clauses: tuple[Clause, ...]) -> str:
    """Markers from the outermost heading down."""
    above = f"{numbers(clauses[clause.parent], clauses)} " if clause.parent is not None else ""
    return f"{above}{clause.marker}"


def test_sampled_clauses_have_the_right_path_and_page(parsed: Parsed) -> None:
    right, wrong = 0, []
    for source, title, page, path in facts("clauses.tsv"):
        _, clauses = parsed[source, title]
        found = [c for c in clauses if numbers(c, clauses) == path]
        if any(str(c.pages[0] if c.pages else "") == page for c in found):
            right += 1
        else:
            wrong.append((title, page, path))
    assert right + len(wrong) >= 295
    assert right >= 0.99 * (right + len(wrong)), wrong


def test_every_clause_begins_on_the_page_it_names(parsed: Parsed, originals: Path) -> None:
    """By the printed footers of the source itself, not by our map."""
    (path,) = originals.glob("001_*.txt")
    pages: dict[int, str] = {}
    at = 0
    raw = path.read_text(encoding="utf-8")
    for footer in re.finditer(r"第(\d+)页", raw):
        pages[int(footer.group(1))] = "".join(raw[at : footer.start()].split())
        at = footer.end()
    checked = 0
    for section, clauses in parsed.values():
        for clause in clauses:
            if clause.pages:
                head = "".join(section.text[clause.start : clause.end].split())[:8]
                on = pages[clause.pages[0]]
                cut = any(on.endswith(head[:length]) for length in range(1, len(head)))
                assert head in on or cut, (section.title, clause.path)
                checked += 1
    assert checked > 4500
