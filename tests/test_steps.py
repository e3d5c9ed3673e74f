"""Next steps that changed, against a plain loop over the traces."""

from collections import Counter, defaultdict
from random import Random

import pytest

from log_mcp.analysis.chance import oftener
from log_mcp.analysis.lockstep import silence
from log_mcp.analysis.steps import BEFORE_MIN, CHANCE_MAX, DROP_MIN, NOW_MIN, steps
from tests.boards import BOARD, FAILS, KINDS, SUSPECT


def next_of(traces):
    """For each letter, what its suspect writes next in the same trace; None at the end."""
    found: dict[str, Counter[str | None]] = defaultdict(Counter)
    for letters in traces:
        for side in ("left", "right"):
            own = [kind for kind in letters if SUSPECT[kind] == side]
            for kind, then in zip(own, [*own[1:], None], strict=False):
                found[kind][then] += 1
    return found


def reference(before, now):
    """What changed, as a set of (after, usual, before, of, now, of)."""
    old, new = next_of(before), next_of(now)
    told = set()
    for after in old.keys() & new.keys():
        of, out_of = sum(old[after].values()), sum(new[after].values())
        if of < BEFORE_MIN or out_of < NOW_MIN:
            continue
        drops = {t: n / of - new[after][t] / out_of for t, n in old[after].items()}
        usual = max(
            drops, key=lambda t: (drops[t], t is not None, -KINDS.find(t or ""))
        )
        if usual is None or drops[usual] < DROP_MIN or usual in FAILS:
            continue
        was, is_ = old[after][usual], new[after][usual]
        if oftener(of - was, of, out_of - is_, out_of) < CHANCE_MAX:
            told.add((after, usual, was, of, is_, out_of))
    return told


def found(before, now, limit=50):
    both = BOARD.both(before, now)
    traces = [str(n).encode() for n in range(max(len(before), len(now)))]
    return steps(both, traces, {}, limit)


@pytest.mark.parametrize("seed", range(30))
def test_agrees_with_a_loop(seed):
    """Which steps changed, and how often each came, on random traces."""
    random = Random(seed)

    def period(swap):
        stories = ["abcd", "aebfcd", "efg", "abefcgd", "eg"]
        found = []
        for _ in range(random.randrange(5, 60)):
            letters = random.choice(stories)
            if random.random() < swap:
                lost = random.choice(letters)
                letters = letters.replace(lost, random.choice(["", "h", "d"]))
            found.append(letters or "a")
        return found

    before, now = period(0.1), period(random.choice([0.2, 0.6, 0.9]))
    expected = reference(before, now)
    # Of several that lost the same next one, the first is told.
    told = {
        (
            s.after,
            s.usual.removesuffix(" (error)"),
            s.before,
            s.before_of,
            s.now,
            s.now_of,
        )
        for s in found(before, now)
    }

    assert told <= expected
    assert {one[1] for one in told} == {one[1] for one in expected}


def test_what_comes_instead_and_behind():
    """An error instead, the rest of the trace as ever, a piece of a trace of each kind."""
    (step,) = found(["abed"] * 35, ["ahed"] * 58 + ["abed"])

    assert ("left", "a", "b", 35, 35, 1, 59) == (
        step.suspect,
        step.after,
        step.usual,
        step.before,
        step.before_of,
        step.now,
        step.now_of,
    )
    assert "d" == step.instead  # `h` is the other suspect's.
    assert "right: e" == step.still
    before, now = step.passages
    assert ["34", "57"] == [before.trace, now.trace]
    assert ["+0 ms left: a", "+1 ms left: b"] == before.rows[:2]
    assert "+1 ms right: h (error)" == now.rows[1]
    assert "end of the trace" == now.rows[-1]


def test_a_recovery_is_not_told():
    """What an error gave way to."""
    assert [] == [s for s in found(["eh"] * 20, ["eg"] * 20) if s.usual == "h (error)"]


def test_other_work_goes_last():
    """A next step that is new and no error may be other work; an error is not."""
    before = ["abd", "efg"] * 30
    now = ["acd", "ehg"] * 30

    assert ["f", "b"] == [step.usual for step in found(before, now)]


def test_a_step_left_out_is_silent():
    """Beside what it always went with; not where other work explains it."""
    quiet = silence(BOARD.both(["abd"] * 30, ["ad"] * 20 + ["abd"] * 5))
    other = silence(BOARD.both(["abd"] * 30, ["acd"] * 20 + ["abd"] * 5))

    (step,) = quiet.steps
    assert ("b", 30, 20, 25) == (KINDS[step.sort], step.before, step.missing, step.of)
    assert list(range(20)) == quiet.traces[0].tolist()
    assert ([], {}) == (other.steps, other.traces)


def test_a_step_that_was_left_out_before_is_no_news():
    """As often as ever is no silence."""
    some = ["abd"] * 200 + ["ad"] * 20

    assert [] == silence(BOARD.both(some, some)).steps
    assert [] == silence(BOARD.both(["abd"] * 4, ["ad"] * 20)).steps
