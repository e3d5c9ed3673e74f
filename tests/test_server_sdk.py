"""Twin of log_mcp/server/sdk.py: what is bent of the protocol library, one by one."""

import logging
import threading

import anyio
import pytest
from mcp import Client
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.types import CallToolResult, TextContent

from log_mcp.errors import ConfigError
from log_mcp.server.assembly import assemble
from log_mcp.server.sdk import LONG_MAX, QUESTIONS_MAX, Question, pulse, slim, texts
from log_mcp.turn import Turn

SECRET = "hunter2 in a log line"


def server(function):
    """A server of one tool."""
    return MCPServer("test", tools=[Question.of(function, title="Test", answer=None)])


def text(result):
    """The one text of a result."""
    [block] = result.content
    return block.text


def done(said: str = "done") -> CallToolResult:
    """A result of one text."""
    return CallToolResult(content=[TextContent(type="text", text=said)])


async def test_runs_in_a_worker_thread():
    """The event loop answers others meanwhile."""
    threads = []

    def work(ctx: Context) -> CallToolResult:  # noqa: ARG001 - the signature
        """Work."""
        threads.append(threading.current_thread())
        return done()

    async with Client(server(work)) as client:
        await client.call_tool("work", {})

    assert threading.main_thread() not in threads


async def test_a_long_question_stops_when_cancelled():
    """A client that gave up does not leave a thread at work."""
    stopped = threading.Event()

    def work(ctx: Context) -> CallToolResult:
        """Work for ever."""
        beat = pulse(ctx)
        pause = threading.Event()
        try:
            while True:
                beat(0.0, "searching")
                pause.wait(0.01)
        finally:
            stopped.set()

    async with Client(server(work)) as client:
        with pytest.raises(MCPError):
            await client.call_tool("work", {}, read_timeout_seconds=0.2)

    assert stopped.wait(5)


async def test_progress_is_told_and_only_grows():
    """A client that asked hears how far the work is."""
    heard = []

    def work(ctx: Context) -> CallToolResult:
        """Work a little."""
        beat = pulse(ctx)
        for share in (0.25, 0.25, 0.1, 0.75):
            beat(share, "searching")
        return done()

    async def progress(share, total, what):
        heard.append((share, total, what))

    async with Client(server(work)) as client:
        await client.call_tool("work", {}, progress_callback=progress)

    assert [(0.25, 1.0, "searching"), (0.75, 1.0, "searching")] == heard


async def test_a_crash_tells_its_place_and_nothing_else(caplog):
    """What an exception quotes of a log reaches neither the client nor stderr."""

    def work(ctx: Context) -> CallToolResult:  # noqa: ARG001 - the signature
        """Fail."""
        raise ValueError(SECRET)

    with caplog.at_level(logging.DEBUG, "log_mcp"):
        async with Client(server(work)) as client:
            result = await client.call_tool("work", {})

    assert result.is_error
    assert "work failed inside log-mcp (ValueError)" in text(result)
    assert "test_server_sdk.py:" in caplog.text
    assert SECRET not in caplog.text + text(result)


async def test_errors_of_the_protocol_pass():
    """They are the library's own language."""

    def work(ctx: Context) -> CallToolResult:  # noqa: ARG001 - the signature
        """Refuse."""
        raise MCPError(code=-32602, message="not so")

    async with Client(server(work)) as client:
        with pytest.raises(MCPError, match="not so"):
            await client.call_tool("work", {})


async def test_a_logbook_that_cannot_be_made_says_why(caplog):
    """In every answer: the assistant can tell the user what to mend."""

    def book():
        raise ConfigError("max_memory: '1GX' is no size. Valid: 256MB, 1GB.")

    async with Client(assemble(book, Turn())) as client:
        result = await client.call_tool("log_overview", {})
        with pytest.raises(MCPError, match="'1GX' is no size") as raised:
            await client.read_resource("log://overview")

    assert result.is_error
    assert "max_memory: '1GX' is no size. Valid: 256MB, 1GB." == text(result)
    assert -32603 == raised.value.error.code
    assert "" == caplog.text


async def test_a_resource_that_crashes_tells_its_place(caplog):
    """As a tool does."""

    def book():
        raise ValueError(SECRET)

    async with Client(assemble(book, Turn())) as client:
        with pytest.raises(MCPError, match="failed inside log-mcp"):
            await client.read_resource("log://overview")

    assert "test_server_sdk.py:" in caplog.text
    assert SECRET not in caplog.text


