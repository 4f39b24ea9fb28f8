"""The queue's database: each method is one transaction.

    with opened(places) as store:
        task = store.claim(worker, token)

A change that belongs to an attempt names it: when the attempt is not the running one any more –
it was taken for dead, killed, finished by another – nothing happens and the method says so (P3).
"""

from __future__ import annotations

import time

from assay.contexts import contextmanager
from assay.queue import schema
from assay.queue.places import Places
from assay.queue.records import Attempt, NewTask, Task
from assay.queue.roster import Roster
from assay.queue.states import FAILED, QUEUED, RUNNING, STATES, TRANSITIONS
from assay.queue.transactions import durable, transaction
from assay.typed import TYPE_CHECKING, Any, Collection, Iterable, Iterator, Sequence

if TYPE_CHECKING:
    from sqlite3 import Connection

_TASK = ", ".join(Task._fields)
_ATTEMPT = ", ".join(Attempt._fields)
_MANY = 500  # fewer than the number of variables that any SQLite allows


@contextmanager
def opened(places: Places) -> Iterator[Store]:
    """The store, made if there is none. One process each: not to be taken across a fork.

    Raises QueueUnusable, also when the disk fails later.
    """
    places.make()
    yield from _used(schema.connect(places.database), places)


@contextmanager
def opened_to_read(places: Places) -> Iterator[Store]:
    """The store of a queue that exists, for looking only. Raises QueueUnusable."""
    yield from _used(schema.connect_to_read(places.database), places)


def _used(connection: Connection, places: Places) -> Iterator[Store]:
    from assay.sqlite import DatabaseError  # loaded when there is a connection

    try:
        yield Store(connection)
    except DatabaseError as error:
        raise schema.unusable(places.database, error) from None
    finally:
        connection.close()


