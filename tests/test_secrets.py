"""No secret leaves, by whatever way it came and whatever is asked; look-alikes stay.

The crowd of `tests/planted.py` through the real door: every carrier a log has, and every
question there is. Secrets and personal data are scored apart.
"""

import json
import sys
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import orjson
import pytest
from mcp import Client

from log_mcp.block import Block
from log_mcp.config import load
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import LogFile
from log_mcp.ingest.origin import Name
from log_mcp.ingest.tail import Tail
from log_mcp.logbook import Logbook
from log_mcp.passage import records, scan
from log_mcp.query.filter import Ask
from log_mcp.redact import PLACEHOLDER, START, Redactor
from log_mcp.server import build
from tests import planted
from tests.feeding import NOON_NS, SETTINGS, rows
from tests.planted import Case

REDACTOR = Redactor(key=b"crowd")


@cache
def positives() -> list[Case]:
    return planted.positives()


@cache
def lookalikes() -> list[Case]:
    return planted.lookalikes()


def stamp(number: int) -> str:
    minutes, seconds = divmod(number, 60)
    return f"2026-03-04T{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.000Z"


# --- Carriers: how a text comes into a log -------------------------------------------


def as_text(cases: Iterable[Case]) -> str:
    """A record each, what follows its first line below it."""
    lines = (f"{stamp(n)} INFO app {case.text}\n" for n, case in enumerate(cases))
    return "".join(lines)


def as_json(cases: Iterable[Case]) -> str:
    """Escaped once more."""
    return "".join(
        json.dumps({"time": stamp(n), "level": "info", "msg": case.text}) + "\n"
        for n, case in enumerate(cases)
    )


def as_json_in_json(cases: Iterable[Case]) -> str:
    """Escaped twice more, as a body that one service logs of another."""
    return "".join(
        json.dumps(
            {"time": stamp(n), "level": "info", "msg": json.dumps({"body": case.text})}
        )
        + "\n"
        for n, case in enumerate(cases)
    )


def as_docker(cases: Iterable[Case]) -> str:
    """Every line in two pieces, cut where its number says."""
    lines = []
    for number, line in enumerate(as_text(cases).split("\n")[:-1]):
        cut = 24 + number * 7 % max(1, len(line) - 24)
        for piece in (line[:cut], line[cut:] + "\n"):
            told = {"log": piece, "stream": "stdout", "time": stamp(number)}
            lines.append(json.dumps(told) + "\n")
    return "".join(lines)


def as_cri(cases: Iterable[Case]) -> str:
    """The same of Kubernetes."""
    lines = []
    for number, line in enumerate(as_text(cases).split("\n")[:-1]):
        cut = 24 + number * 5 % max(1, len(line) - 24)
        for mark, piece in (("P", line[:cut]), ("F", line[cut:])):
            lines.append(f"{stamp(number)} stdout {mark} {piece}\n")
    return "".join(lines)


def escapable(cases: Iterable[Case]) -> list[Case]:
    """Without those of which lines are the matter: a terminal's width, and ours."""
    return [case for case in cases if not case.name.startswith("wrapped")]


CARRIERS: dict[str, tuple[Callable[[Iterable[Case]], str], str]] = {
    "text": (as_text, "utf-8"),
    "json": (as_json, "utf-8"),
    "json in json": (as_json_in_json, "utf-8"),
    "docker, split": (as_docker, "utf-8"),
    "kubernetes, split": (as_cri, "utf-8"),
    "utf-16": (as_text, "utf-16"),
}


def share_caught(cases: Iterable[Case], shown: str) -> float:
    """The share of cases of which no run of eight characters is shown.

    All of them, of secrets and of personal data: the smaller of both.
    """
    seen, found = planted.windows(shown), list(cases)
    shares = [_share(some, seen, shown) for some in (secret(found), personal(found))]
    return min(shares)


def _share(found: list[Case], seen: set[str], shown: str) -> float:
    if not found:
        return 1
    leaks = [case for case in found if planted.leaked(case, seen, shown)]
    for case in leaks[:10]:
        sys.stderr.write(f"leaked {case.name}: {case.text}\n")
    return 1 - len(leaks) / len(found)


def secret(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if not case.personal]


def personal(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.personal]


def test_the_crowd_is_large_enough():
    """Two thousand of each and more, all different, the same each time."""
    assert len(secret(positives())) >= 2000
    assert len(personal(positives())) >= 200
    assert len(lookalikes()) >= 2000
    assert len(set(positives())) == len(positives())
    assert planted.positives() == positives()


def test_the_crowd_would_be_seen():
    """Else the tests below would prove nothing."""
    shown = "\n".join(case.text for case in positives())

    assert 0 == share_caught(positives(), shown)


@pytest.mark.untraced
@pytest.mark.parametrize("carrier", CARRIERS)
def test_nothing_planted_is_held(carrier, tmp_path):
    """Behind the door, in any carrier: secrets all of them, personal data too."""
    write, encoding = CARRIERS[carrier]
    cases = escapable(positives()) if "json" in carrier else positives()
    path = tmp_path / "app.log"
    path.write_text(write(cases), encoding)
    blocks = [scanned.block for scanned in scan(path, SETTINGS)[1]]
    shown = b"".join(block.text for block in blocks).decode()

    assert len(cases) <= sum(len(block.starts) for block in blocks)
    assert 1 == share_caught(cases, shown)


@pytest.mark.untraced
def test_nothing_planted_is_printed(tmp_path):
    """By `parse`, where fields and messages are decoded once more."""
    cases = escapable(positives())[::8]
    path = tmp_path / "app.log"
    path.write_text(as_text(cases) + as_json(cases) + as_json_in_json(cases))
    lines = [orjson.dumps(record).decode() for record in records(path, SETTINGS)]
    shown = "\n".join(lines)

    assert 3 * len(cases) <= len(lines)
    assert 1 == share_caught(cases, shown + shown.replace("\\", ""))


