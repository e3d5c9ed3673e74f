"""Whatever an assistant asks, and whatever a log says, nothing is opened but what was named.

One hook listens to the interpreter itself: every file that is opened, every folder that is
listed, every program and every connection.
"""

import subprocess
import sys
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

import log_mcp
from log_mcp.config import load
from log_mcp.config_file import PathMap
from log_mcp.errors import LogMcpError
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.server import build

CANARY = "the canary sings"
OPENING = {"open", "os.listdir", "os.scandir"}
REACHING = {
    *("subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork"),
    *("socket.connect", "socket.bind", "socket.getaddrinfo", "ctypes.dlopen"),
}
# What is imported late is opened, too.
CODE = [Path(log_mcp.__file__).parent, *map(Path, (sys.prefix, sys.base_prefix))]
WAYS = (
    *(
        "",
        "../",
        "../../",
        "..\\",
        "./../",
        "logs/../../",
        "....//",
        "%2e%2e/",
        "..%2f",
    ),
    *("/", "//", "file://", "file:///", "~/", "~root/", "\\\\?\\", "\\\\.\\", "C:\\"),
    *("/proc/self/root/", "/proc/self/cwd/../", "/dev/fd/", "log://source/", "api/../"),
    *("{outside}/", "{root}/../", "{root}/link/", "\uff0e\uff0e/", "api\0", " ", "*/"),
)
ENDS = (
    *("canary.log", "canary.py", ".env", "id_rsa", "etc/passwd", "etc/shadow"),
    *("link.log", "pipe.log", "canary.log\0.log", "NUL", "COM1", "canary.log::$DATA"),
    *("canary.log?x=1", "canary.log#x", "*", "**", "[c]anary.log", "proc/self/environ"),
)
HOSTILE = [way + end for way in WAYS for end in ENDS]


class Ears:
    """What this process opens and starts, while it listens."""

    def __init__(self):
        self.heard: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if self.heard is None:
            return
        if event in REACHING or (
            event in OPENING and not isinstance(arguments[0], int)
        ):
            self.heard.append(f"{event} {arguments[0]!s}")


EARS = Ears()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A project with one log, beside what nobody named; the log names files to show."""
    folder = tmp_path_factory.mktemp("confined")
    root = folder / "shop"
    (root / "logs").mkdir(parents=True)
    for name in ("canary.log", "canary.py", "id_rsa", "shop/.env"):
        (folder / name).write_text(f"2026-03-04T05:06:07Z ERROR {CANARY}\n")
    (root / "logs/link.log").symlink_to(folder / "canary.log")
    (root / "link").symlink_to(folder)
    frames = "".join(
        f'  File "{one}", line 1, in pay\n'
        for one in (_spelled(folder, wish) for wish in HOSTILE)
        if one.isprintable() and '"' not in one
    )
    (root / "logs/api.log").write_text(
        "2026-03-04 05:06:07,000 ERROR shop failed\n"
        f"Traceback (most recent call last):\n{frames}ValueError: no\n"
    )
    return folder


@pytest.fixture(scope="module")
def book(place):
    """A logbook that has read it."""
    maps = (PathMap("/", "../"), PathMap("api", "../../"))
    config = load(cwd=place / "shop", environ={})
    with closing(Logbook(replace(config, path_map=maps))) as made:
        made.start()
        made.wait_loaded(20)
        made.wait_finished(20)
        yield made


def _spelled(folder, wish):
    return wish.replace("{outside}", str(folder)).replace(
        "{root}", str(folder / "shop")
    )


@contextmanager
def listening(place):
    """Nothing is opened outside the project meanwhile, nor started, nor reached."""
    EARS.heard = []
    try:
        yield
    finally:
        heard, EARS.heard = EARS.heard, None
    assert [] == [one for one in heard if not _is_own(one, place / "shop")]


def _is_own(heard, root):
    event, _, path = heard.partition(" ")
    real = Path(path).resolve()
    return event in OPENING and any(map(real.is_relative_to, (root, *CODE)))


def test_there_are_many():
    """Enough to mean something."""
    assert len(set(HOSTILE)) >= 500


def test_the_hook_hears(place):
    """What is opened or started is seen."""
    with pytest.raises(AssertionError, match=r"canary\.log"), listening(place):
        (place / "canary.log").read_text()
    with pytest.raises(AssertionError, match="Popen"), listening(place):
        subprocess.run(["true"], check=True)


def test_no_name_opens_anything(place, book):
    """Of a source, a record, a group, a trace, a cursor: each is looked up, never opened."""
    wishes = [_spelled(place, wish) for wish in HOSTILE]

    questions = (
        lambda wish: book.search(Ask(source=(wish,))),
        lambda wish: book.search(Ask(since=wish)),
        lambda wish: book.search(Ask(), cursor=wish),
        book.tail,
        book.error,
    )
    answers = []
    with listening(place):
        for number, wish in enumerate(wishes):
            with suppress(LogMcpError):
                answers.append(str(questions[number % len(questions)](wish)))

    assert not any(CANARY in one for one in answers)


def test_no_frame_opens_anything_outside(place, book):
    """As a log names files, with maps that lead out, and the code is asked for."""
    with listening(place):
        found = book.explain(None, Ask())

    assert CANARY not in str(found)
    assert "pay" in str(found.error)


async def test_no_address_opens_anything(place, book):
    """Of resources, as it is and encoded, in both places of a name; and of other schemes."""
    wishes = [_spelled(place, wish) for wish in HOSTILE]
    uris = [
        *(f"log://error/{quote(wish, safe='')}" for wish in wishes[::3]),
        *(f"log://source/{quote(wish, safe='')}/tail" for wish in wishes[::3]),
        *(f"log://source/{quote(wish)}/tail" for wish in wishes[::5]),
        *(f"log://{quote(wish)}" for wish in wishes[::7]),
        *(f"file:///{quote(wish)}" for wish in wishes[::11]),
    ]
    answers = []

    async def read(client, uri):
        with suppress(MCPError):
            answers.append(str(await client.read_resource(uri)))

    async with Client(build(book)) as client:
        with listening(place):
            for uri in uris:
                await read(client, uri)
            for tool, given in (
                ("search_logs", {"source": wishes[:200]}),
                ("search_logs", {"cursor": wishes[40]}),
                ("get_error", {"id": wishes[41]}),
                ("explain_error_context", {"id": wishes[42]}),
                ("error_trends", {"source": wishes[43]}),
                ("wait_for_log", {"source": wishes[44], "timeout_s": 1}),
            ):
                answers.append(str(await client.call_tool(tool, given)))

    assert not any(CANARY in one for one in answers)
