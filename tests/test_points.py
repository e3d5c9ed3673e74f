"""Points in time: the same words mean the same in every tool that takes them."""

import pytest

from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import NOON_NS, SECOND_NS
from tests.test_scope import git

MINUTE_NS = 60 * SECOND_NS
COMMIT_NS = NOON_NS - 40 * MINUTE_NS
START_NS = NOON_NS - 25 * MINUTE_NS
TOOLS = {
    "log_overview": lambda book, ask: book.overview(since=ask.since),
    "search_logs": lambda book, ask: book.search(ask),
    "error_trends": lambda book, ask: book.trends(ask),
    "explain_error_context": lambda book, ask: book.explain(None, ask),
    "log_patterns": lambda book, ask: book.patterns(ask),
    "aggregate_logs": lambda book, ask: book.aggregate(ask),
}
POINTS = {
    "a span": ("30m", NOON_NS - 30 * MINUTE_NS),
    "a time": ("2026-03-04T11:20:00Z", NOON_NS - 40 * MINUTE_NS),
    "a start": ("restart", START_NS),
    "a commit": ("git:HEAD", COMMIT_NS),
    "a tag": ("git:v1", COMMIT_NS),
    "a record": (None, NOON_NS - 10 * MINUTE_NS),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """An error a minute, one start, and a commit."""
    folder = tmp_path_factory.mktemp("project")
    lines = [
        f"{iso(NOON_NS - n * MINUTE_NS)} ERROR shop - card declined\n"
        for n in range(60, 0, -1)
    ]
    lines.insert(35, f"{iso(START_NS)} INFO shop - server started\n")
    (folder / "app.log").write_text("".join(lines))
    date = f"@{COMMIT_NS // SECOND_NS} +0000"
    git(folder, "init", "-q")
    git(folder, "commit", "-qm", "one", "--allow-empty", GIT_COMMITTER_DATE=date)
    git(folder, "tag", "v1")
    with reading(config(folder, "app.log")) as found:
        yield found


@pytest.mark.parametrize(("text", "expected"), POINTS.values(), ids=POINTS)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_point_means_the_same_in_every_tool(book, tool, text, expected):
    """As a beginning and as an end; the answer echoes it in full."""
    if text is None:
        wanted = Ask(since="10m", until="9m30s")
        text = book.search(wanted, order="oldest").records[0].id
    ask = TOOLS[tool]

    assert iso(expected) == ask(book, Ask(since=text)).view.since
    if tool != "log_overview":
        assert iso(expected) == ask(book, Ask(until=text)).view.until


REFUSED = {
    "no commit": ("git:v9", "git knows no commit 'v9'"),
    "no revision": ("git:--all", "after 'git:' a commit is expected"),
    "no time": ("yesterday", "cannot read the time 'yesterday'"),
    "a slip": ("restrat", r"Did you mean 'restart'\?"),
}


@pytest.mark.parametrize(("text", "words"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("parameter", ["since", "until"])
def test_what_is_no_point_is_refused(book, parameter, text, words):
    """By the name of its parameter, with what would do."""
    with pytest.raises(QueryError, match=rf"^{parameter}: .*{words}"):
        book.search(Ask(**{parameter: text}))


def test_only_a_beginning_can_be_the_last_call(book):
    """Nothing ends where an assistant asked."""
    with pytest.raises(QueryError, match=r"^until: cannot read the time 'last_call'"):
        book.search(Ask(until="last_call"))


def test_a_log_without_a_start_has_no_restart(tmp_path):
    """That is said by the name of the parameter, too."""
    (tmp_path / "app.log").write_text(f"{iso(NOON_NS)} INFO shop - order paid\n")
    with reading(config(tmp_path, "app.log")) as book:
        for parameter, ask in (
            ("since", Ask(since="restart")),
            ("until", Ask(until="restart")),
        ):
            with pytest.raises(
                QueryError, match=f"^{parameter}: no start of a process"
            ):
                book.search(ask)
