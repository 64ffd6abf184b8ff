"""Reading a clause: which figure is of what, due when.

A sentence is read left to right. A figure belongs to the words between it and the figure or comma
before it, or to the noun behind it (建设200个充电桩); words too broad to stand alone take up the
subject before them. A year governs until the next one; one that opens a sentence governs the
sentences after it as well. 分别 pairs figures with subjects or years.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.document import Clause, Region
from corpus.regions import NATION
from corpus.targets import deferral, scope, signs
from corpus.targets.doing import Doing, doing, promises
from corpus.targets.figures import Figure
from corpus.targets.pairing import NOTHING, Span, paired
from corpus.targets.prose import Prose, Stretch, prose, sentences
from corpus.targets.sentence import Sentence, ends, joins
from corpus.targets.subject import Subject, adds, before, canonical, is_broad, is_deed
from corpus.targets.target import Change, Comparison, Flag, Kind, Target
from corpus.targets.times import Time, times

_NOUN = re.compile(
    r"(?:的|新增的)?((?:\d[\d.]*)?(?:[\u4e00-\u9fffA-Za-z“”\-+/]|\([^()]{1,12}\)){2,40})"
)
# 10家以“…”为主题的示范区: what is counted stands behind what it is about.
_ABOUT = re.compile(r"以.{2,60}?为[\u4e00-\u9fff]{1,6}?的([\u4e00-\u9fff]{2,40})")
# 15%以上的建筑面积达到: the share only says of what the next figure is.
_QUALIFIES = re.compile(r"的[^,;]{2,20}(?:达到|达|为|不低于|不少于|占|超过)")
_DONE = re.compile(
    r"[、,;。]|的?(?:建设|改造|创建|达到|实现|完成|纳入|开展)(?=.)(?!项目|工程|试点|任务|示范)"
)
_LONGEST = 60
_CONJUNCTION = re.compile(r"[和与及]$")
_GOES_ON = re.compile(r"(?:[、,和与及]|以及)$")
_NAMES_THE_DEED = ("新增", "改造", "淘汰", "关停", "新建")
_NATURE = re.compile(r"约束性|预期性")
_PART_OF = re.compile(r"\W*其中")
_MEASURED = re.compile(
    r"(?:率|比例?|占比|比重|面积|量|规模|容量|数|值|能耗|强度|投资|能力|产出|收入)$"
)
_SHARE = re.compile(r"(?:占比|比例|比重)$")
_LEADS = re.compile(r"[^,;:\d]{4,24}[。\x1e]")
_YEARLY = re.compile(r"年均|每年|逐年")
_LEAD = 40


@dataclass
class Reading:
    """One pass over a clause; holds what carries over from one part or sentence to the next."""

    clause: Clause
    prose: Prose
    region: Region | None
    governing: Time | None = None  # the time that opened an earlier sentence, or a heading
    subject: Span = NOTHING
    verb: Doing | None = None  # of the counted noun before, which 和 goes on with
    lead: str = ""  # the short sentence that opens a paragraph: 有序发展风电。

    def targets(self) -> Iterator[Target]:
        """The targets of the clause, in order."""
        words = [prose(word).text for label in self.clause.path for word in label.split()]
        dated = [t for word in words for t in times(word) if t.year and not t.peaking]
        label = prose(self.clause.path[-1]).text if self.clause.path else ""
        self.governing = dated[-1] if dated else None
        for stretch in sentences(self.prose.text):
            sentence = Sentence.of(stretch)
            if _LEADS.fullmatch(sentence.text):
                self.lead = sentence.text
            yield from self._sentence(sentence)
            self.governing = sentence.opening(label) or self.governing

    def _sentence(self, sentence: Sentence) -> Iterator[Target]:
        self.subject, self.verb = NOTHING, None
        deferrals = list(deferral.find(sentence.text)) if self.region != NATION else []
        if not deferrals and not sentence.lists:
            return
        lists = iter([*enumerate(sentence.lists), (len(sentence.lists), ())])
        number, figures = next(lists)
        for part in sentence.parts:
            for found in deferrals:
                if part.start <= found.start < part.end:
                    yield from self._deferred(sentence, part, found)
            while figures and figures[0].core < part.end:
                yield from self._list(sentence, part, number)
                number, figures = next(lists)
            if not sentence.has_figure(part):
                words = before(sentence.between(part.start, part.end), relative=False).words
                if len(words) >= 2:
                    self.subject = Span(words, part.start)

    def _deferred(
        self, sentence: Sentence, part: Stretch, found: deferral.Deferral
    ) -> Iterator[Target]:
        """完成省下达目标: a row without a number."""
        lead = before(sentence.between(part.start, found.start), relative=False)
        said = Span(lead.words, part.start) if lead.words else self.subject
        if found.inside:
            said = Span(found.inside, found.start)
        falls = re.search(r"下降|降低", sentence.text[said.start : found.end])
        for name in deferral.subjects(said.words):
            yield self._target(
                sentence,
                Span(name, said.start),
                None,
                (found.start, found.end),
                change=Change.DOWN if falls else Change.NONE,
                base=sentence.base(part.start, found.start),
            )
        self.subject = said

    def _list(self, sentence: Sentence, part: Stretch, number: int) -> Iterator[Target]:
        """The figures of one list: they share the words before them, or the noun behind them."""
        figures = sentence.lists[number]
        first, last = figures[0], figures[-1]
        earlier = sentence.lists[number - 1][-1].end if number else 0
        later = sentence.lists[number + 1][0].start if number + 1 < len(sentence.lists) else None
        left = max(earlier, part.start)
        lead_text = sentence.between(left, first.start)
        if signs.is_past(sentence, part, first, self.governing) or signs.is_aside(
            part, first, lead_text
        ):
            return
        base = sentence.base(left, first.start)
        lead = before(lead_text, relative=bool(base))
        after = sentence.text[last.end : max(part.end, last.end)]
        if later is not None:
            after = after[: max(later - last.end, 0)]
        if not ends(after):
            yield from self._behind(sentence, first, left, lead, lead_text, after)
        elif lead.words or self.subject.words:
            yield from self._before(sentence, figures, left, lead, lead_text, base)

    def _before(
        self,
        sentence: Sentence,
        figures: Sequence[Figure],
        left: int,
        lead: Subject,
        lead_text: str,
        base: str,
    ) -> Iterator[Target]:
        """占比达到25%: the subject stands before its figures."""
        said = self._whole(Span(lead.words, _past_joins(sentence.text, left)), lead_text)
        for figure, words, time, flags in paired(sentence, figures, said, lead):
            lost = signs.loses_percent(words, lead_text, figure)
            after = sentence.text[figure.end :]
            if not figure.unit and not lost and not signs.is_limit(lead_text, figure, after):
                continue
            change = lead.change
            if change is Change.NONE and self._is_new(said.words, lead_text, figure):
                change = Change.NEW
            lost_flags = (Flag.LOST_PERCENT,) if lost else ()
            yield self._target(
                sentence,
                Span(words, said.start, (*said.flags, *flags, *lost_flags), said.scope),
                figure,
                (figure.start, figure.end),
                change=change,
                base=base,
                time=time,
                end=figures[-1].end,  # the whole list proves each of its figures
            )
        if not is_broad(lead.words):
            self.subject = said

    def _behind(
        self,
        sentence: Sentence,
        figure: Figure,
        left: int,
        lead: Subject,
        lead_text: str,
        after: str,
    ) -> Iterator[Target]:
        """建设200个充电桩: what is counted stands behind."""
        noun = _ABOUT.match(sentence.text[figure.end :]) or _NOUN.match(after)
        lead_text += sentence.text[figure.start : figure.core]  # 突破 is both qualifier and verb
        dated = bool(sentence.due(figure.start))
        loosely = dated and figure.kind is Kind.COUNT
        goes_on = not lead_text or _GOES_ON.search(lead_text)
        verb = self.verb if goes_on else doing(lead_text, loosely=loosely)
        kept = noun is not None and not _QUALIFIES.fullmatch(after)
        if noun is None or not kept or not promises(figure, verb, after, dated=dated):
            if len(lead.words) > 2:
                self.subject = Span(lead.words, _past_joins(sentence.text, left))
            return
        self.verb = verb
        words, change = noun.group(1), Change.NONE
        if figure.unit == "%":
            words = f"{lead.words}{words}" if 0 < len(lead.words) < 12 else words
        else:
            short = _DONE.split(words)[0]
            words = short if short and short.count("“") == short.count("”") else words
            words = _CONJUNCTION.sub("", words).removesuffix("达")
            if verb and verb.verb in _NAMES_THE_DEED:
                words = f"{verb.verb}{words}"
            if verb and "累计" not in lead_text[-8:]:
                change = verb.change
        said = Span(words, _past_joins(sentence.text, left))
        yield self._target(
            sentence,
            said,
            figure,
            (figure.start, figure.end),
            change=change,
            base=sentence.base(left, figure.start),
            end=figure.end + noun.end(),
        )
        self.subject = said

    def _is_new(self, words: str, lead: str, figure: Figure) -> bool:
        """Whether a figure is added; 创建绿色工厂200家,绿色园区30个 adds both."""
        if _is_new(words, lead, figure):
            self.verb = doing("新增")
            return True
        goes_on = self.verb is not None and self.verb.change is Change.NEW
        return goes_on and figure.kind is Kind.COUNT and words == lead.strip(",、和与及")

    def _whole(self, said: Span, lead: str) -> Span:
        """Words too broad to stand alone, with the subject before them.

        其中甲市达到80%: of the subject before, for 甲市.
        """
        carried, start = self.subject.words, self.subject.start
        flags: tuple[Flag, ...] = (Flag.SUBJECT_CARRIED,)
        if not carried and is_deed(said.words):
            heading = before(prose(self.clause.heading).text, relative=False)
            carried, start, flags = heading.words, said.start, ()
        if not carried or said.words == carried:
            return said
        if said.words.startswith("占"):
            return Span(f"{carried.split('占')[0]}{said.words}", start, flags)
        if _PART_OF.match(lead):
            bare = _SHARE.sub("", said.words)
            if not _MEASURED.search(bare) and (bare == said.words or _SHARE.search(carried)):
                return Span(carried, start, flags, bare)
        if not is_broad(said.words):
            return said
        words = carried if said.words in carried else f"{carried}{said.words}"
        return Span(words, start, flags)

    def _target(
        self,
        sentence: Sentence,
        said: Span,
        figure: Figure | None,
        printed: tuple[int, int],
        *,
        change: Change,
        base: str,
        time: Time | None = None,
        end: int = 0,
    ) -> Target:
        """A row; `time` is one that 分别 pairs with the figure, else the governing one counts."""
        own = [time] if time else sentence.due(printed[0])
        governing = own[-1] if own else self.governing
        first = min(said.start, sentence.lead_in(own[-1])) if own else said.start
        flags = said.flags if own or governing is None else (*said.flags, Flag.YEAR_CARRIED)
        start, stop = self.prose.span(sentence.start + first, sentence.start + max(end, printed[1]))
        nature = _NATURE.search(sentence.text)
        lead = sentence.text[max(said.start - _LEAD, 0) : printed[1]]
        lost = Flag.LOST_PERCENT in said.flags
        unit = None if figure is None else "%" if lost else figure.unit
        return Target(
            clause_id=self.clause.id,
            start=start,
            end=stop,
            indicator=canonical(
                said.words,
                unit,
                changes=change in (Change.DOWN, Change.UP),
                contexts=(self.lead, self.clause.heading) if figure else (),
            ),
            words=said.words[:_LONGEST],
            kind=_kind(figure, change),
            comparison=figure.comparison if figure else Comparison.EQUAL,
            change=change,
            printed=sentence.text[slice(*printed)],
            low=figure.low if figure else None,
            high=figure.high if figure else None,
            unit=unit or "",
            year=governing.year if governing else None,
            period=governing.period if governing else "",
            annual=_YEARLY.search(lead) is not None,
            base=base,
            scope=said.scope or scope.find(said.words, sentence.text[: printed[1]], self.region),
            aspires=signs.aspires(sentence.text, said.start, printed[0]),
            nature=nature.group() if nature else "",
            flags=flags,
        )


def _past_joins(text: str, left: int) -> int:
    """Past the conjunctions that a part opens with."""
    while left < len(text) - 1 and (joins(text[left]) or text[left] in ";:\x1e"):
        left += 1
    return left


def _is_new(words: str, lead: str, figure: Figure) -> bool:
    """新增装机1000万千瓦 is added; a share of what is new is none."""
    countable = figure.kind in (Kind.COUNT, Kind.CAPACITY, Kind.AREA, Kind.MONEY)
    if not countable and not (figure.unit.startswith("万") and words.startswith("新增")):
        return False
    return adds(words[:8]) or adds(lead[-8:])


def _kind(figure: Figure | None, change: Change) -> Kind:
    if figure is None:
        return Kind.DEFERRED
    if figure.unit == "%" and change in (Change.DOWN, Change.UP):
        return Kind.CHANGE
    return figure.kind
