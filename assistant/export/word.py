"""A paper as a Word document in official form, citations as real footnotes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Emu
from docx.table import Table as WordTable
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph

from assistant.answer import Citation
from assistant.export.footnotes import Footnotes
from assistant.export.notes import Notes, address, quoted
from assistant.export.official import TEXT_WIDTH, chinese_run, official_document
from assistant.export.paper import Paper, Piece, heads
from assistant.export.reference import reference
from assistant.export.words import legal, one_line
from assistant.markup import Cell, Marker, Table, blocks
from corpus.database import now

_NARROWEST, _WIDEST = 8, 34  # characters that a column is reckoned with
_CENTRED = 12  # characters up to which a column's cells stand in the middle


def as_word(paper: Paper) -> bytes:
    """The paper as a .docx file."""
    writing = _Writing(paper)
    writing.line(paper.title, "Title")
    for number, (head, piece) in enumerate(zip(heads(paper), paper.pieces, strict=True)):
        writing.line(head, "Heading 1")
        writing.piece(number, piece)
        if not paper.way:
            writing.line(piece.way, "说明")
    writing.line("", "说明")
    for line in paper.foot:
        writing.line(line, "文末说明")
    return writing.saved()


class _Writing:
    """A document under way."""

    def __init__(self, paper: Paper) -> None:
        at = max((piece.at for piece in paper.pieces), default=now())
        self._document = official_document(paper.title, at)
        self._footnotes = Footnotes(self._document)
        self._notes = Notes()
        self._piece = 0
        self._citations: dict[int, Citation] = {}

    def saved(self) -> bytes:
        out = io.BytesIO()
        self._document.save(out)
        return out.getvalue()

    def line(self, text: str, style: str) -> None:
        """A paragraph of words alone."""
        chinese_run(self._document.add_paragraph(style=style).add_run(one_line(text)))

    def piece(self, number: int, piece: Piece) -> None:
        """What was answered, and under a refusal what was searched."""
        self._piece = number
        self._citations = {citation.marker: citation for citation in piece.answer.citations}
        if piece.understood:
            self.line(piece.understood, "说明")
        for block in blocks(piece.answer.answer):
            if isinstance(block, Table):
                self._table(block)
            else:
                self._parts(self._document.add_paragraph(style="Body Text"), block.parts)
        for line in piece.searched:
            self.line(line, "说明")

    def _parts(self, paragraph: Paragraph, parts: Cell) -> None:
        for part in parts:
            if isinstance(part, Marker):
                self._marker(paragraph, part.number)
            else:
                run = chinese_run(paragraph.add_run(legal(part.words)))
                run.bold = part.bold or None

    def _marker(self, paragraph: Paragraph, marker: int) -> None:
        citation = self._citations.get(marker)
        if citation is None:
            chinese_run(paragraph.add_run(f"[{marker}]"))
            return
        number, is_first = self._notes.number(self._piece, citation)
        if is_first:
            words = f"{reference(citation)}：{quoted(citation)}"
            self._footnotes.add(paragraph, number, words, address(citation))
        else:
            self._footnotes.refer_again(paragraph, number)

    def _table(self, table: Table) -> None:
        rows = [table.head, *table.rows]
        width = max(map(len, rows))
        made = self._document.add_table(len(rows), width, "Table Grid")
        _fix_widths(made, [_longest(rows, column) for column in range(width)])
        centred = [_longest(table.rows, column) <= _CENTRED for column in range(width)]
        for number, (place, cells) in enumerate(zip(made.rows, rows, strict=True)):
            self._row(place, cells, "表格文字" if number else "表头文字", centred)
        # Word shows no footnote in a head that is repeated.
        if not any(isinstance(part, Marker) for cell in table.head for part in cell):
            made.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def _row(
        self, row: WordRow, cells: Sequence[Cell], style: str, centred: Sequence[bool]
    ) -> None:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, cell, in_middle in zip(row.cells, cells, centred, strict=False):
            paragraph = place.paragraphs[0]
            paragraph.style = style
            if in_middle:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            self._parts(paragraph, cell)
            place.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


def _longest(rows: Sequence[Sequence[Cell]], column: int) -> int:
    """Characters of the longest of these cells of a column, a marker counted as three."""
    cells = [row[column] for row in rows if column < len(row)]
    lengths = [sum(3 if isinstance(p, Marker) else len(p.words) for p in cell) for cell in cells]
    return max(lengths, default=0)


def _fix_widths(table: WordTable, lengths: Sequence[int]) -> None:
    """Columns as wide as their words want, together the width of the text."""
    wanted = [min(max(length, _NARROWEST), _WIDEST) for length in lengths]
    table.autofit = False
    for column, share in zip(table.columns, wanted, strict=True):
        column.width = Emu(TEXT_WIDTH * share // sum(wanted))
