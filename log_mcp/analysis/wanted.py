"""What `aggregate_logs` is asked for."""

from dataclasses import dataclass

from log_mcp.query.filter import Filter
from log_mcp.query.metric import Metric


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        records: Which records count.
        metrics: At least one.
        keys: Fields by whose values records are grouped.
        limit: How many groups are shown at most.
        bucket_ns: Length of a bucket; None for none.
        start_ns: When the first one begins.
        buckets: How many there are; 1 where none was asked for.
    """

    records: Filter
    metrics: tuple[Metric, ...]
    keys: tuple[str, ...] = ()
    limit: int = 20
    bucket_ns: int | None = None
    start_ns: int = 0
    buckets: int = 1

    @property
    def asks_counts(self) -> bool:
        """Whether nothing but numbers of records is asked for."""
        return not self.fields and all(one.kind == "count" for one in self.metrics)

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields whose values must be known."""
        asked = [one.field for one in self.records.conditions]
        asked += [metric.field for metric in self.metrics if metric.field]
        asked += [m.condition.field for m in self.metrics if m.condition]
        return tuple(dict.fromkeys([*asked, *self.keys]))
