"""A document to read: its facts, its outline, its whole text with the clause that is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nicegui import ui

from assistant.access.principal import Principal, Role
from assistant.app import Assistant
from assistant.page.fulltext import Marked, full_text, outline
from assistant.page.pieces import button
from assistant.page.removal import Removal
from assistant.page.shell import Place, shell
from assistant.page.source import facts, outside
from assistant.page.text import label, words
from assistant.service import Service
from corpus.document import PUBLIC, Document, Metadata, Status

_SPAN = re.compile(r"(\d{1,7})-(\d{1,7})")
_GONE = "所指的条款已不在这份文件中，可能有了新版本。"
_CARD = "这是指标摘录，不是文件原文：只列出公开文件中的数值目标，供检索与核对，引用请以原文为准。"


@dataclass(frozen=True, slots=True)
class Reading:
    """A document that is held, and what there is of it besides its text."""

    whole: Document
    has_original: bool

    @classmethod
    def of(cls, service: Service, seen: Assistant, document_id: str) -> Reading | None:
        """What a reader may see of a document; None where there is nothing."""
        whole = seen.document(document_id)
        if whole is None:
            return None
        return cls(whole, service.original(seen, whole.metadata) is not None)


def marked_of(clause: str, span: str) -> Marked | None:
    """The clause and words that an address names; words that are none are left out."""
    if not clause:
        return None
    found = _SPAN.fullmatch(span)
    return Marked(clause, (int(found[1]), int(found[2])) if found else (0, 0))


def read(service: Service, principal: Principal, reading: Reading, marked: Marked | None) -> None:
    """Build the page of a document."""
    whole = reading.whole
    known = whole.metadata
    removal = Removal(service, principal, _left)
    with shell(principal, Place.LIBRARY), ui.element("div").classes("cw-main"):
        main = ui.element("main").classes("cw-reader")
        main.props(f'id="cw-main" data-document="{known.id}"')
        if reading.has_original and known.pages:
            main.props(f'data-first="{known.pages[0]}" data-last="{known.pages[1]}"')
        with main:
            with ui.element("header").classes("cw-reader-head"):
                _head(known)
                with ui.element("div").classes("cw-links"):
                    outside(known.source_url)
                    if reading.has_original and known.pages:
                        first = known.pages[0]
                        button(f"查看原件第{first}页", None, "cw-plain").props(
                            f'data-page="{first}"'
                        )
                    if principal.role is Role.ADMIN:
                        button(
                            "移除这份文件…",
                            lambda: removal.open(known, len(whole.clauses)),
                            "cw-plain cw-danger",
                        )
                if marked and marked.clause_id not in {clause.id for clause in whole.clauses}:
                    words(_GONE, "p").classes("cw-note").props('role="status"')
            _search()
            with ui.element("details").classes("cw-outline").props("open data-wide"):
                words("目录", "summary")
                ui.html(outline(whole), sanitize=False, tag="nav").props('aria-label="目录"')
            text = full_text(whole, marked, has_original=reading.has_original)
            ui.html(text, sanitize=False, tag="article").classes("cw-fulltext").props(
                label(f"{known.title} 全文")
            )
    removal.build()


def _left() -> None:
    ui.navigate.to(Place.LIBRARY.value[0])


def _head(known: Metadata) -> None:
    with ui.element("a").classes("cw-back").props(f'href="{Place.LIBRARY.value[0]}"'):
        words("‹ 文件库")
    words(known.title, "h1")
    with ui.element("div").classes("cw-facts"):
        if known.issuer and not known.region_name.startswith(known.issuer):
            words(known.issuer)
        for fact in facts(known):
            words(fact)
        if known.status is Status.DRAFT:
            words("征求意见稿").classes("cw-draft")
        if known.collection != PUBLIC:
            words(f"文件集：{known.collection}")
    if known.excerpt:
        words(_CARD, "p").classes("cw-note")


def _search() -> None:
    """The search within; static/reader.js does it."""
    with ui.element("div").classes("cw-find").props('role="search" aria-label="在文中查找"'):
        ui.element("input").classes("cw-field").props(
            'type="search" id="cw-find" placeholder="在文中查找" aria-label="在文中查找" '
            'autocomplete="off" data-slash'
        )
        for step, name in ((-1, "上一处"), (1, "下一处")):
            button(name, None, "cw-button").props(f'data-step="{step}" disabled')
        ui.element("span").classes("cw-quiet").props('id="cw-found" aria-live="polite"')
        ui.element("span").classes("cw-hidden").props('id="cw-said" role="status"')
