"""What is counted of a service, as Prometheus reads it."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant.ask import Trace
from assistant.errors import Fault
from corpus.view import Size

CONTENT_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one service, in a registry of their own."""

    def __init__(self, size: Callable[[], Size], inside: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self.requests = self._counter("requests", "HTTP 请求", "route", "method", "status")
        self.seconds = Histogram(
            "clausewise_request_seconds",
            "HTTP 请求用时（秒）",
            ["route"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "clausewise_stage_seconds",
            "回答各阶段用时（秒）",
            ["stage"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = self._counter(
            "answers", "回答（answered）与拒答（按原因）", "mode", "outcome"
        )
        self._strikes = self._counter("strikes", "对话模型写出而未通过核对的句子")
        self._faults = self._counter("model_faults", "对话模型的故障", "fault")
        self.turned_away = self._counter("turned_away", "因限流或过载被拒的请求", "why")
        for name, said, value in (
            ("documents", "收录的文件", lambda: size().documents),
            ("clauses", "收录的条款", lambda: size().clauses),
            ("answers_inside", "正在回答和排队的问题", inside),
        ):
            gauge = Gauge(f"clausewise_{name}", said, registry=self._registry)
            gauge.set_function(value)

    def saw(self, trace: Trace) -> None:
        """Count an answer."""
        answer = trace.answer
        for stage, milliseconds in answer.timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)
        outcome = answer.refusal_reason.value if answer.refusal_reason else "answered"
        self._answers.labels(answer.mode.value, outcome).inc()
        self._strikes.inc(sum(not verdict.proven for verdict in trace.verdicts))
        for fault in Fault:
            if answer.note and fault.value in answer.note:
                self._faults.labels(fault.name.lower()).inc()

    def text(self) -> bytes:
        """All of them, in the text format."""
        return generate_latest(self._registry)

    def _counter(self, name: str, said: str, *labels: str) -> Counter:
        return Counter(f"clausewise_{name}_total", said, labels, registry=self._registry)
