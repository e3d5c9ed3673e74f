"""The report on one error, part by part."""

import pytest

from log_mcp import render
from log_mcp.desk import segments_of
from log_mcp.errors import NotFound, QueryError
from log_mcp.pace import Pace
from log_mcp.query.condition import parse
from log_mcp.query.filter import Ask
from log_mcp.questions.explanation import CHOSEN, NEWEST, OF_YOUNGEST
from log_mcp.report import CodeLine
from log_mcp.timestamp import iso
from tests.books import (
    ENTRIES,
    REFUSED,
    config,
    reading,
    steps,
    telling,
    trace_of,
    write_shop,
)
from tests.feeding import NOON_NS, SECOND_NS, TRACE

WORDS = ("stock", "room", "lost")
MINUTE_NS = 60 * SECOND_NS
Told = list[tuple[float, str, str, dict[str, str]]]


def at(seconds):
    """A time before noon, as text."""
    return iso(NOON_NS - int(seconds * SECOND_NS))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with reading(config(write_shop(tmp_path_factory.mktemp("shop")))) as found:
        yield found


@pytest.fixture
def tell(tmp_path):
    """A book on JSON logs: source to records, each a time before noon, level, message, more."""

    def book(**sources):
        return telling(tmp_path, **sources)

    return book


def test_the_newest_error_of_the_most_important_group(book):
    """Without an id; the root cause is the cause of it all."""
    found = book.explain(None, Ask())
    newest = book.search(Ask(level="error"), limit=1).records[0]

    assert newest.id == found.error.record.id
    assert "chosen: newest record of the top error group |" in (
        render.explanation(found, 2000)
    )
    assert "chosen" not in render.explanation(book.explain(newest.id, Ask()), 2000)
    assert (
        "ConnectionRefusedError: [Errno 111] Connection refused"
        == found.error.root_cause
    )
    assert "shop.pay.PaymentRefused" == found.error.exception.type


def test_the_summary_says_what_where_since_when_and_how_often(book):
    """In one sentence and in numbers."""
    found = book.explain("e0000047", Ask()).summary
    times = [e.time_ns for e in ENTRIES if e.level == "error"]

    assert (12, {"api": 6, "worker": 6}, 6) == (
        found.count,
        found.sources,
        found.traces,
    )
    assert (iso(min(times)), iso(max(times))) == (found.first_seen, found.last_seen)
    for words in (
        "ConnectionRefusedError",
        "12 times",
        "api, worker",
        "/srv/shop/bank.py:4 in charge",
        iso(min(times)),
        "6 distinct traces",
        found.status,
    ):
        assert words in found.sentence


def test_code_is_that_of_the_frames_of_the_application(book):
    """The root cause's first, with the lines around; no library's."""
    first, second = book.explain("e0000047", Ask()).code

    assert ("src/bank.py", 4, "charge") == (first.file, first.line, first.function)
    assert CodeLine(4, "    raise ConnectionRefusedError()", here=True) in first.lines
    assert ("src/pay.py", 3, "pay") == (second.file, second.line, second.function)


def test_frames_that_stand_close_share_their_code(tell, tmp_path):
    """A line is shown once, and each of the frames' lines is marked."""
    source = "\n".join(f"line {n}" for n in range(1, 31))
    (tmp_path / "shop.py").write_text(source)
    trace = "\n".join(
        [
            "Traceback (most recent call last):",
            *(
                f'  File "/srv/shop/{tmp_path.name}/shop.py", line {n}, in f{n}'
                for n in (28, 12, 10)
            ),
            "ValueError: no",
        ]
    )
    with tell(api=[(9, "error", "failed", {"exception": trace})]) as book:
        first, second = book.explain(None, Ask()).code

    assert [*range(7, 16)] == [line.number for line in first.lines]
    assert ([10, 12], "f10") == (
        [line.number for line in first.lines if line.here],
        first.function,
    )
    assert 28 == second.line


