"""Orders: shown to the customer, and confirmed at the checkout."""

from dataclasses import dataclass

from psycopg.errors import LockNotAvailable
from psycopg_pool import PoolTimeout

from shop.db import fetch_one
from shop.queue import enqueue

FIND = "SELECT id, user_id, status, total_cents FROM orders WHERE id = %s"
CONFIRM = (
    "UPDATE orders SET status = 'confirmed' WHERE id = %s AND status = 'draft' "
    "RETURNING id, user_id, status, total_cents"
)


class OrderUnavailable(Exception):
    """The order may exist, but cannot be read or changed now."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order, as the account page shows it."""

    id: int
    user_id: int
    status: str
    total_cents: int


def show_order(order_id: int) -> Order | None:
    """GET /v1/orders/{id}."""
    return _one(FIND, order_id)


def confirm_order(order_id: int) -> Order | None:
    """POST /v1/orders/{id}/confirm; the invoice is opened meanwhile."""
    enqueue("open-invoice", order_id)
    return _one(CONFIRM, order_id)


def _one(sql: str, order_id: int) -> Order | None:
    try:
        row = fetch_one(sql, order_id)
    except (LockNotAvailable, PoolTimeout) as error:
        raise OrderUnavailable(f"order {order_id} is not available") from error
    return Order(*row) if row else None
