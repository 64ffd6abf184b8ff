"""A turn of a conversation taken apart: what it opens with, what it names, and what is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant import wording
from assistant.wording import places_said, years_said
from corpus.document import Level
from corpus.regions import NATION, superiors
from retrieval.places import places_in
from retrieval.query import Query
from retrieval.understand import Holdings, understand

_END = r"[，,、。；;：:！!\s]"
_LOOK = r"(?:问|查|看|说|讲)(?:一?下|一个|问|查|看|说|讲)?"
_OPENING = re.compile(
    rf"^(?:(?:那么|那|哎|诶|嗯+|哦|噢|对了|请问|麻烦|再往[后前]|往[前后]一?个?(?:节点|阶段|年份)?"
    rf"|[上下]一?个(?:节点|阶段)|再来?{_LOOK}|再(?!生|制造|利用|造|电)|另外再?(?:{_LOOK})?"
    rf"|顺便再?(?:{_LOOK})?|还有|还想(?:问|知道)(?:一?下)?|然后|接着问?|同样的?(?:问题)?|[换改][成到作]|改为"
    rf"|如果(?:是|[换改]成)?|要是|假如是?|至于|我?(?:想?问|说|指|要问|要)的是|我?想(?:问|看|知道|了解)(?:一?下)?|[换改]问(?:一?下)?"
    rf"|把?(?:刚才|上面|前面)的?(?:问题)?[换改]成|按(?:同样|相同)的?口径|不对|错了"
    rf"|不是[^，,]{{1,12}}[，,]\s*(?:而?是)?|[^，,]{{1,8}}的话(?={_END})|(?:好的?|行|可以)(?={_END}))(?![种个些项条件份边块里]){_END}*)+"
)
# Another matter, announced: nothing of what was said before is meant.
_SWITCH = re.compile(
    r"^.{0,4}?(?:换[个一]个?(?:别的)?(?:话题|事儿?|事情|问题|方向|内容|题目)"
    r"|(?:[问查看聊说]|来)(?:一?个|点|些|一下)?(?:别的|其他的?|另外的?|另一个问题)"
    r"|(?:暂且|暂时|先|咱们?|就)?不(?:谈|聊|说|问|提|管|看|查)了?(?P<left>[^，,。；;：:]{0,14}?))"
    rf"(?:吧|了|啊|问)?{_END}+"
)
_SMALL_TALK = re.compile(
    r"(?:(?:好的?|谢谢(?:[你您啦了]|大家)?|多谢|感谢|我?(?:明白|知道|懂|了解)了?|收到|辛苦了?|[你您]好|哈喽"
    r"|ok|嗯+|哦+|行|可以|不错|很好|在吗)[，,。！!~？?\s呀啊吧]*)+",
    re.IGNORECASE,
)
# What adds nothing to the place or year that it stands with.
_BARE = re.compile(
    r"(?:[的呢吧啊呀嘛吗么了又也都还就才是为要应该能会达到在值数中]|同样|一样|相同|分别|各自?|大概|一?下"
    r"|[看查问讲说]+|情况|怎么(?:样|说|定)|怎样|如何|咋样|具体|详细|数字|数据|结果|指标|目标|阶段性?|节点"
    r"|水平|标准|要求|规定|[这那该]一?[个项条边里]|该?当地|该[省市区县]|里面?"
    r"|(?:提高|提升|增加|增长|上升|下降|降低?|升)(?=到)|多少|几|百分之几|设?定|写|给出?|有没有|没有|有"
    r"|[，,、。；;：:？?！!\s“”\"])*"
)
# The words of the source itself, which every answer shows.
_SOURCE = re.compile(
    r"(?:有|能|看看?|给出?|请)*(?:原文|出处|依据|来源)(?:呢|是?什么|在哪.*|是?怎么.*|是?哪.*)?"
    r"|(?:出自|来自|写在|是?在|是)?哪[个一]?[份个]?(?:文件|方案|条|一?条款)(?:里|中)?(?:写|说|定|提|规定)*的?"
    r"|(?:你?确定|真的?|准确|可靠)(?:是|对)?(?:吗|么)?"
)
_LOOSE = re.compile(
    r"(?:的?[这那]一?(?:块|条|项|部分|方面|个|边|类|种)儿?|方面|这边|那边)?的?(?:呢|吧|啊|怎么样)*"
    r"[？?。！!\s]*$"
)
_ALSO = re.compile(r"也(?:是|要|有|一样|如此|这样|这么[多少高低大小])+(?:吗|么|吧)?[？?。！!\s]*$")
_CONTINUES = re.compile(r"呢[？?。！!\s]*$|^(?:那|[换改][成到作]|至于)")
_SAME_DOCUMENT = re.compile(
    r"(?:上面|刚才|前面|刚刚)?(?:说|提到?|讲|问)?(?:过|到)?的?[这那该此同]一?[个份部件]?"
    r"(?:文件|方案|规划|意见|办法|通知)(?!呢)(?:里面?|中)?"
)
_IT = re.compile(
    r"^[这那该此上前]述?(?:一?[个项条件些块类](?:目标|指标|任务|工作|事儿?|事情|活儿?|降幅|增幅|比例|比重|数字?"
    r"|数值|数据|要求|措施|规定)?|目标|指标|任务|工作|事儿?|事情|活儿?|降幅|增幅|数字?|数值|数据|要求|措施)[，,]?"
    r"|^它们?的?|^其(?![中他它])|^[为对据]此"
)
_OF_FIGURE = re.compile(r"口径(?!下)|基[数期准]年?|[跟和与比][哪几]一?年|约束性|预期性")
_ABOVE = re.compile(
    r"^(?P<level>省|市|区|国家|中央|全国)(?:里|上|级|层面|一级|内)?(?=的|呢|目标|要求|是|定|怎|多少|[？?]|$)"
)
_LEVEL = {"省": Level.PROVINCE, "市": Level.CITY, "区": Level.DISTRICT}
_EACH = re.compile(r"(?:各|其[他它余]的?)(?:地级)?(?P<level>[省市区县][市区县]?)(?!场)")
_COMPARED = re.compile(r"\s*(?:年?(?:相)?比|相较|为基)")
_POINTS = ("这", "这个", "这些", "这事", "这件事", "那个", "它")
_LONGEST = 18  # letters of a thing that is named instead of being asked for


@dataclass(frozen=True, slots=True)
class Said:
    """A turn taken apart: the place, year and document it names by their words, and what is left.

    `elsewhere` says that it announces another matter; `continues`, by 那 or 呢, that it goes on.
    """

    text: str
    query: Query
    place: str
    year: str
    document: str
    left: str
    continues: bool = False
    elsewhere: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether nothing is left but words that add nothing."""
        return _BARE.fullmatch(_ALSO.sub("", self.left)) is not None

    @property
    def is_placed(self) -> bool:
        """Whether it says by itself where it is asked, be it by a level or a body."""
        return bool(self.place or self.query.regions or self.query.places or self.query.levels)

    @property
    def asks_for_source(self) -> bool:
        """Whether it asks for the words of the source, or whether they are so."""
        plain = self.left.strip(" ？?，,。呢")
        return not self.is_placed and _SOURCE.fullmatch(plain) is not None

    @property
    def of_it(self) -> str | None:
        """What is asked of 这个, 这项任务, 它; None where no such word opens it."""
        found = _IT.match(self.left)
        return self.left[found.end() :] if found else None

    @property
    def asks_of_it(self) -> bool:
        """Whether it asks, and leaves open of what: 谁来牵头, 具体怎么做, 啥时候要报上去."""
        if wording.names_answer(self.left) or _OF_FIGURE.search(self.left):
            return True
        if not wording.asks(_ALSO.sub("", self.left)) or wording.about(self.left):
            return False
        return not self.place or wording.only_asks(self.left)

    @property
    def thing(self) -> str | None:
        """What it names instead of asking for it: 水电呢, 那金融支持那一条呢."""
        thing = _LOOSE.sub("", _ALSO.sub("", self.left)).strip(" ，,、的")
        is_one = thing and len(thing) <= _LONGEST and not wording.asks(thing)
        return thing if is_one else None