def test_the_timeline_follows_the_trace(book):
    """All sources, oldest first, the error marked."""
    found = book.explain("e0000047", Ask()).timeline

    assert ("trace", trace_of(47), 0) == (found.by, found.value, found.omitted)
    assert ["api", "gateway", "worker"] == [row.source for row in found.records]
    assert ["match", None, None] == [row.role for row in found.records]
    assert sorted(row.time for row in found.records) == [
        row.time for row in found.records
    ]


def test_a_long_trace_is_cut_around_the_error(tell):
    """Two thirds before it, and how many more there are."""
    more = {"trace_id": trace_of(1)}
    records = [
        (1000 - n, "error" if n == 60 else "info", f"step {n}", more)
        for n in range(100)
    ]
    with tell(api=records) as book:
        found = book.explain(None, Ask()).timeline

    assert [f"step {n}" for n in range(44, 68)] == [
        row.message for row in found.records
    ]
    assert 76 == found.omitted


def test_without_a_trace_the_timeline_is_of_the_time(tell):
    """What stands beside it in its file, and errors elsewhere within ten seconds."""
    api: Told = [(100 - n, "info", f"step {n}", {}) for n in range(20)]
    api[15] = (85, "error", "lost", {})
    other: Told = [
        (120, "error", "far", {}),
        (86, "info", "calm", {}),
        (84, "error", "near", {}),
    ]
    with tell(api=api, other=other) as book:
        found = book.explain(None, Ask(query="lost")).timeline

    steps = [f"step {n}" for n in range(7, 15)]

    assert ("time", None, 0) == (found.by, found.value, found.omitted)
    assert [*steps, "lost", "step 16", "near", "step 17"] == [
        row.message for row in found.records
    ]
    assert {"far", "calm"}.isdisjoint(row.message for row in found.records)
    assert ["lost"] == [row.message for row in found.records if row.role == "match"]


def test_a_trace_of_one_record_is_no_timeline(tell):
    """Then its neighbours say more."""
    api: Told = [
        (9, "info", "begin", {}),
        (8, "error", "lost", {"trace_id": trace_of(1)}),
    ]
    with tell(api=api) as book:
        found = book.explain(None, Ask()).timeline

    assert ("time", ["begin", "lost"]) == (
        found.by,
        [row.message for row in found.records],
    )


def test_errors_before_it_are_related(tell):
    """Those of five minutes; which began first, of what went on the last; not its own."""
    always: Told = [(back, "error", "always there", {}) for back in range(3600, 0, -30)]
    api: Told = [
        (3600, "info", "begin", {}),
        (400, "error", "too early", {}),
        (200, "error", "disk full", {}),
        (100, "error", "no stock", {}),
        (50, "error", "lost", {}),
        (10, "error", "lost", {}),
        (5, "error", "too late", {}),
    ]
    with tell(api=api, other=always) as book:
        found = book.explain(None, Ask(query="lost"))

    assert [
        ("disk full", "new", "before", 150.0),
        ("no stock", "new", "before", 50.0),
        ("always there", "steady", "among", 20.0),
    ] == [
        (one.group.title, one.group.status, one.order, one.lag_seconds)
        for one in found.related
    ]
    first = found.questions[0]
    assert ("explain_error_context", {"id": found.related[0].group.id}) == (
        first.tool,
        first.arguments,
    )
    assert "began before it and was not there earlier" == first.why


def test_what_was_there_earlier_is_not_called_new(tell):
    """What only became more frequent is offered as that."""
    often: Told = [
        (back, "error", "slow", {})
        for back in (*range(7200, 300, -600), *range(290, 10, -10))
    ]
    api: Told = [(7200, "info", "begin", {}), (1, "error", "lost", {})]
    with tell(api=api, other=often) as book:
        found = book.explain(None, Ask(query="lost"))

    assert ["rising"] == [one.group.status for one in found.related]
    assert (
        "was more frequent before it than in the day before" == found.questions[0].why
    )


def test_similar_ones_of_the_day_before(tell):
    """The same group in 24 hours; none of it is the record itself."""
    api: Told = [(back, "error", "lost", {}) for back in (30 * 3600, 23 * 3600, 60, 1)]
    with tell(api=api) as book:
        last = book.explain(None, Ask()).similar
        first = book.explain(
            book.search(Ask(), order="oldest").records[0].id, Ask()
        ).similar

    assert (2, at(23 * 3600), at(60)) == (last.count, last.first_seen, last.last_seen)
    assert (0, None, None) == (first.count, first.first_seen, first.last_seen)


