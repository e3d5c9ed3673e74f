"""CEF and LEEF: events of security products."""

import pytest

from log_mcp.formats import Context, detect
from log_mcp.record import Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
TIME_NS = 1_772_600_767 * 10**9

BARE = "CEF:0|Acme|Wall|1.2|100|entry denied|8|src=192.0.2.7 msg=no entry here rt=1772600767000"
SENT = (
    "<134>Mar  4 05:06:07 wall-1 CEF:0|Acme|Wall\\|Pro|1.2|100|entry denied|Medium|"
    "cs1=a\\=b cs1Label=rule act=deny all request_id=4f"
)
LEEF = (
    "LEEF:2.0|Acme|Wall|1.2|denied|^|devTime=Mar 04 2026 05:06:07^sev=5^src=192.0.2.7"
)


def record(line):
    """What a file of such lines says."""
    format_ = detect(f"{line}\n".encode() * 3, CONTEXT)

    assert "cef" == format_.name
    return format_.parse(line.encode())


def test_reads_an_event():
    """Header and extension are fields; a value may hold spaces."""
    found = record(BARE)

    assert (TIME_NS, Level.ERROR) == (found.time_ns, found.level)
    assert ("no entry here", "Wall") == (found.message, found.logger)
    assert {"vendor": "Acme", "event_id": "100", "src": "192.0.2.7"}.items() <= (
        found.fields.items()
    )


def test_reads_an_event_behind_syslog():
    """The header's time and host; escapes are decoded."""
    found = record(SENT)

    assert (TIME_NS, Level.WARNING) == (found.time_ns, found.level)
    assert ("entry denied", "Wall|Pro", "4f") == (
        found.message,
        found.logger,
        found.trace,
    )
    assert {"host": "wall-1", "cs1": "a=b", "act": "deny all"}.items() <= (
        found.fields.items()
    )


def test_reads_leef():
    """Pairs divided as the header says."""
    found = record(LEEF)

    assert (TIME_NS, Level.WARNING) == (found.time_ns, found.level)
    assert {"event_id": "denied", "src": "192.0.2.7"}.items() <= found.fields.items()


SEVERITIES = {
    "0": Level.INFO,
    "3": Level.INFO,
    "4": Level.WARNING,
    "6": Level.WARNING,
    "7": Level.ERROR,
    "8": Level.ERROR,
    "9": Level.CRITICAL,
    "10": Level.CRITICAL,
    "11": Level.UNKNOWN,
    "Low": Level.INFO,
    "High": Level.ERROR,
    "Very-High": Level.CRITICAL,
    "Unknown": Level.UNKNOWN,
    "": Level.UNKNOWN,
}


@pytest.mark.parametrize(("word", "level"), SEVERITIES.items(), ids=SEVERITIES)
def test_severities(word, level):
    """Numbers and words."""
    assert level == record(BARE.replace("|8|", f"|{word}|")).level


def test_other_lines_between():
    """Text with a header is read as text."""
    line = "2026-03-04 05:06:07,123 ERROR shop.core - failed"
    format_ = detect(f"{BARE}\n{BARE}\n{line}\n".encode(), CONTEXT)

    assert (Level.ERROR, "failed") == (
        format_.parse(line.encode()).level,
        format_.parse(line.encode()).message,
    )
