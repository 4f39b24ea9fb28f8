"""Transactions of the queue's database: whole or not at all, and on disk where that matters."""

from __future__ import annotations

from assay.contexts import contextmanager
from assay.typed import TYPE_CHECKING, Iterator

if TYPE_CHECKING:
    from sqlite3 import Connection


@contextmanager
def transaction(connection: Connection) -> Iterator[Connection]:
    """Changes that happen all or not at all; none if the body raises."""
    # Immediate: a transaction that reads first and then finds others writing could not go on.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:  # SQLite itself ends one that the disk refuses
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def durable(connection: Connection) -> Iterator[None]:
    """Wait for the disk: what is announced next must survive a power cut (P2).

    Other changes may be lost in one; then an attempt is made again that was made before.
    """
    usual = connection.execute("PRAGMA synchronous").fetchone()[0]
    connection.execute("PRAGMA synchronous = FULL")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA synchronous = {usual}")
