"""What `ansible-playbook` prints."""

import json
from itertools import pairwise

import pytest

from log_mcp.formats import Carry, Context, detect, named
from log_mcp.record import Level

STARS = "*" * 40
OUTPUT = f"""\
PLAY [web] {STARS}

TASK [Gathering Facts] {STARS}
ok: [web-1]
fatal: [web-2]: UNREACHABLE! => {{"changed": false, "msg": "no route"}}

TASK [install the shop] {STARS}
changed: [web-1] => (item=shop)
FAILED - RETRYING: [web-1]: install the shop (2 retries left).
failed: [web-1] (item=shop) => {{
    "msg": "no package",
    "rc": 100
}}
more of it
skipping: [web-3]
[WARNING]: the interpreter was discovered
ERROR! no such role

PLAY RECAP {STARS}
web-1   : ok=2    changed=1    unreachable=0    failed=1    skipped=0
web-3   : ok=2    changed=1    unreachable=0    failed=0    skipped=1
"""
EXPECTED = [
    ("PLAY [web]", Level.UNKNOWN),
    ("TASK [Gathering Facts]", Level.UNKNOWN),
    ("ok: [web-1]", Level.INFO),
    ("fatal: [web-2]: UNREACHABLE!", Level.ERROR),
    ("TASK [install the shop]", Level.UNKNOWN),
    ("changed: [web-1]", Level.INFO),
    ("FAILED - RETRYING: [web-1]", Level.WARNING),
    ("failed: [web-1] (item=shop)", Level.ERROR),
    ("skipping: [web-3]", Level.INFO),
    ("the interpreter was discovered", Level.WARNING),
    ("no such role", Level.ERROR),
    ("PLAY RECAP", Level.UNKNOWN),
    ("ok=2    changed=1    unreachable=0    failed=1", Level.ERROR),
    ("ok=2    changed=1    unreachable=0    failed=0", Level.INFO),
]


def records(text):
    format_ = detect(text.encode(), Context())
    columns = format_.scan(text.encode(), Carry())
    starts = [*columns.starts.tolist(), len(text)]
    pieces = [text[a:b].strip("\n") for a, b in pairwise(starts)]
    return format_.name, [format_.parse(piece.encode()) for piece in pieces]


def test_a_record_is_a_banner_or_a_result():
    """With the lines below it; warnings and the recap's lines are records, too."""
    name, found = records(OUTPUT)

    assert "ansible" == name == named("ansible", Context()).name
    assert len(EXPECTED) == len(found)
    for (message, level), record in zip(EXPECTED, found, strict=True):
        assert record.message.startswith(message)
        assert level == record.level


def test_an_object_behind_the_arrow_gives_fields():
    """On one line or over several; a line behind it is no part of it."""
    _, found = records(OUTPUT)

    assert {
        "result": "fatal",
        "host": "web-2",
        "changed": False,
        "msg": "no route",
    } == found[3].fields
    assert "no package" == found[7].fields["msg"]
    assert 100 == found[7].fields["rc"]
    assert found[7].message.endswith("more of it")
    assert "1" == found[12].fields["failed"]


TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nOSError: x'


def test_an_exception_in_the_object_is_read():
    """Modules print theirs there."""
    line = f"fatal: [web-1]: FAILED! => {json.dumps({'exception': TRACE})}"
    _, found = records(f"TASK [a] {STARS}\n{line}\n{TRACE}\n")
    failure = named("ansible", Context()).failure(line.encode(), 4)

    assert found[1].exception == failure.exception
    assert failure.exception is not None
    assert "OSError" == failure.exception.type


NO_OUTPUT = {
    "prose": "ok: go on\nTASK [a] is next\n",
    "a banner alone": f"PLAY [web] {STARS}\nprose\nprose\n",
    "results alone": "ok: [a]\nok: [b]\n",
}


@pytest.mark.parametrize("text", NO_OUTPUT.values(), ids=NO_OUTPUT)
def test_what_is_no_output(text):
    """Another format reads it."""
    assert "ansible" != detect(text.encode(), Context()).name
