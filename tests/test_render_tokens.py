"""Twin of log_mcp/render/tokens.py and words.py: proved against o200k itself."""

import string
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rs_bpe import openai

from log_mcp import render
from log_mcp.config import load
from log_mcp.query.filter import Ask
from log_mcp.render.tokens import _NO_PAIR, _PIECE, tokens
from log_mcp.render.words import BOTH, LOWER, MARKS, SHY, UPPER, WHOLE
from tests.books import reading

SAMPLES = Path(__file__).parent.parent / "sample_logs"
O200K = openai.o200k_base()
BEFORE = [chr(c) for c in range(128) if not chr(c).isalnum() and chr(c) not in "\r\n "]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]

LOGS = {
    "python text": """\
2026-03-01 10:15:02,113 INFO shop.orders order 48213 accepted for user 991 in 42 ms
2026-03-01 10:15:02,640 WARNING shop.stock stock low: sku=TBL-114 left=2 warehouse=north
2026-03-01 10:15:03,007 ERROR shop.pay payment declined for order 48214: card expired
Traceback (most recent call last):
  File "/srv/shop/pay.py", line 88, in charge
    reply = self.client.post(url, json=body, timeout=5)
  File "/usr/lib/python3.11/site-packages/httpx/_client.py", line 1144, in post
    return self.request("POST", url, content=content)
ConnectionRefusedError: [Errno 111] Connection refused
""",
    "JSON lines": """\
{"ts":"2026-03-01T10:15:02.113Z","level":"info","msg":"request completed","method":"GET","path":"/api/v1/orders/48213","status":200,"duration_ms":41.7,"request_id":"7f3a9c2e41d0"}
{"ts":"2026-03-01T10:15:02.640Z","level":"warn","msg":"slow query","db":"orders","rows":1204,"duration_ms":812.4,"request_id":"99ab02fe1c77"}
{"ts":"2026-03-01T10:15:03.007Z","level":"error","msg":"upstream timed out","upstream":"stock:8080","attempt":3,"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"}
""",
    "Java": """\
2026-03-01 10:15:02.113 ERROR [http-nio-8080-exec-4] c.e.shop.OrderController : Failed to load order 48213
java.lang.IllegalStateException: No stock entry for item
\tat com.example.shop.StockService.find(StockService.java:71)
\tat com.example.shop.OrderController.show(OrderController.java:44)
Caused by: java.sql.SQLTransientConnectionException: pool - Connection is not available, request timed out after 30000ms
""",
    "access": """\
10.0.3.17 - - [01/Mar/2026:10:15:02 +0000] "GET /api/orders?page=2 HTTP/1.1" 200 5123 "-" "Mozilla/5.0 (X11; Linux x86_64)" 0.042
10.0.3.18 - alice [01/Mar/2026:10:15:03 +0000] "POST /api/payments HTTP/1.1" 502 173 "https://shop.example/cart" "curl/8.5.0" 5.001
""",
    "syslog": """\
Mar  1 10:15:02 web1 sshd[2211]: Accepted publickey for deploy from 10.0.0.5 port 51122 ssh2
Mar  1 10:15:03 web1 kernel: [88123.4412] Out of memory: Killed process 9123 (worker) total-vm:4120032kB
""",
    "logfmt": """\
time=2026-03-01T10:15:02Z level=info msg="listening on :8080" component=gateway version=1.4.2
time=2026-03-01T10:15:03Z level=error msg="lookup failed" host=db.internal err="no such host" retry=true
""",
}


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS)
def test_is_close_on_logs(text):
    """On the logs people write it is above the truth by less than half."""
    truth = O200K.count(text)

    assert truth <= tokens(text) <= 1.5 * truth


WORDS = st.sampled_from(sorted(BOTH | LOWER | SHY | UPPER | MARKS | WHOLE))
ASCII = st.text(st.characters(max_codepoint=127))
RUNS = st.builds(
    str.__mul__,
    st.sampled_from(" \t\n\r-=*#._/~+<>\u00a0\u3000é中"),
    st.integers(1, 200),
)
FOREIGN = st.sampled_from(
    [
        "é",
        "ß",
        "中文",
        "→",
        "😀",
        "́",
        "٣",
        "²",
        "…",
        "ª",
        "\u017f",
        "\u200b",
        "\U0001d7d8",
    ]
)
EDGES = st.sampled_from(
    ["'s", "'S", "'re", "\r\n", "7", "2026", "--", "/", "qz", "JK", "\x1c", "\x85"]
)
LETTERS = st.text(string.ascii_letters, max_size=40)
SALAD = st.lists(
    WORDS
    | ASCII
    | RUNS
    | LETTERS
    | FOREIGN
    | EDGES
    | st.text()
    | st.sampled_from(sorted(LOGS)),
    max_size=14,
)


