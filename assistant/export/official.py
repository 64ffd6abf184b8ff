"""An empty Word document in the form of official papers (GB/T 9704): page, styles, page numbers.

The styles, fonts and settings are ours (`parts/`); of the library's template only the body stays.
"""

from __future__ import annotations

from datetime import datetime
from importlib import resources

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.parts.settings import SettingsPart
from docx.parts.styles import StylesPart
from docx.section import Section, _Footer
from docx.shared import Mm, Pt
from docx.text.run import Run

from assistant.export.paper import AUTHOR
from assistant.export.words import legal

TEXT_WIDTH = Mm(210 - 28 - 26)
_PARTS: tuple[tuple[str, type[Part], str, str], ...] = (
    ("styles", StylesPart, CONTENT_TYPE.WML_STYLES, RELATIONSHIP_TYPE.STYLES),
    ("settings", SettingsPart, CONTENT_TYPE.WML_SETTINGS, RELATIONSHIP_TYPE.SETTINGS),
    ("fontTable", Part, CONTENT_TYPE.WML_FONT_TABLE, RELATIONSHIP_TYPE.FONT_TABLE),
    ("footnotes", XmlPart, CONTENT_TYPE.WML_FOOTNOTES, RELATIONSHIP_TYPE.FOOTNOTES),
)


def official_document(title: str, at: datetime) -> Document:
    """A document with nothing in it yet, `at` its time of creation (UTC)."""
    document = docx.Document()
    package = document.part.package
    kept = (RELATIONSHIP_TYPE.OFFICE_DOCUMENT, RELATIONSHIP_TYPE.CORE_PROPERTIES)
    for id_ in [id_ for id_, rel in package.rels.items() if rel.reltype not in kept]:
        del package.rels[id_]
    document.part.rels.clear()
    for name, kind, content_type, relation in _PARTS:
        content = resources.files("assistant.export").joinpath(f"parts/{name}.xml").read_bytes()
        part = kind.load(PackURI(f"/word/{name}.xml"), content_type, content, package)
        document.part.relate_to(part, relation)
    _name(document, title, at)
    _lay_out(document.sections[0])
    return document


def chinese_run(run: Run) -> Run:
    """A run whose quotation marks, dashes and dots are Chinese ones, not narrow Latin ones."""
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), "eastAsia")
    return run


def _name(document: Document, title: str, at: datetime) -> None:
    properties = document.core_properties
    properties.title = legal(title)[:255]
    properties.author = properties.last_modified_by = AUTHOR
    properties.comments = properties.keywords = properties.subject = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = at.replace(tzinfo=None)


def _lay_out(section: Section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(23)
    _number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _number(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 — one character from the outer edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = "footer"
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = Pt(14)
    paragraph.paragraph_format.right_indent = Pt(14)
    chinese_run(paragraph.add_run("— "))
    field = OxmlElement("w:fldSimple", {qn("w:instr"): " PAGE "})
    paragraph._p.append(field)
    field.append(paragraph.add_run("1")._r)
    chinese_run(paragraph.add_run(" —"))
