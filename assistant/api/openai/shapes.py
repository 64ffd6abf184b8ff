"""What OpenAI's clients send and get, as far as it means anything here.

Fields that are not named are taken and left alone: clients send what their own settings hold.
"""

from __future__ import annotations

import time
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from assistant.answer import Answer
from assistant.api.problems import REASONED

MOST_TEXTS = 256
LONGEST_TEXT = 8000
_STARTED = int(time.time())


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class ChatPart(_Lenient):
    """A part of a message's content."""

    type: str
    text: str | None = None


class ChatMessage(_Lenient):
    """One message of the conversation; what no user or assistant says is left out."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[ChatPart] | None = None

    @property
    def text(self) -> str:
        """What it says, without images and the like."""
        if isinstance(self.content, list):
            return "\n".join(part.text or "" for part in self.content if part.type == "text")
        return self.content or ""

    @property
    def is_text(self) -> bool:
        """Whether it says nothing but text."""
        return not isinstance(self.content, list) or all(p.type == "text" for p in self.content)


class StreamOptions(_Lenient):
    """How a stream ends."""

    include_usage: bool | None = None


class ChatRequest(_Lenient):
    """A conversation whose last user message is the question."""

    model: str = Field(description="模型名称，见 /v1/models", examples=["clausewise"])
    messages: list[ChatMessage] = Field(
        description="最后一条 user 消息为问题，此前的 user、assistant 消息为上文；其余不起作用"
    )
    n: Annotated[int | None, Field(ge=1, le=1, description="只支持 1")] = None
    stream: bool | None = Field(default=None, description="是否以事件流返回")
    stream_options: StreamOptions | None = Field(
        default=None, description="include_usage 为 true 时，事件流最后给出 usage"
    )


class UrlCitation(BaseModel):
    """A marker in the content and the page it points to."""

    start_index: int
    end_index: int
    title: str
    url: str


class Annotation(BaseModel):
    """A citation as OpenAI's clients show it."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Reply(BaseModel):
    """What is answered."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation] = []
    clausewise: Answer | None = Field(
        default=None, description="完整的回答对象：引文的文件、条款位置、页码、原文和起止位置"
    )


class Choice(BaseModel):
    """The one reply."""

    index: int = 0
    message: Reply
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class Usage(BaseModel):
    """Tokens of all messages sent and of the content returned."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, prompt: int, completion: int) -> Usage:
        """With the sum of both."""
        return cls(
            prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion
        )


class Completion(BaseModel):
    """A whole answer."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    system_fingerprint: str = Field(description="语料版本")
    choices: list[Choice]
    usage: Usage = Field(
        description="按上界估算；设了 TIKTOKEN_CACHE_DIR 时按 cl100k_base 准确计数"
    )


class ModelView(BaseModel):
    """A model that can be named in a request."""

    id: str
    object: Literal["model"] = "model"
    created: int = _STARTED
    owned_by: str = "clausewise"


class ModelList(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[ModelView]


def _texts(given: object) -> object:
    """One text or several as a list. Raises PydanticCustomError with the reason."""
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not 1 <= len(texts) <= MOST_TEXTS:
        raise _refused(f"应为一段文字，或 1 至 {MOST_TEXTS} 段文字的列表")
    if any(isinstance(text, int | list) for text in texts):
        raise _refused(
            "应为文字，不接受 token 数组（LangChain 请设 check_embedding_ctx_length=False）"
        )
    if any(isinstance(text, str) and not text.strip() for text in texts):
        raise _refused("不能含空文字")
    return texts


def _refused(reason: str) -> PydanticCustomError:
    return PydanticCustomError(REASONED, "{reason}", {"reason": reason})


class EmbeddingRequest(_Lenient):
    """Texts to be embedded."""

    model: str = Field(description="向量模型名称，见 /v1/models")
    input: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_TEXT)]],
        BeforeValidator(_texts, json_schema_input_type=str | list[str]),
    ] = Field(description=f"一段文字或文字列表，至多 {MOST_TEXTS} 段，每段不超过 {LONGEST_TEXT} 字")
    encoding_format: Literal["float", "base64"] | None = Field(
        default=None, description="float（默认）或 base64（小端 float32）"
    )
    dimensions: int | None = Field(default=None, description="只能是模型本来的维数")


class EmbeddingView(BaseModel):
    """The vector of one text."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class EmbeddingUsage(BaseModel):
    """Tokens of the texts."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingList(BaseModel):
    """The vectors of all texts, in their order."""

    object: Literal["list"] = "list"
    model: str
    data: list[EmbeddingView]
    usage: EmbeddingUsage


class ErrorView(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """An error in the shape that OpenAI's clients read."""

    error: ErrorView
