"""What `since` can name besides a time: the start of a process, a commit."""

import json
import os
import subprocess

import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.errors import QueryError
from log_mcp.query.filter import Filter
from log_mcp.scope import Starts, commit_time, newest_start, run_of, takeover
from log_mcp.timestamp import iso
from tests.builders import segment_of
from tests.feeding import NOON_NS, SECOND_NS

FIRST_S = 1_750_000_000
STARTS = [
    "server started on port 8080",
    "Starting worker",
    "starting: version 2.14.0, process 3 of 3",
    "Listening on 0.0.0.0:80",
    "database system is ready to accept connections",
    "Application startup complete.",
    "Started ShopApplication in 3.2 seconds (process running for 3.9)",
    "Uvicorn running on http://127.0.0.1:8000",
    "PostgreSQL 16: starting up",
    "Service restarted",
]
NO_STARTS = [
    "payment started",
    "restart the job by hand",
    "starting point of the route is 5",
    "request served",
    "upload is about to start",
]


def lines(*records):
    return [
        f"{iso(NOON_NS + int(at * SECOND_NS))} INFO shop - {text}"
        for at, text in records
    ]


def start_of(path, records, **wanted):
    segment = segment_of(path, lines(*records), source="shop")
    return (
        newest_start([segment], Filter(**wanted), Annotator()) - NOON_NS
    ) / SECOND_NS


@pytest.mark.parametrize("text", STARTS)
def test_what_services_say_when_they_start(tmp_path, text):
    """Of many frameworks."""
    assert 5 == start_of(tmp_path / "a.log", [(1, "hello"), (5, text), (9, "hello")])


def test_records_with_escapes_are_decoded_only_where_one_may_say_it(tmp_path):
    """To decode all of a log would take longer than all else that is done with it."""
    texts = [*STARTS, *NO_STARTS, "Running on \x1b[1mhttp://127.0.0.1:5000\x1b[0m"]
    texts += ["order 7"] * 50
    records = [
        json.dumps({"time": iso(NOON_NS + at * SECOND_NS), "msg": f'"shop": {text}'})
        for at, text in enumerate(texts)
    ]
    segment = segment_of(tmp_path / "a.jsonl", records, source="shop")

    found = Starts()(segment)

    said = [f'"shop": {text}' for text in STARTS]
    assert [*said, '"shop": Running on http://127.0.0.1:5000'] == [
        one for _, one in found
    ]
    assert segment._kept() is None


def test_records_all_of_which_may_say_it_are_looked_at_where_they_lie(tmp_path):
    """As some write a key that reads like a start on every line."""
    records = [
        json.dumps({"start_time": iso(NOON_NS + at * SECOND_NS), "msg": f'"shop" {at}'})
        for at in range(40)
    ]
    records.append(json.dumps({"start_time": iso(NOON_NS), "msg": "server started"}))
    segment = segment_of(tmp_path / "a.jsonl", records, source="shop")

    assert ["server started"] == [said for _, said in Starts()(segment)]


@pytest.mark.parametrize("text", NO_STARTS)
def test_what_is_no_start(tmp_path, text):
    """Other things begin, too."""
    with pytest.raises(QueryError, match="no start of a process is recognised"):
        start_of(tmp_path / "a.log", [(1, text)])


def test_the_run_begins_with_the_first_line_of_the_newest_start(tmp_path):
    """Lines of one start are near to each other; an earlier start is another run."""
    records = [
        (0, STARTS[0]),
        (100, STARTS[1]),
        (110, STARTS[3]),
        (125, STARTS[5]),
        (200, "hello"),
    ]

    assert 100 == start_of(tmp_path / "a.log", records)


def test_a_line_that_is_said_again_begins_a_run_of_its_own(tmp_path):
    """Two starts within seconds of each other are two."""
    records = [(0, STARTS[0]), (10, STARTS[0]), (12, STARTS[3])]

    assert 10 == start_of(tmp_path / "a.log", records)


def test_the_run_is_that_of_the_source_that_started_last(tmp_path):
    """Another one that started shortly before is none of it."""
    segments = [
        segment_of(tmp_path / f"{name}.log", lines(*records), source=name)
        for name, records in {
            "api": [(0, STARTS[0]), (20, STARTS[3])],
            "worker": [(10, STARTS[1])],
        }.items()
    ]

    assert NOON_NS == newest_start(segments, Filter(), Annotator())


def test_a_record_belongs_to_the_run_before_it(tmp_path):
    """Not to one that began later, nor to that of another source."""
    records = [(0, STARTS[0]), (100, "one"), (200, STARTS[0]), (300, "two")]
    segment = segment_of(tmp_path / "a.log", lines(*records), source="shop")
    runs = [
        run_of([segment], segment.record(row), source, Annotator())
        for row, source in ((1, "shop"), (3, "shop"), (3, "cart"))
    ]

    assert [NOON_NS, NOON_NS + 200 * SECOND_NS, None] == runs