def test_records_without_a_time_are_told(tmp_path):
    """Before and after mean little where lines do not say when they were written."""
    path = tmp_path / "job.log"
    path.write_text("calm\n" + TRACE + "\ncalm\n")
    with reading(config(tmp_path, "job.log")) as book:
        notes = book.explain(None, Ask()).view.notes

    assert ["records without a time, placed beside their neighbours: 3 of job"] == notes


def test_what_to_ask_next(book):
    """With complete arguments: the trace, and how often."""
    found = book.explain("e0000047", Ask())

    assert [
        ("search_logs", {"trace": trace_of(47), "order": "oldest"}),
        ("error_trends", {"group": found.summary.group}),
    ] == [(one.tool, one.arguments) for one in found.questions]
    assert 3 == book.search(Ask(trace=trace_of(47)), order="oldest").matched


def test_a_single_error(tell):
    """Seen once, nothing beside it: nothing to ask."""
    with tell(api=[(5, "error", "lost", {})]) as book:
        found = book.explain(None, Ask())

    assert " - seen once in api, " in found.summary.sentence
    assert ([], [], []) == (found.questions, found.related, found.code)
    assert (None, None) == (found.error.root_cause, found.error.exception)


def test_a_record_that_is_no_error(book):
    """Explained as far as that goes, alone."""
    row = book.search(Ask(query="GET /pay"), limit=1).records[0]
    found = book.explain(row.id, Ask())

    assert (1, {"gateway": 1}) == (found.summary.count, found.summary.sources)
    assert found.error.record.group is None
    assert 3 == len(found.timeline.records)


FRAMES = {
    "no line": (
        "java.lang.IllegalStateException: lost\n\tat shop.Cart.add(Cart.java)",
        " at Cart.java in shop.Cart.add,",
    ),
    "no function": (
        "Error: lost\n    at /srv/shop/pay.js:3:1",
        " at /srv/shop/pay.js:3,",
    ),
    "library alone": (
        "Error: lost\n    at x (/srv/node_modules/y/z.js:3:1)",
        "lost - seen once in api, first",
    ),
    "no message": ("ValueError\n    at pay (/srv/shop/pay.js:3:1)", "pay.js:3 in pay"),
}


@pytest.mark.parametrize(("stack", "words"), FRAMES.values(), ids=FRAMES)
def test_frames_that_say_little(tell, stack, words):
    """The sentence says what they say; there is no code to show."""
    with tell(api=[(5, "error", "lost", {"stack": stack})]) as book:
        found = book.explain(None, Ask())

    assert words in found.summary.sentence
    assert [] == found.code
    assert found.error.root_cause == stack.partition("\n")[0]


