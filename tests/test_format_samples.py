"""Every format has a sample of our own, with its expected records beside it."""

import pytest

from tests.format_samples import FOLDER, expected, names, read


@pytest.mark.parametrize("name", names())
def test_a_sample_is_read_as_expected(name):
    """It is recognised by what it holds, and each record is as it was found right."""
    found, records = read(name)
    own = name.removeprefix("envelope-").replace("text-", "text:", 1)

    assert own in found.split("+")
    assert expected(name) == records


def test_no_sample_is_left_over():
    """Each belongs to a format that there is."""
    assert sorted(names()) == sorted(path.stem for path in FOLDER.glob("*.log"))
    assert sorted(names()) == sorted(path.stem for path in FOLDER.glob("*.jsonl"))
