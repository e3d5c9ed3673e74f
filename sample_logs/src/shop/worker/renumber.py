"""The nightly job that closes gaps in invoice numbers."""

import logging
from collections.abc import Iterator

from psycopg import Connection

log = logging.getLogger(__name__)

DUE = "30 0 * * *"  # half past midnight, when nobody orders
STEP = 1000

LOCK = "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE"
MOVE = (
    "UPDATE orders SET invoice_number = n.number FROM invoice_numbers n "
    "WHERE n.order_id = orders.id AND orders.id BETWEEN %s AND %s"
)


def run(connection: Connection, order_ids: range) -> None:
    """Number every invoice again, in one transaction."""
    with connection.transaction():
        connection.execute(LOCK)
        log.info("%s: taken, backend pid %d", LOCK, connection.info.backend_pid)
        for first, last in steps(order_ids):
            connection.execute(MOVE, (first, last))


def steps(order_ids: range) -> Iterator[tuple[int, int]]:
    """First and last id of each thousand."""
    for first in order_ids[::STEP]:
        yield first, min(first + STEP, order_ids.stop) - 1
