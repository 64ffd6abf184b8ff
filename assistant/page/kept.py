"""What was said before, as a page opens it: a conversation, or one answer that was shared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.access.principal import Principal
from assistant.conversations import Conversation, Exchange
from assistant.page.around import Extras, extras_again
from assistant.service import Service


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation and what was said in it; extras are None where it may be seen no longer."""

    conversation: Conversation
    exchanges: Sequence[tuple[Exchange, Extras | None]]


def opened(service: Service, principal: Principal, conversation_id: str) -> Opened | None:
    """A conversation of somebody, or None."""
    conversation = service.conversations.get(principal, conversation_id)
    if conversation is None:
        return None
    seen = service.seen_by(principal)
    readable = service.readable(principal)
    said = service.conversations.exchanges(principal, conversation_id)
    return Opened(
        conversation,
        [
            (one, extras_again(seen, one.answer) if one.collections <= readable else None)
            for one in said
        ],
    )
