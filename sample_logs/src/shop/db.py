"""PostgreSQL for the api and the worker."""

import os
from typing import Any

from psycopg_pool import ConnectionPool

POOL_SIZE = 2  # connections a process
POOL_WAIT_S = 6.0
LOCK_TIMEOUT_MS = int(os.environ.get("SHOP_LOCK_TIMEOUT_MS", "10000"))

Row = tuple[Any, ...]

pool = ConnectionPool(
    os.environ["SHOP_DSN"],
    max_size=POOL_SIZE,
    timeout=POOL_WAIT_S,
    kwargs={"options": f"-c lock_timeout={LOCK_TIMEOUT_MS}"},
)


def fetch_one(sql: str, *values: object) -> Row | None:
    """The first row, or None; in a transaction of its own."""
    with pool.connection() as connection:
        return connection.execute(sql, values).fetchone()
