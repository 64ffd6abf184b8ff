"""Where documents open in a source: by their own openings, by the contents, by their titles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.document import Page

_OPENING = re.compile(
    r"\s*(?P<issuer>[\u4e00-\u9fff、]{0,12})\s*《(?P<title>(?:[^《》]|《[^《》]*》){4,120})》\s*"
    r"(?P<url>https?://[!-'*-~]+)\s*(?:[（(]非官网[）)])?"
)
_URL_TAIL = re.compile(r"^(.*\.(?:shtml|html|htm))\d+$")
_LISTED = re.compile(
    r"(?P<label>[^\n.…·．]{3,80}?)[ \t]*(?:[.…·．][ \t]*){4,}0*(?P<page>\d{1,4})(?!\d)"
)
_CATEGORY = re.compile(r"\d+\s*[项篇份个部]\s*$|^附表|^附录|^第.{1,3}[部编]分?")
_QUOTED = re.compile(r"《([^》]+)》")
_MINIMUM_ENTRIES = 5
CONTENTS_PAGES = 8
TITLE_LINE = re.compile(
    r"^[^。；;，,：:]{4,70}(?:方案|意见|规划|决定|措施|细则|计划|办法|条例|通知|纲要|规定|行动|要点)"
    r"(?:[（(][^（）()]{2,12}[）)])?$"
)
_DRAFT_WORDS = r"[（(](?:征求意见稿|送审稿|草案|试行|公开征求意见稿)[）)]"
DRAFT_LINE = re.compile(rf"^{_DRAFT_WORDS}$")
_DRAFT = re.compile(rf"\s*({_DRAFT_WORDS})")
_HEAD = 200  # characters at the top of a page that may hold a title
_ENDLESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Opening:
    page: int
    offset: int
    issuer: str
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    label: str
    page: int

    @property
    def title(self) -> str:
        quoted = _QUOTED.search(self.label)
        return quoted.group(1) if quoted else self.label.strip()

    @property
    def is_category(self) -> bool:
        return _CATEGORY.search(self.label.strip()) is not None


def openings_of(pages: Sequence[Page]) -> list[Opening]:
    return [
        Opening(
            page.number,
            found.start("url") + len(url) + _note_length(found, url),
            found["issuer"],
            found["title"],
            url,
        )
        for page in pages
        if page.number is not None and (found := _OPENING.match(page.text))
        for url in [_trim_url(found["url"])]
    ]


def _note_length(found: re.Match[str], url: str) -> int:
    """Characters between a whole URL and the body; none where the URL ran into the body."""
    return found.end() - found.end("url") if found["url"] == url else 0


def _trim_url(url: str) -> str:
    """Digits glued to the file ending belong to the first sentence: …/1.htm2030 → …/1.htm."""
    tail = _URL_TAIL.match(url)
    return tail.group(1) if tail else url


def contents_of(pages: Sequence[Page]) -> list[Listed]:
    """Entries of the table of contents, where the first pages hold one."""
    entries = [entry for page in pages[:CONTENTS_PAGES] for entry in entries_on(page.text)]
    seen_labels: set[str] = set()
    seen_pages: set[int] = set()
    unique: list[Listed] = []
    for entry in entries:
        if entry.label in seen_labels or entry.page in seen_pages:
            continue
        seen_labels.add(entry.label)
        seen_pages.add(entry.page)
        unique.append(entry)
    return unique


def entries_on(text: str) -> list[Listed]:
    """The entries on a page, if it is one of contents."""
    found = [Listed(m["label"].strip(), int(m["page"])) for m in _LISTED.finditer(text)]
    return found if len(found) >= _MINIMUM_ENTRIES else []


def complete(
    openings: list[Opening], entries: Sequence[Listed], pages: Sequence[Page]
) -> list[Opening]:
    """Add the documents that the contents name, in page order, but no opening shows.

    An entry out of page order is a misprint of an opening that was found.
    """
    taken = {opening.page for opening in openings}
    added = []
    category = ""
    following = [*entries[1:], Listed("", _ENDLESS)]
    for before, entry, after in zip([Listed("", 0), *entries], entries, following, strict=False):
        if entry.is_category:
            category = entry.label
        elif entry.page not in taken and before.page < entry.page < after.page:
            page = _titled(pages, entry.title) or next(
                (p for p in pages if p.number and p.number >= entry.page), None
            )
            if page is not None:
                added.append(_lost_opening(entry, category, page))
    return sorted([*openings, *added], key=lambda opening: opening.page)


def _lost_opening(entry: Listed, category: str, page: Page) -> Opening:
    """An opening with no URL: the page may begin with issuer and title, or in mid-text.

    Where it does not name the issuer, the category of the contents stands in (国家方案…).
    """
    found = _loosely(entry.title).search(page.text, 0, len(entry.title) + 60)
    if found is None:
        return Opening(page.number or entry.page, 0, category, entry.title, None)
    issuer = page.text[: found.start()].strip() or category
    draft = _DRAFT.match(page.text, found.end())
    title = entry.title + (draft.group(1) if draft else "")
    end = draft.end() if draft else found.end()
    return Opening(page.number or entry.page, end, issuer, title, None)


def _titled(pages: Sequence[Page], title: str) -> Page | None:
    """The page that begins with this title: the printed numbers may count otherwise."""
    wanted = _loosely(title)
    return next((page for page in pages if wanted.match(page.text.lstrip())), None)


def _loosely(title: str) -> re.Pattern[str]:
    """A title as it may stand in a text, broken over lines."""
    return re.compile(r"\s*".join(map(re.escape, "".join(title.split()))))


def headed(pages: Sequence[Page]) -> list[Opening]:
    """Pages that begin with a title on lines of its own, where there is no other evidence."""
    return [
        Opening(page.number, end, "", title, None)
        for page in pages
        if page.number is not None and (head := _title_head(page.text)) is not None
        for title, end in [head]
    ]


def _title_head(text: str) -> tuple[str, int] | None:
    """The title that opens a page, on one to three lines, and where it ends."""
    lines = list(re.finditer(r"[^\n]*\S[^\n]*", text[:_HEAD]))[:4]
    for count in range(1, min(3, len(lines) - 1) + 1):
        title = "".join(line.group().strip() for line in lines[:count])
        if TITLE_LINE.match(title):
            follows = lines[count].group().strip()
            draft = DRAFT_LINE.match(follows) is not None
            return (
                (title + follows, lines[count].end()) if draft else (title, lines[count - 1].end())
            )
    return None
