"""What a model is sent: clauses and rows under handles, within a budget of tokens."""

import re

import pytest

from assistant.app import Assistant
from assistant.chat.budget import counter
from assistant.chat.context import context_of, messages
from assistant.inquiry import Inquiry, open_inquiry
from retrieval.scope import EVERYTHING
from retrieval.topic import topic_of


@pytest.fixture
def inquiry(assistant: Assistant) -> Inquiry:
    search = assistant.search
    assert search is not None
    query = assistant.understand("安徽2030年风光装机要多大规模？")
    return open_inquiry(query, topic_of(query, search.frequency, search.size), search, EVERYTHING)


def test_clauses_stand_under_handles_with_title_and_path(inquiry: Inquiry) -> None:
    context = context_of(inquiry, (), 4000)
    _, asked = messages(context, inquiry.query.text)
    assert "[1] 《安徽省碳达峰实施方案》（安徽省，正式）" in asked.text
    assert asked.text.endswith("问题：安徽2030年风光装机要多大规模？")
    assert re.findall(r"^\[(\d+)\] 《", asked.text, re.M) == [
        str(n) for n in range(1, len(context.hits) + 1)
    ]


def test_rows_of_the_table_carry_the_handle_of_their_clause(inquiry: Inquiry) -> None:
    context = context_of(inquiry, (), 4000)
    (row,) = [line for line in context.table().splitlines() if "5100万千瓦" in line]
    handle = int(re.findall(r"\[(\d+)\]", row)[0])
    hit = context.hit(handle)
    assert hit is not None
    assert "5100万千瓦以上" in hit.held.text
    assert "| 安徽省 | 2030 |" in row


@pytest.mark.parametrize("budget", [0, 60, 300, 1000, 4000])
def test_what_is_sent_fits_the_budget(inquiry: Inquiry, budget: int) -> None:
    context = context_of(inquiry, (), budget)
    sent = context.clauses() + (context.table() if context.hits else "")
    assert counter()(sent) <= budget + 20


def test_what_rules_would_cite_comes_first(inquiry: Inquiry) -> None:
    last = inquiry.hits[-1]
    assert context_of(inquiry, [last], 4000).hits[0] == last


def test_a_handle_that_is_not_there_is_nothing(inquiry: Inquiry) -> None:
    context = context_of(inquiry, (), 4000)
    assert context.hit(0) is None
    assert context.hit(len(context.hits) + 1) is None
