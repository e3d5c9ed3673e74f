"""The fixed mask: words stay, what varies goes, in linear time."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis import mask as module
from log_mcp.analysis import vocabulary
from log_mcp.analysis.mask import RULES, mask

GROUPS = Path(__file__).parent / "groups" / "messages.tsv"
LINES = [row.split("\t") for row in GROUPS.read_text("utf-8").splitlines() if row]

SHAPES = {
    "an empty text": ("", ""),
    "plain words": ("connection reset by peer", "connection reset by peer"),
    "a contraction": ("can't reach the node's disk", "can't reach the node's disk"),
    "a number": ("took 5 tries", "took <num> tries"),
    "a signed number": ("offset -5 and +3", "offset <num> and <num>"),
    "a number after an arrow": ("a->5", "a-><num>"),
    "a percentage and a price": ("95% of $12.50", "<num> of $<num>"),
    "durations": ("900ms, then 1.2s, then 1h2m3s", "<num>, then <num>, then <num>"),
    "sizes": ("used 3MB of 2GiB", "used <num> of <num>"),
    "numbers in a row": ("ids [7, 8, 9] gone", "ids [<num>] gone"),
    "one number in brackets": ("ids [7] gone", "ids [<num>] gone"),
    "an id with a prefix": ("user u_2c1eea", "user u_<id>"),
    "an id of letters and digits": ("key xkq4z9", "key <id>"),
    "an id with no digit by chance": ("user u_acdeff", "user u_<id>"),
    "a dashed id": ("order ORD-2026-0001 lost", "order ORD-<num> lost"),
    "a dashed id with letters": ("order ORD-2026-A1B lost", "order ORD-<id> lost"),
    "what a random id is joined to": ("pod pay-7d9f8b-xzvkj", "pod pay-<id>"),
    "a git hash": ("at 2c1eea9", "at <id>"),
    "an address": ("<Foo object at 0x7f00aa>", "<Foo object at <id>>"),
    "an identity hash": ("Session@1f3c4d closed", "Session@<id> closed"),
    "a uuid": ("job 0a1b2c3d-1111-4222-8333-444455556666", "job <uuid>"),
    "a uuid behind a prefix": ("j-0a1b2c3d-1111-4222-8333-444455556666", "j-<id>"),
    "an e-mail": ("mail jane.doe+x@shop.example bounced", "mail <email> bounced"),
    "a user at a host": ("ssh jane@bastion failed", "ssh jane@bastion failed"),
    "an IPv4 address and port": ("10.0.0.17:5432", "<ip>:<num>"),
    "a network": ("10.0.0.0/16 full", "<ip> full"),
    "an IPv6 address": ("2001:db8::8a2e:370:7334 down", "<ip> down"),
    "a long IPv6 address": ("1:2:3:4:5:6:7:8 down", "<ip> down"),
    "a C++ name is no address": ("add::decade failed", "add::decade failed"),
    "a number in a host": ("node-17.internal", "node-<num>.internal"),
    "a numbered stem": ("Worker3 died", "Worker<num> died"),
    "a path": ("open /srv/app/x.py: denied", "open <path>: denied"),
    "a path that ends a question": ("is it /etc/x?", "is it <path>?"),
    "a home path": ("open ~/x.ini", "open <path>"),
    "a Windows path": (r"open C:\app\x.py, denied", "open <path>, denied"),
    "a share": (r"open \\files\x.doc", "open <path>"),
    "a relative file": ("in src/app/x.py:12", "in <path>:<num>"),
    "a choice of words": ("read and/or write", "read and/or write"),
    "a media type": ("got text/html", "got text/html"),
    "a URL": (
        "GET https://pay.example:443/v1?q=1",
        "GET https://pay.example:<num><path>",
    ),
    "a URL without path": (
        "see http://node-3.example",
        "see http://node-<num>.example",
    ),
    "a file URL": ("see file:///srv/x", "see file://<path>"),
    "a closing tag": ("</div> expected", "</div> expected"),
    "an ISO time": ("at 2026-01-02 03:04:05,123 it", "at <time> it"),
    "a date": ("since 2026-01-02.", "since <time>."),
    "a syslog time": ("since Jan  2 03:04:05 it", "since <time> it"),
    "a C time": ("on Fri Jan  2 03:04:05 2026 it", "on <time> it"),
    "a web server time": ("[02/Jan/2026:03:04:05 +0100]", "[<time>]"),
    "a name that is no day": ("Got 5 items", "Got <num> items"),
    "quoted texts": ("no 'sku_123' in \"a b\"", "no <str> in <str>"),
    "an empty quote": ("got '' here", "got <str> here"),
    "an escaped quote": (r'got "a \"b\" c" here', "got <str> here"),
    "bytes": (r"got b'\x00a' here", "got <str> here"),
    "a quoted request": ('"POST /a?b=1 HTTP/2" 502 "-"', '"POST <path>" <num> <str>'),
    "a quoted request of another kind": ('"GET" is no method', "<str> is no method"),
    "a quote as Ruby and GNU write it": ("no method `x' here", "no method <str> here"),
    "back quotes": ("table `shop`.`orders`", "table <str>.<str>"),
    "texts in a row": ("missing ['a', 'b']", "missing [<str>]"),
    "a word with digits in a name": ("s3-17.example", "s3-<num>.example"),
    "a duration in a name": ("timeout-30s hit", "timeout-<num> hit"),
    "a quote that a path hid": (r'in "C:\app\" now', "in <str> now"),
    "a quote that is never closed": ('got "abc', 'got "abc'),
    "a JSON object": ('body {"a": {"b": [1]}, "c": 2} bad', "body <*> bad"),
    "a dict": ("body {'a': 1} bad", "body <*> bad"),
    "objects in a row": ('[{"a": 1}, {"a": 2}]', "[<*>]"),
    "a cut JSON object": ('body {"a": 17, "b', 'body {<str>: <num>, "b'),
    "a set of words": ("route {id} unknown", "route {id} unknown"),
    "a redacted secret": ("with <aws-key:7f3a>", "with <aws-key>"),
    "a mask": ("with <num> and <*>", "with <num> and <*>"),
    "a release": ("client 2.4.17 refused", "client <version> refused"),
    "a release with a v": ("client v2.4 refused", "client <version> refused"),
    "another script": ("ошибка 17 в очереди", "ошибка <num> в очереди"),
}
VOCABULARY = (
    *("HTTP/1.1", "HTTP/2", "utf-8", "UTF-16", "sha256", "SHA-512", "x86_64", "amd64"),
    *("s3", "ipv4", "ipv6", "TLSv1.2", "base64", "int32", "log4j", "k8s", "oauth2"),
    *(
        "p99",
        "5xx",
        "2FA",
        "v1",
        "Http2Stream",
        "OAuth2Client",
        "facade",
        "md5",
        "ISO-8859-1",
    ),
)


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_every_rule_has_a_sample(rule):
    """A rule does to its sample what the table says."""
    assert rule.masked == mask(rule.sample)
    assert re.search(rule.pattern, rule.sample, re.VERBOSE)


@pytest.mark.parametrize(("text", "shape"), SHAPES.values(), ids=SHAPES)
def test_shape(text, shape):
    """What varies is named, the words around it stay."""
    assert shape == mask(text)


@pytest.mark.parametrize("word", VOCABULARY)
def test_keeps_words_that_hold_digits(word):
    """A digit in a word with a meaning of its own is no number."""
    assert f"no {word} here" == mask(f"no {word} here")


def test_messages_of_one_group_have_one_shape():
    """Every line of our own table falls with its own group, and with no other."""
    shapes: dict[str, set[str]] = {}
    for line, group in LINES:
        shapes.setdefault(group, set()).add(mask(line))

    assert dict.fromkeys(shapes, 1) == {g: len(s) for g, s in shapes.items()}
    assert len(shapes) == len(set.union(*shapes.values()))


PARTS = st.sampled_from(
    [
        *(rule.sample for rule in RULES),
        *(text for text, _ in SHAPES.values()),
        *"'\"`{}<>[]()@/\\:;,.-_+=~ \n",
        *("a", "b5", "5", "55", "ab:cd", "5ms", "::1", "::", "v1.2", "utf-8", "Mon"),
        *(
            "Jan",
            "0x1",
            "a1b2",
            "deadbeef",
            "Z",
            "h",
            "<num>",
            "<id>",
            "<str>",
            "<*>",
            '"GET ',
        ),
        *("<k:7f3a>", "//", '\\"', "''", "\\\\", "http://", "C:\\"),
    ]
)
TEXTS = st.text() | st.text("a1b2f 0'\"<>{}:/\\.-_,@+=Z") | st.lists(PARTS).map("".join)


@given(TEXTS)
def test_masking_a_mask_changes_nothing(text):
    """The mask of a mask is that mask, whatever the text."""
    once = mask(text)

    assert once == mask(once)


@given(
    st.text("abcxyz ,.;:!?()", max_size=80).filter(
        lambda t: not re.search("[abc]{6}", t)
    )
)
def test_words_stay_words(text):
    """Nothing happens to letters and the marks between them."""
    assert text == mask(text)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_do_not_matter(one, other):
    """Two messages that differ in a number have one shape."""
    text = "order {0} took {0} ms on node-{0}.internal for sku_{0} ({0}/{0})"

    assert mask(text.format(one)) == mask(text.format(other))


HOSTILE = [
    *('"', "'a ", '{"', "'", 'a"', '\\"', "{'a':{", "a", "a-", "a1", "1,", "1.", "/a"),
    *("a/", "a:", "a@", "::", "<a", "a+", "Mon ", "1h", "' ", "-", "`a", "C:\\", "ab:"),
    *(
        "“a",
        '{"{}',
        '"a", ',
        "<a-",
        "1-",
        "{'",
        "\\\\",
        "2026-",
        "~/",
        "a'b",
        "f",
        "T1:",
    ),
]


@pytest.mark.untraced
@pytest.mark.parametrize("unit", HOSTILE)
def test_is_linear(unit):
    """Four times the text takes no more than about four times the processor time."""

    def seconds(count):
        began = time.thread_time()
        mask(unit * count)
        return time.thread_time() - began

    short = min(seconds(2_000) for _ in range(3))
    long = min(seconds(8_000) for _ in range(3))

    assert long < 12 * short + 0.02


def test_quotes_that_hide_quotes_end(monkeypatch):
    """However deep, a text is looked at a few times only."""
    monkeypatch.setattr(module, "_PASSES", 0)

    assert '"<path>"' == mask(r'"C:\app\"')


def test_table_of_words_is_lower_case():
    """The table is looked up folded, so its words are written folded."""
    assert {w.lower() for w in vocabulary.WORDS} == vocabulary.WORDS
    assert {w.lower() for w in vocabulary.STEMS} == vocabulary.STEMS
