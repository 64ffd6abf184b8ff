"""How a question is worded: what it is asked of, what it is about, and the words that ask."""

from __future__ import annotations

import re

import rjieba

from corpus.indicators import indicators_named
from retrieval.places import places_in
from retrieval.query import Kind
from retrieval.times import year_mentions
from retrieval.understand import Holdings, understand

Span = tuple[int, int]

_WHAT = (
    r"多少|多大|多高|多长|多久|几成|百分之几|几(?=[个家座台万年号点成种类月])|(?:为|是)?什么(?:样)?|啥|哪"
    r"|怎么样?|怎样|咋|如何|谁|何时|几时|是否|有没有|有无|是不是|能不能|会不会|要不要"
)
# What leads up to the words that ask: 的目标是多少, 要达到多少, 由哪….
_LEADS = (
    r"(?:的?(?:目标|任务|要求))?(?:又|都|具体|大概|大约|力争|计划|打算|预计|分别|各|主要)*"
    r"(?:是|为|要|应|需|得|该|会|能|可以?)*"
    r"(?:新增|新建|建成|建设|建|增|装|占|达到|达|(?:提高|提升|增加|增长|上升|下降|降低|减少|压减|降|减)到?"
    r"|控制在?|完成|做到|实现|放在|设在|有|归|由|从|跟|和|与|比|以|按|在|到)*"
)
_ASKING = re.compile(rf"{_LEADS}(?P<what>{_WHAT})(?:些|[几一二两三四五六七八九个家]{{1,2}}|个)?")
_OF_DOING = re.compile("怎|咋|如何|何时|几时")  # what is done stands behind them
_TAIL = 14  # letters of a run of asking words at most
# Nouns that say what kind of answer is wanted, and not of what.
_OF_ANSWERS = re.compile(
    r"部门|单位|责任|责任单位|机构|处室|科室|科|局|厅|委|处|时候|时间|年份|"
    r"年度|日期|期限|基数|基期|基年|基准|口径|数字|数值|数据|数|目标|指标|"
    r"要求|原文|依据|文件|方案|条款|意思|定义|含义|原因|约束性|预期性|范围|"
    r"全国|全省|全市|全区|全县|机关|措施|具体措施|举措|办法|做法|方法|步骤|"
    r"路径|途径|内容|任务|工作|项目|工程|行业|领域|企业|地区|对象|主体|比重|"
    r"比例|百分点|地方|地点|区域|名单"
)
_MODEST = re.compile(
    r"考核|推进|落实|实施|完成|实现|施行|发布|参与|配合|负责|牵头|主管|分工|"
    r"管|做|干|办|有|是|来|要"
)
# Verbs by which a policy is called.
_DOINGS = re.compile("达峰|降碳|减碳|减排|节能|节水|节电|减污|碳汇|碳中和|绿化|回收|脱碳")
_THINGS = ("n", "nz", "j", "nr", "ns", "nt", "vn", "l", "i", "z")
# A figure that the question states instead of asking for it: 占比是22%左右对吧.
_SUPPOSED = re.compile(
    r"(?:不低于|不少于|不超过|不高于|至少|大约|大概|约|超过)*(?<![\d.第])(?!\d+\s*年|20\d\d$)\d+(?:\.\d+)?\s*"
    r"(?:[%％‰]|个?百分点|[万亿]?(?:千瓦时?|兆瓦|吨标准煤|吨|[立平]方米|公[顷里]|亩|元|升|克|米|层)"
    r"|[万亿]?[辆个座家台项户](?P<counted>[\u4e00-\u9fff]{0,12}?))?"
    r"(?:及?以上|及?以下|以内|左右)?"
    r"的?(?:对吧|对吗|对不对|是吧|是吗|是不是|没错吧?|吧|吗|么)*[？?。！!\s]*$"
)
_DOCUMENT = re.compile(
    r"(?P<named>[^，,。；;：:？?！!《]{0,30}?(?:《[^《》]+》"
    r"|(?:方案|规划(?!建|布局)|意见(?!稿)|办法|细则|条例|纲要|通知|行动计划|措施(?=里|中|[，,]))"
    r"(?:[(（][^()（）]*稿[)）])?))"
    r"(?P<after>(?:里面|里边|里头|里|中(?!期|长)|当中)?(?:提出|明确|规定|要求|对(?!比)|在)?[，,：:]?)"
)
_DEFINES = re.compile(r"什么是|什么叫|何谓|是什么意思|指的?是?什么")
# Things of one kind, of which one takes the place of another: 风电装机…，光伏呢.
_ALIKE = tuple(
    re.compile(words)
    for words in (
        "风电|光伏(?:发电)?|太阳能(?:发电)?|水电|核电|煤电|气电|抽水蓄能|抽蓄|生物质(?:发电)?|地热|(?:新型)?储能",
        "工业|建筑|城乡建设|交通(?:运输)?|能源|农业(?:农村)?|公共机构|服务业|居民生活",
        "钢铁|建材|水泥|石化(?:化工)?|化工|有色(?:金属)?|电解铝|平板玻璃|纺织|造纸|电力",
        "化学需氧量|氨氮|氮氧化物|挥发性有机物|二氧化硫|颗粒物",
        "煤炭|石油|天然气|电力|氢能",
    )
)
# Whose figure it is, which stays where another figure is asked for; and which of them.
_WHOSE = re.compile("公共机构|规(?:模以)?上(?:工业)?(?:企业)?|重点用能单位|中央企业|央企|国有企业")
_WHICH = re.compile("新建|既有|存量|城镇|农村|超?大型|中小型|公共(?!机构)|居住")
_CANONICAL = {
    Kind.TARGET: "是多少",
    Kind.COMPARISON: "是多少",
    Kind.RESPONSIBILITY: "由谁负责",
    Kind.LIST: "有哪些",
    Kind.MEASURE: "有什么要求",
    Kind.EXISTENCE: "有没有提到",
}


