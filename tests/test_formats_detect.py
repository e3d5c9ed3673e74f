"""Which format a text is."""

import pytest

from log_mcp.errors import ConfigError
from log_mcp.formats import NAMES, Context, detect, named

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
HEADER = "2026-03-04 05:06:07,123 ERROR shop.core - failed\n"
TRACE = "".join(f"\tat shop.Cart.add(Cart.java:{n})\n" for n in range(30))

DETECTED = {
    "nothing": ("", "plain"),
    "empty lines": ("\n\n", "plain"),
    "prose": ("once upon a time\nthere was a log\n", "plain"),
    "prose with an error": ("hello\n" * 9 + "ERROR: x\n", "plain"),
    "levels": ("INFO: a\nERROR: b\n", "text:level"),
    "an object": ('{"message": "a"}\n', "jsonl"),
    "objects among prose": ("starting\n" + '{"level":"info","msg":"a"}\n' * 3, "jsonl"),
    "an object without end": ('{"message": "a"}', "jsonl"),
    "pairs": ('time=2026-03-04T05:06:07Z level=info msg="a b"\n', "logfmt"),
    "pairs that say nothing": ("a=1 b=2\n", "plain"),
    "a header over a long trace": (HEADER + TRACE, "text:python"),
    "a header among objects": ('{"level":"info","msg":"a"}\n' * 3 + HEADER, "jsonl"),
    "objects among headers": (
        HEADER * 3 + '{"level":"info","msg":"a"}\n',
        "text:python",
    ),
    "a last line cut short": (HEADER + "{", "text:python"),
    "all lines indented": ("  2026-03-04 05:06:07 INFO a\n" * 3, "text:time-level"),
}


@pytest.mark.parametrize(("text", "name"), DETECTED.values(), ids=DETECTED)
def test_detects(text, name):
    """The majority of the lines that have a header decides."""
    assert name == detect(text.encode(), CONTEXT).name


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_a_format(name):
    """What `check` prints, the setting takes."""
    made = named(name, CONTEXT)

    assert ("plain" if name == "auto" else name) == made.name


def test_row_names_need_no_prefix():
    """`format = "postgres"` is `text:postgres`."""
    assert "text:postgres" == named("postgres", CONTEXT).name


def test_unknown_name():
    """The error names what was meant."""
    with pytest.raises(ConfigError, match="Did you mean 'logfmt'"):
        named("logfnt", CONTEXT)


def test_long_objects_are_told():
    """A line of 20 KB is read whole, as half an object is none."""
    line = '{"time":"2026-03-04T05:06:07Z","level":"info","msg":"%s"}\n' % (
        "x" * 20_000
    )

    assert "jsonl" == detect((line * 3).encode(), Context()).name
