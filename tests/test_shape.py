"""The shape of one message: what varies is one token, however many words it takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.shape import TEXT_CHARACTERS_MAX, first_line, shape_of

SHAPES = {
    "nothing": ("", ""),
    "plain words": (
        "instruction cache error corrected",
        "instruction cache error corrected",
    ),
    "a contraction": ("couldn't add it", "couldn't add it"),
    "the end of a sentence": ("Reading done. Waiting", "Reading done. Waiting"),
    "a number": ("took 17 tries", "took <num> tries"),
    "a number and its unit": ("(1.25 KB) in <1 sec", "(<num>) in <num>"),
    "an address with its port": ("from /10.250.19.102:54106", "from <path>"),
    "an address and a port": ("peer 10.0.0.17:5432 left", "peer <ip> left"),
    "an id with a sign": ("block blk_-1608999687 lost", "block <id> lost"),
    "a word that holds a digit": ("listening on IPv4", "listening on IPv4"),
    "ids in a row": ("delete blk_1 blk_-2 blk_3", "delete <id>"),
    "numbers joined by marks": ("steps = 15140##69930##548", "steps = <num>"),
    "pairs of hexadecimal digits": ("FF:F2:9F:16:EB:3A up", "<id> up"),
    "a host": ("from mail.example.com (x)", "from <*> (x)"),
    "a host in a country": ("rhost: massive.merukuru.co.uk", "rhost: <*>"),
    "a class is no host": (
        "org.apache.hadoop.mapred.Task",
        "org.apache.hadoop.mapred.Task",
    ),
    "a call is no host": ("server.stop() called", "server.stop() called"),
    "pairs": (
        "uid=0 tty=NODEVssh ruser= rhost=x y=z",
        "uid=<num> tty=<*> ruser=<*> rhost=<*> y=<*>",
    ),
    "pairs with blanks": ("allDrawn= false, n = null", "allDrawn= <*>, n = <*>"),
    "a comparison is no pair": ("a == b", "a == b"),
    "a pair of an object": ("ws=WorkSource{10113}, uid=7", "ws=<*>, uid=<num>"),
    "empty brackets": ("from 1.2.3.4 () at", "from <ip> (<*>) at"),
    "padded brackets": (
        "speeds ( 35 **** 33 ) { read write }",
        "speeds ( <*> ) { <*> }",
    ),
    "an empty name": ("opened by (uid=0)", "opened by <*> (uid=<num>)"),
    "a function and its offset": ("[<c01>] do_IRQ+0x8/0x40", "<*> do_IRQ+<id>"),
    "a process that writes": (
        "- dn228 crond(pam_unix)[17]: session closed",
        "<*>: session closed",
    ),
    "a thread that writes": (
        "[Send[id=1]:18897856102] - Interrupted",
        "<*> - Interrupted",
    ),
    "a level is no thread": ("[error] child died", "[error] child died"),
    "a program that writes": ("chrome.exe *64 - close", "<*> - close"),
    "a word and a dash": ("done - all", "done - all"),
    "truth values": (
        "setLightsOn(true), isNull: null, true north",
        "setLightsOn(<*>), isNull: <*>, true north",
    ),
    "dots that lead to a value": ("icbi.........0", "icbi.........<num>"),
    "several lines": ("\n  first 1\nsecond 2", "first <num>"),
    "characters of ours": ("a \ue000 b", "a ? b"),
}


@pytest.mark.parametrize(("message", "expected"), SHAPES.values(), ids=SHAPES)
def test_shapes(message, expected):
    """What varies is named; words and marks stay."""
    assert expected == "".join(shape_of(message)).strip()


def test_a_long_message_ends_in_something_variable():
    """What follows so many characters tells no two messages apart."""
    shape = shape_of("word " * TEXT_CHARACTERS_MAX)

    assert " <*>" == shape[-1]
    assert len(shape) <= TEXT_CHARACTERS_MAX // len("word ") + 1


@given(st.text())
def test_never_raises_and_is_never_empty(text):
    """Any text has a shape."""
    assert shape_of(text)


@given(st.text())
def test_only_the_first_line_counts(text):
    """The line that a shape is remembered by has the same shape as all of it."""
    assert shape_of(text) == shape_of(first_line(text))
