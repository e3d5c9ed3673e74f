"""Templates: names are joined, words that carry meaning are not."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.shape import first_line, shape_of
from log_mcp.analysis.template import templates_of

JOINED = {
    "two users": (
        [
            "session opened for user root by (uid=0)",
            "session opened for user news by (uid=0)",
        ],
        {"session opened for user <*> by <*> (uid=<num>)"},
    ),
    "what happened to a session": (
        ["session opened for user root", "session closed for user root"],
        {"session opened for user root", "session closed for user root"},
    ),
    "two users of two events": (
        [
            f"session {what} for user {who}"
            for what in ("opened", "closed")
            for who in ("ann", "bob")
        ],
        {"session opened for user <*>", "session closed for user <*>"},
    ),
    "a user's name at another place": (
        [
            "Invalid user admin from 1.2.3.4",
            "Failed password for admin",
            "Failed password for mysql",
        ],
        {"Invalid user admin from <ip>", "Failed password for <*>"},
    ),
    "five daemons": (
        [
            f"{name} startup succeeded"
            for name in ("crond", "portmap", "xfs", "gpm", "anacron")
        ],
        {"<*> startup succeeded"},
    ),
    "four of anything": (
        [f"{name} startup succeeded" for name in ("crond", "portmap", "xfs", "gpm")],
        {f"{name} startup succeeded" for name in ("crond", "portmap", "xfs", "gpm")},
    ),
    "three names that are no words": (
        [f"loaded {name} at once" for name in ("mod_jk", "mod_ssl", "TaskType")],
        {"loaded <*> at once"},
    ),
    "processes in brackets": (
        ["Killed process 17 (crond).", "Killed process 4 (mrtg)."],
        {"Killed process <num> (<*>)."},
    ),
    "labels": (
        [
            f"{name} = {number}"
            for number, name in enumerate(("a_b", "a_c", "a_d", "a_e", "a_f"))
        ],
        {"a_b = <num>", "a_c = <num>", "a_d = <num>", "a_e = <num>", "a_f = <num>"},
    ),
    "places in code": (
        [f"{name}+0x8/0x40" for name in ("do_IRQ", "do_fork", "sys_open", "sys_read")],
        {f"{name}+<id>" for name in ("do_IRQ", "do_fork", "sys_open", "sys_read")},
    ),
    "single words": (
        ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"],
        {"alpha", "beta", "gamma", "delta", "epsilon", "zeta"},
    ),
    "kinds at one place": (["peer 10.0.0.1 left", "peer 17 left"], {"peer <ip> left"}),
    "an example of a template": (
        [
            *(
                f"session opened for user {name} by (uid=0)"
                for name in ("news", "root")
            ),
            "session opened for user test by LOGIN(uid=0)",
        ],
        {"session opened for user <*> by <*> (uid=<num>)"},
    ),
}
WORD = st.sampled_from(
    [
        "user",
        "root",
        "news",
        "opened",
        "closed",
        "=",
        "(",
        ")",
        "a_b",
        "cD",
        "7",
        "x",
        "y",
        "z",
        "u",
        "v",
        "/a",
        "for",
    ]
)
MESSAGES = st.lists(
    st.lists(WORD, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=40
)


def texts(messages):
    return {one.text for one in templates_of(map(shape_of, messages)).values()}


@pytest.mark.parametrize(("messages", "expected"), JOINED.values(), ids=JOINED)
def test_joins(messages, expected):
    """What differs in names alone is one template, and nothing else is."""
    assert expected == texts(messages)


def test_ids_tell_templates_apart():
    """One id a template, and the same one in every process."""
    found = templates_of(map(shape_of, ["a 1", "b 2", "a 3"])).values()

    assert 2 == len({one.id for one in found}) == len({one.text for one in found})
    assert {"pb027c34c0e8e"} == {
        one.id for one in templates_of([shape_of("took 5 tries")]).values()
    }


@given(MESSAGES, st.randoms(use_true_random=False))
def test_depends_on_neither_order_nor_count(messages, chance):
    """The same set of shapes has the same templates."""
    shapes = [shape_of(message) for message in messages]
    other = shapes * 2
    chance.shuffle(other)

    assert templates_of(shapes) == templates_of(other)


@given(MESSAGES)
def test_a_template_matches_its_records(messages):
    """Read as an expression, with anything for what varies."""
    names = templates_of(map(shape_of, messages))
    for message in messages:
        template = names[shape_of(message)].text
        pieces = re.split(r"<(?:num|id|ip|path|\*)>", template)
        fixed = [
            r"\s*".join(map(re.escape, piece.replace(" ", ""))) for piece in pieces
        ]

        assert re.fullmatch(
            r"\s*" + r".*?\s*".join([*fixed[:-1], fixed[-1]]) + r"\s*",
            first_line(message),
        ), template


def test_many_shapes_take_no_long_time_each():
    """Shapes that nothing joins are compared as columns, not one by one."""
    chance = random.Random(7)
    shapes = {
        shape_of(
            " ".join(chance.choice(["opened", "closed", "x", "y"]) for _ in range(12))
        )
        for _ in range(3000)
    }

    assert len(shapes) >= len(set(templates_of(shapes).values())) > 1000
