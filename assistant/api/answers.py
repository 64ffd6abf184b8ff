"""Answers over HTTP: ask, the receipt of an answer, a word on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from assistant.access.principal import Role
from assistant.answer import Answer, Question
from assistant.api.caller import Caller, Seen, Served, requires
from assistant.api.events import EVENT_STREAM, begun, events, stream
from assistant.feedback import Feedback, HeldFeedback
from assistant.receipt import Receipt

_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "回答；stream 为 true 时为事件流：understood 理解，hit 命中的条款，"
            "step 多步检索的一步，sentence 一句，citation 这句的引文，done 完整回答，error 出错"
        ),
        "content": EVENT_STREAM,
    },
}


class FeedbackPage(BaseModel):
    """A page of feedback, the newest first."""

    total: int
    offset: int
    limit: int
    items: list[HeldFeedback]


def routes() -> APIRouter:
    """The routes /v1/answer, /v1/answers and /v1/feedback."""
    router = APIRouter(tags=["问答"])

    @router.post("/v1/answer", response_model=Answer, responses=_EVENTS, summary="提问")
    async def answer(
        question: Question, service: Served, caller: Caller
    ) -> Response | StreamingResponse:
        if question.stream:
            return stream(events(await begun(service.stages(caller, question))))
        found = await service.answer(caller, question)
        return Response(found.model_dump_json(), media_type="application/json")

    @router.get(
        "/v1/answers/{answer_id}/receipt",
        response_model=Receipt,
        summary="回答的回执：语料版本、理解、检索名次、各项核对结果",
    )
    def receipt(answer_id: str, seen: Seen) -> Response:
        return Response(seen.receipt(answer_id), media_type="application/json")

    @router.post("/v1/feedback", status_code=201, summary="评价一个回答")
    def feedback(said: Feedback, service: Served, caller: Caller) -> HeldFeedback:
        return service.judge(caller, said)

    @router.get(
        "/v1/feedback", dependencies=[requires(Role.ADMIN)], summary="全部评价，新的在前（管理员）"
    )
    def all_feedback(
        service: Served,
        offset: Annotated[int, Query(ge=0, le=2**53, description="从第几条起")] = 0,
        limit: Annotated[int, Query(ge=1, le=500, description="至多几条")] = 100,
    ) -> FeedbackPage:
        total, items = service.feedback.page(offset, limit)
        return FeedbackPage(total=total, offset=offset, limit=limit, items=list(items))

    return router
