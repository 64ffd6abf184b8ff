"""How much of what a question is about stands in a text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from corpus.indicators import Indicator, indicators_named
from retrieval.query import Query
from retrieval.words import bigrams, fold, nouns, phrases, synonym_groups

# What a question counts in, behind its 多少: no word of what it counts.
_UNIT = (
    r"(?:万|亿|万亿)?(?:标准煤|吨(?:标准?煤)?|千瓦时?|兆瓦|立方米|平方米|平方公里|公里|公顷|平米|立方|亩"
    r"|个点|个百分点|个|家|户|座|项|所|处|辆|名|人|台|株|条|元|度)?"
)
_DOING = (
    r"达到?|压减?|控制|降低?|下降|减少?|提高|提升|占|做|是|有|新增|增加|新?建设|新?建成?|建立|设立|培育"
    r"|打造|完成|实现|形成|凑够|超过?|冲过|突破|搞|弄|装|(?<![投生达])产|推"
)
# Words of asking, which no clause holds for the question's sake.
_ASKING = re.compile(
    r"(?:谁|哪个?[省市区县边家]?)?[的得]?(?:更|最)[高低多少大小]|谁[的得]?[高低多少大小]|各[是为](?=多少)|"
    rf"(?:要|需|应|得|想|应该)?(?:{_DOING})?(?:到|在|的是|出)?"
    rf"(?:(?:多少|(?<!好)几(?=[万亿家户个座项所处辆名人台株条公]))(?:{_UNIT}(?!的\W*$))|百分之(?:几|多少)|几成"
    r"|多大(?:的)?(?:规模)?|什么|哪些|哪几|哪个|哪[一二三四五六七八九十两]|几个点|怎么样?|如何|几家)"
    r"|责任单位|牵头|(?:按)?(?:职责)?分工|负责|(?:相关)?部门|单位(?=负责|分工|牵头|落实|$|[?？])|这块工作|工作由|(?:由|归)?谁|[什啥]么?时候|何[时日年]|几号|目标|要求|规定|计划|打算|方案里|方案中|规划里|方案|请问|分别|各是|呢|吗|对吗|是不是|有没有|具体"
)


# Nouns that say how much of a thing, or where, and not which.
_MEASURES = frozenset(
    [
        *("比重", "比例", "面积", "数量", "规模", "总量", "水平", "指标"),
        *("全国", "全省", "全市", "全区", "全县", "本市", "本省"),
    ]
)
_GENERIC = frozenset(["时候", "事情", "东西", "房子", "老房子", "上限", "下限"])
# 充(换)电站 is written 充换电站 as well.
_IN_BRACKETS = re.compile(r"\(([\u4e00-\u9fff]{1,2})\)")
# A single character says little, but 层 of 层数 still finds 18层.
_CHARACTER = 0.6
_SEGMENTS = 100_000  # whose canonical wording is kept at hand; about 0.2 KB each


@dataclass(frozen=True)
class Topic:
    """The weighted character pairs and characters of a question, the indicators and nouns in it."""

    weights: dict[str, float]
    indicators: tuple[Indicator, ...]
    nouns: tuple[str, ...] = ()
    missing: float = 0.0  # weight of the nouns that no clause holds

    @property
    def is_empty(self) -> bool:
        """Whether the question has no word of its own."""
        return not any(len(pair) > 1 for pair in self.weights)

    @cached_property
    def total(self) -> float:
        """The weight of all of it; 1 where it has none."""
        return sum(self.weights.values()) or 1.0

    @cached_property
    def scale(self) -> Scale:
        """What the pairs weigh in the windows of clauses."""
        return Scale(self.weights, self.total)

    def coverage(self, text: str) -> float:
        """Share of the topic's weight that stands in the text, 0 to 1."""
        present = pairs_of(text)
        return sum([w for pair, w in self.weights.items() if pair in present]) / self.total

    def relevance(self, text: str) -> float:
        """Share of the weight of all words asked, also those no clause holds; 0 to 1."""
        words = {pair: weight for pair, weight in self.weights.items() if len(pair) > 1}
        present = pairs_of(text)
        standing = sum(weight for pair, weight in words.items() if pair in present)
        return standing / ((sum(words.values()) + self.missing) or 1.0)

    def named(self, text: str) -> float:
        """Share of the topic's nouns that stand in the text, in part at least; 0 to 1."""
        if not self.nouns:
            return 1.0
        present = pairs_of(text)
        standing = [n for n in self.nouns if any(pair in present for pair in bigrams(n))]
        return len(standing) / len(self.nouns)