class Crowd:
    """A logbook that is never there, and how many wait for it at once."""

    def __init__(self, wanted: int, blocks: int = 1_000) -> None:
        self.most = self._now = 0
        self._wanted, self._blocks = wanted, blocks
        self._lock = threading.Lock()
        self.full, self.over = threading.Event(), threading.Event()

    def __call__(self):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            if self._now == self._wanted:
                self.full.set()
            blocked = self._now <= self._blocks
        if blocked:
            self.over.wait(20)
        with self._lock:
            self._now -= 1
        raise ConfigError("none")


async def test_eight_questions_are_worked_on_at_once():
    """Resources are read in the same threads as tools are called."""
    crowd = Crowd(QUESTIONS_MAX)

    async def asks(client, number):
        if number % 2:
            await client.call_tool("log_overview", {})
        with pytest.raises(MCPError, match="none"):
            await client.read_resource("log://overview")

    async with (
        Client(assemble(crowd, Turn())) as client,
        anyio.create_task_group() as tasks,
    ):
        for number in range(30):
            tasks.start_soon(asks, client, number)
        assert await anyio.to_thread.run_sync(crowd.full.wait, 20)
        await anyio.wait_all_tasks_blocked()
        crowd.over.set()

    assert QUESTIONS_MAX == crowd.most


async def test_a_short_question_waits_for_none_that_takes_long():
    """The overview is answered before any of thirty searches and tails that wait."""
    crowd = Crowd(LONG_MAX, blocks=LONG_MAX)

    async def asks(client, number):
        if number % 2:
            await client.call_tool("search_logs", {})
        with pytest.raises(MCPError, match="none"):
            await client.read_resource("log://overview")

    async with (
        Client(assemble(crowd, Turn())) as client,
        anyio.create_task_group() as tasks,
    ):
        for number in range(30):
            tasks.start_soon(asks, client, number)
        assert await anyio.to_thread.run_sync(crowd.full.wait, 20)
        found = await client.call_tool("log_overview", {})
        before = crowd.over.is_set()
        crowd.over.set()

    assert ("none", False) == (text(found), before)


async def test_questions_under_way_are_bounded():
    """As over HTTP; what asks nothing of the logbook is answered all the same."""
    crowd = Crowd(3)
    server = assemble(crowd, Turn(), under_way_max=3)
    async with Client(server) as client:
        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(client.call_tool, "log_overview", {})
            assert await anyio.to_thread.run_sync(crowd.full.wait, 20)
            for ask in (
                lambda: client.call_tool("log_overview", {}),
                lambda: client.read_resource("log://overview"),
            ):
                with pytest.raises(MCPError, match="busy: 3 questions are under way"):
                    await ask()
            assert (await client.list_tools()).tools
            crowd.over.set()
        assert "none" == text(await client.call_tool("log_overview", {}))


async def test_offers_the_tools_that_are_named():
    """`default` is all of them."""

    def logbook():
        raise AssertionError

    async with Client(assemble(logbook, Turn(), names=("get_error",))) as client:
        tools = (await client.list_tools()).tools

    assert ["get_error"] == [tool.name for tool in tools]


LISTS = {
    "a list": (["a"], ["a"]),
    "a text": ("a", ["a"]),
    "a list as JSON": ('["a", "b"]', ["a", "b"]),
    "a text that begins like one": ("[a", ["[a"]),
    "nothing": (None, None),
}


@pytest.mark.parametrize(("given", "taken"), LISTS.values(), ids=LISTS)
def test_lists_of_texts(given, taken):
    """Clients write them in three ways."""
    assert taken == texts(given)


def test_schemas_are_slim():
    """Titles and null go; what a parameter may be stays."""
    text = {"type": "string"}
    null = {"type": "null"}
    schema = {
        "title": "workArguments",
        "type": "object",
        "properties": {
            "one": {"anyOf": [text, null], "default": None, "title": "One"},
            "two": {"anyOf": [text, {"type": "array"}, null], "default": None},
            "title": {"type": "string", "default": "x", "title": "Title"},
        },
    }

    assert {
        "type": "object",
        "properties": {
            "one": text,
            "two": {"anyOf": [text, {"type": "array"}]},
            "title": {"type": "string", "default": "x"},
        },
    } == slim(schema)
