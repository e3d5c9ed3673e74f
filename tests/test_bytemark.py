"""Where one byte stands."""

import pytest

from log_mcp import bytemark
from log_mcp.bytemark import marks

TEXTS = {
    "nothing": b"",
    "none of it": b"abc",
    "all of it": b"\n" * 40,
    "at both ends": b"\n" + b"x" * 30 + b"\n",
    "at the edges of pieces": b"\n".join([b"x" * 15] * 5),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("piece_bytes", [16, 512 * 1024])
def test_offsets_of_a_byte(text, piece_bytes, monkeypatch):
    """Ascending, whatever the pieces in which it is looked for."""
    monkeypatch.setattr(bytemark, "PIECE_BYTES", piece_bytes)

    found = marks(text, 10)

    assert [at for at, byte in enumerate(text) if byte == 10] == found.tolist()
    assert "int64" == found.dtype