def places_said(text: str, holdings: Holdings) -> str:
    """The words by which a question names its places."""
    found = places_in(text, holdings.regions, holdings.home)
    return text[found[0].start : found[-1].end] if found else ""


def years_span(text: str) -> Span | None:
    """Where a question names its year, or years that are joined: 2025和2030年."""
    start = end = -1
    for at, words, _ in year_mentions(text):
        if end < 0:
            start, end = at, at + len(words)
        elif re.fullmatch(r"[、和与跟及到至—~-]", text[end:at]):
            end = at + len(words)
    return (start, end) if end >= 0 else None


def years_said(text: str) -> str:
    """The words by which a question names its year."""
    span = years_span(text)
    return text[span[0] : span[1]] if span else ""


def document_span(text: str) -> Span | None:
    """Where a question that opens with a document names it: 江苏碳达峰方案里…, 《…》提出…"""
    found = _DOCUMENT.match(text)
    if not found or _ASKING.search(found["named"].split("《")[0]):
        return None
    return found.span("named")


def head_of(question: str, holdings: Holdings) -> str:
    """The words that say of which place, document and context a question is asked."""
    found = _DOCUMENT.match(question)
    if found and document_span(question):
        return found.group()
    asking = _ASKING.search(question)
    opening, comma, _ = question[: asking.start() if asking else 0].rpartition("，")
    return opening + comma if opening else places_said(question, holdings)


def as_asked(question: str) -> str:
    """A question that states a figure, as one that asks for it.

    >>> as_asked("清湖2025年非化石占比是22%左右对吧")
    '清湖2025年非化石占比是多少'
    """
    plain = re.sub("是不是|是否", "是", question)
    figure = _SUPPOSED.search(plain)
    if not figure or _ASKING.search(plain, 0, figure.start()):
        return question
    return f"{plain[: figure.start()]}多少{figure['counted'] or ''}"


def asks(question: str) -> bool:
    """Whether a question has words that ask of its own."""
    return (
        _ASKING.search(question) is not None
        or re.search(r"(?:吗|么|对吧|是吧|还是.+)[？?]?$", question) is not None
    )


def tail_of(question: str, kind: Kind) -> str:
    """The words that a question ends with and asks by, or those usual for its kind."""
    question = question.rstrip("？?。！! 呢啊呀")
    if _DEFINES.search(question):
        return "是什么意思"
    asking = _ASKING.search(question)
    if asking and _is_tail(question, asking):
        return question[asking.start() :]
    return _CANONICAL.get(kind, "")


def subject_of(question: str) -> str:
    """A question without the words that ask: what it is about.

    >>> subject_of("清湖方案里装配式2025年要占到多少？")
    '清湖方案里装配式2025年'
    """
    question = as_asked(question).rstrip("？?。！! 呢啊呀吗")
    asking = _ASKING.search(question)
    if asking is None:
        return question
    if _is_tail(question, asking) and not _OF_DOING.match(asking["what"]):
        return question[: asking.start()].rstrip("，,：:")
    return question[: asking.start("what")] + question[asking.end() :]


def _is_tail(question: str, asking: re.Match[str]) -> bool:
    rest = question[asking.end() :]
    return len(question) - asking.start() <= _TAIL and not about(rest)


def about(text: str) -> bool:
    """Whether a text names a thing of its own, beside a kind of answer."""
    if indicators_named(text) or any(words.search(text) for words in (_DEFINES, _DOINGS, *_ALIKE)):
        return True
    return any(len(word) > 1 and not _is_of_answers(word) for word in _tagged(text, _THINGS))


def only_asks(text: str) -> bool:
    """Whether a text has no words but those that ask and name a kind of answer."""
    return all(map(_is_of_answers, _tagged(text, (*_THINGS, "v"))))


def names_answer(text: str) -> bool:
    """Whether a text names nothing but a kind of answer: 责任单位呢, 具体措施呢."""
    words = _tagged(text.rstrip("？?。 呢"), _THINGS)
    return bool(words) and _OF_ANSWERS.fullmatch(words[-1]) is not None and not about(text)


def _is_of_answers(word: str) -> bool:
    return any(words.fullmatch(word) for words in (_OF_ANSWERS, _MODEST))


def _tagged(text: str, tags: tuple[str, ...]) -> list[str]:
    """The words of these kinds in a text, those that ask left out."""
    return [word for word, tag in rjieba.tag(_ASKING.sub(" ", text)) if tag in tags]


def with_thing(question: str, thing: str, holdings: Holdings) -> str:
    """A question asked of another thing: in the place of one that is alike, else of its subject.

    >>> with_thing("清湖2030年风电装机要到多少", "光伏", Holdings(frozenset()))
    '清湖2030年光伏装机要到多少'
    """
    for alike in _ALIKE:
        old = list(alike.finditer(question))
        if len(old) == 1 and alike.fullmatch(thing):
            return question[: old[0].start()] + thing + question[old[0].end() :]
    head, year = head_of(question, holdings), years_said(question)
    if _WHICH.fullmatch(thing):
        said = _WHICH.sub("", question.removeprefix(head), count=1)
        return f"{head}{thing}{said}"
    whose = _WHOSE.search(question, len(head))
    if whose and not _ALIKE[1].search(thing):
        thing = whose.group() + thing
    tail = tail_of(question, understand(question, holdings).asks)
    return f"{head}{'' if year in head else year}{thing}{tail}"
