"""Twin of log_mcp/once.py."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from log_mcp.once import once

KINDS = [np.int64, np.uint64, np.uint32, np.uint16, np.uint8]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_is_what_numpy_says(kind, data):
    """The reference knows of no other way."""
    shape = arrays.array_shapes(max_dims=2, max_side=9, min_side=0)
    elements = st.integers(0, 7) | arrays.from_dtype(np.dtype(kind))
    given_ = data.draw(arrays.arrays(kind, shape, elements=elements))

    found = once(given_)

    assert np.unique(given_).tolist() == found.tolist()
    assert kind == found.dtype