def test_starts_of_other_sources_do_not_count(tmp_path):
    """Where sources are asked for."""
    with pytest.raises(QueryError, match="Use a span"):
        start_of(tmp_path / "a.log", [(1, STARTS[0])], sources=frozenset({"other"}))


def written(path, pids):
    """A log to which processes write, a line each second."""
    records = [(at, f"order {at} pid={pid}") for at, pid in enumerate(pids)]
    return segment_of(path, lines(*records), source="shop")


TAKEOVERS = {
    "another process": ([17] * 40 + [23] * 30, 40),
    "two of them": ([17] * 40 + [23] * 30 + [31], 70),
    "the same all along": ([17] * 40, None),
    "by turns": ([17, 23] * 40, None),
    "one that comes back": ([17] * 20 + [23] * 20 + [17] * 20, None),
    "a stranger among the last ones": ([17] * 20 + [23, 17, 23] + [23] * 5, None),
    "no number": ([17] * 20 + ["x"] * 5, None),
    "no number before": (["x"] * 20 + [17] * 5, None),
    "nothing": ([], None),
}


@pytest.mark.parametrize(("pids", "began"), TAKEOVERS.values(), ids=TAKEOVERS)
def test_another_process_is_another_run(tmp_path, pids, began):
    """If the one before it writes no more, and no other does."""
    segments = [written(tmp_path / "a.log", pids)] if pids else []
    wanted = None if began is None else NOON_NS + began * SECOND_NS

    assert wanted == takeover(segments, None)


def test_the_number_of_a_process_may_stand_under_one_name_with_a_point(tmp_path):
    """As flat ECS has it."""
    records = [
        f'{{"@timestamp": "2026-03-04T12:00:{at:02}Z", "message": "x", "process.pid": {pid}}}'
        for at, pid in enumerate([17] * 40 + [23] * 15)
    ]
    log = tmp_path / "a.jsonl"
    segment = segment_of(log, records, source="shop")

    assert NOON_NS + 40 * SECOND_NS == takeover([segment], None)


def test_a_record_belongs_to_the_run_of_its_process(tmp_path):
    """Also where nothing says that it started."""
    segment = written(tmp_path / "a.log", [17] * 40 + [23] * 30 + [31] * 10)
    runs = [
        run_of([segment], segment.record(row), "shop", Annotator())
        for row in (5, 60, 75)
    ]

    assert [None, NOON_NS + 40 * SECOND_NS, NOON_NS + 70 * SECOND_NS] == runs
    assert NOON_NS + 70 * SECOND_NS == newest_start([segment], Filter(), Annotator())


def test_a_process_and_what_it_says_are_one_start(tmp_path):
    """Its first line is the begin, whatever that says."""
    records = [(at, "order pid=17") for at in range(20)]
    records += [(30, "reading pid=23"), (32, f"{STARTS[0]} pid=23"), (60, "x pid=23")]

    assert 30 == start_of(tmp_path / "a.log", records)


# -- commits -----------------------------------------------------------------------------


def git(folder, *words, **environment):
    name = [
        "-c",
        "user.name=kim",
        "-c",
        "user.email=kim@shop.example",
        "-c",
        "init.defaultBranch=main",
    ]
    subprocess.run(
        ["git", "-C", folder, *name, *words],
        check=True,
        capture_output=True,
        env=os.environ | environment,
    )


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "-q")
    for number, seconds in enumerate((FIRST_S, FIRST_S + 100), 1):
        (tmp_path / "a.py").write_text(f"{number}\n")
        git(tmp_path, "add", "a.py")
        git(
            tmp_path,
            "commit",
            "-qm",
            "change",
            GIT_COMMITTER_DATE=f"@{seconds} +0000",
            GIT_AUTHOR_DATE="@1700000000 +0000",
        )
        git(tmp_path, "tag", f"v{number}")
    return tmp_path


REVISIONS = {
    "HEAD": FIRST_S + 100,
    "HEAD~1": FIRST_S,
    "HEAD^": FIRST_S,
    "v1": FIRST_S,
    "main": FIRST_S + 100,
    "HEAD@{0}": FIRST_S + 100,
}


@pytest.mark.parametrize(("name", "seconds"), REVISIONS.items(), ids=REVISIONS)
def test_when_a_commit_was_made(repository, name, seconds):
    """Committed, not authored; whatever names it."""
    assert seconds * SECOND_NS == commit_time(repository, name)


