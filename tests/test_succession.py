"""Pairs of messages that follow each other, and where one is missing: by a plain loop, too."""

from collections import Counter, defaultdict
from random import Random

import numpy as np
import pytest

from log_mcp.analysis import succession as module
from log_mcp.analysis.succession import Events, habits
from tests.feeding import SECOND_NS

SHAPES = "abcdefgh"


def events(records, says=None):
    """Events of records: second, piece of work, shape, and `!` where it is an error."""
    rows = sorted(enumerate(records), key=lambda pair: (pair[1][0], pair[0]))
    told = [(at, *record) for at, (_, record) in enumerate(rows)]
    shapes = np.array([SHAPES.index(one[3][0]) for one in told], np.int64)
    return Events(
        works=np.array([hash(one[2]) % 2**63 for one in told], np.uint64),
        kinds=np.zeros(len(told), np.int64),
        times=np.array([int(one[1] * SECOND_NS) for one in told], np.int64),
        records=np.array([one[0] for one in told], np.int64),
        shapes=shapes,
        severe=np.array([one[3].endswith("!") for one in told], np.bool_),
        says=np.array([(says or {}).get(one, 0) for one in SHAPES], np.int64),
    )


def works(count, *steps, begin=0, every=2.0):
    """Pieces of work that all take the same steps, a second apart."""
    return [
        (begin + n * every + at, f"w{begin}-{n}", shape)
        for n in range(count)
        for at, shape in enumerate(steps)
    ]


def open_in(records, says=None):
    """What is open: first and second shape, and how many records."""
    return [
        (SHAPES[one.first], SHAPES[one.second], len(one.open))
        for one in habits(events(records, says))
    ]


def test_what_normally_follows_is_missing():
    """The last that was heard of the piece of work, and what comes next normally."""
    [found] = habits(
        events([*works(30, "a", "b", "c"), (70, "x", "a"), (71, "x", "b")])
    )

    assert ("b", "c") == (SHAPES[found.first], SHAPES[found.second])
    assert (30, 0, SECOND_NS, SECOND_NS) == (
        found.answered,
        found.missed,
        found.usual_ns,
        found.longest_ns,
    )
    assert [71 * SECOND_NS] == found.silent_since.tolist()
    assert module.PATIENCE_NS_MIN == found.patience_ns


USUAL = works(60, "a", "b", "c")
NOTHING = {
    "all ended": USUAL,
    "hardly any": [*works(19, "a", "b"), (90, "x", "a")],
    "no events": [],
    "often nothing follows": works(60, "a", "b") + works(10, "a", begin=1),
    "another end is known": works(60, "a", "b") + works(25, "a", "d", begin=1),
    "what followed may be an end": [*USUAL, (50, "x", "a"), (51, "x", "d")],
    "it went another way": [
        *works(60, "a", "c"),
        *works(60, "d", "c", begin=1),
        (50, "x", "a"),
        (51, "x", "d"),
    ],
    "it failed": [*USUAL, (50, "x", "a"), (51, "x", "e!")],
    "the answer is often alone": works(30, "a", "b")
    + works(30, "b", begin=1)
    + [(90, "x", "a")],
    "it takes a quarter of the log": [
        one for n in range(40) for one in ((n, f"w{n}", "a"), (n + 30, f"w{n}", "b"))
    ]
    + [(60, "x", "a")],
    "it is begun again": [
        *USUAL,
        (50, "x", "a"),
        (52, "x", "a"),
        (53, "x", "b"),
        (54, "x", "c"),
    ],
    "too far apart": [*works(30, "a", *"ddddddddddddd", "b"), (90, "x", "a")],
}


@pytest.mark.parametrize("records", NOTHING.values(), ids=NOTHING)
def test_nothing_is_told_without_a_strong_habit(records):
    """Nor where a piece of work may have ended otherwise."""
    assert [] == open_in(records)


def test_a_deadlock_is_no_end_of_the_habit():
    """However many are open, if all began after the last one that ended."""
    stuck = works(80, "a", "b", begin=200)

    assert [("b", "c", 80)] == open_in([*USUAL, *stuck])


def test_what_others_write_on_the_way_is_no_answer():
    """It was heard of later than it began, and is silent since."""
    usual = works(60, "a", "e", "f", "b")
    [found] = habits(events([*usual, (50, "x", "a"), (51, "x", "e"), (52, "x", "f")]))

    assert ("f", "b") == (SHAPES[found.first], SHAPES[found.second])
    optional = [
        *works(40, "a", "b", every=3),
        *works(40, "a", "e", "b", begin=1, every=3),
    ]
    [found] = habits(events([*optional, (50, "x", "a"), (51, "x", "e")]))
    assert [51 * SECOND_NS] == found.silent_since.tolist()


