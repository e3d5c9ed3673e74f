"""`scan` and `parse` agree, whatever the text and however it is split into blocks."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from log_mcp.formats import Carry, Context, Format, detect, named
from log_mcp.formats.headers import ROWS
from log_mcp.record import ESCAPED, EXCEPTION, INFERRED, NO_TIME

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)

HEADED = [sample for row in ROWS for sample in row.sample]
OBJECTS = [
    '{"timestamp": "2026-03-04T05:06:07.123Z", "level": "info", "message": "started"}',
    '{"timestamp": "2026-03-04T05:06:08.123Z", "level": "error", "message": "a\\tb"}',
    '{"level":30,"time":1772600767123,"pid":17,"msg":"started"}',
    (
        '{"level":50,"time":1772600767123,"err":{"type":"Error","message":"x","stack":'
        '"Error: x\\n    at f (/srv/a.js:1:2)"},"msg":"failed"}'
    ),
    (
        '{"request_id": "4f", "n": 1, "event": "cart", "level": "debug", "timestamp": '
        '"2026-03-04T05:06:07Z"}'
    ),
    (
        '{"event": "failed", "exception": "Traceback (most recent call last):\\n  File '
        '\\"a.py\\", line 1, in f\\nValueError: x"}'
    ),
    '{"@t":"2026-03-04T05:06:07Z","@m":"started"}',
    '{"t":{"$date":"2026-03-04T05:06:07.123+00:00"},"s":"W","msg":"slow"}',
    '{"level":"info","timestamp":"never"}',
    '{"level":"info","timestamp":"2026-03-04T05:06:07Z"',
    '{"status":503,"method":"GET","time":1772600767}',
    "{}",
    "{not json",
]
PAIRS = [
    'time="2026-03-04T05:06:07Z" level=info msg="listening on :80"',
    'ts=2026-03-04T05:06:08.123Z level=error caller=a.go:1 msg=failed err="a b"',
    "level=warn msg=slow took=3ms",
    'date=2026-03-04 time=05:06:07 dev="w 1" level="warning" msg="no entry"',
    "time=2026-03-04 05:06:07 level=info msg=no more stock user=anna lee",
    "level=info time=2026-03-04 05:06:07 user=anna lee msg=x",
    "logger=shop t=2026-03-04T05:06:07Z level=info msg=started debug",
]
ODD = [
    [
        f"%% 2026-03-04 05:06:{10 + n} %% {level} %% shop.cart %% order {n}"
        for n, level in enumerate(["WARN", "INFO", "INFO", "ERROR", "DEBUG"])
    ],
    [
        f"05:06:{10 + n}.123 shop.cart({17 + n})/{letter}: order {n}"
        for n, letter in enumerate("WIIEDF")
    ],
    [
        f"{level} ; {1 + n}/3/2026 05:06:07 ; order {n}"
        for n, level in enumerate(["warn", "info", "info", "error", "odd"])
    ],
]
EVENTS = [
    "CEF:0|Acme|Wall|1.2|100|blocked|8|src=192.0.2.7 msg=no entry rt=1772600767123",
    (
        "<134>Mar  4 05:06:07 wall-1 CEF:0|Acme|Wa\\|ll|1.2|100|low|Very-High|"
        "cs1=a\\=b msg=one\\ntwo request_id=4f"
    ),
    "2026-03-04T05:06:07Z wall-1 CEF: 1|Acme||||x|Unknown|",
    "LEEF:2.0|Acme|Wall|1.2|100|^|devTime=Mar 04 2026 05:06:07^sev=5^src=192.0.2.7",
    "LEEF:1.0|Acme|Wall|1.2|100|sev=9\tmsg=no entry",
    "CEF:0|Acme|Wall",
]
TABLES = [
    [
        "time,level,logger,message,n",
        '2026-03-04T05:06:07Z,INFO,shop,"a, b",1',
        '2026-03-04T05:06:08Z,ERROR,shop,"said ""no""',
        "java.lang.Error: x",
        "\tat shop.A.main(A.java:1)",
        'end",2',
        "2026-03-04T05:06:08Z, warn ,shop,x",
        '2026-03-04T05:06:08Z,"info",shop,"open',
        "2026-03-04T05:06:08Z",
        '"2026-03-04T05:06:08Z,x",info,a,b',
        "never,error,shop,x,1",
    ],
    ["level;message", "info;a", "error;b;c", "oops;d", ";", '"warn";"x'],
    ["ts\tseverity\tmsg", '1772600767\t3\tit is 5" long', "1772600768.5\t9\tb"],
    [
        "#Fields: date time cs-method cs-uri-stem sc-status",
        "2026-03-04 05:06:07 GET /a 200",
        "2026-03-04 05:06:07 GET /a 503",
        "2026-03-04 05:06:07 GET /a - x",
        "2026-03-04  05:06:07 GET /a 404",
        "#Fields: time date sc-status",
        "05:06:07 2026-03-04 503",
    ],
    [
        "#separator \\x09",
        "#path\tconn",
        "#fields\tts\tuid\tlevel",
        "1772600767.123456\tCx1\tReporter::ERROR",
        "1772600767.123456\t-\terror",
        "#close\t2026-03-04-05-06-07",
    ],
    [
        (
            '2026-03-04 05:06:07.123 UTC,"anna","shop",17,"192.0.2.7:1",5f.1,1,"idle",'
            '2026-03-04 05:06:00 UTC,3/1,0,ERROR,40P01,"deadlock'
        ),
        'detected",,,,,,,,,""',
        (
            "2026-03-04 05:06:07.123 UTC,,,17,,5f.1,1,,2026-03-04 05:06:00 UTC,,0,LOG,"
            '00000,"ready",,,,,,,,,""'
        ),
    ],
]
BODIES = [
    (
        'Mar  4 05:06:07 web-1 shop[17]: {"time":"2026-03-04T05:00:00Z","level":"warn",'
        '"msg":"a\\tb"}'
    ),
    'Mar  4 05:06:07 web-1 shop[17]: @cee: {"level":"error","msg":"x","exc_info":"a\\nb"}',
    (
        '<11>1 2026-03-04T05:06:07.123Z web-1 shop 17 - - {"severity":"INFO","request_id":'
        '"4f"}'
    ),
    "<14>1 2026-03-04T05:06:07.123Z web-1 shop 17 - - 06:06:07 [error] no stock",
    "Mar  4 05:06:07 web-1 shop[17]: 2026-03-04 05:06:07,123 ERROR shop.cart - no stock",
    'Mar  4 05:06:07 web-1 shop[17]: level=error msg="no stock" err="a b"  ',
    "Mar  4 05:06:07 web-1 shop[17]: ERROR: no stock",
    "Mar  4 05:06:07 web-1 shop[17]: started",
    '2026-03-04 05:06:07,123 INFO {"item": 4}',
    '2026-03-04 05:06:07,123 ERROR no stock {"item": 4, "trace_id": "4f"}',
    '2026-03-04T05:06:07.123Z {"status":503,"method":"GET"}',
]
CARRIED = [
    '{"log":"05:06:07 [error] no stock\\n","@timestamp":"2026-03-04T05:06:07Z"}',
    '{"log":"2026-03-04T05:00:00Z ERROR a.b: x","@timestamp":"2026-03-04T05:06:07Z"}',
    '{"log":"{\\"level\\":\\"warn\\",\\"msg\\":\\"x\\"}","@timestamp":"2026-03-04T05:06:07Z"}',
    '{"MESSAGE":"level=info msg=x","PRIORITY":"3","__REALTIME_TIMESTAMP":"1772600767123456"}',
    '{"log":"started","level":"info"}',
    '{"log":"05:06:07 ERROR x\\njava.lang.Error: y\\n\\tat a.B.c(B.java:1)"}',
]
CONSOLE = [
    " \N{VECTOR OR CROSS PRODUCT} TypeError: no cart",
    "    at total (/srv/shop/cart.js:9:3)",
    " GET /cart 500 in 88ms",
    "\N{HEAVY CHECK MARK} done",
    "2026-03-04 05:06:07 ERROR no stock",
    "POST /cart 401 1.002 ms - 20",
    "  12 | const cart",
    " \N{WARNING SIGN} low",
]
ANSIBLE = [
    "TASK [install] ****",
    "ok: [web-1]",
    'fatal: [web-1]: FAILED! => {"msg": "x"}',
    'fatal: [web-1]: FAILED! => {\n    "msg": "x"\n}',
    'failed: [web-1] => {"exception": "Traceback (most recent call last):\\n  File \\"a.py\\", line 1, in f\\nOSError: x"}',
    "web-1 : ok=2 changed=1 unreachable=0 failed=1",
]
TRACES = [
    (
        'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in f\n    g()\n'
        "ValueError: no stock"
    ),
    (
        "java.lang.IllegalStateException: no stock\n\tat shop.Cart.add(Cart.java:12)\n"
        "\t... 3 more"
    ),
    'Exception in thread "main" java.lang.Error: x\n\tat shop.A.main(A.java:1)',
    "panic: no stock\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:7 +0x1d",
    "/srv/a.js:3\n    throw new Error('x')\n    ^\n\nError: x\n    at f (/srv/a.js:3:9)",
    "TypeError: x is not a function\n    at g (/srv/b.js:1:2)",
]
PROSE = [
    "",
    "   ",
    "  indented",
    "\tindented, too",
    "prose about nothing",
    "OrderRejected: no stock",
    "panic: recovered",
    '  File "a.py", line 1',
    "    at f (/srv/a.js:3:9)",
    "Caused by: java.io.IOException: x",
    "During handling of the above exception, another exception occurred:",
    "2026-03-04 with no time",
    "05:06:07",
    "ERROR",
    "[2025-11-06 01:44:53,269][DEBUG][shop.stock] [node-1] failed long ago",
    "[2026-13-44 05:06:07] no such day",
    "\u00e9t\u00e9 \u2028 line",
]

lines = st.one_of(
    *(
        st.sampled_from(family)
        for family in (
            HEADED,
            OBJECTS,
            PAIRS,
            BODIES,
            CARRIED,
            ANSIBLE,
            CONSOLE,
            TRACES,
            PROSE,
        )
    ),
    st.text(st.characters(exclude_characters="\0\n\x1b"), max_size=60),
)
INDENTED = [f"  {sample}" for sample in HEADED]
families = st.one_of(
    *(
        st.lists(st.sampled_from(family), min_size=1, max_size=6)
        for family in (
            *(HEADED, OBJECTS, PAIRS, INDENTED, EVENTS, BODIES, CARRIED, ANSIBLE),
            *ODD,
        )
    ),
    st.just([]),
)


@st.composite
def logs(draw) -> bytes:
    """A log mostly of one family, with traces, prose and others between, mutated."""
    family = draw(families)
    own = st.sampled_from(family) if family else lines
    body = draw(st.lists(st.one_of(own, own, lines), min_size=1, max_size=30))
    text = "\n".join(body).encode(errors="replace")
    for place, byte in draw(
        st.lists(
            st.tuples(st.integers(0, max(0, len(text) - 1)), st.binary(max_size=2)),
            max_size=3,
        )
    ):
        text = text[:place] + byte + text[place + 1 :]
    return text.replace(b"\0", b" ") + b"\n"


@st.composite
def tables(draw) -> bytes:
    """A table below what names its columns, other lines between, mutated."""
    family = draw(st.sampled_from(TABLES))
    head = [line for line in family if line.startswith("#")] or family[:1]
    own = st.sampled_from(family)
    body = draw(st.lists(st.one_of(own, own, own, lines), max_size=30))
    text = "\n".join([*draw(st.sampled_from([[], head, head])), *body])
    raw = text.encode(errors="replace")
    for place in draw(st.lists(st.integers(0, max(0, len(raw) - 1)), max_size=3)):
        mark = draw(st.sampled_from([b'"', b",", b"\n", b"\t", b" ", b"#", b"\xff"]))
        raw = raw[:place] + mark + raw[place + 1 :]
    return raw + b"\n"


formats = st.sampled_from(
    [
        *("auto", "jsonl", "logfmt", "plain", "csv", "tsv", "postgres-csv", "w3c"),
        *("zeek", "cef", "ansible", "console", "text:learned"),
        *(f"text:{row.name}" for row in ROWS),
    ]
)
raw = st.binary(max_size=400).map(lambda text: text.replace(b"\0", b""))


def records(format_: Format, text: bytes) -> list[tuple[int, int, int, int]]:
    """Rows of a whole text: start, time, level, flags."""
    return blockwise(format_, [text])


def blockwise(format_: Format, blocks: list[bytes]) -> list[tuple[int, int, int, int]]:
    """Rows of a text in blocks, amended where a later block says so."""
    carry, base = Carry(), 0
    rows: list[tuple[int, int, int, int]] = []
    for block in blocks:
        columns = format_.scan(block, carry)
        if columns.amend_level is not None:
            rows[-1] = (*rows[-1][:2], int(columns.amend_level), columns.amend_flags)
        rows.extend(
            zip(
                (columns.starts.astype(np.int64) + base).tolist(),
                columns.times.tolist(),
                columns.levels.tolist(),
                columns.flags.tolist(),
                strict=True,
            )
        )
        carry, base = columns.carry, base + len(block)
    return rows


def assert_law(format_: Format, text: bytes) -> None:
    """Each record that `scan` finds is one that `parse` reads alike."""
    rows = records(format_, text)
    ends = [*(row[0] for row in rows[1:]), len(text)][: len(rows)]
    for (start, time_ns, level, flags), end in zip(rows, ends, strict=True):
        own = text[start:end].rstrip(b"\n")
        record = format_.parse(own)

        assert [(0, time_ns, level, flags)] == records(format_, own)
        assert (None if time_ns == NO_TIME else time_ns) == record.time_ns
        assert level == record.level
        assert bool(flags & INFERRED) == record.level_inferred
        assert bool(flags & EXCEPTION) == (record.exception is not None)
        assert own.decode(errors="replace") == record.text
        assert not flags & ESCAPED or b"\\" in own


@settings(deadline=None)  # the first use of a row compiles it
@given(st.one_of(logs(), tables()), formats)
@example(("\n".join(TABLES[0]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[3]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[4]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[5]) + "\n").encode(), "auto")
@example(("\n".join(HEADED) + "\n").encode(), "auto")
@example(("\n".join(OBJECTS) + "\n").encode(), "auto")
@example(("\n".join(PAIRS) + "\n").encode(), "auto")
@example(("\n".join(EVENTS) + "\n").encode(), "auto")
@example(("\n".join(ODD[0] * 3) + "\n").encode(), "auto")
@example(("\n".join(ODD[1] * 3) + "\n").encode(), "auto")
@example(("\n".join(ODD[2] * 3) + "\n").encode(), "auto")
@example(("\n".join(BODIES) + "\n").encode(), "auto")
@example(("\n".join(CARRIED * 2) + "\n").encode(), "auto")
@example(("\n".join([*ANSIBLE, *TRACES] * 2) + "\n").encode(), "ansible")
@example(("\n".join([*CONSOLE, *TRACES] * 2) + "\n").encode(), "console")
@example(("\n".join([*BODIES, *TRACES] * 2) + "\n").encode(), "auto")
@example(("\n".join(TRACES) + "\n").encode(), "plain")
def test_scan_agrees_with_parse(text, name):
    """Boundaries, time, level and flags, for logs of every format."""
    assert_law(named(name, CONTEXT, text), text)


@settings(deadline=None)  # the first use of a row compiles it
@given(raw, formats)
def test_reads_any_bytes(text, name):
    """Nothing raises, and the law holds, on what is no log at all."""
    assert_law(named(name, CONTEXT, text), text)


def assert_failure(format_: Format, text: bytes) -> None:
    """What `failure` says of each record is what `parse` says."""
    rows = records(format_, text)
    ends = [*(row[0] for row in rows[1:]), len(text)][: len(rows)]
    for (start, _, _, flags), end in zip(rows, ends, strict=True):
        own = text[start:end].rstrip(b"\n")
        record, failure = format_.parse(own), format_.failure(own, flags)
        request = ("method", "path", "status")

        assert record.message == failure.message
        assert record.text == failure.text
        assert record.level_inferred == failure.level_inferred
        assert record.logger == failure.logger
        assert record.trace == failure.trace
        assert record.exception == failure.exception
        assert list(map(record.fields.get, request)) == list(
            map(failure.fields.get, request)
        )


@settings(deadline=None)  # the first use of a row compiles it
@given(st.one_of(logs(), tables()), formats)
@example(("\n".join(TABLES[0]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[3]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[4]) + "\n").encode(), "auto")
@example(("\n".join(TABLES[5]) + "\n").encode(), "auto")
@example(("\n".join(HEADED) + "\n").encode(), "auto")
@example(("\n".join(OBJECTS) + "\n").encode(), "auto")
@example(("\n".join(PAIRS) + "\n").encode(), "auto")
@example(("\n".join(EVENTS) + "\n").encode(), "auto")
@example(("\n".join(ODD[0] * 3) + "\n").encode(), "auto")
@example(("\n".join(ODD[1] * 3) + "\n").encode(), "auto")
@example(("\n".join(ODD[2] * 3) + "\n").encode(), "auto")
@example(("\n".join(BODIES) + "\n").encode(), "auto")
@example(("\n".join(CARRIED * 2) + "\n").encode(), "auto")
@example(("\n".join([*ANSIBLE, *TRACES] * 2) + "\n").encode(), "ansible")
@example(("\n".join([*CONSOLE, *TRACES] * 2) + "\n").encode(), "console")
@example(("\n".join([*BODIES, *TRACES] * 2) + "\n").encode(), "auto")
@example(("\n".join(TRACES) + "\n").encode(), "plain")
def test_failure_agrees_with_parse(text, name):
    """What tells the kind of a failure is the same, read alone or with all the rest."""
    assert_failure(named(name, CONTEXT, text), text)


@settings(deadline=None)  # the first use of a row compiles it
@given(raw, formats)
def test_failure_agrees_on_any_bytes(text, name):
    """Likewise on what is no log at all."""
    assert_failure(named(name, CONTEXT, text), text)


@settings(deadline=None)  # the first use of a row compiles it
@given(st.one_of(logs(), tables()), formats, st.data())
def test_blocks_do_not_matter(text, name, data):
    """However the lines are split, the rows are those of the whole."""
    format_ = named(name, CONTEXT, text)
    ends = [place + 1 for place, byte in enumerate(text) if byte == 10]
    cuts = sorted(data.draw(st.sets(st.sampled_from(ends), max_size=6)) | {len(text)})
    blocks = [text[a:b] for a, b in zip([0, *cuts], cuts, strict=False)]

    assert records(format_, text) == blockwise(format_, blocks)


@settings(deadline=None)  # the first use of a row compiles it
@given(st.one_of(logs(), tables()), formats)
def test_lines_read_are_lines(text, name):
    """The count of understood lines never passes that of the lines that are not empty."""
    columns = named(name, CONTEXT, text).scan(text, Carry())

    assert 0 <= columns.read <= sum(map(bool, text.split(b"\n")))


@pytest.mark.parametrize(
    "family", [HEADED, OBJECTS, PAIRS], ids=["text", "json", "logfmt"]
)
@pytest.mark.parametrize("repeats", [1, 40])
def test_first_start_begins_a_record(family, repeats):
    """Reading from there gives the rows that reading from the start gives."""
    for sample in family:
        text = ("prose\n" + f"{sample}\n  more\n" * repeats).encode()
        format_ = detect(text, CONTEXT)
        start = format_.first_start(text)
        if start is None:
            continue
        whole = records(format_, text)
        rest = [(at + start, *row) for at, *row in records(format_, text[start:])]

        assert rest == [row for row in whole if row[0] >= start]
