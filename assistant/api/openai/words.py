"""An answer as the one Markdown text that a chat client shows, and such a text taken back.

Clients show Markdown with HTML, links and images. In our answers only tables, **bold** and markers
mean anything, so whatever of a document would mean more is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.answer import Answer, Citation, Source, searched_line
from assistant.api.openai.shapes import Annotation, UrlCitation
from corpus.document import Status

_RULE = "\n\n---\n\n"  # between an answer and what stands under it
_WITHDRAWN = "以上内容未能通过核对，请以下面的为准："
_NEAREST = 3
_MARKER = re.compile(r"\[(\d{1,3})\]")
_URL = re.compile(r"https?://[^\s<>\"'`\\]+")
# A backslash that would escape; a tag; the start of a link's target; ~ that would strike out.
_LIVE = re.compile(r"\\(?=[!-/:-@\[-`{-~])|<(?=[A-Za-z/!?])|(?<=\])[(:]|~")


class Told:
    """The text of an answer as it is told, a piece at a time."""

    def __init__(self) -> None:
        self.text = ""
        self._lines: list[str] = []

    def line(self, line: str) -> str:
        """The piece for one more line: a row of a table follows on another, all else is apart."""
        in_table = bool(self._lines) and _is_row(self._lines[-1]) and _is_row(line)
        self._lines += _lines_of(line)
        return self._told(f"{self._gap(in_table)}{_plain(line.strip())}")

    def end(self, answer: Answer) -> Iterator[str]:
        """What is still to be told once the answer is whole, and what stands under it."""
        lines = _lines_of(answer.answer)
        if self._lines != lines[: len(self._lines)]:
            self._lines.clear()
            yield self._told(f"\n\n{_WITHDRAWN}")
        for line in lines[len(self._lines) :]:
            yield self.line(line)
        if under := [*_remarks(answer), *map(_footnote, answer.citations)]:
            yield self._told(_RULE + "\n\n".join(under))

    def _gap(self, in_table: bool) -> str:
        if not self.text:
            return ""
        return "\n" if in_table else "\n\n"

    def _told(self, piece: str) -> str:
        self.text += piece
        return piece


def content_of(answer: Answer) -> str:
    """The whole text of an answer."""
    return "".join(Told().end(answer))


def annotations_of(content: str, citations: Sequence[Citation]) -> list[Annotation]:
    """The markers in a text that point to a page of the web."""
    by_marker = {str(citation.marker): citation for citation in citations}
    found = []
    for marker in _MARKER.finditer(without_footnotes(content)):
        citation = by_marker.get(marker[1])
        if citation and (url := _url(citation)):
            place = UrlCitation(
                start_index=marker.start(),
                end_index=marker.end(),
                title=citation.document_title,
                url=url,
            )
            found.append(Annotation(url_citation=place))
    return found


def without_footnotes(content: str) -> str:
    """An earlier answer as it was, without what we put under it."""
    return content.partition(_RULE)[0]


def _lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _is_row(line: str) -> bool:
    return line.strip().startswith("|")


def _plain(words: str) -> str:
    return _LIVE.sub(r"\\\g<0>", words)


def _remarks(answer: Answer) -> Iterator[str]:
    """How the question was taken, how the answer came about, and what a refusal rests on."""
    if answer.understood:
        yield f"理解为：{_plain(answer.understood)}"
    if answer.note:
        yield _plain(answer.note)
    if answer.searched:
        yield searched_line(answer.searched)
        yield from (f"最接近：{_place(source)}" for source in answer.related[:_NEAREST])


def _footnote(citation: Citation) -> str:
    """Where a marker points: document, clause, page, words, address."""
    pages = f"，第{'、'.join(map(str, citation.pages))}页" if citation.pages else ""
    quote = _plain(" ".join(citation.quote.split()))
    return f"[{citation.marker}] {_place(citation)}{pages}：“{quote}” {_url(citation)}".rstrip()


def _place(source: Source) -> str:
    """A clause by its document and path, with what is special about the document."""
    is_draft = source.status == Status.DRAFT and Status.DRAFT not in source.document_title
    special = [source.status] if is_draft else []
    special += ["指标摘录，非原文"] if source.excerpt else []
    special += ["扫描识别，请核对原件"] if source.recognised else []
    aside = f"（{'，'.join(special)}）" if special else ""
    return _plain(f"《{source.document_title}》{aside}{' > '.join(source.clause_path)}")


def _url(citation: Citation) -> str:
    """The address of a source; "" where it is none of the web."""
    url = citation.source_url or ""
    return url if _URL.fullmatch(url) else ""