def test_a_few_of_many_are_open():
    """Up to one in twenty; what is more has no habit."""
    for count, told in ((3, [("b", "c", 3)]), (4, [])):
        lost = [
            one
            for n in range(count)
            for one in ((20 + n, f"x{n}", "a"), (20.5 + n, f"x{n}", "b"))
        ]
        assert told == open_in([*USUAL, *lost])


CYCLES = [
    (2 * n + at, f"t{t}", s)
    for t in range(4)
    for n in range(20)
    for at, s in ((0, "a"), (1, "b"))
]


def test_a_thread_that_waits_for_work_does_not_hang():
    """What goes round has a beginning only if the messages say so."""
    hanging = [*CYCLES, (41, "t0", "a")]

    assert [] == open_in(hanging)
    assert [] == open_in(CYCLES, says={"a": 1, "b": -1})
    assert [("a", "b", 1)] == open_in(hanging, says={"a": 1})
    assert [("a", "b", 1)] == open_in(hanging, says={"b": -1})
    assert [("b", "a", 3)] == open_in(hanging, says={"a": -1, "b": 1})
    assert [] == open_in(hanging, says={"a": 1, "b": 1})


def test_a_record_of_two_pieces_of_work_is_told_once():
    """Its trace and its user both miss the answer; the one with more to go by is told."""
    one = events([*USUAL, (150, "x", "a")])
    other = one._replace(works=one.works + np.uint64(1), kinds=one.kinds + 1)
    both = {
        name: np.concatenate([getattr(one, name), getattr(other, name)])
        for name in one._fields
    }
    twice = Events(**{**both, "says": one.says})
    found = habits(twice)

    assert 1 == sum(len(habit.open) for habit in found)


def naive(records):
    """How often each shape is answered by each other one, and how often each came."""
    by_work = defaultdict(list)
    for second, work, shape in sorted(records):
        by_work[work].append((second, shape[0]))
    answered: Counter[tuple[str, str]] = Counter()
    came: Counter[str] = Counter()
    for steps in by_work.values():
        came.update(shape for _, shape in steps)
        for at, (_, first) in enumerate(steps):
            seen = set()
            for _, shape in steps[at + 1 : at + 1 + module.DISTANCE]:
                if shape == first:
                    break
                if shape not in seen:
                    answered[first, shape] += 1
                seen.add(shape)
    return answered, came


@pytest.mark.parametrize("seed", range(30))
def test_answers_are_those_of_a_plain_loop(seed, monkeypatch):
    """And what is told of a habit agrees with them."""
    monkeypatch.setattr(module, "ANSWERED_MIN", 5)
    dice = Random(seed)
    records = []
    for n in range(40):
        steps = dice.choice(["ab", "abc", "acb", "abab", "adb", "aefb"])
        if dice.random() < 0.05:
            steps = steps[: dice.randrange(1, len(steps))]
        records += [
            (n * 3 + at / 4 + dice.random() / 9, f"w{n}", s)
            for at, s in enumerate(steps)
        ]
    answered, came = naive(records)
    for one in habits(events(records)):
        pair = SHAPES[one.first], SHAPES[one.second]

        assert answered[pair] == one.answered
        assert one.missed + len(one.open) <= 2 * (came[pair[0]] - one.answered)
        assert one.answered >= module.ANSWERED_SHARE * (one.answered + one.missed)
        assert one.usual_ns <= one.longest_ns


@pytest.mark.parametrize("seed", range(20))
def test_chance_makes_no_habits(seed):
    """Records of any shapes in any order, in many pieces of work or in few."""
    dice = Random(seed)
    count = dice.choice([5, 40, 400])
    records = [
        (n / 3, f"w{dice.randrange(count)}", dice.choice(SHAPES)) for n in range(3000)
    ]

    assert [] == open_in(records)


def test_one_record_that_names_its_work_many_times():
    """It counts once: fewer are left than a pair may lie apart."""
    one = np.zeros(50, np.int64)
    same = Events(
        works=np.ones(50, np.uint64),
        kinds=one,
        times=one,
        records=one,
        shapes=one,
        severe=np.zeros(50, np.bool_),
        says=np.zeros(1, np.int64),
    )

    assert [] == habits(same)
