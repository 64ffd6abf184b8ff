"""Real footnotes of a Word document, which python-docx does not know: a part of their own."""

from __future__ import annotations

from collections.abc import Callable

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from assistant.export.official import chinese_run

_REFERENCE = "footnote reference"
_TEXT = "footnote text"
_BOOKMARK = "_Ref{:09d}"  # as Word names what it makes cross-references to


class Footnotes:
    """The footnotes of a document, numbered from 1 in the order they are added."""

    def __init__(self, document: Document) -> None:
        part = document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES)
        assert isinstance(part, XmlPart)
        self._part = part
        self._document = document

    def add(self, paragraph: Paragraph, number: int, words: str, link: str) -> None:
        """Refer to a new footnote at the end of a paragraph: its words, and a link to follow."""
        self._in_brackets(paragraph, lambda: self._refer(paragraph, number))
        note = OxmlElement("w:footnote", {qn("w:id"): str(number)})
        self._part.element.append(note)
        text = Paragraph(OxmlElement("w:p"), self._document._body)
        note.append(text._p)
        text.style = self._document.styles[_TEXT]
        self._raised(text)._r.append(OxmlElement("w:footnoteRef"))
        chinese_run(text.add_run(f" {words}"))
        if link:
            anchor = OxmlElement("w:hyperlink")
            anchor.set(qn("r:id"), self._part.relate_to(link, RELATIONSHIP_TYPE.HYPERLINK, True))
            anchor.append(text.add_run(link)._r)
            text._p.append(anchor)

    def refer_again(self, paragraph: Paragraph, number: int) -> None:
        """Refer to a footnote that is there, as Word does: by a cross-reference that it renews."""
        instruction = f" NOTEREF {_BOOKMARK.format(number)} \\f \\h "
        field = OxmlElement("w:fldSimple", {qn("w:instr"): instruction})

        def refer() -> None:
            paragraph._p.append(field)
            field.append(self._raised(paragraph, str(number))._r)

        self._in_brackets(paragraph, refer)

    def _refer(self, paragraph: Paragraph, number: int) -> None:
        id_ = {qn("w:id"): str(number)}
        name = {qn("w:name"): _BOOKMARK.format(number)}
        paragraph._p.append(OxmlElement("w:bookmarkStart", id_ | name))
        self._raised(paragraph)._r.append(OxmlElement("w:footnoteReference", id_))
        paragraph._p.append(OxmlElement("w:bookmarkEnd", id_))

    def _in_brackets(self, paragraph: Paragraph, refer: Callable[[], None]) -> None:
        """[1]: without brackets, a raised number beside a figure would be read as its power."""
        self._raised(paragraph, "[")
        refer()
        self._raised(paragraph, "]")

    def _raised(self, paragraph: Paragraph, text: str = "") -> Run:
        run = paragraph.add_run(text)
        run.style = self._document.styles[_REFERENCE]
        return run
