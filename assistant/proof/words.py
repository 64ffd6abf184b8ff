"""What the words of a sentence say that the clauses it cites do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.evidence import Evidence
from assistant.inquiry import Inquiry
from assistant.passages import segments
from assistant.proof.claims import claims_of, folded, names
from assistant.proof.coverage import covered, of_its_own, uncovered
from corpus.departments import departments_in, function_of
from corpus.document import Level, Region, Role
from retrieval.found import Hit
from retrieval.times import years_of
from retrieval.topic import canonical
from retrieval.words import fold

_CHINESE = 0.5  # the least share of Chinese among the letters of a sentence
_MARKUP = re.compile(r"!?\[[^\]]*\]\([^)]*\)|<[^>]*>|\w+://|www\.|javascript:|data:\w+/", re.I)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[A-Za-z\u4e00-\u9fff]")
_QUOTED = re.compile(r"[“「『\"]([^”」』\"]+)[”」』\"]")
_TITLE = re.compile(r"《([^》]+)》")
_PLAN = re.compile(r"十[一二三四五六七]五")
_NUMERAL = re.compile(
    r"[一二两三四五六七八九十百千万亿]{2,}|[一二两三四五六七八九十](?=倍|成|番|个百分点)"
)
# Words that bind harder or looser: none may be added, and those of a target not left out.
_TONES = re.compile(
    "确保|力争|争取|努力|鼓励|探索|必须|应当|强制|允许|可以|自愿"
    "|已|目前|现已|提前|唯一|全部|全面|一律|原则上"
)
_FORBIDS = re.compile(
    r"不得|禁止|严禁|不再|不准|不予|不应|不宜|不能|不可|不允许|暂停|停止|取消|杜绝"
)
_COMPARES = re.compile(
    r"[高低多少大小](?:于|过)|[更最][高低多少大小快慢早晚]|领先|落后|第一|首位|翻番"
)
_LEADS = re.compile(r"(?:由)?(?P<names>[^,;。]{2,60}?)(?:牵头|为主责)")


def faults_of_words(said: str, cited: Sequence[Hit], inquiry: Inquiry) -> Iterator[str]:
    """What the words say that the clauses, their titles and their headings do not."""
    letters = _LETTER.findall(said)
    if len(_HAN.findall(said)) < _CHINESE * max(len(letters), 1) or not letters:
        yield "不是中文句子"
    if _MARKUP.search(said):
        yield "含有链接或标记"
    whole = _whole(cited)
    plain = fold(whole)
    for title in _TITLE.findall(said):
        if fold(title) not in plain:
            yield f"《{title}》不是所引文件"
    for quoted in _QUOTED.findall(said):
        if fold(quoted) not in plain and not _PLAN.fullmatch(fold(quoted)):
            yield f"引号内的“{quoted}”与条款不一致"
    yield from _faults_of_numbers(said, cited, plain, inquiry)
    yield from _faults_of_places(said, cited, inquiry)
    yield from _faults_of_departments(said, cited)
    spare = uncovered("。".join(claim.words for claim in claims_of(said)), whole)
    if spare:
        yield f"条款中没有“{spare}”"


def _faults_of_numbers(
    said: str, cited: Sequence[Hit], plain: str, inquiry: Inquiry
) -> Iterator[str]:
    """Numbers that are neither figures nor years must stand there as they are; years too."""
    known = {year for hit in cited for year in _years_around(hit)}
    rows = [row for hit in cited for row in inquiry.rows_in(hit.held)]
    known |= {row.target.year for row in rows if row.target.year}
    text = folded(said)
    for claim in claims_of(said):
        for year in claim.named_years:
            if year not in known:
                yield f"所引条款没有提到{year}年"
        for base in claim.bases:
            if base not in plain:
                yield f"所引条款没有以{base}年为基期"
        rest = claim.text
        for figure in claim.figures:
            rest = rest.replace(claim.text[figure.core : figure.rest], " ", 1)
        for number in re.findall(r"\d+(?:\.\d+)?", rest):
            if number in map(str, known):
                continue
            if not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", plain):
                yield f"所引条款没有数字{number}"
    for numeral in _NUMERAL.findall(_PLAN.sub("", text)):
        if numeral not in plain:
            yield f"所引条款没有“{numeral}”"


def _faults_of_places(said: str, cited: Sequence[Hit], inquiry: Inquiry) -> Iterator[str]:
    """Places named must be those of the cited documents, or stand in the clauses."""
    text = _TITLE.sub("", said)
    named = names(text)
    titles = [hit.held.document.title for hit in cited]
    for name in named:
        readings = [hit for hit in cited if _speaks_for(hit, name)]
        if not readings and not any(name in title for title in titles):
            yield f"所引条款不是{name}的，也没有提到{name}"
    regions = {hit.held.document.region for hit in cited}
    asked = {*inquiry.query.regions, *inquiry.query.places}
    foreign = [r for r in regions if r and r not in asked and r.level not in (Level.NATIONAL,)]
    for region in foreign:
        if not any(name in region.name for name in named) and not _named_in_clause(cited, asked):
            yield f"没有写明是{region.name}的规定"
    if len(asked) > 1 and not named:
        yield "没有写明是哪个辖区的规定"


def _named_in_clause(cited: Sequence[Hit], asked: set[Region]) -> bool:
    """Whether a clause of another jurisdiction speaks of one that is asked about."""
    return any(region.short in hit.held.text for region in asked for hit in cited)


def _speaks_for(hit: Hit, name: str) -> bool:
    """Whether a clause is of a jurisdiction of that name, or names it."""
    region = hit.held.document.region
    own = (region.name, region.short) if region else ()
    return name in own or name in hit.held.text or name in "".join(hit.held.clause.path)


def _faults_of_departments(said: str, cited: Sequence[Hit]) -> Iterator[str]:
    """A department must stand in the clause; one that leads must lead there."""
    plain = fold("".join(hit.held.text for hit in cited))
    functions = {function_of(d.name) for hit in cited for d in hit.held.clause.departments}
    leaders = {
        function_of(d.name)
        for hit in cited
        for d in hit.held.clause.departments
        if d.role is Role.LEADS
    }
    for function, words in departments_in(said):
        if fold(words) not in plain and function not in functions:
            yield f"所引条款没有{words}"
    for found in _LEADS.finditer(said):
        for function, words in departments_in(found["names"]):
            if leaders and function not in leaders:
                yield f"所引条款中{words}不是牵头单位"
            if not leaders and "牵头" not in plain:
                yield "所引条款没有写牵头单位"


def faults_of_tone(said: str, quotes: Sequence[Evidence]) -> Iterator[str]:
    """Tone, ban, comparison and year must be those of the words that prove."""
    text = "。".join(f"{'。'.join(q.held.clause.path)}。{_sentence_of(q)}" for q in quotes)
    for tone in _TONES.findall(said):
        if tone not in text:
            yield f"条款中没有“{tone}”"
    if bool(_FORBIDS.search(said)) != bool(_FORBIDS.search("。".join(q.quote for q in quotes))):
        yield "是否禁止与条款不同"
    for claim in claims_of(said):
        if not claim.figures:
            compared = _COMPARES.search(claim.text)
            if compared and compared.group() not in text:
                yield f"条款中没有“{compared.group()}”的比较"
            years = {year for q in quotes for year in (*q.years, *years_of(_sentence_of(q)))}
            if claim.named_years and years and not set(claim.named_years) & years:
                yield f"所引的话不是{claim.named_years[0]}年的"
    words = canonical(of_its_own("".join(claim.words for claim in claims_of(said))))
    if quotes and len(words) > 1 and covered(words, canonical(text + _titles(quotes))) < 0.5:
        yield "所引的话没有说到这些"


def _sentence_of(evidence: Evidence) -> str:
    """The sentences in which a quote stands."""
    parts = segments(evidence.held)
    inside = [p for p in parts if p.start < evidence.end and evidence.start < p.end]
    numbers = {part.sentence for part in inside}
    around = [part for part in parts if part.sentence in numbers]
    if not around:
        return evidence.quote
    return evidence.held.text[around[0].start : around[-1].end]


def _titles(quotes: Sequence[Evidence]) -> str:
    return "。".join(f"{q.held.document.region_name}。{q.held.document.title}" for q in quotes)


def _whole(cited: Sequence[Hit]) -> str:
    """The clauses with their titles, jurisdictions and headings."""
    return "。".join(
        "。".join((hit.held.document.region_name, hit.held.document.title, *hit.held.clause.path))
        + hit.held.text
        for hit in cited
    )


def _years_around(hit: Hit) -> set[int]:
    held = hit.held
    around = "。".join((held.document.title, *held.clause.path, held.text))
    plain = {int(year) for year in re.findall(r"(?<!\d)20\d\d(?!\d)", fold(around))}
    return {*years_of(around), *plain}
