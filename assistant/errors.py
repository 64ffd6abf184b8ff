"""Errors of asking. Each says in Chinese what is wrong and what to do.

ClausewiseError
├── SettingsError            a setting of the server cannot be used
├── ModelSettingsError       the chat model that is configured cannot be used
├── BackupError              a backup cannot be written, read or put where it is to go
├── UnknownAnswerError       no such answer, its receipt is no longer kept, or it is not theirs
└── AskError
    ├── EmptyIndexError      nothing has been ingested
    ├── NoChatModelError     a model's answer was asked for and no chat model is configured
    ├── ChatModelError       the chat model failed; the extractive answer takes its place
    ├── RepairError          the index is damaged and being built anew
    └── OverloadError        too many answers are under way
"""

from __future__ import annotations

from enum import StrEnum

from corpus.errors import ClausewiseError


class Fault(StrEnum):
    """What went wrong with a chat model, as it is said to the user."""

    TIMEOUT = "对话模型超时"
    BUSY = "对话模型繁忙（限流）"
    DOWN = "对话模型暂不可用"
    DENIED = "对话模型拒绝了密钥"
    REFUSED = "对话模型不接受这次请求"
    CUT = "对话模型的回答中断"
    EMPTY = "对话模型没有返回内容"
    ENDLESS = "对话模型的回答过长，已截断"
    FOREIGN = "对话模型没有用中文回答"
    DECLINED = "对话模型拒绝回答"
    SILENT = "对话模型认为条款没有给出"
    UNPROVEN = "对话模型的回答未通过核对"
    BESIDE = "对话模型没有答到所问"
    NO_TOOLS = "对话模型不会使用检索工具"
    SPENT = "多步检索已用完额度"


class SettingsError(ClausewiseError):
    """A setting of the server cannot be used."""


class ModelSettingsError(ClausewiseError):
    """The chat model that is configured cannot be used."""


class BackupError(ClausewiseError):
    """A backup cannot be written, read or put where it is to go."""


class UnknownAnswerError(ClausewiseError):
    """There is no such answer, its receipt is no longer kept, or somebody else searched more."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(f"没有编号为 {answer_id} 的回答，或其回执已过保存数量")


class AskError(ClausewiseError):
    """A question cannot be answered by this server as it stands."""


class EmptyIndexError(AskError):
    """Nothing has been ingested."""

    def __init__(self) -> None:
        super().__init__("尚未导入任何文件。请先运行 clausewise ingest 文件夹路径，再提问。")


class NoChatModelError(AskError):
    """No chat model is configured."""

    def __init__(self, mode: str = "generative") -> None:
        super().__init__(
            f"未配置对话模型，无法使用 {mode} 模式。"
            "请设置 CLAUSEWISE_CHAT_MODEL，或改用 extractive。"
        )


class OverloadError(AskError):
    """Too many answers are under way; `seconds` says when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"正在处理的请求过多，请 {seconds} 秒后再试。")
        self.seconds = seconds


class RepairError(AskError):
    """The files of the index were written to; `seconds` says when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"索引文件已损坏，正在自动重建，请 {seconds} 秒后再试。文件和对话都在。")
        self.seconds = seconds


class ChatModelError(AskError):
    """The chat model failed, in one of the ways of `Fault`."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value}{f'：{detail}' if detail else ''}")
        self.fault = fault
