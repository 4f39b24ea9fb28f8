"""The workers of a queue, as its database knows them; each method is one transaction."""

from __future__ import annotations

import time

from assay.queue.records import Worker
from assay.queue.transactions import transaction
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection


class Roster:
    """Workers from their first moment to their last, those that died unnoticed included."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Worker]:
        """Workers that were enlisted and not discharged, dead ones included."""
        columns = ", ".join(Worker._fields)
        rows = self._connection.execute(f"SELECT {columns} FROM workers ORDER BY started_at")
        return [Worker(*row) for row in rows]

    def enlist(self, worker: Worker) -> None:
        """A worker begins."""
        with transaction(self._connection) as run:
            query = (
                "INSERT INTO workers (id, pid, host, lease_until, started_at) "
                "VALUES (?, ?, ?, ?, ?)"
            )
            run.execute(query, (*worker, time.time()))

    def discharge(self, worker: str) -> None:
        """A worker has ended."""
        with transaction(self._connection) as run:
            run.execute("DELETE FROM workers WHERE id = ?", (worker,))

    def extend(self, worker: str, until: float) -> None:
        """The worker lives, and will until this moment."""
        with transaction(self._connection) as run:
            run.execute("UPDATE workers SET lease_until = ? WHERE id = ?", (until, worker))

    def is_stopping(self, worker: str) -> bool:
        """Whether the worker was told to take no more tasks."""
        query = "SELECT stopping FROM workers WHERE id = ?"
        row = self._connection.execute(query, (worker,)).fetchone()
        return row is not None and bool(row[0])

    def stop_all(self) -> None:
        """Let all workers of this moment take no more tasks; later ones are not concerned."""
        with transaction(self._connection) as run:
            run.execute("UPDATE workers SET stopping = 1")