def is_small_talk(turn: str) -> bool:
    """Whether a turn asks for nothing: 谢谢, 好的."""
    return not turn.strip() or _SMALL_TALK.fullmatch(turn) is not None


def taken_apart(turn: str, before: str, holdings: Holdings) -> Said:
    """What a turn says, beside the whole question before it."""
    switch = _SWITCH.match(turn)
    rest = _OPENING.sub("", turn[switch.end() :] if switch else turn)
    rest = _of_superior(_of_document(rest, before, holdings), before, holdings)
    left, document = rest, ""
    if span := wording.document_span(rest):
        document = rest[slice(*span)]
        left = re.sub(r"^(?:里面|里边|里头|里|当中|中)", "", rest[span[1] :])
    place = places_said(document or left, holdings)
    if not place and (each := _EACH.match(left)):
        left, place = left[each.end() :], f"各{each['level']}"
    elif place and not document:
        left = left.replace(place, "", 1)
    year = years_said(left)
    if year:
        before_year, _, after = left.partition(year)
        year = "" if _COMPARED.match(after) else year
        if year:
            left = re.sub(r"[到至在]$", "", before_year) + re.sub(r"^(?:底|末|以?前)", "", after)
    return Said(
        text=rest,
        query=understand(rest, holdings),
        place=place,
        year=year,
        document=document,
        left=left.strip(" ，,、"),
        continues=_CONTINUES.search(turn) is not None,
        elsewhere=switch is not None and _leaves(switch["left"], holdings),
    )


def _leaves(left: str | None, holdings: Holdings) -> bool:
    """先不说森林了 leaves the thing and not the place; 暂且不谈四川 leaves the place."""
    return not left or left in _POINTS or bool(places_in(left, holdings.regions))


def _of_document(rest: str, before: str, holdings: Holdings) -> str:
    """What is asked of 这个方案, asked of the document that was named, or of its place."""
    found = _SAME_DOCUMENT.search(rest)
    if not found:
        return rest
    if span := wording.document_span(before):
        inside = re.search(r"(?:里面?|中)$", found.group())
        named = before[slice(*span)] + (inside.group() if inside else "")
    else:
        named = places_said(before, holdings)
    return rest[: found.start()] + named + rest[found.end() :]


def _of_superior(rest: str, before: str, holdings: Holdings) -> str:
    """省里呢 and 国家呢 name the superiors of the place spoken of."""
    found = _ABOVE.match(rest)
    regions = understand(before, holdings).regions if found else ()
    if not found or not regions:
        return rest
    level = _LEVEL.get(found["level"])
    line = superiors(regions[-1])
    region = next((one for one in line if one.level is level), None) if level else NATION
    return region.name + rest[found.end() :] if region else rest
