"""OpenTelemetry spans of answers, where they are configured."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from opentelemetry import trace

from assistant.ask import Trace
from corpus.errors import ClausewiseError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_NANOSECONDS = 1_000_000  # in a millisecond


def export_to(endpoint: str) -> TracerProvider:
    """Send all spans of this process there (OTLP over HTTP).

    Raises ClausewiseError where the extra `otel` is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ClausewiseError("CLAUSEWISE_OTEL_ENDPOINT 需要安装扩展 otel") from error
    provider = TracerProvider(resource=Resource.create({"service.name": "clausewise"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)
    return provider


def record(found: Trace, request_id: str = "") -> None:
    """A span of an answer that is now done, with one inside for each stage; no words of it."""
    tracer = trace.get_tracer("clausewise")
    laps = dict(found.answer.timings_ms)
    end = time.time_ns()
    at = end - round(laps.pop("total", 0.0) * _NANOSECONDS)
    whole = tracer.start_span("answer", start_time=at)
    whole.set_attribute("clausewise.answer_id", found.answer.id)
    whole.set_attribute("clausewise.request_id", request_id)
    whole.set_attribute("clausewise.mode", found.answer.mode.value)
    whole.set_attribute("clausewise.refused", found.answer.refused)
    inside = trace.set_span_in_context(whole)
    for stage, milliseconds in laps.items():
        span = tracer.start_span(stage, inside, start_time=at)
        at += round(milliseconds * _NANOSECONDS)
        span.end(at)
    whole.end(end)
