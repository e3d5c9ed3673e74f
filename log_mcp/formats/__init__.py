r"""bytes -> columns and records; pure: no I/O, no clock.

A `Format` is a way to read one file's text, made once from the file's head (`detect`) and
then immutable, so that any thread may use it. It does three things that must agree:

- `scan` turns a block of text into columns in a few passes over the whole block;
- `parse` turns one record's text into a full `Record`;
- `failure` reads of that record what tells one failure from another, and nothing else.

The law: for every input and every split into blocks, `scan` finds a record exactly where
`parse` of that record's text gives the same time, the same level and the same flags, and
scanning that text alone finds one record. `tests/test_formats_law.py` holds it to that.

Text is UTF-8 with `\n` line ends, unwrapped, redacted and without NUL or ANSI codes: the
door (`ingest/door.py`) sees to that.

Reading the source: `columns` says what a format is; `lines` joins lines into records;
`jsonl`, `logfmt` and `text` each read one line; `headers` is the table of text layouts;
`detect` chooses.
"""

from log_mcp.formats.columns import Carry, Columns, Context, Format, Kind
from log_mcp.formats.detect import NAMES, detect, named

__all__ = [
    "NAMES",
    "Carry",
    "Columns",
    "Context",
    "Format",
    "Kind",
    "detect",
    "named",
]
