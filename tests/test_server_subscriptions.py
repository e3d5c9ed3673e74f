"""Clients hear of resources that changed, over stdio, in both eras of the protocol."""

import json
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError

from log_mcp.server import build, subscriptions
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import NOON_NS, Clock
from tests.test_server import read

# An old client's way is deprecated, and old clients are served all the same.
pytestmark = pytest.mark.filterwarnings("ignore:resources/:UserWarning")
ROOT = Path(__file__).parent.parent
SETTINGS = """
[[source]]
name = "worker"
paths = ["worker.jsonl"]
[[alert]]
name = "storm"
level = "error"
rate_above = "3/m"
[[alert]]
name = "quiet"
silent_for = "1s"
"""


def line(level="info", now_ns=None, **more):
    """A record of now."""
    told = {"time": iso(now_ns or time.time_ns()), "level": level}
    return json.dumps({**told, "msg": "job done", **more}) + "\n"


def append(path, *lines):
    with path.open("a") as file:
        file.write("".join(lines))


@pytest.fixture(params=["auto", "legacy"])
def era(request):
    """The protocol as new clients and as old ones speak it."""
    return request.param


class Heard:
    """What a client hears of updates, whatever the era."""

    def __init__(self, era):
        self.era = era
        self.uris = []
        self.client: Any = None
        self.tasks: Any = None
        self._came = anyio.Event()

    async def message(self, message):
        """What an old client is sent besides answers."""
        updated = "notifications/resources/updated"
        if self.era == "legacy" and getattr(message, "method", "") == updated:
            self._note(str(message.params.uri))

    def _note(self, uri):
        self.uris.append(uri)
        self._came.set()

    async def subscribe(self, *uris):
        if self.era == "legacy":
            for uri in uris:
                await self.client.subscribe_resource(uri)
        else:
            await self.tasks.start(self._listen, uris)

    async def _listen(self, uris, *, task_status):
        async with self.client.listen(resource_subscriptions=uris) as stream:
            task_status.started()
            async for event in stream:
                assert isinstance(event, ResourceUpdated)
                self._note(str(event.uri))

    async def until(self, uri):
        """Waits until an address was heard of."""
        with anyio.fail_after(20):
            while uri not in self.uris:
                await self._came.wait()
                self._came = anyio.Event()


@asynccontextmanager
async def hearing(server, era):
    """A client that hears of updates."""
    heard = Heard(era)
    async with (
        Client(server, mode=era, message_handler=heard.message) as client,
        anyio.create_task_group() as tasks,
    ):
        heard.client, heard.tasks = client, tasks
        yield heard
        tasks.cancel_scope.cancel()


def over_stdio(folder):
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "log_mcp", "serve", "--config", str(folder / "log-mcp.toml")],
        cwd=str(folder),
        env={"PYTHONPATH": str(ROOT)},
    )


async def test_an_alert_reaches_a_subscriber_over_stdio(tmp_path, era):
    """Fired as lines arrive, read by the address that was heard of, and over again."""
    log = tmp_path / "worker.jsonl"
    log.write_text(line() + line("error"))
    (tmp_path / "log-mcp.toml").write_text(SETTINGS)
    async with hearing(over_stdio(tmp_path), era) as heard:
        await heard.subscribe("log://alerts")
        before = json.loads(await read(heard.client, "log://alerts"))
        append(log, *(line("error") for _ in range(4)))
        states: list[tuple[str, str]] = []
        # The second fires by time alone: nothing arrives.
        while {("storm", "firing"), ("quiet", "firing")} - {*states}:
            await heard.until("log://alerts")
            heard.uris.clear()
            told = json.loads(await read(heard.client, "log://alerts"))
            states = [(one["name"], one["state"]) for one in told["alerts"]]

    assert ["storm", "quiet"] == [rule["name"] for rule in before["rules"]]
    assert ("storm", "firing") not in [
        (one["name"], one["state"]) for one in before["alerts"]
    ]


async def test_what_arrives_changes_what_it_belongs_to(tmp_path, era):
    """The source's tail and the overview; not the tail of another, nor a record."""
    (tmp_path / "a.jsonl").write_text(line(now_ns=NOON_NS))
    (tmp_path / "b c.jsonl").write_text(line(now_ns=NOON_NS))
    with reading(config(tmp_path, "*.jsonl"), Clock()) as book:
        async with hearing(build(book), era) as heard:
            tail, other = "log://source/b%20c/tail", "log://source/a/tail"
            mark = "log://errors"
            await heard.subscribe(tail, other, "log://error/x", mark)
            append(tmp_path / "b c.jsonl", line(now_ns=NOON_NS))
            await heard.until(mark)
            await heard.until(tail)

    assert {mark, tail} == set(heard.uris)


async def test_a_silence_is_a_change_of_health(tmp_path, era):
    """Though nothing arrives."""
    clock = Clock()
    lines = (line(now_ns=NOON_NS - n * 30 * 10**9) for n in range(20, -1, -1))
    (tmp_path / "a.jsonl").write_text("".join(lines))
    with reading(config(tmp_path, "a.jsonl"), clock) as book:
        async with hearing(build(book), era) as heard:
            await heard.subscribe("log://health")
            clock.advance(200)
            await heard.until("log://health")
            health = json.loads(await read(heard.client, "log://health"))

    assert 200 == health["sources"][0]["silent_seconds"]


async def test_an_old_client_can_leave(tmp_path):
    """And hears no more, while others do."""
    (tmp_path / "a.jsonl").write_text(line(now_ns=NOON_NS))
    with reading(config(tmp_path, "a.jsonl"), Clock()) as book:
        async with hearing(build(book), "legacy") as heard:
            await heard.subscribe("log://errors", "log://sources")
            await heard.client.unsubscribe_resource("log://errors")
            append(tmp_path / "a.jsonl", line(now_ns=NOON_NS))
            await heard.until("log://sources")

    assert ["log://sources"] == heard.uris


async def test_addresses_are_bounded(tmp_path, monkeypatch):
    """Each of them is looked at whenever lines arrive."""
    monkeypatch.setattr(subscriptions, "ADDRESSES_MAX", 2)
    (tmp_path / "a.jsonl").write_text(line(now_ns=NOON_NS))
    with reading(config(tmp_path, "a.jsonl"), Clock()) as book:
        async with hearing(build(book), "legacy") as heard:
            await heard.subscribe("log://errors", "log://sources", "log://errors")
            with pytest.raises(MCPError, match="at most 2 addresses"):
                await heard.subscribe("log://health")
