"""A market of five services that log the same trace, well and with a fault.

A request goes from the gate to checkout, which asks stock and then payment, which asks the
bank. Times, ids and amounts come from a generator with a seed.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from log_mcp.timestamp import iso
from tests.feeding import NOON_NS, SECOND_NS

MS = 1_000_000
MINUTE_NS = 60 * SECOND_NS
GOOD_NS = NOON_NS - 30 * MINUTE_NS
BAD_NS = NOON_NS - 10 * MINUTE_NS
SPAN_NS = 5 * MINUTE_NS
GOOD = (iso(GOOD_NS), iso(GOOD_NS + SPAN_NS))
BAD = (iso(BAD_NS), iso(BAD_NS + SPAN_NS))
SERVICES = ("gate", "checkout", "stock", "payment", "bank")

Line = tuple[str, int, str, str, str]
"""Service, nanoseconds since the last line of the trace, level, message, what it is."""

STORY = (
    ("gate", 0, "info", "request {order} received", "in"),
    ("checkout", 4, "info", "checkout of {order} begins", "begin"),
    ("checkout", 1, "info", "asking stock for {count} items", "ask"),
    ("stock", 4, "info", "reserving {count} items", "reserve"),
    ("stock", 6, "info", "reserved {count} items in shelf {shelf}", "reserved"),
    ("checkout", 3, "info", "stock confirmed for {order}", "confirmed"),
    ("payment", 5, "info", "charging {amount} EUR", "charge"),
    ("bank", 4, "info", "transfer of {amount} EUR accepted", "transfer"),
    ("payment", 5, "info", "charged {amount} EUR", "charged"),
    ("checkout", 3, "info", "order {order} placed", "placed"),
    ("gate", 2, "info", "request {order} answered 200", "out"),
)


def story(fault: str = "") -> Iterator[Line]:
    """One request as it goes, or as a fault makes it go."""
    for service, ms, level, text, what in STORY:
        yield from _faulty(fault, (service, ms, level, text, what))


def _faulty(fault: str, line: Line) -> Iterator[Line]:
    service, ms, _, _, what = line
    if fault == "refused" and what in {"transfer", "charged", "placed", "out"}:
        yield from {
            "transfer": [("bank", 4, "error", "limit of account {shelf} exceeded", "")],
            "charged": [("payment", 4, "error", "cannot charge: bank said no", "")],
            "placed": [("checkout", 3, "error", "order {order} failed", "")],
            "out": [("gate", 2, "info", "request {order} answered 502", "")],
        }[what]
    elif fault == "slow shelf" and what == "reserved":
        yield (service, ms + 400, *line[2:])
    elif fault == "slow network" and (service == "payment" or what == "placed"):
        yield (service, ms + 900, *line[2:])
    elif fault == "forgotten" and what == "reserved":
        return
    elif fault == "dead bank" and what in {"transfer", "charged", "placed", "out"}:
        yield from {
            "transfer": [],
            "charged": [("payment", 50, "error", "no answer from bank", "")],
            "placed": [],
            "out": [("gate", 2, "error", "request {order} answered 500", "")],
        }[what]
    elif fault == "many queries" and what == "reserved":
        yield line
        for _ in range(12):
            yield ("stock", 0, "info", "reserving {count} items", "")
            yield ("stock", 0, "info", "reserved {count} items in shelf {shelf}", "")
    elif fault == "louder" and what == "reserved":
        yield (service, ms, "error", *line[3:])
    else:
        yield line


def records(
    begin_ns: int,
    fault: str = "",
    *,
    count: int = 60,
    share: float = 1.0,
    seed: int = 1,
    traced: bool = True,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Times and records of some requests, one after the other.

    Args:
        begin_ns: When the first one begins.
        fault: What is wrong.
        count: How many requests.
        share: Of them that meet the fault.
        seed: Of the generator.
        traced: Whether records name their trace.
    """
    random = Random(f"{seed} {begin_ns}")
    step = (SPAN_NS - SECOND_NS) // count
    for number in range(count):
        at = begin_ns + number * step
        told = {
            "order": random.randrange(10**6, 10**7),
            "count": random.randrange(1, 9),
            "shelf": random.randrange(100, 999),
            "amount": random.randrange(5, 500),
        }
        trace = f"{random.randrange(16**16):032x}"
        met = fault if random.random() < share else ""
        for service, ms, level, text, _ in story(met):
            at += int(ms * random.uniform(0.8, 1.25) * MS)
            record = {
                "time": iso(at),
                "level": level,
                "service": service,
                "message": text.format(**told),
            }
            yield at, record | ({"trace_id": trace} if traced else {})


def write(folder: Path, every: Iterable[tuple[int, dict[str, Any]]]) -> Path:
    """One file a service, as JSON lines in time order."""
    lines: dict[str, list[tuple[int, str]]] = {name: [] for name in SERVICES}
    for at, record in every:
        lines[record["service"]].append((at, json.dumps(record)))
    for name, own in lines.items():
        told = "".join(f"{line}\n" for _, line in sorted(own))
        (folder / f"{name}.jsonl").write_text(told, "utf-8")
    return folder


def incident(folder: Path, fault: str, **more: Any) -> Path:
    """A good period, and one with a fault."""
    good = {name: more[name] for name in more.keys() & {"count", "seed", "traced"}}
    return write(folder, [*records(GOOD_NS, **good), *records(BAD_NS, fault, **more)])
