"""Invoices: one is opened for every order at the checkout."""

import logging

from psycopg.errors import LockNotAvailable

from shop.db import fetch_one
from shop.worker.queue import Job

log = logging.getLogger(__name__)

ATTEMPTS = 5
PAUSE_S = 90

ORDER = "SELECT id, status, total_cents FROM orders WHERE id = %s FOR SHARE"
OPEN = "INSERT INTO invoices (order_id, cents) VALUES (%s, %s) RETURNING number"


class OrderLocked(Exception):
    """Somebody else works on the order."""


class BillingFailed(Exception):
    """The invoice is not opened; the job is tried again."""


def run(job: Job) -> None:
    """Open the invoice of `job.order_id`, or try again later."""
    try:
        number = open_invoice(job.order_id)
    except BillingFailed:
        if job.attempt == ATTEMPTS:
            raise
        log.exception(
            "invoice for order %d not opened, attempt %d of %d, next in %d s",
            job.order_id,
            job.attempt,
            ATTEMPTS,
            PAUSE_S,
        )
        job.again(PAUSE_S)
    else:
        log.info("invoice %s for order %d", number or "not needed", job.order_id)


def open_invoice(order_id: int) -> int | None:
    """The new invoice's number; None for an order that was never confirmed."""
    try:
        order_id, status, cents = read_order(order_id)
    except OrderLocked as error:
        raise BillingFailed(f"invoice for order {order_id} not opened") from error
    if status != "confirmed":
        return None
    row = fetch_one(OPEN, order_id, cents)
    return row[0] if row else None


def read_order(order_id: int) -> tuple[int, str, int]:
    """Id, status and cents of an order that nobody changes meanwhile."""
    try:
        row = fetch_one(ORDER, order_id)
    except LockNotAvailable as error:
        raise OrderLocked(f"order {order_id} cannot be read") from error
    return row or (order_id, "unknown", 0)