class Scale:
    """What a topic's pairs weigh where they stand; a set of them is a number, a bit a pair.

    Windows overlap: a segment is looked through once, and a set of pairs added up once.
    """

    def __init__(self, weights: Mapping[str, float], total: float) -> None:
        bits = {pair: 1 << at for at, pair in enumerate(weights)}
        self._weights = [(bits[pair], weight) for pair, weight in weights.items()]
        self._words = sum(bit for pair, bit in bits.items() if len(pair) > 1)
        self._inside = [(pair, bit) for pair, bit in bits.items() if _stands_anywhere(pair)]
        self._whole = [(pair, bit) for pair, bit in bits.items() if not _stands_anywhere(pair)]
        self._total = total
        self._found: dict[str, int] = {"": 0}
        self._shares: dict[tuple[int, int, int], tuple[float, float]] = {}

    def pairs_in(self, text: str) -> int:
        """The topic's pairs that stand in a text."""
        found = self._found.get(text)
        if found is None:
            plain = _canonical_segment(text)
            found = sum([bit for pair, bit in self._inside if pair in plain])
            if self._whole:
                present = pairs_of(text)
                found += sum([bit for pair, bit in self._whole if pair in present])
            self._found[text] = found
        return found

    def words_in(self, text: str) -> int:
        """Those that stand in a text and are no single characters."""
        return self.pairs_in(text) & self._words

    def shares(self, here: int, lead: int, context: int) -> tuple[float, float]:
        """Shares of the topic inside a window, and outside it: what its lead has counts double."""
        shares = self._shares.get((here, lead, context))
        if shares is None:
            inside = outside = 0.0
            for bit, weight in self._weights:
                if here & bit:
                    inside += weight
                elif lead & bit:
                    outside += weight * 2
                elif context & bit:
                    outside += weight
            shares = inside / self._total, outside / self._total
            self._shares[here, lead, context] = shares
        return shares


def _stands_anywhere(pair: str) -> bool:
    """Whether it stands wherever its characters do; a number or Latin word stands alone."""
    return len(pair) == 1 or pair[0] >= "\u4e00"


def topic_of(query: Query, frequency: Callable[[str], int], size: int) -> Topic:
    """The topic of a question; a pair weighs by its rarity among `size` clauses (BM25's idf).

    Words that no clause holds count only where no place is named: then they may be what the
    question is about (火星2030年光伏装机), and nothing held should answer it.
    """
    placed = bool(query.regions or query.places)
    asked = _ASKING.sub(" ", query.topic)
    named = [word for part in asked.split() for word in phrases(canonical(part))]
    if not named:  # it asks for the goals, or the plan, as such
        named = [word for word in ("目标", "方案", "规划") if word in query.topic]
    weights: dict[str, float] = {}
    for pair in dict.fromkeys(pair for word in named for pair in bigrams(word)):
        found = frequency(pair)
        if found or not placed:
            weights[pair] = math.log(1 + (size - found + 0.5) / (found + 0.5))
    for character in dict.fromkeys("".join(named)):
        if "\u4e00" <= character <= "\u9fff":
            weights[character] = _CHARACTER
    of_nouns = nouns(canonical(asked))
    subjects = tuple(
        noun
        for noun in of_nouns
        if noun not in _MEASURES and any(pair in weights for pair in bigrams(noun))
    )
    unheld = [
        noun for noun in of_nouns if noun not in _GENERIC and not any(map(frequency, bigrams(noun)))
    ]
    missing = sum(len(bigrams(noun)) for noun in unheld) * math.log(2 * size + 2)
    return Topic(weights, indicators_named(query.topic), subjects, missing)


@lru_cache(maxsize=20_000)
def pairs_of(text: str) -> frozenset[str]:
    """The character pairs of a text in its canonical wording."""
    plain = canonical(text)
    return frozenset([*bigrams(plain), *plain])


def canonical(text: str) -> str:
    """Fold a text and put the official wording for each synonym."""
    pattern, official = _wordings()
    return pattern.sub(lambda found: official[found.group()], _IN_BRACKETS.sub(r"\1", fold(text)))


@lru_cache(maxsize=_SEGMENTS)
def _canonical_segment(text: str) -> str:
    return canonical(text)


@lru_cache(maxsize=1)
def _wordings() -> tuple[re.Pattern[str], dict[str, str]]:
    official = {member: group[0] for group in synonym_groups() for member in group}
    longest_first = sorted(official, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))), official