@pytest.mark.untraced
@pytest.mark.parametrize("write", [as_text, as_json, as_json_in_json])
def test_lookalikes_stay(write):
    """Not one of them is changed, escaped or not."""
    text = write(lookalikes()).encode()
    shown, _ = REDACTOR.block(text, START)
    changed = [
        f"{before.decode()}\n  {after.decode()}"
        for before, after in zip(text.split(b"\n"), shown.split(b"\n"), strict=True)
        if before != after
    ]

    assert [] == changed


def test_nothing_planted_comes_through_a_live_tail(tmp_path):
    """Written line by line, and looked at after each: private keys and wrapped lines too."""
    several = [case for case in positives() if "\n" in case.text]
    single = [case for case in positives() if "\n" not in case.text][::40]
    cases = several + single
    path = tmp_path / "app.log"
    path.write_text(as_text(cases[:1]))
    tail = Tail(LogFile(path, family_of(path)), Name("app"), SETTINGS)
    tail.begin(NOON_NS)
    blocks: list[Block] = []
    with path.open("a") as file:
        for line in as_text(cases).splitlines(keepends=True):
            file.write(line)
            file.flush()
            blocks += tail.fresh(NOON_NS)
    blocks += tail.fresh(NOON_NS + 2 * 10**9)
    tail.close()
    shown = b"\n".join(row.text for row in rows(blocks)).decode()

    assert len(cases) <= shown.count(" INFO app ")
    assert 1 == share_caught(cases, shown)


# --- Questions -------------------------------------------------------------------------

TRACE = """
Traceback (most recent call last):
  File "/srv/shop/pay.py", line 88, in charge
    return client.post(url)
shop.errors.Refused: {}"""
CALLS: dict[str, list[dict[str, Any]]] = {
    "log_overview": [{}],
    "search_logs": [
        {"limit": 500, "max_tokens": 20000},
        {"query": "password", "fields": ["msg", "user"], "limit": 500},
        {"regex": "[A-Za-z0-9_-]{24}", "limit": 500, "order": "oldest"},
    ],
    "get_error": [{"id": "nothing"}],
    "error_trends": [{}, {"group_by": ["msg"]}],
    "explain_error_context": [{}, {"max_tokens": 20000}],
    "log_patterns": [{"show": "rare"}, {"show": "common", "limit": 50}],
    "aggregate_logs": [{"metrics": ["count", "distinct(msg)"], "group_by": ["msg"]}],
    "compare_logs": [{"since": "2026-03-04T00:03:00Z"}],
    "wait_for_log": [{"timeout_s": 0.1}],
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A logbook whose every third record is an error that holds a secret in its trace."""
    folder = tmp_path_factory.mktemp("crowded")
    cases = secret(positives())[::29] + personal(positives())[::6]
    lines = []
    for number, case in enumerate(cases):
        error = number % 3 == 0 and "\n" not in case.text
        head = f"{stamp(number)} {'ERROR' if error else 'INFO'} app {case.text}"
        lines.append(head + (TRACE.format(case.text) if error else "") + "\n")
    (folder / "app.log").write_text("".join(lines))
    (folder / "api.jsonl").write_text(as_json(escapable(cases)))
    book = Logbook(load([str(folder)], cwd=folder, environ={}))
    book.start()
    assert book.wait_loaded(20)
    yield book, cases
    book.close()


def told(result: Any) -> list[str]:
    """All that a tool says, as text and as data."""
    data = json.dumps(result.structured_content, ensure_ascii=False)
    return [*(block.text for block in result.content), data]


async def content_of(client: Any, uri: str) -> str:
    return str((await client.read_resource(uri)).contents[0].text)


@pytest.mark.untraced
@pytest.mark.parametrize("structured", [False, True], ids=["text", "structured"])
async def test_nothing_planted_is_answered(crowded, structured):
    """By no tool and no resource, as text and as data, in errors as in answers."""
    book, cases = crowded
    shown: list[str] = []
    async with Client(build(book, structured=structured), mode="auto") as client:
        for name, calls in CALLS.items():
            for arguments in calls:
                shown += told(await client.call_tool(name, arguments))
        for listed in (await client.list_resources()).resources:
            shown.append(await content_of(client, str(listed.uri)))
        shown.append(await content_of(client, "log://source/app/tail"))
        for record in json.loads(shown[-1])["records"][:10]:
            shown += told(await client.call_tool("get_error", {"id": record["id"]}))
    answers = "\n".join(shown)

    assert 1 == share_caught(cases, answers)
    assert "<password:" in answers


def test_no_secret_can_be_found_by_asking(crowded):
    """Nor told by the number of matches: it is in no index."""
    book, cases = crowded
    asked = [case.secrets[0] for case in secret(cases)[::9]]

    assert [0] * len(asked) == [book.search(Ask(query=one)).matched for one in asked]


EQUAL = ["json", "json in json", "logfmt", "query", "python", "yaml block", "ado.net"]


def test_equal_secrets_have_equal_placeholders_in_every_notation():
    """And others have others: who reads can tell that two lines carry the same one."""
    texts = [planted.NOTATIONS[one]("password", "trout9woodPecker") for one in EQUAL]
    other = planted.NOTATIONS["json"]("password", "trout8woodPecker")
    held = [set(_placeholders(REDACTOR.text(text))) for text in texts]

    assert 1 == len(held[0])
    assert held[:1] * len(EQUAL) == held
    assert held[0] != set(_placeholders(REDACTOR.text(other)))


def _placeholders(text: str) -> list[bytes]:
    return [one.group() for one in PLACEHOLDER.finditer(text.encode())]