def test_code_is_shown_of_four_frames(tmp_path):
    """Of a deep stack, each place once."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "deep.py").write_text(
        "".join(f"line_{n}()\n" for n in range(1, 20))
    )
    frames = "".join(
        f'  File "/srv/shop/deep.py", line {n % 7 + 1}, in f{n}\n    f()\n'
        for n in range(14)
    )
    trace = f"Traceback (most recent call last):\n{frames}ValueError: deep"
    (tmp_path / "api.log").write_text(f"2026-03-04 11:00:00 ERROR shop - no\n{trace}\n")
    with reading(config(tmp_path, "api.log")) as book:
        blocks = book.explain(None, Ask()).code

    here = [line.number for block in blocks for line in block.lines if line.here]
    assert [4, 5, 6, 7] == here


def test_a_filter_narrows_the_choice(book):
    """Of what the id is taken from, too; and the answer says what the counts are of."""
    worker = book.explain(None, Ask(source=("worker",)))
    group = worker.summary.group
    api = book.explain(group, Ask(source=("api",)))

    assert ("worker", "api") == (worker.error.record.source, api.error.record.source)
    assert 12 == worker.summary.count
    assert any(
        "all counts are of everything held" in note for note in worker.view.notes
    )
    assert [] == book.explain(None, Ask()).view.notes


def test_nothing_to_explain(book):
    """No error in the window, no such id, no such source."""
    with pytest.raises(NotFound, match=r"no error to explain.*270 records are held"):
        book.explain(None, Ask(source=("gateway",)))
    with pytest.raises(NotFound, match="names no record"):
        book.explain("nothing", Ask())
    with pytest.raises(QueryError, match="Did you mean 'gateway'"):
        book.explain(None, Ask(source=("gatway",)))


def test_errors_that_are_not_sorted_yet_are_explained(tmp_path, monkeypatch):
    """Never that there is none: the newest one, and what is missing is said."""
    monkeypatch.setattr("log_mcp.analysis.annotate.FEW", 0)
    lines = [f"2026-03-04 10:00:0{n} ERROR shop - no {WORDS[n]}\n" for n in range(3)]
    (tmp_path / "shop.log").write_text("".join(lines))
    with reading(config(tmp_path, "shop.log"), pace=no_time_to_sort) as book:
        book._desk.tell_s = -1.0
        for segment in segments_of(book.ring.snapshot()):
            segment.errors = None
        found = book.explain(None, Ask())
        with pytest.raises(NotFound, match=r"no error to explain.*3 records are held"):
            book.explain(None, Ask(query="nothing"))

    assert "no lost" == found.error.record.message
    assert "newest error, as there was no time" in found.view.chosen
    assert any("not sorted into groups yet" in note for note in found.view.notes)


def no_time_to_sort(pulse):
    """A pace that is never over and leaves no time for anything that may be left."""
    return Pace(pulse, 1e-9, lambda: 0.0)


PARTS = ("commits", "changes", "the timeline", "related groups")


def with_ever_more_time(settings, ask, most):
    """The answers of a book at rest, to one that may look ever more often at its watch."""
    looks = iter(range(0, most, 3))

    def pace(pulse):
        return steps(next(looks))(pulse)

    with reading(settings, pace=pace) as book:
        assert book.wait_finished(20)
        return [ask(book) for _ in range(0, most, 3)]


def test_parts_for_which_there_is_no_time_are_told(tmp_path):
    """The error and its group are there, and what is empty for lack of time is named."""
    answers = with_ever_more_time(
        config(write_shop(tmp_path)),
        lambda book: book.explain("e0000047", Ask(source=("api",))),
        100,
    )
    told = []
    for found in answers:
        notes = [note for note in found.view.notes if note.startswith("stopped after")]
        late = [part for part in PARTS if any(part in note for note in notes)]
        told.append(len(late))

        assert "e0000047" == found.error.record.fields["error_id"]
        assert 1 <= found.summary.count <= 12
        assert found.view.partial == bool(notes)
        assert ("the timeline" in late) == (found.timeline.by == "time")
        if "related groups" in late:
            assert [] == found.related

    assert len(PARTS) == told[0]
    assert sorted(told, reverse=True) == told
    assert len(set(told)) > 2
    assert 0 == told[-1]
    assert 12 == answers[-1].summary.count


def test_without_time_for_all_groups_the_youngest_errors_tell_the_top_one(tmp_path):
    """Of two files the older one is left out, and why this error was chosen says so."""
    for day, count, word in ((3, 9, "lost"), (4, 2, "full")):
        lines = [
            f"2026-03-0{day} 10:00:0{n} ERROR shop - {word}\n" for n in range(count)
        ]
        (tmp_path / f"{word}.log").write_text("".join(lines))
    answers = with_ever_more_time(
        config(tmp_path, "*.log"), lambda book: book.explain(None, Ask()), 60
    )
    told = [(found.error.record.message, found.view.chosen) for found in answers]

    assert [("full", NEWEST), ("full", OF_YOUNGEST), ("lost", CHOSEN)] == list(
        dict.fromkeys(told)
    )


def test_no_error_that_was_found_in_time_is_not_none_at_all(tmp_path):
    """Where records have to be read for a condition, the message says what to do."""
    settings = config(write_shop(tmp_path))
    with (
        reading(settings, pace=steps(0)) as book,
        pytest.raises(NotFound, match="not all that is held was looked at"),
    ):
        book.explain(None, Ask(where=("http.status = 503",)))


def test_a_bare_trace_is_explained(tmp_path):
    """Without a time of its own, it stands where its neighbour stands."""
    (tmp_path / "err.log").write_text(
        f"2026-03-04 11:00:00 INFO shop - begin\n\n{REFUSED}\n"
    )
    with reading(config(tmp_path, "err.log")) as book:
        found = book.explain(None, Ask())

    assert found.error.root_cause.startswith("ConnectionRefusedError")


@pytest.mark.parametrize(
    ("field", "asked"),
    [("shard", "shard = s7"), ("the shard", '"the shard" = s7'), ("k=v", '"k=v" = s7')],
)
def test_what_failed_records_have_in_common(tell, field, asked):
    """Counted beside them, and offered as a question; not what names the group itself."""
    api: Told = []
    for n in range(240):
        failed = n % 10 == 3
        shard = "s7" if failed else f"s{n % 6}"
        more = {field: shard, "path": f"/p{n % 7}", "tenant": f"t{n % 3}"}
        level = "error" if failed else "info"
        api.append((2400 - n * 10, level, "lost" if failed else "done", more))
    with tell(api=api) as book:
        found = book.explain(None, Ask())

    [one] = found.distinguishing
    assert (field, "s7", one.failed_of) == (one.field, one.value, one.failed)
    assert parse(asked).field == field
    assert {"source": "api", "where": [asked]} in [
        question.arguments for question in found.questions
    ]


def test_code_that_is_not_here_is_said(tell):
    """With the setting that may help."""
    trace = "ValueError: no\n    at pay (/srv/elsewhere/pay.js:3:1)"
    with tell(api=[(9, "error", "failed", {"stack": trace})]) as book:
        found = book.explain(None, Ask())

    assert [] == found.code
    assert any("path_map" in text for text in found.omitted)


def test_earlier_runs_and_where_this_one_began(tell):
    """What was before the run counts, not what was before the newest failure."""
    api: Told = [
        (9000, "info", "begin", {}),
        (8000, "error", "lost", {}),
        (7990, "error", "lost", {}),
        (900, "error", "disk full", {}),
        *((back, "error", "lost", {}) for back in range(880, 0, -20)),
    ]
    with tell(api=api) as book:
        found = book.explain(None, Ask(query="lost"))

    assert [(2, at(8000), at(7990))] == [
        (one.count, one.first_seen, one.last_seen) for one in found.similar.episodes
    ]
    assert [("disk full", "before", 20.0)] == [
        (one.group.title, one.order, one.lag_seconds) for one in found.related
    ]


def test_which_group_began_first(tell):
    """Before, with, after, or there all along; and in what share of failures."""
    more = [{"trace_id": trace_of(n)} for n in range(30)]
    api: Told = [(7200, "info", "begin", {})]
    api += [(600 - 20 * n, "error", "lost", more[n]) for n in range(30)]
    early: Told = [(7200, "info", "begin", {})]
    early += [(640, "error", "socket gone", {})]
    same: Told = [(7200, "info", "begin", {})]
    same += [(600 - 20 * n + 0.2, "error", "reply lost", more[n]) for n in range(30)]
    late: Told = [(7200, "info", "begin", {})]
    late += [(540 - 20 * n, "error", "cart lost", more[n + 3]) for n in range(27)]
    always: Told = [(7200 - 60 * n, "error", "no stock", {}) for n in range(120)]
    with tell(api=api, early=early, same=same, late=late, always=always) as book:
        found = book.explain(None, Ask(source=("api",))).related

    assert [
        ("socket gone", "before"),
        ("reply lost", "with"),
        ("cart lost", "after"),
        ("no stock", "among"),
    ] == [(one.group.title, one.order) for one in found]
    strengths = [one.strength for one in found]
    assert [1.0, 1.0] == strengths[1:3]
    assert strengths[0] < 0.3
    assert 0.0 == strengths[3]
