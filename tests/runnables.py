"""LangChain runnables as others write them, for `langchain:runnables:name`."""

from __future__ import annotations

from typing import Any

from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.runnables import RunnableLambda

READ = [
    Document(
        "森林覆盖率达到29.5%。", metadata={"title": "合肥市碳达峰实施方案", "region": "合肥市"}
    ),
    Document("绿色出行比例不低于75%。", metadata={"source": "hefei.txt"}),
]


_Given = dict[str, Any]


def _echo(given: _Given) -> str:
    return str(given["question"])


def _turns(given: _Given) -> str:
    return " / ".join(f"{role}:{words}" for role, words in given["history"])


def _message(_: _Given) -> AIMessage:
    used = UsageMetadata(input_tokens=7, output_tokens=3, total_tokens=10)
    return AIMessage("现有资料未提及", usage_metadata=used)


def _graph(given: _Given) -> _Given:
    return {"messages": [*given["messages"], AIMessage("达到29.5%")]}


def _fails(_: _Given) -> str:
    raise ConnectionError("模型断开")


def _returns(given: _Given) -> RunnableLambda[_Given, _Given]:
    def chain(_: _Given) -> _Given:
        return given

    return RunnableLambda(chain)


echo = RunnableLambda(_echo)
turns = RunnableLambda(_turns)
message = RunnableLambda(_message)
graph = RunnableLambda(_graph)
fails = RunnableLambda(_fails)
reads = _returns({"answer": "达到29.5%[1]", "context": READ})
sources = _returns({"result": "达到29.5%", "source_documents": READ[:1]})
nothing_read = _returns({"answer": "达到29.5%", "context": None})
wordless = _returns({"documents": READ})
no_runnable = "达到29.5%"
