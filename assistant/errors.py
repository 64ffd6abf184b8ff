"""Errors of asking. Each says in Chinese what is wrong and what to do.

ClausewiseError
└── AskError
    ├── EmptyIndexError      nothing has been ingested
    ├── NoChatModelError     a generative answer was asked for and no chat model is configured
    └── ChatModelError       the chat model failed; the extractive answer takes its place
"""

from __future__ import annotations

from corpus.errors import ClausewiseError


class AskError(ClausewiseError):
    """A question cannot be answered by this server as it stands."""


class EmptyIndexError(AskError):
    """Nothing has been ingested."""

    def __init__(self) -> None:
        super().__init__("尚未导入任何文件。请先运行 clausewise ingest 文件夹路径，再提问。")


class NoChatModelError(AskError):
    """No chat model is configured."""

    def __init__(self) -> None:
        super().__init__(
            "未配置对话模型，无法使用 generative 模式。"
            "请设置 CLAUSEWISE_CHAT_MODEL，或改用 extractive。"
        )


class ChatModelError(AskError):
    """The chat model failed: unreachable, refused, or timed out."""
