"""LangChain runnables as others write them, for `langchain:runnables:name`."""

from __future__ import annotations

from typing import Any

from langchain_core.documents import Document
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda

READ = [
    Document(
        "森林覆盖率达到29.5%。", metadata={"title": "合肥市碳达峰实施方案", "region": "合肥市"}
    ),
    Document("绿色出行比例不低于75%。", metadata={"source": "hefei.txt"}),
]


def _fails(_: dict[str, Any]) -> str:
    raise ConnectionError("模型断开")


echo = RunnableLambda(lambda given: str(given["question"]))
turns = RunnableLambda(
    lambda given: " / ".join(f"{role}:{words}" for role, words in given["history"])
)
reads = RunnableLambda(lambda given: {"answer": "达到29.5%[1]", "context": READ})
sources = RunnableLambda(lambda given: {"result": "达到29.5%", "source_documents": READ[:1]})
nothing_read = RunnableLambda(lambda given: {"answer": "达到29.5%", "context": None})
message = RunnableLambda(
    lambda given: AIMessage(
        "现有资料未提及", usage_metadata={"input_tokens": 7, "output_tokens": 3, "total_tokens": 10}
    )
)
graph = RunnableLambda(lambda given: {"messages": [*given["messages"], AIMessage("达到29.5%")]})
fails = RunnableLambda(_fails)
wordless = RunnableLambda(lambda given: {"documents": READ})
no_runnable = "达到29.5%"
