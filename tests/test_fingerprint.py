"""Fingerprints: one kind of failure is one id, two kinds are two, everywhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import log_mcp
from log_mcp.analysis.fingerprint import LINKS_MAX, TITLE_MAX, fingerprint
from log_mcp.record import Exception_, Frame, Level, Record

LINES = Path(__file__).parent / "groups" / "messages.tsv"


def record(message="", exception=None, **more):
    """An error as a format would parse it."""
    return Record(None, Level.ERROR, message, message, exception=exception, **more)


def frames(*places, in_app=True):
    """Frames, innermost first: `app/x.py:place:17`."""
    rows = (place.rsplit(":", 2) for place in places)
    return tuple(
        Frame(file, int(line), function, in_app) for file, function, line in rows
    )


def thrown(type_="ValueError", message="bad", trace=(), cause=None):
    """An exception, its frames innermost first."""
    return Exception_(type_, message, "python", trace, cause)


def id_of(*arguments, message="", **more):
    """The id of a record that holds this exception."""
    return fingerprint(record(message, thrown(*arguments), **more)).id


RAISED = frames(
    "/srv/app/pay.py:charge:17", "/srv/app/orders.py:place:80", "/srv/app/api.py:post:9"
)
DRIVER = frames("/lib/db/pool.py:connect:5", "/lib/db/pool.py:get:55", in_app=False)

ONE_KIND = {
    "another message": (
        record("failed", thrown("E", "order 17 lost", RAISED)),
        record("failed", thrown("E", "order 9 lost for good", RAISED)),
    ),
    "after an edit": (
        record("", thrown(trace=frames("app/pay.py:charge:17", "app/api.py:post:9"))),
        record("", thrown(trace=frames("app/pay.py:charge:44", "app/api.py:post:2"))),
    ),
    "on three machines": (
        record("", thrown(trace=frames("/srv/app/pay.py:charge:17"))),
        record("", thrown(trace=frames("/home/me/app/pay.py:charge:17"))),
        record("", thrown(trace=frames("C:\\app\\pay.py:charge:17"))),
    ),
    "through another entry point": (
        record("", thrown(trace=RAISED)),
        record("", thrown(trace=frames("app/pay.py:charge:17", "app/night.py:run:3"))),
        record("", thrown(trace=frames("app/pay.py:charge:17"))),
    ),
    "in another library's version": (
        record("", thrown(trace=DRIVER + RAISED)),
        record("", thrown(trace=DRIVER[1:] + RAISED)),
    ),
    "wrapped on the way": (
        record("", thrown("KeyError", "'a'", RAISED)),
        record(
            "",
            thrown(
                "AppError",
                "x",
                frames("app/api.py:post:9"),
                thrown("KeyError", "'b'", RAISED),
            ),
        ),
    ),
    "the root cause shows the driver alone": (
        record(
            "", thrown("DbError", "x", DRIVER + RAISED, thrown("Refused", "y", DRIVER))
        ),
        record("", thrown("DbError", "x", RAISED, thrown("Refused", "y", DRIVER[:1]))),
    ),
    "recursion of any depth": (
        record(
            "",
            thrown(trace=frames(*["app/tree.py:<lambda>:4"] * 2, "app/tree.py:walk:5")),
        ),
        record(
            "",
            thrown(
                trace=frames(*["app/tree.py:<lambda>:4"] * 40, "app/tree.py:walk:5")
            ),
        ),
    ),
    "a lambda by another number": (
        record("", thrown(trace=frames("Pay.java:Pay.lambda$charge$0:4"))),
        record("", thrown(trace=frames("Pay.java:Pay.lambda$charge$3:4"))),
    ),
    "another build of a bundle": (
        record(
            "",
            thrown("TypeError", "x", frames("http://a/js/main.3f2a1b9c.js:charge:1")),
        ),
        record(
            "",
            thrown("TypeError", "x", frames("http://b/js/main.77ab01e2.js:charge:1")),
        ),
    ),
    "a type with and without its package": (
        record("", thrown("shop.errors.Declined", "x", RAISED)),
        record("", thrown("shop::errors::Declined", "x", RAISED)),
        record("", thrown("Shop\\Declined", "x", RAISED)),
        record("", thrown("Declined", "x", RAISED)),
    ),
    "an address of no frame": (
        record("", thrown(trace=(Frame(None, None, "0x7f00", in_app=True), *RAISED))),
        record("", thrown(trace=RAISED)),
    ),
    "an address of a library's frame": (
        record("", thrown(trace=(Frame(None, None, "0x7f00", in_app=False), *DRIVER))),
        record("", thrown(trace=DRIVER)),
    ),
    "a library's entry point": (
        record(
            "",
            thrown(
                trace=DRIVER + DRIVER + frames("l/a.py:a:1", "l/b.py:b:1", in_app=False)
            ),
        ),
        record(
            "", thrown(trace=DRIVER + frames("l/a.py:a:1", "l/c.py:c:1", in_app=False))
        ),
    ),
    "without frames, other ids": (
        record("x", thrown("KeyError", "'sku_123'"), logger="shop.stock"),
        record("x", thrown("KeyError", "'sku_9'"), logger="shop.stock"),
    ),
    "without an exception, other ids": (
        record("user u_2c1eea is locked", logger="auth"),
        record("user u_123456 is locked", logger="auth"),
        record("user  u_9\n is locked", logger="auth"),
    ),
    "a logger with a number": (
        record("pool is empty", logger="worker-3"),
        record("pool is empty", logger="worker-17"),
    ),
    "another secret": (
        record("token <github-token:7f3a> refused"),
        record("token <github-token:00c1> refused"),
    ),
    "a bare type, said elsewhere": (
        record("order 5 lost", thrown("NullPointerException", "")),
        record("order 7 lost", thrown("NullPointerException", "")),
    ),
    "another text after a long one": (
        record("lost order " + "a word " * 80 + "and 1"),
        record("lost order " + "a word " * 80 + "but 22"),
    ),
}
TWO_KINDS = {
    "the same message from two places": (
        record("", thrown(trace=frames("app/pay.py:charge:17"))),
        record("", thrown(trace=frames("app/pay.py:refund:17"))),
        record("", thrown(trace=frames("app/ship.py:charge:17"))),
    ),
    "two types from one place": (
        record("", thrown("KeyError", "x", RAISED)),
        record("", thrown("ValueError", "x", RAISED)),
    ),
    "a helper that raises for two callers": (
        record(
            "",
            thrown(
                trace=frames("app/http.py:raise_for_status:3", "app/pay.py:charge:5")
            ),
        ),
        record(
            "",
            thrown(
                trace=frames("app/http.py:raise_for_status:3", "app/ship.py:label:5")
            ),
        ),
    ),
    "lambdas of two callers": (
        record("", thrown(trace=frames("app/x.py:<lambda>:3", "app/pay.py:charge:5"))),
        record("", thrown(trace=frames("app/x.py:<lambda>:3", "app/ship.py:label:5"))),
    ),
    "one driver's failure in two places": (
        record("", thrown("Refused", "x", DRIVER + frames("app/pay.py:charge:5"))),
        record("", thrown("Refused", "x", DRIVER + frames("app/ship.py:label:5"))),
    ),
    "libraries alone": (
        record("", thrown("Refused", "x", DRIVER)),
        record("", thrown("Refused", "x", DRIVER[1:])),
    ),
    "without frames, two messages": (
        record("", thrown("Error", "pool is empty")),
        record("", thrown("Error", "disk is full")),
    ),
    "without frames, two loggers": (
        record("", thrown("Error", "pool is empty"), logger="a"),
        record("", thrown("Error", "pool is empty"), logger="b"),
    ),
    "without an exception, two loggers": (
        record("pool is empty", logger="a"),
        record("pool is empty", logger="b"),
        record("pool is empty"),
    ),
    "two words that hold digits": (record("ipv4 is off"), record("ipv6 is off")),
    "an exception and none": (record("Error: x"), record("", thrown("Error", "x"))),
    "sanitizer findings": (
        record("", thrown("AddressSanitizer: heap-use-after-free", "", RAISED)),
        record("", thrown("AddressSanitizer: stack-overflow", "", RAISED)),
    ),
}
TITLES = {
    "a type and a message": (
        record("", thrown("KeyError", "'sku_1'", RAISED)),
        "KeyError: <str>",
    ),
    "a cause": (
        record("", thrown("OrderError", "x", (), thrown("Timeout", "after 3s"))),
        "OrderError <- Timeout: after <num>",
    ),
    "a cause of the same type": (
        record("", thrown("Error", "x", (), thrown("Error", "disk full"))),
        "Error: disk full",
    ),
    "an outer type that is not told": (
        record("", thrown("", "x", (), thrown("Error", "disk full"))),
        "Error: disk full",
    ),
    "a root type that is not told": (
        record("", thrown("Error", "x", (), thrown("", "disk full"))),
        "Error: disk full",
    ),
    "nothing told but beside it": (
        record("order 5 lost", thrown("", "")),
        "order <num> lost",
    ),
    "packages that fit": (
        record("", thrown("java.lang.IllegalStateException", "closed")),
        "java.lang.IllegalStateException: closed",
    ),
    "packages that do not": (
        record(
            "",
            thrown(
                "org.shop.framework.transaction.TransactionException",
                "x",
                (),
                thrown("org.shop.driver.core.exceptions.SocketException", "reset"),
            ),
        ),
        "TransactionException <- SocketException: reset",
    ),
    "no message but the record's": (
        record("order 5 lost", thrown("NullPointerException", "", RAISED)),
        "NullPointerException: order <num> lost",
    ),
    "no message but the trace": (
        record("NullPointerException", thrown("NullPointerException", "", RAISED)),
        "NullPointerException",
    ),
    "a message without a type": (record("", thrown("", "oops", RAISED)), "oops"),
    "no exception": (record("order 5 lost"), "order <num> lost"),
    "nothing": (record(), "(no message)"),
    "nothing thrown": (record("", thrown("", "")), "(no message)"),
    "many lines": (record("one\ntwo\r\n\tthree"), "one two three"),
    "control characters": (
        record("a\x1b[31mred\x00 \u202ethgir\u200b", thrown("E\n\x07x", "m\x1b")),
        "E x: m",
    ),
    "a long message": (record("word " * 60), "word " * 31 + "word…"),
}
PINNED = {
    "a place": (record("x", thrown("KeyError", "'a'", RAISED)), "gs3mwhiqe"),
    "a type": (record("x", thrown("KeyError", "'a'"), logger="shop"), "gdwb7crv2"),
    "a message": (record("order 17 lost", logger="shop"), "gxvmd6ozy"),
}


@pytest.mark.parametrize("records", ONE_KIND.values(), ids=ONE_KIND)
def test_is_one_kind(records):
    """The same failure has one id."""
    assert 1 == len({fingerprint(one).id for one in records})


@pytest.mark.parametrize("records", TWO_KINDS.values(), ids=TWO_KINDS)
def test_is_another_kind(records):
    """Unlike failures have ids of their own."""
    assert len(records) == len({fingerprint(one).id for one in records})


@pytest.mark.parametrize(("one", "title"), TITLES.values(), ids=TITLES)
def test_title(one, title):
    """One line that a person knows the failure by."""
    assert title == fingerprint(one).title


@pytest.mark.parametrize(("one", "pinned"), PINNED.values(), ids=PINNED)
def test_ids_never_change(one, pinned):
    """Ids that people wrote down last year still name the same failure."""
    assert pinned == fingerprint(one).id


def test_type_is_the_root_cause():
    """As printed, with its package; empty without an exception."""
    chain = thrown("a.Outer", "x", (), thrown("b.Root", "y"))

    assert "b.Root" == fingerprint(record("", chain)).type
    assert "" == fingerprint(record("x")).type


def test_ids_are_equal_in_every_process():
    """No hash seed and no order has a say."""
    script = (
        "from log_mcp.analysis.fingerprint import fingerprint\n"
        "from log_mcp.record import Level, Record\n"
        "print(fingerprint(Record(None, Level.ERROR, 'order 5 lost', '')).id)\n"
    )
    folder = Path(log_mcp.__file__).parent.parent
    ids = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(folder)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert {fingerprint(record("order 5 lost")).id} == ids


def test_an_endless_chain_ends():
    """A chain longer than any real one is cut, not followed for ever."""
    chain = thrown("Root", "x")
    for _ in range(LINKS_MAX * 3):
        chain = thrown("Outer", "x", (), chain)

    assert "Outer: x" == fingerprint(record("", chain)).title


def test_messages_of_one_group_have_one_id():
    """Every line of our own table falls with its own group, and with no other."""
    ids: dict[str, set[str]] = {}
    for row in LINES.read_text("utf-8").splitlines():
        line, group = row.split("\t")
        ids.setdefault(group, set()).add(fingerprint(record(line)).id)

    assert dict.fromkeys(ids, 1) == {group: len(of) for group, of in ids.items()}
    assert len(ids) == len(set.union(*ids.values()))


NAMES = st.sampled_from(["app/a.py", "app/b.py", "lib/c.js", "<frozen x>", None])
FUNCTIONS = st.sampled_from(
    ["place", "<lambda>", "Shop$1.run", "raise_it", "f(0x1)", None]
)
LINE = st.integers(1, 10**6) | st.none()
FRAMES = st.lists(st.tuples(NAMES, FUNCTIONS, st.booleans()), max_size=12)
HEX = st.text("0123456789abcdef", min_size=6, max_size=12).filter(
    lambda text: (
        re.search(r"\d", text) and re.search("[abcf]", text)
    )  # else it may read as 5d or 1e-5
)
NUMBERS = st.integers(0, 10**15).map(str)


@given(FRAMES, st.data())
def test_line_numbers_do_not_matter(rows, data):
    """An edit that moves lines changes no id."""

    def numbered():
        trace = tuple(Frame(f, data.draw(LINE), name, app) for f, name, app in rows)
        return fingerprint(record("x", thrown(trace=trace)))

    assert numbered() == numbered()


VARYING = st.fixed_dictionaries({"i": HEX, "n": NUMBERS, "u": st.uuids()})


@given(VARYING, VARYING)
def test_ids_and_numbers_do_not_matter(one, other):
    """Two records that differ in what varies are one kind, title included."""
    text = (
        "order ORD-{n}-{n} of u_{i} at node-{n}.internal ({n}.{n}.{n}) took {n}ms, "
        "trace {i}, job {u}, '{i}', {{'a': {n}}}, /srv/{i}/{n}.log, {i}@shop.example"
    )
    first = text.format(**one)
    second = text.format(**other)

    assert fingerprint(record(first)) == fingerprint(record(second))
    assert id_of("E", first) == id_of("E", second)


@given(
    st.sampled_from(["{}", "u_{}", "job {} died", "a-{}.b", "({})"]),
    HEX | NUMBERS,
    HEX | NUMBERS,
)
def test_an_id_of_digits_alone_is_still_an_id(text, one, other):
    """By chance a random id holds no letter; its group stays the same."""
    assert (
        fingerprint(record(text.format(one))).id
        == fingerprint(record(text.format(other))).id
    )


@given(st.text(), st.text(), st.text() | st.none(), FRAMES)
def test_any_record_has_a_fingerprint(type_, message, logger, rows):
    """Any text at all: an id of its form, and a title of one printable line."""
    trace = tuple(Frame(f, 1, name, app) for f, name, app in rows)
    found = [
        fingerprint(record(message, logger=logger)),
        fingerprint(record(message, thrown(type_, message, trace), logger=logger)),
    ]

    assert all(re.fullmatch("g[a-z2-7]{8}", one.id) for one in found)
    assert all(0 < len(one.title) <= TITLE_MAX for one in found)
    assert all(one.title.isprintable() for one in found)


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_logger_is_no_part_of_the_message(one, other):
    """What ends the one does not begin the other."""
    assume(one.strip() and other.strip())
    together = fingerprint(record(other, logger=one))
    apart = fingerprint(record(f"{one} {other}"))

    assert together.id != apart.id


def request(path, status="502", method="GET"):
    fields = {"method": method, "path": path, "status": status}
    message = f'"{method} {path} HTTP/1.1" {status} 94'
    text = f"10.0.0.7 - - {message}"
    return Record(None, Level.ERROR, message, text, level_inferred=True, fields=fields)


def test_a_line_of_an_access_log_is_told_by_method_route_and_status():
    """Ids in the path do not count, and the status does."""
    one = fingerprint(request("/v1/orders/104531?full=1"))

    assert "GET /v1/orders/<id> 502" == one.title
    assert one.id == fingerprint(request("/v1/orders/7")).id
    assert one.id != fingerprint(request("/v1/orders/7", status="504")).id
    assert one.id != fingerprint(request("/v1/orders/7", method="PUT")).id
    assert one.id != fingerprint(request("/v1/carts/7")).id


def test_a_long_path_counts_by_its_first_parts():
    """What lies deep is most often an id or a file."""
    one = fingerprint(request("/static/a/b/c/d/e.js"))

    assert "GET /static/a/b/c 502" == one.title