BAD = ["", "--all", "-1", "HEAD;ls", "$(ls)", "a b", "x" * 200, "../x", "HEAD\n"]


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_revision_never_reaches_git(repository, name):
    """An option, a shell's word: refused as it stands."""
    with pytest.raises(QueryError, match="a commit is expected, such as git:HEAD"):
        commit_time(repository, name)


def test_an_unknown_commit(repository, tmp_path_factory):
    """Of this repository; and no repository at all."""
    with pytest.raises(QueryError, match="git knows no commit 'v9'"):
        commit_time(repository, "v9")
    with pytest.raises(QueryError, match="git knows no commit 'HEAD'"):
        commit_time(tmp_path_factory.mktemp("none"), "HEAD")


def test_without_git(repository, monkeypatch):
    """A time does as well."""
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(QueryError, match="git cannot be run here"):
        commit_time(repository, "HEAD")


STARTED = """
    alias.rev-list core.alternateRefsCommand core.askPass core.editor core.fsmonitor
    core.gitProxy core.pager core.sshCommand credential.helper diff.external
    diff.trap.command diff.trap.textconv filter.trap.clean filter.trap.process
    filter.trap.smudge gpg.program gpg.ssh.program gpg.x509.program interactive.diffFilter
    pager.log pager.rev-list remote.origin.receivepack remote.origin.uploadpack
    uploadpack.packObjectsHook
""".split()  # noqa: SIM905  a list of words
HOOKS = ("post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout")
REMOTES = ("ssh://shop.example/a", "git://shop.example/a", "ext::{trap}", "{folder}")


@pytest.fixture
def trapped(repository):
    """A repository that names a script wherever it can; what the script leaves."""
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/trapped\nexit 1\n")
    trap.chmod(0o755)
    for key in STARTED:
        git(repository, "config", key, f"!{trap}" if "alias" in key else str(trap))
    git(repository, "config", "log.showSignature", "true")
    git(repository, "config", "core.hooksPath", str(repository / "traps"))
    for folder in (repository / ".git" / "hooks", repository / "traps"):
        folder.mkdir(exist_ok=True)
        for hook in HOOKS:
            (folder / hook).symlink_to(trap)
    (repository / ".gitattributes").write_text("* filter=trap diff=trap\n")
    return repository / "trapped"


def signed(repository):
    """A commit that claims a signature, which `gpg.program` would be asked about."""
    folder = ["git", "-C", repository]
    text = subprocess.check_output([*folder, "cat-file", "commit", "v2"])
    head, _, rest = text.partition(b"\n\n")
    text = (
        head
        + b"\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n"
        + (b" -----END PGP SIGNATURE-----\n\n" + rest)
    )
    command = [*folder, "hash-object", "-t", "commit", "-w", "--stdin"]
    return subprocess.check_output(command, input=text).decode().strip()


def test_the_trap_works(repository, trapped):
    """Plain git would start it."""
    name = signed(repository)
    subprocess.run(["git", "-C", repository, "log", "-1", name], check=False)

    assert trapped.exists()


def test_nothing_that_a_repository_configures_is_started(repository, trapped):
    """No pager, monitor, hook, alias, filter, diff or check of a signature."""
    name = signed(repository)
    for revision in ("HEAD", "v1", name):
        seconds = FIRST_S if revision == "v1" else FIRST_S + 100

        assert seconds * SECOND_NS == commit_time(repository, revision)
    assert not trapped.exists()


@pytest.mark.parametrize("remote", REMOTES)
def test_nothing_is_fetched(repository, trapped, remote):
    """A partial clone lacks objects, and says how to reach who has them."""
    name = signed(repository)
    lost = repository / ".git" / "objects" / name[:2] / name[2:]
    lost.unlink()
    (repository / ".git" / "refs" / "heads" / "other").write_text(f"{name}\n")
    url = remote.format(trap=repository / "trap.sh", folder=repository)
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": url,
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", key, value)
    plain = ["git", "-C", repository, "cat-file", "commit", name]
    assert subprocess.run(plain, check=False, capture_output=True).returncode
    assert trapped.exists()  # plain git reaches out
    trapped.unlink(missing_ok=True)
    for revision in ("other", name):
        with pytest.raises(QueryError, match="git knows no commit"):
            commit_time(repository, revision)

    assert not trapped.exists()


def test_a_line_said_again_belongs_to_the_start_before(tmp_path):
    """Two runs within a few seconds are two runs."""
    records = [
        (0, "Starting worker"),
        (1, "Listening on 0.0.0.0:80"),
        (5, "Starting worker"),
        (6, "Listening on 0.0.0.0:80"),
    ]

    assert 5 == start_of(tmp_path / "a.log", records)
