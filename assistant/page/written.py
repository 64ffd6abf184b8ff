"""The text of an answer on the page, as it comes: paragraphs, tables, markers that open proofs."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from assistant.answer import Citation
from assistant.markup import Block, Cell, Marker, Paragraph, Table, blocks
from assistant.page.pieces import button, wide
from assistant.page.source import Proof, SourcePanel
from assistant.page.text import words

_LONGEST_HINT = 160  # characters of a quote that is shown when a marker is pointed at


class Written:
    """An answer that is being written into an element; what stands is not drawn again."""

    def __init__(self, panel: SourcePanel) -> None:
        self._panel = panel
        self._lines: list[str] = []
        self._citations: dict[int, Citation] = {}
        self._drawn: list[tuple[Block, ui.element]] = []
        self._place = ui.element("div").classes("cw-text")

    def add(self, line: str, citations: Sequence[Citation]) -> None:
        """Another line with the citations that are new in it."""
        self._lines.append(line)
        self._citations.update((citation.marker, citation) for citation in citations)
        self._draw()

    def put(self, text: str, citations: Sequence[Citation]) -> None:
        """The whole text, whatever there was of it."""
        self._lines = text.splitlines()
        self._citations = {citation.marker: citation for citation in citations}
        self._draw()

    def _draw(self) -> None:
        wanted = blocks("\n".join(self._lines))
        same = 0
        for block, (drawn, _) in zip(wanted, self._drawn, strict=False):
            if block != drawn:
                break
            same += 1
        for _, element in self._drawn[same:]:
            element.delete()
        del self._drawn[same:]
        with self._place:
            self._drawn += [(block, self._block(block)) for block in wanted[same:]]

    def _block(self, block: Block) -> ui.element:
        if isinstance(block, Table):
            return self._table(block)
        return self._paragraph(block)

    def _paragraph(self, paragraph: Paragraph) -> ui.element:
        with ui.element("p") as drawn:
            self._line(paragraph.parts)
        return drawn

    def _table(self, table: Table) -> ui.element:
        with wide("对照表") as drawn, ui.element("table").classes("cw-table"):
            with ui.element("thead"), ui.element("tr"):
                for cell in table.head:
                    with ui.element("th").props('scope="col"'):
                        self._line(cell)
            with ui.element("tbody"):
                for row in table.rows:
                    with ui.element("tr"):
                        for number, cell in enumerate(row):
                            head = number == 0
                            with ui.element("th" if head else "td") as element:
                                self._line(cell)
                            if head:
                                element.props('scope="row"')
        return drawn

    def _line(self, parts: Cell) -> None:
        for part in parts:
            if isinstance(part, Marker):
                self._marker(part.number, self._citations.get(part.number))
            else:
                words(part.words, "strong" if part.bold else "span")

    def _marker(self, number: int, citation: Citation | None) -> None:
        if citation is None:
            words(f"[{number}]")
            return
        proof = Proof(citation.clause_id, citation.span, citation)
        says = f"查看第{number}条引文"
        opener = button(f"[{number}]", lambda: self._panel.open(proof, opener), "cw-marker", says)
        with opener:
            ui.tooltip(citation.quote[:_LONGEST_HINT]).classes("cw-hint")
