"""The answer object: what is asked and what is returned, in every interface."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic_core import PydanticCustomError

from corpus.document import HeldClause, Level, Status
from corpus.errors import ClausewiseError
from corpus.targets.select import region_named
from retrieval.scope import Scope

TOOLS = {
    "search_clauses": "查条款",
    "get_targets": "查目标",
    "compare": "比较",
    "outline": "看目录",
}
MAXIMUM_QUESTION = 2000
MAXIMUM_HISTORY = 50
LONGEST_NAME = 60  # characters of the name of a jurisdiction or an indicator
MAXIMUM_TURN = 20_000  # characters


class Mode(StrEnum):
    """How an answer is written: by rules from clauses, by a chat model, or whichever is there.

    `agent` lets the chat model look up clauses several times before it writes.
    """

    AUTO = "auto"
    EXTRACTIVE = "extractive"
    GENERATIVE = "generative"
    AGENT = "agent"


class Refusal(StrEnum):
    """Why nothing is answered."""

    NOT_HELD = "not_held"  # no document of that jurisdiction is held
    SILENT = "silent"  # the documents held do not say
    DEFERRED = "deferred"  # the clause refers to a superior's figure and gives none
    FALSE_PREMISE = "false_premise"  # the question supposes what the documents do not say
    OUT_OF_SCOPE = "out_of_scope"  # not a question about the corpus


def _printable(text: str) -> str:
    """Without control characters, which say nothing and break searches, and outer white space."""
    plain = "".join(c for c in text if c.isprintable() or c == "\n").strip()
    if not plain:
        raise PydanticCustomError("string_too_short", "empty")
    return plain


Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAXIMUM_QUESTION),
    AfterValidator(_printable),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Strict):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=MAXIMUM_TURN)]


def _jurisdiction(name: str) -> str:
    """The name, if it is that of a jurisdiction."""
    try:
        region_named(name)
    except ClausewiseError as error:
        raise PydanticCustomError("reasoned", "{reason}", {"reason": str(error)}) from error
    return name


class Filters(_Strict):
    """Limits on what may be searched; empty lists limit nothing."""

    regions: list[
        Annotated[str, StringConstraints(max_length=LONGEST_NAME), AfterValidator(_jurisdiction)]
    ] = Field(default=[], max_length=100, description="辖区名称，如 四平市")
    inside: StrictBool = Field(default=True, description="是否含下级辖区")
    levels: list[Level] = Field(default=[], max_length=10, description="层级")
    statuses: list[Status] = Field(default=[], max_length=2, description="正式、征求意见稿")
    document_ids: list[str] = Field(default=[], max_length=1000, description="文件编号")
    subjects: list[str] = Field(default=[], max_length=50, description="领域，如 工业")
    departments: list[str] = Field(default=[], max_length=50, description="责任部门，如 市发改委")
    years: list[StrictInt] = Field(
        default=[], max_length=50, description="条款中出现的年份，如 2025"
    )

    def scope(self) -> Scope:
        """The filters as a scope of search."""
        return Scope(
            regions=tuple(map(region_named, self.regions)),
            inside=self.inside,
            levels=tuple(self.levels),
            statuses=tuple(self.statuses),
            document_ids=tuple(self.document_ids),
            subjects=tuple(self.subjects),
            departments=tuple(self.departments),
            years=tuple(self.years),
        )


class Question(_Strict):
    """What is asked. Only `question` is required."""

    question: Words = Field(description="问题", examples=["四平市2025年煤炭消费量控制在多少？"])
    history: list[Turn] = Field(default=[], max_length=MAXIMUM_HISTORY, description="此前的对话")
    filters: Filters = Field(default=Filters(), description="检索范围")
    mode: Mode = Field(default=Mode.AUTO, description="回答方式")
    stream: StrictBool = Field(default=False, description="是否以事件流返回")


class Source(BaseModel):
    """A clause and where it stands."""

    model_config = ConfigDict(frozen=True)

    clause_id: str
    document_id: str
    document_title: str
    number: str | None = Field(default=None, description="文号；原文未载时为空")
    region: str
    level: Level
    status: str
    clause_path: list[str]
    pages: list[int]
    source_url: str | None
    excerpt: bool = Field(default=False, description="指标摘录：据起步资料写成，非原文")
    recognised: bool = Field(default=False, description="所在页为扫描图像，文字由识别得到")
    score: float

    @classmethod
    def fields_of(cls, held: HeldClause, score: float) -> dict[str, object]:
        """The fields shared by citations and related clauses."""
        document = held.document
        return {
            "clause_id": held.id,
            "document_id": document.id,
            "document_title": document.title,
            "number": document.number,
            "region": document.region_name,
            "level": document.level,
            "status": document.status.value,
            "clause_path": list(held.clause.path),
            "pages": list(held.clause.pages),
            "source_url": document.source_url,
            "excerpt": document.excerpt,
            "recognised": any(page in document.recognised_pages for page in held.clause.pages),
            "score": round(score, 4),
        }


class Citation(Source):
    """The proof of a sentence: `quote` stands verbatim in `clause_text` at `span`."""

    marker: int
    quote: str
    clause_text: str
    span: tuple[int, int]


class Searched(BaseModel):
    """What was searched before an answer was refused: the proof of absence."""

    model_config = ConfigDict(frozen=True)

    regions: list[str] = Field(description="查过的辖区；空为全部")
    documents: int = Field(description="查过的文件数")
    clauses: int = Field(description="其中的条款数")
    years: list[int] = Field(description="所问年份")
    terms: list[str] = Field(description="所用的词")


def searched_line(searched: Searched) -> str:
    """What was searched, as it is said under a refusal."""
    where = "、".join(searched.regions) or "全部辖区"
    return f"查过：{where}的 {searched.documents} 份文件、{searched.clauses} 条条款。"


class Step(BaseModel):
    """One look-up of an agent: which tool, with what, and how many clauses came back."""

    model_config = ConfigDict(frozen=True)

    tool: str
    asked: str
    found: int


class Answer(BaseModel):
    """An answer, or a refusal that says why. Markers `[1]` in `answer` number the citations."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    understood: str | None = Field(default=None, description="结合上文补全后的问题")
    answer: str
    refused: bool
    refusal_reason: Refusal | None
    mode: Mode
    note: str | None = Field(default=None, description="关于回答方式的说明，如对话模型不可用")
    citations: list[Citation]
    related: list[Source] = Field(description="最接近而未引用的条款")
    searched: Searched | None = Field(default=None, description="拒答时查过的范围")
    steps: list[Step] = Field(default=[], description="多步检索的各步")
    timings_ms: dict[str, float]


def made_by(answer: Answer) -> str:
    """How the answer was made, as it is said under it."""
    if answer.mode in (Mode.GENERATIVE, Mode.AGENT):
        return "由对话模型撰写，逐句核对条款"
    if any(citation.excerpt for citation in answer.citations):
        return "未使用模型，依据指标摘录（非原文）"
    return "未使用模型，摘自条款原文" if answer.citations else "未使用模型"
