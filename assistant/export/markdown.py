"""A paper as Markdown, citations as footnotes. Nothing in it is live but what is ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from assistant.answer import Citation
from assistant.export.notes import Notes, address, quoted
from assistant.export.paper import Paper, Piece, heads
from assistant.export.reference import reference
from assistant.export.words import legal, one_line
from assistant.markup import Cell, Inline, Marker, Table, Text, blocks

# Signs that mean something anywhere, at the head of a line, or in a bare address.
_SIGNS = re.compile(
    r"[\\`*_\[\]<>{}|~&$^!:@]|^[#+\-=]|(?<=^\d)[.)](?=\s)|(?<=^\d\d)[.)](?=\s)|(?<=www)\.",
    re.IGNORECASE,
)
_Refer = Callable[[int], str]


def as_markdown(paper: Paper) -> str:
    """The paper: title, day and corpus, then each question with its answer; last the footnotes."""
    notes = Notes()
    footnotes: list[str] = []
    parts = [f"# {plain(paper.title)}", *map(plain, paper.foot)]
    for number, (head, piece) in enumerate(zip(heads(paper), paper.pieces, strict=True)):
        parts.append(f"## {plain(head)}")
        parts += _body(piece, _referring(number, piece, notes, footnotes))
        if not paper.way:
            parts.append(plain(piece.way))
    return "\n\n".join([*parts, *footnotes]) + "\n"


def plain(text: str) -> str:
    r"""Words in one line that mean nothing to Markdown, HTML or the usual extensions.

    >>> print(plain("<b>见[此](https://例)</b>"))
    \<b\>见\[此\](https\://例)\</b\>
    """
    return _escaped(one_line(text))


def _referring(piece: int, of: Piece, notes: Notes, footnotes: list[str]) -> _Refer:
    """What stands for a marker; the footnote of a citation is written at its first reference."""
    citations = {citation.marker: citation for citation in of.answer.citations}

    def refer(marker: int) -> str:
        citation = citations.get(marker)
        if citation is None:
            return plain(f"[{marker}]")
        number, is_first = notes.number(piece, citation)
        if is_first:
            footnotes.append(f"[^{number}]: {_footnote(citation)}")
        return f"[^{number}]"

    return refer


def _footnote(citation: Citation) -> str:
    # One word after [^1]: would be an address to those who know no footnotes; hence the blank.
    said = plain(f"{reference(citation)}： {quoted(citation)}")
    link = address(citation)
    return f"{said} <{link}>" if link else said


def _body(piece: Piece, refer: _Refer) -> Iterator[str]:
    if piece.understood:
        yield plain(piece.understood)
    for block in blocks(piece.answer.answer):
        if isinstance(block, Table):
            rows = [block.head, *block.rows]
            width = max(map(len, rows))
            lines = [_row([_line(cell, refer) for cell in row], width) for row in rows]
            yield "\n".join([lines[0], _row(["---"] * width, width), *lines[1:]])
        else:
            yield _line(block.parts, refer)
    yield from map(plain, piece.searched)


def _row(cells: list[str], width: int) -> str:
    """A row of a table; what a row has beyond its head would not be shown."""
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _line(parts: Cell, refer: _Refer) -> str:
    said = [
        refer(part.number) if isinstance(part, Marker) else _escaped(part.words) for part in parts
    ]
    return "".join(
        f"**{words}**" if _is_bold(part) and _can_be_bold(said, at) else words
        for at, (part, words) in enumerate(zip(parts, said, strict=True))
    )


def _escaped(text: str) -> str:
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", legal(text))


def _is_bold(part: Inline) -> bool:
    return isinstance(part, Text) and part.bold


def _can_be_bold(said: Sequence[str], at: int) -> bool:
    """Whether ** around these words is read as bold: not between a sign and a Chinese letter."""
    words, before, after = said[at], "".join(said[:at])[-1:], "".join(said[at + 1 :])[:1]
    opens = words[:1].isalnum() or not before.isalnum()
    closes = words[-1:].isalnum() or not after.isalnum()
    return words == words.strip() and opens and closes
