"""The targets of fuzz/ run: what is known passes, and so does a little that is not."""

import random

import pytest

from fuzz.__main__ import mutation
from fuzz.targets import TARGETS, leave

COUNTS = {
    "scan": 6,
    "parse": 20,
    "redact": 40,
    "filter": 60,
    "config": 10,
    "uri": 60,
    "shown": 40,
}


@pytest.mark.parametrize("name", COUNTS)
def test_a_target_runs(name):
    """A few inputs, the same each time; `python -m fuzz` runs for as long as one likes."""
    run, seeds = TARGETS[name]
    corpus, chance = seeds(), random.Random(name)
    assert corpus
    try:
        for _ in range(COUNTS[name]):
            run(mutation(chance, corpus))
    finally:
        leave()
