"""Turns at the gate: so many at a time, so many waiting, the rest turned away at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from assistant.errors import OverloadError
from assistant.gate import Gate


async def held(gate: Gate, who: str, release: asyncio.Event, inside: list[str]) -> None:
    async with gate.entered(who):
        inside.append(who)
        await release.wait()


async def settled(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0)


def test_more_than_may_wait_are_turned_away_at_once() -> None:
    refused: list[int] = []
    gate = Gate(2, 3, 99, 60.0, lambda: refused.append(1))

    async def scene() -> None:
        release = asyncio.Event()
        inside: list[str] = []
        tasks = [asyncio.create_task(held(gate, f"k{n}", release, inside)) for n in range(5)]
        await settled(lambda: (gate.inside, len(inside)) == (5, 2))
        with pytest.raises(OverloadError, match="秒后再试") as error:
            await held(gate, "late", release, inside)
        assert error.value.seconds >= 1
        release.set()
        await asyncio.gather(*tasks)
        assert len(inside) == 5
        assert gate.inside == 0

    asyncio.run(scene())
    assert len(refused) == 1


def test_one_principal_leaves_room_for_others() -> None:
    gate = Gate(1, 9, 2, 60.0)

    async def scene() -> None:
        release = asyncio.Event()
        inside: list[str] = []
        greedy = [asyncio.create_task(held(gate, "greedy", release, inside)) for _ in range(2)]
        await settled(lambda: gate.inside == 2)
        with pytest.raises(OverloadError):
            await held(gate, "greedy", release, inside)
        other = asyncio.create_task(held(gate, "other", release, inside))
        await settled(lambda: gate.inside == 3)
        release.set()
        await asyncio.gather(*greedy, other)
        assert "other" in inside

    asyncio.run(scene())


def test_nobody_waits_without_end() -> None:
    gate = Gate(1, 9, 9, 0.05)

    async def scene() -> None:
        release = asyncio.Event()
        inside: list[str] = []
        first = asyncio.create_task(held(gate, "first", release, inside))
        await settled(lambda: len(inside) == 1)
        with pytest.raises(OverloadError):
            await held(gate, "second", release, inside)
        assert gate.inside == 1
        release.set()
        await first
        await held(gate, "third", release, inside)

    asyncio.run(scene())


def test_a_failure_gives_the_turn_back() -> None:
    gate = Gate(1, 0, 1, 1.0)

    async def fails() -> None:
        async with gate.entered("a"):
            raise ValueError("broken")

    async def scene() -> None:
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                await fails()
        assert gate.inside == 0

    asyncio.run(scene())


def test_a_client_that_goes_while_it_waits_leaves_no_trace() -> None:
    gate = Gate(1, 9, 9, 60.0)

    async def scene() -> None:
        release = asyncio.Event()
        inside: list[str] = []
        tasks = [asyncio.create_task(held(gate, f"k{n}", release, inside)) for n in range(4)]
        await settled(lambda: (gate.inside, len(inside)) == (4, 1))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert gate.inside == 0
        assert inside == ["k0"]

    asyncio.run(scene())
