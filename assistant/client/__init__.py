"""A client of the answer API, for programs in Python: sync and async, typed, over httpx.

    with Client("http://127.0.0.1:8000", key="cw-…") as client:
        print(client.answer("绵阳十四五末非化石能源占比定了多少？").answer)

Whatever the server refuses is a ServerError with its own words.
"""

from assistant.client.aio import AsyncClient
from assistant.client.calls import Event, ServerError
from assistant.client.sync import Client

__all__ = ["AsyncClient", "Client", "Event", "ServerError"]
