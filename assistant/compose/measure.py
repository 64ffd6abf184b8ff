"""What is to be done, who is named, when: the one or two sentences that say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.answer import Refusal
from assistant.compose.bearing import asks_how, bearing, named_by_heading
from assistant.compose.citations import Citations
from assistant.compose.composed import Composed, status_note
from assistant.evidence import Evidence, Wanted, Window
from assistant.inquiry import Inquiry
from assistant.passages import SEGMENTS
from corpus.document import Region
from retrieval.query import Kind
from retrieval.topic import canonical, pairs_of
from retrieval.words import bigrams

_SHORTEST = 8
_ENOUGH = 0.24
_ENOUGH_UNPLACED = 0.75  # where no place is named, the words alone must carry the answer
_RELEVANT = 0.25  # share of the words asked
_RELEVANT_WITHOUT_NOUNS = 0.5
_RELEVANT_UNPLACED = 0.65
_RELEVANT_IN_FIELD = 0.45
_HEADED = 0.4  # what a heading that is just what is asked is worth
_FOREIGN = 0.35  # share of the words asked that a clause must hold to be about them at all
# Words of the field of the documents, which a question of another field has not.
_FIELD = re.compile(
    r"碳(?!水化合|酸饮|-?14)|减排|排放|污染|环保|生态|绿色|节能|能[源耗效]|电|煤|油|气|氢|风光|光伏|储能"
    r"|森林|林草|绿化|湿地|[用节]水|水资源|建筑|住宅|交通|公交|垃圾|固废|工业|产业|企业|农业|碳市场|计量|金融|方案|规划"
)
_FEW = 3  # words of a question that names no place, all of which an answer must hold
_ENUMERATION = re.compile(r"[^，。；]{1,20}、[^，。；]{1,20}(?:、|和|等)")
_DEPARTMENTS = re.compile(r"^[（(〔\[].*(?:负责|单位|牵头|落实|配合).*[)）〕\]]$")
_WHEN = r"[什啥]么?时候|何[时日年]|哪一?[年天]|什么时间|几[时号]|时间"
# What a document was made by, which is asked for in these words and said in its opening.
_MADE = "制定|出台|印发|编制|提出|起草"
_WHY = (
    rf"(?:依据|根据|按照|遵照|依照)(?:的?是|了)?(?:什么|啥|哪).{{0,16}}(?:{_MADE})"
    rf"|(?:{_MADE})的?(?:依据|根据|目的|背景)"
)
_PAPER = "方案|意见|决定|规划|计划|行动|办法|细则"
# What is asked, and what a sentence must say to answer that.
_MUST = tuple(
    (re.compile(asked), re.compile(said))
    for asked, said in (
        (rf"达峰(?:(?!{_PAPER}).){{0,8}}(?:{_WHEN})|(?:{_WHEN}).{{0,8}}达峰", r"达峰|达到峰值"),
        (rf"(?:{_WHEN}).{{0,4}}(?:印发|发布|出台|公布)|(?:印发|发布|出台)时间", r"印发|发布|出台"),
        (
            rf"(?:{_WHEN}).{{0,4}}(?:施行|生效|实施)|(?:施行|生效)时间",
            r"(?:[自从于].{1,16}|日起)(?:施行|生效|实施|执行)",
        ),
        (_WHY, r"根据|依据|按照|依照|贯彻"),
        (
            r"禁止|严禁|不得|不准|禁[用售行]|叫停",
            r"禁|不得|不准|不予|不再|停止|叫停|淘汰|退出|取缔|严[控格]|限制",
        ),
        (
            r"什么是|什么叫|是什么意思|指的?是什么|的(?:定义|含义)|何谓",
            r"是指|指的是|系指|所称|定义为|统称|总称|[”\"][（(]",
        ),
    )
)
# Why a document was made, which answers no question about what it does.
_PREAMBLE = re.compile(
    r"制定本(?:实施)?(?:方案|意见|规划|计划|办法|细则)|特制定|提出(?:如下|以下)(?:实施)?意见"
)
_TERM = re.compile(r"[“\"]([^”\"]{2,14})[”\"]")
_ASKS_TERM = re.compile(r"[哪几]|什么|啥|指|含义|意思|定义")
_ENUMERATES, _EXPLAINS = 0.15, 0.4
_SEMICOLON = re.compile(r"[；;](?![^（(]*[）)])")
_TIME = re.compile(r"20\d\d年|十[四五六]五|\d+月|[\d一二两三四五六]+(?:年|个月)|之日")


def sentences_wanted(kind: Kind, maximum: int, question: str = "") -> Wanted:
    """Whole sentences; a list should enumerate, a time should be named, a term be explained."""
    explained = _explanations(question)
    asks_why = re.search(_WHY, question) is not None

    def value(window: Window) -> float:
        if kind is not Kind.LIST and not explained:
            return 0.0
        text = "，".join([segment.text for segment in window])
        return (_ENUMERATES if kind is Kind.LIST and _ENUMERATION.search(text) else 0.0) + (
            _EXPLAINS if explained and explained.search(text) else 0.0
        )

    def admits(window: Window) -> bool:
        if kind is Kind.TIME and not any(_TIME.search(segment.text) for segment in window):
            return False
        if window[-1].end - window[0].start < _SHORTEST or _names_departments(window):
            return False
        return asks_why or not any(_is_preamble(segment.text) for segment in window)

    return Wanted(admits, maximum, value, whole_sentences=True)


def _explanations(question: str) -> re.Pattern[str] | None:
    """A term that a question asks after in quotation marks, with what it stands for behind it."""
    terms = [re.escape(term) for term in _TERM.findall(question)]
    if not terms or not _ASKS_TERM.search(question):
        return None
    return re.compile(rf"(?:{'|'.join(terms)})[”\"]?.{{0,2}}(?:[（(：:]|是指|指的?是|包括|，?即)")


@lru_cache(maxsize=SEGMENTS)
def _is_preamble(text: str) -> bool:
    return _PREAMBLE.search(text) is not None


def _names_departments(window: Window) -> bool:
    """A responsibility bracket says who, not what."""
    return len(window) == 1 and _DEPARTMENTS.match(window[0].text) is not None


_MAXIMUM = {Kind.LIST: 260, Kind.TIME: 160, Kind.EXISTENCE: 220, Kind.MEASURE: 220}


def compose(inquiry: Inquiry, citations: Citations) -> Composed:
    """The best sentence, and those of its clause that answer what it leaves open."""
    query = inquiry.query
    wanted = sentences_wanted(query.kind, _MAXIMUM[query.kind], query.text)
    found = inquiry.named_evidence(wanted, query.places[-1]) if query.places else []
    if not found and inquiry.place is None:
        found = inquiry.evidence(wanted, query.regions[0] if query.regions else None)
    enough = _ENOUGH if query.regions or query.places else _ENOUGH_UNPLACED
    asked = _must_say(query.text)
    convincing = [
        e
        for e in found
        if e.score >= enough
        and _is_relevant(e, inquiry)
        and all(words.search(e.words) for words in asked)
    ]
    if not convincing:
        return _refuse(inquiry)
    if asks_how(query):
        convincing.sort(key=lambda e: -e.score - _HEADED * named_by_heading(e.held, inquiry.topic))
    chosen = bearing(convincing, inquiry, wanted)
    where = f"{chosen[0].held.document.region_name}{status_note(chosen[0])}"
    said = (_marked(e.words, citations.cite(e)) for e in chosen)
    return Composed(f"{where}：{''.join(said)}")


def _marked(words: str, marker: str) -> str:
    """A sentence with its marker, also where a semicolon ends a statement inside it."""
    return f"{_SEMICOLON.sub(lambda end: end.group() + marker, words)}。{marker}"


def _must_say(question: str) -> list[re.Pattern[str]]:
    """What an answer must say: when it peaks, that it peaks; what a thing is, that it is."""
    return [said for asked, said in _MUST if asked.search(question)]


def good(inquiry: Inquiry, wanted: Wanted, region: Region) -> list[Evidence]:
    """Evidence of a jurisdiction that says enough of what is asked, best first."""
    return [
        found
        for found in inquiry.evidence(wanted, region)
        if found.score >= _ENOUGH and _is_relevant(found, inquiry)
    ]


def _is_relevant(evidence: Evidence, inquiry: Inquiry) -> bool:
    """Whether enough of the words asked stands in the words, their heading and their title.

    Where no place is named, a document of the field that is asked about may say less.
    """
    query, topic, held = inquiry.query, inquiry.topic, evidence.held
    # A superior's document is of the superior's plans, whatever its title says.
    title = () if inquiry.place else (held.document.title,)
    around = " ".join((evidence.quote, *held.clause.path[-1:], *title))
    least = _RELEVANT if topic.named(around) else _RELEVANT_WITHOUT_NOUNS
    if not query.regions and not query.places:
        in_field = held.document.subject in query.subjects
        least = _RELEVANT_IN_FIELD if in_field else _RELEVANT_UNPLACED
        present = pairs_of(around)
        words = [bigrams(canonical(term)) for term in query.terms[:_FEW]]
        if len(query.terms) <= _FEW and any(w and present.isdisjoint(w) for w in words):
            return False
    return topic.relevance(around) >= least


def _refuse(inquiry: Inquiry) -> Composed:
    query = inquiry.query
    if inquiry.place is not None:
        return Composed(
            f"未收录{inquiry.place.name}的相关文件，现有文件也没有写明。", Refusal.NOT_HELD
        )
    if not query.regions:
        return out_of_scope()
    return Composed(f"{query.regions[0].name}的现有文件没有提到这个问题。", Refusal.SILENT)


def absent(names: Sequence[str]) -> Composed:
    """The question is about documents that are not held."""
    return Composed(f"未收录{'、'.join(names)}，无法按它回答。", Refusal.NOT_HELD)


def is_foreign(inquiry: Inquiry) -> bool:
    """Whether no word of the question is of the field, and hardly one is in the clauses found."""
    query, topic = inquiry.query, inquiry.topic
    if topic.indicators or query.subjects or query.places or _FIELD.search(query.text):
        return False
    return all(
        topic.relevance(f"{h.held.document.title}{''.join(h.held.clause.path)}{h.held.text}")
        < _FOREIGN
        for h in inquiry.hits
    )


def out_of_scope() -> Composed:
    """Nothing held is about this."""
    text = "现有政策文件中没有与此相关的内容。可以问某地某年的指标、措施、责任单位或时间安排。"
    return Composed(text, Refusal.OUT_OF_SCOPE)
