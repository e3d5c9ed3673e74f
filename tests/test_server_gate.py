"""Twin of log_mcp/server/gate.py: what is let in, counted without a client."""

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp.types import (
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)

from log_mcp.server import gate as gates
from log_mcp.server.gate import Gate, _In, _Out
from log_mcp.server.sdk import QUESTIONS_MAX, characters
from log_mcp.turn import Turn

SENT = {"a": "xyz", "b": ["1", 2, None, {"c": 4.5}]}


class Wire:
    """A gate between a client that is written as a test, and nobody."""

    def __init__(self, unread: int = 0) -> None:
        self.gate = Gate()
        self.told, reads = anyio.create_memory_object_stream[object](10_000)
        writes, self.read = anyio.create_memory_object_stream[object](unread)
        self.came, self.sent = _In(reads, self.gate), _Out(writes, self.gate)

    async def ask(self, number: int | str, text: str = "") -> None:
        said = JSONRPCRequest(
            jsonrpc="2.0", id=number, method="ping", params={"text": text}
        )
        await self.told.send((None, SessionMessage(said)))

    async def cancel(self, number: object) -> None:
        params = {"requestId": number}
        said = JSONRPCNotification(
            jsonrpc="2.0", method="notifications/cancelled", params=params
        )
        await self.told.send((None, SessionMessage(said)))

    async def answer(self, number: int | str) -> None:
        said = JSONRPCResponse(jsonrpc="2.0", id=number, result={})
        await self.sent.send(SessionMessage(said))

    def close(self) -> None:
        for stream in (self.told, self.read, self.came, self.sent):
            stream.close()


async def is_kept_waiting(call, *given) -> bool:
    """Whether something does not end by itself."""
    with anyio.move_on_after(0.01) as scope:
        await call(*given)
    return scope.cancelled_caught


@pytest.fixture
async def wire():
    """A client that reads one answer at a time."""
    found = Wire()
    yield found
    found.close()


async def test_calls_over_the_bound_are_not_read(wire, monkeypatch):
    """Until one of them has been answered, whatever id it bears."""
    monkeypatch.setattr(gates, "CALLS_MAX", 3)
    for number in (1, 2, 2, 4):
        await wire.ask(number)
    for _ in range(3):
        await wire.came.receive()
    assert await is_kept_waiting(wire.came.receive)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.answer, 2)
        await wire.read.receive()

    assert not await is_kept_waiting(wire.came.receive)
    assert 3 == wire.gate.calls


async def test_a_cancelled_call_is_under_way_no_more(wire, monkeypatch):
    """It gets no answer; of an unknown one nothing is counted."""
    monkeypatch.setattr(gates, "CALLS_MAX", 2)
    await wire.ask("a")
    await wire.cancel("b")
    await wire.cancel(None)
    await wire.cancel("a")
    for _ in range(4):
        await wire.came.receive()

    assert 0 == wire.gate.calls


async def test_long_arguments_count(wire, monkeypatch):
    """As long as their call has no answer that is being written."""
    monkeypatch.setattr(gates, "ARGUMENT_CHARACTERS_MAX", 100)
    await wire.ask(1, "x" * 100)
    await wire.ask(2)
    await wire.came.receive()
    assert await is_kept_waiting(wire.came.receive)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.answer, 1)  # Nobody reads it yet.
        await wire.came.receive()
        await wire.read.receive()

    assert 1 == wire.gate.calls


def questions(wire) -> tuple[list[str], Callable[[str], Coroutine[Any, Any, None]]]:
    """The names of those that were let in, and one that waits to be."""
    let_in: list[str] = []

    async def question(name: str) -> None:
        await wire.gate.calm({})
        let_in.append(name)

    return let_in, question


async def test_questions_wait_while_answers_are_unread(wire, monkeypatch):
    """As many go on as there is room for; one that is cancelled takes no other's turn."""
    monkeypatch.setattr(gates, "UNREAD_MAX", 1)
    let_in, question = questions(wire)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.answer, 1)
        await anyio.wait_all_tasks_blocked()
        assert await is_kept_waiting(wire.gate.calm, {})
        assert not await is_kept_waiting(wire.gate.calm, {"query": "x" * 300_000})
        for name in "ab":
            tasks.start_soon(question, name)
        await anyio.wait_all_tasks_blocked()
        assert [] == let_in
        await wire.read.receive()
        await anyio.wait_all_tasks_blocked()
        assert ["a"] == let_in
        tasks.start_soon(wire.answer, 2)
        await anyio.wait_all_tasks_blocked()
        await wire.read.receive()

    assert ["a", "b"] == let_in


async def test_a_turn_that_is_cancelled_is_the_next_ones(wire, monkeypatch):
    """Else whoever waits behind it would wait for the next answer."""
    monkeypatch.setattr(gates, "UNREAD_MAX", 1)
    let_in = []

    async def question(name: str, scope: anyio.CancelScope) -> None:
        with scope:
            await wire.gate.calm({})
            let_in.append(name)

    first, second = anyio.CancelScope(), anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.answer, 1)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(question, "a", first)
        tasks.start_soon(question, "b", second)
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        await wire.read.receive()  # The turn of `a`, which does not know yet.
        await anyio.wait_all_tasks_blocked()
        second.cancel()

    assert ["b"] == let_in


async def test_the_turn_of_a_call_that_is_cancelled_at_work_is_the_next_ones(
    wire, monkeypatch
):
    """It is never answered, and so no answer lets in the next."""
    monkeypatch.setattr(gates, "UNREAD_MAX", 1)
    let_in, question = questions(wire)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.answer, 1)
        await anyio.wait_all_tasks_blocked()
        for name in "ab":
            await wire.ask(name)
            await wire.came.receive()
            tasks.start_soon(question, name)
            await anyio.wait_all_tasks_blocked()
        await wire.read.receive()
        await anyio.wait_all_tasks_blocked()
        assert ["a"] == let_in
        await wire.cancel("a")
        await wire.came.receive()
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()

    assert ["a", "b"] == let_in


async def test_what_is_no_call_is_not_counted(wire):
    """A broken line, and an error that answers one."""
    wire.gate.came(ValueError())
    wire.gate.came(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result={})))
    error = JSONRPCError(jsonrpc="2.0", id=1, error=ErrorData(code=1, message="no"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(wire.sent.send, SessionMessage(error))
        await wire.read.receive()

    assert (0, 0) == (wire.gate.calls, wire.gate.unread)


def test_characters_of_json():
    """Those of keys and texts; other values, and lists, count as one."""
    assert len("axyzb1c") + 8 == characters(SENT)


async def test_long_questions_give_way_to_many_messages_and_not_to_few(monkeypatch):
    """Else each would wait for more to come behind its own call."""
    turn, wire = Turn(), Wire()
    monkeypatch.setattr(gates, "SHORT", turn)
    soon = []
    for number in range(QUESTIONS_MAX + 1):
        await wire.ask(number)
        await wire.came.receive()
        soon.append(turn._soon_s > 0)
    wire.close()

    assert [False] * QUESTIONS_MAX + [True] == soon
