"""An upload as it is seen from outside: its files, how far it is, what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from assistant.worker import FileResult


class State(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    READING = "reading"
    INDEXING = "indexing"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """As it is said."""
        return _LABELS[self]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.DONE, State.CANCELLED, State.FAILED)


_LABELS = {
    State.QUEUED: "排队中",
    State.READING: "正在读取",
    State.INDEXING: "正在建立索引",
    State.DONE: "完成",
    State.CANCELLED: "已取消",
    State.FAILED: "失败",
}


class Job(BaseModel):
    """An upload: its files, how many have been read, and what became of each."""

    id: str
    at: datetime = Field(description="上传时间（UTC）")
    who: str
    collection: str
    state: State
    files: list[str] = Field(description="上传的文件名")
    read: int = Field(description="已读完的文件数")
    results: list[FileResult] = Field(description="每个文件（或压缩包内文件）的结果")
    message: str = ""
