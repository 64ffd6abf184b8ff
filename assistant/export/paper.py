"""What is taken away: questions and their answers, whatever they are written as."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from assistant.answer import Answer, made_by, searched_line
from assistant.export.reference import reference
from assistant.export.words import closed, one_line
from assistant.receipt import Receipt, answer_of

TITLE = "政策问答及依据"
AUTHOR = "条析 Clausewise"
_NEAREST = 3  # clauses named under a refusal
_CHINA = timezone(timedelta(hours=8))
_LONGEST_NAME = 40  # characters of a question in the name of a file
_NOT_IN_NAMES = frozenset('\\/:*?"<>|')
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Piece:
    """A question with its answer, and when it was given (aware, UTC)."""

    answer: Answer
    at: datetime

    @property
    def understood(self) -> str:
        """The question as completed from the conversation, where it was."""
        return f"理解为：{one_line(self.answer.understood)}" if self.answer.understood else ""

    @property
    def searched(self) -> list[str]:
        """Under a refusal: what was searched, and what comes nearest."""
        if not self.answer.searched:
            return []
        nearest = self.answer.related[:_NEAREST]
        return [
            searched_line(self.answer.searched),
            *(f"最接近：{reference(source)}。" for source in nearest),
        ]

    @property
    def way(self) -> str:
        """How it was answered: whether a model wrote, and whether one failed to."""
        return f"回答方式：{self.answer.note or ''}{made_by(self.answer)}。"


@dataclass(frozen=True, slots=True)
class Paper:
    """Questions and answers under a title. `version` is the hash of the corpus they are from."""

    title: str
    pieces: tuple[Piece, ...]
    version: str

    @property
    def date(self) -> str:
        """The day of the answers, or the first and the last of several, in China."""
        days = sorted({piece.at.astimezone(_CHINA).date() for piece in self.pieces})
        return "日期：" + "至".join(_day(day) for day in dict.fromkeys((*days[:1], *days[-1:])))

    @property
    def way(self) -> str:
        """How all was answered; empty where pieces differ, and each says it for itself."""
        ways = {piece.way for piece in self.pieces}
        return ways.pop() if len(ways) == 1 else ""

    @property
    def foot(self) -> list[str]:
        """What is said of the whole: day, corpus, and how it was answered."""
        return [line for line in (self.date, f"语料版本：{self.version}", self.way) if line]


def paper_of(receipt: str, at: datetime) -> Paper:
    """The answer of a kept receipt, as a paper of its own; a receipt holds no time of its own."""
    kept = Receipt.model_validate_json(receipt)
    return Paper(TITLE, (Piece(answer_of(kept), at),), kept.corpus)


def file_name(paper: Paper, suffix: str) -> str:
    """A name for the file: the first question, without what file systems refuse."""
    asked = closed(paper.pieces[0].answer.question) if paper.pieces else ""
    plain = "".join(c for c in asked if c.isprintable() and c not in _NOT_IN_NAMES)
    return f"{plain[:_LONGEST_NAME].strip('. ？') or TITLE}.{suffix}"


def heads(paper: Paper) -> list[str]:
    """The questions as headings, numbered where there are several."""
    asked = [one_line(piece.answer.question) for piece in paper.pieces]
    if len(asked) < 2:
        return asked
    return [f"{_numeral(number)}、{text}" for number, text in enumerate(asked, start=1)]


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese; beyond that in digits.

    >>> [_numeral(n) for n in (1, 10, 12, 20, 35, 100)]
    ['一', '十', '十二', '二十', '三十五', '100']
    """
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return ten + (_DIGITS[ones] if ones or not tens else "")
