"""The API that OpenAI's clients speak, over the same service: models, chat and embeddings."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from assistant.api.caller import Caller, Seen, Served
from assistant.api.events import begun, stream
from assistant.api.openai.chat import (
    NO_TASK,
    Head,
    answered,
    chunks,
    completion,
    deltas,
    is_task,
    question_of,
    said,
)
from assistant.api.openai.embeddings import embedded
from assistant.api.openai.models import mode_named, models_of, unknown
from assistant.api.openai.shapes import (
    ChatRequest,
    Completion,
    EmbeddingList,
    EmbeddingRequest,
    ErrorBody,
    ModelList,
    ModelView,
)

_WAY = "chat"  # how answers given here are named on record
_ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorBody, "description": "请求有误"},
    401: {"model": ErrorBody, "description": "需要密钥"},
    404: {"model": ErrorBody, "description": "没有这个模型"},
    409: {"model": ErrorBody, "description": "尚未导入任何文件"},
    429: {"model": ErrorBody, "description": "请求过多"},
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "回答；stream 为 true 时为 chat.completion.chunk 事件流，逐行给出，"
            "末尾为引文、annotations 和完整的回答对象 clausewise"
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
}


def routes() -> APIRouter:
    """The routes /v1/models, /v1/chat/completions and /v1/embeddings."""
    router = APIRouter(tags=["OpenAI 兼容"], responses=_ERRORS)

    @router.get("/v1/models", summary="可用的模型（OpenAI 兼容）")
    def models(seen: Seen, service: Served) -> ModelList:
        return ModelList(data=models_of(seen, service.settings))

    @router.get("/v1/models/{name:path}", summary="一个模型（OpenAI 兼容）")
    def model(name: str, seen: Seen, service: Served) -> ModelView:
        known = {one.id: one for one in models_of(seen, service.settings)}
        if name not in known:
            raise unknown(name, list(known))
        return known[name]

    @router.post(
        "/v1/chat/completions",
        response_model=Completion,
        responses=_STREAM,
        summary="对话（OpenAI 兼容）：回答带引文脚注，未列出的参数不起作用",
    )
    async def chat(
        request: ChatRequest, service: Served, caller: Caller, seen: Seen
    ) -> Response | StreamingResponse:
        mode = mode_named(request.model, service.settings)
        fingerprint = await to_thread.run_sync(lambda: seen.version)
        head = await Head.of(request, fingerprint)
        options = request.stream_options
        with_usage = bool(options and options.include_usage)
        if is_task(request):
            if request.stream:
                return stream(chunks(head, said(NO_TASK), with_usage=with_usage))
            return _json(completion(head, NO_TASK))
        question = question_of(request, mode)
        if request.stream:
            coming = await begun(service.stages(caller, question, _WAY))
            return stream(chunks(head, deltas(coming), with_usage=with_usage))
        return _json(answered(head, await service.answer(caller, question, _WAY)))

    @router.post("/v1/embeddings", summary="向量（OpenAI 兼容）：检索所用的向量模型")
    async def embeddings(
        request: EmbeddingRequest, service: Served, caller: Caller
    ) -> EmbeddingList:
        about = f"{len(request.input)} 段文字"
        return await service.look_up(
            caller, lambda seen: embedded(request, seen), "embeddings", about
        )

    return router


def _json(whole: Completion) -> Response:
    return Response(whole.model_dump_json(), media_type="application/json")