class Store:
    """Tasks and attempts of one project, and its `workers`."""

    __slots__ = ("_connection", "workers")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.workers = Roster(connection)

    def tasks(self, states: Iterable[str] = ()) -> list[Task]:
        """Tasks in these states, or all, in the order of queueing."""
        wanted = _in(states)
        where = f"WHERE {wanted}" if wanted else ""
        rows = self._connection.execute(f"SELECT {_TASK} FROM tasks {where} ORDER BY id")
        return [Task(*row) for row in rows]

    def task(self, task_id: int) -> Task | None:
        """One task; None if it was removed."""
        found = self._connection.execute(f"SELECT {_TASK} FROM tasks WHERE id = ?", (task_id,))
        row = found.fetchone()
        return None if row is None else Task(*row)

    def find(self, word: str) -> list[Task]:
        """Tasks with this name, else those whose snapshot begins with these 4 or more digits."""
        query = f"SELECT {_TASK} FROM tasks WHERE {{}} ORDER BY id"
        rows = self._connection.execute(query.format("name = ?"), (word,)).fetchall()
        if not rows and len(word) >= 4 and set(word) <= set("0123456789abcdef"):
            condition = "snapshot >= ? AND snapshot <= ?"
            rows = self._connection.execute(query.format(condition), (word, word + "g")).fetchall()
        return [Task(*row) for row in rows]

    def promised_names(self, baseline: str) -> set[str]:
        """Names of experiments of `baseline` that are still to come."""
        query = "SELECT name FROM tasks WHERE baseline = ? AND state IN (?, ?)"
        return {row[0] for row in self._connection.execute(query, (baseline, QUEUED, RUNNING))}

    def attempts(self, task_id: int) -> list[Attempt]:
        """The attempts at a task, the first one first."""
        query = f"SELECT {_ATTEMPT} FROM attempts WHERE task = ? ORDER BY number"
        return [Attempt(*row) for row in self._connection.execute(query, (task_id,))]

    def last_attempts(self, states: Sequence[str]) -> dict[int, Attempt]:
        """Id of each task in one of the states → its last attempt."""
        columns = ", ".join(f"a.{field}" for field in Attempt._fields)
        query = (
            f"SELECT {columns} FROM tasks t JOIN attempts a "
            f"ON a.task = t.id AND a.number = t.attempts WHERE {_in(states)}"
        )
        found = (Attempt(*row) for row in self._connection.execute(query))
        return {attempt.task: attempt for attempt in found}

    def everything(self) -> tuple[list[Task], dict[int, Attempt]]:
        """All tasks, and by the id of its task each last attempt, of one and the same moment."""
        self._connection.execute("BEGIN")
        try:
            return self.tasks(), self.last_attempts(STATES)
        finally:
            self._connection.execute("COMMIT")

    def started_after(self, moment: float) -> Attempt | None:
        """The attempt that was started next after `moment` (seconds since 1970)."""
        query = f"SELECT {_ATTEMPT} FROM attempts WHERE started_at > ? ORDER BY started_at LIMIT 1"
        row = self._connection.execute(query, (moment,)).fetchone()
        return None if row is None else Attempt(*row)

    def is_busy(self, tasks: Sequence[int] = ()) -> bool:
        """Whether a task, or one of these, is queued or running."""
        if tasks:
            return any((task := self.task(one)) and not task.is_over for one in tasks)
        query = "SELECT 1 FROM tasks WHERE state = '{}' LIMIT 1"
        found = (self._connection.execute(query.format(state)) for state in (RUNNING, QUEUED))
        return any(cursor.fetchone() for cursor in found)

    def batches(self) -> set[str]:
        """Batches that still have a task."""
        return {row[0] for row in self._connection.execute("SELECT DISTINCT batch FROM tasks")}

    def data_version(self) -> int:
        """A number that differs after another process has changed something."""
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    def add(self, tasks: Iterable[NewTask]) -> None:
        """Store new tasks, all or none; they are on disk when the call returns."""
        columns = ", ".join(NewTask._fields)
        marks = _marks(NewTask._fields)
        with durable(self._connection), transaction(self._connection) as run:
            run.executemany(f"INSERT INTO tasks ({columns}) VALUES ({marks})", tasks)

    def add_failed(self, task: NewTask, *, token: str, cause: str, ended_at: float) -> None:
        """Store a task that was run once elsewhere, without result; on disk as `add`."""
        columns = ", ".join(NewTask._fields)
        with durable(self._connection), transaction(self._connection) as run:
            task_id = run.execute(
                f"INSERT INTO tasks ({columns}, state, cause, attempts) "
                f"VALUES ({_marks(NewTask._fields)}, ?, ?, 1)",
                (*task, FAILED, cause),
            ).lastrowid
            run.execute(
                "INSERT INTO attempts (task, number, token, worker, started_at, ended_at, outcome) "
                "VALUES (?, 1, ?, '', ?, ?, ?)",
                (task_id, token, task.queued_at, ended_at, FAILED),
            )

    def remove(self, tasks: Collection[int]) -> list[Task]:
        """Forget these tasks but for those that run; the ones that are gone."""
        gone: list[Task] = []
        wanted = list(tasks)
        with durable(self._connection), transaction(self._connection) as run:
            for start in range(0, len(wanted), _MANY):
                part = wanted[start : start + _MANY]
                query = (
                    f"DELETE FROM tasks WHERE id IN ({_marks(part)}) AND state != ? "
                    f"RETURNING {_TASK}"
                )
                gone += [Task(*row) for row in run.execute(query, (*part, RUNNING))]
        return sorted(gone)

    def has_work_for(self, worker: str) -> bool:
        """Whether `claim` would give the worker a task."""
        query = (
            f"SELECT 1 FROM tasks WHERE state = '{QUEUED}' "
            "AND NOT EXISTS (SELECT 1 FROM workers WHERE id = ? AND stopping) LIMIT 1"
        )
        return self._connection.execute(query, (worker,)).fetchone() is not None

    def claim(
        self, worker: str, token: str, *, host: str = "", engine: str = "", lease_until: float = 0.0
    ) -> Task | None:
        """Take the next task for `worker`, who is not to stop: highest priority, then oldest.

        The rest says where it will run, see `Attempt`.
        """
        with transaction(self._connection) as run:
            row = run.execute(
                f"UPDATE tasks SET state = ?, attempts = attempts + 1, cause = '' WHERE id = ("
                f"SELECT id FROM tasks WHERE state = '{QUEUED}' "
                "ORDER BY priority DESC, id LIMIT 1) "
                "AND NOT EXISTS (SELECT 1 FROM workers WHERE id = ? AND stopping) "
                f"RETURNING {_TASK}",
                (RUNNING, worker),
            ).fetchone()
            if row is None:
                return None
            task = Task(*row)
            run.execute(
                "INSERT INTO attempts (task, number, token, worker, started_at, host, engine, "
                "lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (task.id, task.attempts, token, worker, time.time(), host, engine, lease_until),
            )
            return task

    def note_process(self, attempt: Attempt, pid: int) -> bool:
        """The process that works on the attempt."""
        return self._note(attempt, "pid", pid)

    def note_handle(self, attempt: Attempt, handle: str, host: str) -> bool:
        """How its engine names the attempt, and where it runs it. On disk when the call returns:
        who loses it would start the attempt twice."""
        with durable(self._connection), transaction(self._connection) as run:
            changed = run.execute(
                "UPDATE attempts SET handle = ?, host = ? "
                "WHERE task = ? AND number = ? AND outcome = ''",
                (handle, host, attempt.task, attempt.number),
            ).rowcount
        return bool(changed)

    def note_host(self, attempt: Attempt, host: str) -> bool:
        """Where its engine runs it, as far as is known."""
        return self._note(attempt, "host", host)

    def extend_lease(self, attempt: Attempt, until: float) -> bool:
        """The attempt lives, and will until this moment; False: it was taken from its worker."""
        return self._note(attempt, "lease_until", until)

    def want_killed(self, attempt: Attempt) -> bool:
        """However the attempt ends, it counts as killed, unless the result is out already."""
        return self._note(attempt, "kill_wanted", 1)

    def note_made(self, attempt: Attempt, commit: str) -> bool:
        """The result, about to be announced. On disk when the call returns."""
        with durable(self._connection):
            return self._note(attempt, "made", commit)

    def note_remains(self, attempt: Attempt, text: str) -> bool:
        """What a later attempt can go on from."""
        return self._note(attempt, "remains", text)

    def end(self, attempt: Attempt, event: str, *, cause: str = "", result: str = "") -> bool:
        """What became of a running attempt: an event of the table of transitions.

        A task that is queued again has one spare attempt less.
        """
        before, after = TRANSITIONS[event]
        spent = 1 if event == "requeue" else 0
        with transaction(self._connection) as run:
            changed = run.execute(
                "UPDATE tasks SET state = ?, cause = ?, result = ?, "
                "spare_attempts = spare_attempts - ? WHERE id = ? AND attempts = ? AND state = ?",
                (after, cause, result, spent, attempt.task, attempt.number, before),
            ).rowcount
            if changed:
                run.execute(
                    "UPDATE attempts SET ended_at = ?, outcome = ? WHERE task = ? AND number = ?",
                    (time.time(), "lost" if spent else after, attempt.task, attempt.number),
                )
        return bool(changed)

    def retry(self, tasks: Iterable[Task], *, spare_attempts: int) -> list[Task]:
        """Queue tasks again that have failed or were killed; those that were."""
        done = []
        with durable(self._connection), transaction(self._connection) as run:
            for task in tasks:
                before, after = TRANSITIONS[f"retry {task.state}"]
                if run.execute(
                    "UPDATE tasks SET state = ?, cause = '', spare_attempts = ? "
                    "WHERE id = ? AND state = ?",
                    (after, spare_attempts, task.id, before),
                ).rowcount:
                    done.append(task)
        return done

    def _note(self, attempt: Attempt, column: str, value: object) -> bool:
        with transaction(self._connection) as run:
            changed = run.execute(
                f"UPDATE attempts SET {column} = ? WHERE task = ? AND number = ? AND outcome = ''",
                (value, attempt.task, attempt.number),
            ).rowcount
        return bool(changed)


def _in(states: Iterable[str]) -> str:
    """A condition that partial indexes are good for: they are not for parameters, nor for IN."""
    return " OR ".join(f"state = '{state}'" for state in states)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