@given(SALAD, st.sampled_from(["", " ", "\n", "  ", "\u00a0"]))
def test_never_undercounts(parts, between):
    """No text costs more than the estimate says."""
    text = between.join(parts)

    assert O200K.count(text) <= tokens(text)


@given(st.binary(max_size=400))
def test_never_undercounts_noise(noise):
    """Nor do bytes that were never meant as text."""
    text = noise.decode("latin-1")

    assert O200K.count(text) <= tokens(text)


def test_surrogates_are_counted():
    """A lone surrogate, which has no encoding, is counted as bytes and never raises."""
    assert 4 <= tokens("a\ud800") <= 5


@pytest.mark.untraced
@pytest.mark.parametrize(
    "words", [BOTH, LOWER, SHY, UPPER], ids=["both", "lower", "shy", "upper"]
)
def test_each_word_costs_what_is_claimed(words):
    """Every word of the tables, in every form and behind every mark, is counted enough."""
    short = []
    for word in words:
        for form in {word, word.capitalize()} if words in (BOTH, SHY) else {word}:
            forms = [form, *(mark + form for mark in [" ", *BEFORE])]
            forms += [start + form + end for start in ("", " ") for end in CONTRACTIONS]
            short += [text for text in forms if O200K.count(text) > tokens(text)]

    assert [] == short


def test_each_word_is_one_token():
    """The tables hold nothing that is not one token, alone and after a space."""
    forms = [*BOTH, *SHY, *LOWER, *UPPER, *map(str.capitalize, BOTH | SHY)]

    assert [] == [f for f in forms if O200K.count(f) + O200K.count(f" {f}") != 2]


def test_each_mark_is_one_token():
    """So do the marks, and line ends or slashes after them are counted enough."""
    ends = ["", "\n", "\r\n", "\n\n", "\n\n\n", "\r\n\r\n", "/", "\n/"]
    texts = [mark + end for mark in MARKS for end in ends]

    assert [] == [mark for mark in MARKS if O200K.count(mark) != 1]
    assert [] == [text for text in texts if O200K.count(text) > tokens(text)]


def test_each_whole_piece_is_one_token():
    """It is a piece for the tokenizer too, and costs one, whatever stands around it."""
    assert [] == [piece for piece in WHOLE if O200K.count(piece) != 1]
    assert {1} == {tokens(piece) for piece in WHOLE}
    assert [] == [piece for piece in WHOLE if _PIECE.findall(piece) != [piece]]


@pytest.fixture(scope="module")
def answers():
    """What the tools say of the sample logs, each within three budgets."""
    with reading(load([str(SAMPLES)]), time.time_ns) as book:
        error = book.explain(None, Ask())
        page = book.search(Ask(level="error"))
        shown = [
            partial(render.overview, book.overview()),
            partial(render.search, page),
            partial(render.error, book.error(error.error.record.id)),
            partial(render.trends, book.trends(Ask())),
            partial(render.patterns, book.patterns(Ask())),
            partial(render.explanation, error),
        ]
        return [show(budget) for show in shown for budget in (700, 2000, 6000)]


@pytest.mark.untraced
def test_little_of_a_budget_is_unused(answers):
    """On our own answers the estimate is a fifth above the truth, taken together."""
    truth = [O200K.count(text) for text in answers]
    told = [tokens(text) for text in answers]

    assert all(least <= most for least, most in zip(truth, told, strict=True))
    assert sum(told) <= 1.2 * sum(truth)


def test_letter_pairs_are_tokens_where_it_is_assumed():
    """Two letters that are no token together are never bounded together."""
    lower, upper = string.ascii_lowercase, string.ascii_uppercase
    pairs = [a + b for a in lower + upper for b in lower] + [
        a + b for a in upper for b in upper
    ]

    assert [] == [
        pair
        for pair in pairs
        if O200K.count(pair) == 2 and len([p for p in _NO_PAIR.split(pair) if p]) == 1
    ]
    assert [] == [a for a in lower + upper if O200K.count(f" {a}") != 1]


@pytest.mark.parametrize("mark", list(" -=*#._/~+"))
def test_runs_of_one_character(mark):
    """Rulers and indentation of any length are counted enough."""
    runs = [mark * n + end for n in range(1, 700) for end in ("", "x", "7", "\n")]

    assert [] == [run for run in runs if O200K.count(run) > tokens(run)]
