"""python -m shop.worker: one process of the worker."""

import logging
import os
import time

import psycopg

log = logging.getLogger("shop.worker.heartbeat")

BEAT_S = 140
BEAT = "UPDATE heartbeats SET seen = now() WHERE process = %s"


def main() -> None:
    """Say that this process lives, from a connection of its own each time."""
    while True:
        time.sleep(BEAT_S)
        log.info("connecting for the next beat")
        with psycopg.connect(os.environ["SHOP_DSN"]) as connection:
            connection.execute(BEAT, (os.getpid(),))


if __name__ == "__main__":
    main()
