"""The store: who may change what, in which order tasks come, what old and odd files do."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

import pytest

from assay.project import open_project
from assay.queue import schema
from assay.queue.liveness import is_alive, this_host
from assay.queue.places import Places
from assay.queue.records import Attempt, NewTask, Task, Worker
from assay.queue.schema import QueueUnusable
from assay.queue.states import FAILED, KILLED, QUEUED, RUNNING, SUCCESS, TRANSITIONS
from assay.queue.store import Store, opened, opened_to_read
from support.project import Project

Opener = Callable[[Places], AbstractContextManager[Store]]


@pytest.fixture
def places(project: Project) -> Places:
    return Places(open_project(str(project.root), {}))


@pytest.fixture
def store(places: Places) -> Iterator[Store]:
    with opened(places) as store:
        yield store


def new(name: str, *, priority: int = 0, spare: int = 2, batch: str = "b") -> NewTask:
    snapshot = hashlib.sha1(name.encode()).hexdigest()
    return NewTask(name, "0" * 40, snapshot, batch, "{}", priority, 1.0, spare)


def claimed(store: Store, name: str = "one", *, spare: int = 2) -> tuple[Task, Attempt]:
    store.add([new(name, spare=spare)])
    task = store.claim("w", "token")
    assert task is not None and task.name == name
    return task, store.attempts(task.id)[-1]


def test_tasks_are_taken_by_priority_and_then_in_the_order_of_queueing(store: Store) -> None:
    store.add([new("a"), new("b", priority=1), new("c"), new("d", priority=1)])
    taken = [store.claim("w", "t") for _ in range(5)]
    assert [task.name if task else None for task in taken] == ["b", "d", "a", "c", None]


def test_the_table_of_transitions_is_what_the_store_does(store: Store) -> None:
    """Each event leads from its state to the next, and does nothing in any other."""
    for event, (before, after) in TRANSITIONS.items():
        if event in ("claim", "retry failed", "retry killed"):
            continue
        task, attempt = claimed(store, event)
        assert before == RUNNING == task.state
        assert store.end(attempt, event, cause="why")
        ended = store.task(task.id)
        assert ended is not None and (ended.state, ended.cause) == (after, "why")
        assert not store.end(attempt, event)
        store.remove([task.id])


def test_a_task_that_was_queued_again_has_one_chance_less(store: Store) -> None:
    task, attempt = claimed(store)
    store.end(attempt, "requeue", cause="worker lost")
    again = store.claim("w2", "t2")
    assert again is not None
    assert (again.attempts, again.spare_attempts, again.cause) == (2, 1, "")
    assert [one.outcome for one in store.attempts(task.id)] == ["lost", ""]


def test_an_attempt_that_is_over_changes_nothing_any_more(store: Store) -> None:
    task, old = claimed(store)
    store.end(old, "requeue")
    store.claim("w2", "t2")
    assert not store.note_made(old, "c" * 40)
    assert not store.note_process(old, 7)
    assert not store.want_killed(old)
    assert not store.end(old, "succeed", result="c" * 40)
    current = store.task(task.id)
    assert current is not None and current.state == RUNNING and current.result == ""


def test_running_tasks_are_not_removed(store: Store) -> None:
    task, attempt = claimed(store)
    store.add([new("two")])
    assert [gone.name for gone in store.remove([task.id, task.id + 1])] == ["two"]
    store.end(attempt, "succeed")
    assert [gone.name for gone in store.remove([task.id])] == ["one"]
    assert store.attempts(task.id) == []


def test_numbers_of_removed_tasks_do_not_come_again(store: Store) -> None:
    store.add([new("one")])
    first = store.tasks()[0].id
    store.remove([first])
    store.add([new("two")])
    assert store.tasks()[0].id > first


def test_failed_and_killed_tasks_can_be_queued_again(store: Store) -> None:
    for event, name in (("fail", "f"), ("kill", "k"), ("succeed", "s")):
        store.end(claimed(store, name)[1], event)
    again = store.retry(store.tasks([FAILED, KILLED]), spare_attempts=5)
    assert [task.name for task in again] == ["f", "k"]
    assert [(task.name, task.state) for task in store.tasks()] == [
        *(("f", QUEUED), ("k", QUEUED), ("s", SUCCESS))
    ]


def test_a_stopped_worker_gets_nothing_and_a_later_one_does(store: Store) -> None:
    store.workers.enlist(Worker("old", 1, "", 0.0))
    store.workers.stop_all()
    store.workers.enlist(Worker("young", 2, "", 0.0))
    store.add([new("one")])
    assert store.claim("old", "t") is None
    assert store.claim("young", "t") is not None


def test_tasks_are_found_by_name_or_by_the_beginning_of_their_snapshot(store: Store) -> None:
    store.add([new("one"), new("two"), new("one", batch="c")])
    one, two, again = store.tasks()
    assert [task.id for task in store.find("one")] == [one.id, again.id]
    assert store.find(two.snapshot[:7]) == [two]
    assert store.find(two.snapshot) == [two]
    assert store.find(two.snapshot[:3]) == []
    assert store.find("nosuch") == []


def test_names_are_promised_until_the_task_is_over(store: Store) -> None:
    _, attempt = claimed(store)
    store.add([new("two")])
    assert store.promised_names("0" * 40) == {"one", "two"}
    store.end(attempt, "fail")
    assert store.promised_names("0" * 40) == {"two"}
    assert store.promised_names("1" * 40) == set()


def test_what_there_is_is_read_at_one_moment(store: Store, places: Places) -> None:
    task, attempt = claimed(store)
    store.add([new("two")])
    with opened_to_read(places) as reader:
        tasks, attempts = reader.everything()
    assert [task.name for task in tasks] == ["one", "two"]
    assert attempts == {task.id: attempt}


def test_no_step_of_a_worker_reads_all_tasks(store: Store) -> None:
    """So a claim costs the same among ten tasks and among ten thousand."""
    store.add(new(f"n{number}") for number in range(20))
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    store.last_attempts([RUNNING])
    store.workers.all()
    task = store.claim("w", "t")
    assert task is not None
    (attempt,) = store.attempts(task.id)
    store.note_process(attempt, 1)
    store.note_made(attempt, "c" * 40)
    store.extend_lease(attempt, 2.0)
    store.end(attempt, "succeed")
    store.is_busy()
    store.started_after(1.0)
    store.find("n7")
    store._connection.set_trace_callback(None)
    plans = [plan for statement in statements for plan in plan_of(store, statement)]
    assert any("tasks_to_run" in plan for plan in plans)
    partial = ("INDEX tasks_to_run", "INDEX tasks_running")
    scans = [plan for plan in plans if "SCAN" in plan and not plan.endswith(partial)]
    assert scans == ["SCAN workers"], plans
    assert len(statements) < 30


def plan_of(store: Store, statement: str) -> list[str]:
    if statement.split()[0] in ("BEGIN", "COMMIT", "PRAGMA"):
        return []
    return [row[3] for row in store._connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


def test_many_tasks_are_removed_in_the_order_of_queueing(store: Store) -> None:
    store.add(new(f"n{number}") for number in range(2000))
    removed = store.remove([task.id for task in store.tasks()])
    assert len(removed) == 2000
    assert all(before.id < after.id for before, after in pairwise(removed))


def test_without_a_write_ahead_log_everything_works_too(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(schema.JOURNAL_VARIABLE, "delete")
    with opened(places) as store:
        claimed(store)
        with opened_to_read(places) as reader:
            assert [task.state for task in reader.tasks()] == [RUNNING]
    assert not Path(places.database + "-wal").exists()
    monkeypatch.delenv(schema.JOURNAL_VARIABLE)
    with opened(places) as store:
        assert len(store.tasks()) == 1


def test_a_store_of_an_older_program_is_brought_up_to_date_by_who_may_write(
    places: Places,
) -> None:
    places.make()
    with sqlite3.connect(places.database) as old:
        old.executescript(f"{schema._STEPS[0]} PRAGMA user_version = 1;")
        columns = ", ".join(NewTask._fields)
        old.execute(f"INSERT INTO tasks ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", new("one"))
        old.execute(
            "INSERT INTO attempts (task, number, token, worker, started_at) "
            "VALUES (1, 1, '', '', 1)"
        )
    old.close()
    with opened_to_read(places) as reader:
        assert reader.attempts(1)[0].lease_until == 0.0
    assert version(places) == 1
    with opened(places) as store:
        assert [task.name for task in store.tasks()] == ["one"]
        assert store.attempts(1)[0].host == ""
    assert version(places) == schema.VERSION


def version(places: Places) -> int:
    connection = sqlite3.connect(places.database)
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return found


def test_who_is_elsewhere_is_alive_as_long_as_the_lease(store: Store, places: Places) -> None:
    """A lock tells of this host's workers only; of an attempt in another place the lease does."""
    store.add([new("here"), new("there"), new("gone"), new("engine")])
    now = time.time()
    for host, engine, until in (
        *((this_host(), "", now + 60), ("elsewhere", "", now + 60), ("elsewhere", "", now - 1)),
        (this_host(), "dask", now + 60),
    ):
        store.claim("w", "t", host=host, engine=engine, lease_until=until)
    running = sorted(store.last_attempts([RUNNING]).values())
    assert [is_alive(places, attempt) for attempt in running] == [False, True, False, True]
    assert store.extend_lease(running[2], now + 60)
    assert is_alive(places, store.attempts(running[2].task)[-1])
    store.end(running[2], "requeue")
    assert not store.extend_lease(running[2], now + 90), "fenced off"
    assert store.note_handle(running[3], "job 7", "node1")
    assert store.attempts(running[3].task)[-1][-3:] == ("dask", "job 7", now + 60)


def test_a_store_of_a_newer_program_is_left_alone(places: Places) -> None:
    with opened(places):
        pass
    with sqlite3.connect(places.database) as connection:
        connection.execute("PRAGMA user_version = 99")
    for opener in (opened, opened_to_read):
        with pytest.raises(QueueUnusable, match="newer version"), opener(places):
            pass


def test_what_is_no_store_is_named(places: Places) -> None:
    places.make()
    Path(places.database).write_text("this is no database, but it is long enough\n" * 100)
    with pytest.raises(QueueUnusable, match=r"tasks\.db' cannot be used"), opened(places):
        pass


@pytest.mark.parametrize("opener", [opened, opened_to_read])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_so_is_what_is_no_file(places: Places, opener: Opener, make: Callable[[str], None]) -> None:
    places.make()
    make(places.database)
    with pytest.raises(QueueUnusable, match=r"tasks\.db' cannot be used"), opener(places):
        pass


def test_readers_need_no_permission_to_write(places: Places) -> None:
    with opened(places) as store:
        store.add([new("one")])
    writable = sqlite3.connect(f"file:{places.database}?mode=ro&immutable=1", uri=True)
    assert writable.execute("SELECT name FROM tasks").fetchall() == [("one",)]
    with opened_to_read(places) as reader:
        assert [task.name for task in reader.tasks()] == ["one"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader.add([new("two")])


def test_a_store_that_is_just_being_made_is_empty(places: Places) -> None:
    places.make()
    Path(places.database).write_bytes(b"")
    with opened_to_read(places) as reader:
        assert reader.tasks() == []


MOUNTS = """\
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:25 / /home rw shared:5 - nfs4 server:/home rw,vers=4.2
31 30 0:26 / /home/ada/with\\040blank rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/home/ada/project", "nfs4"),
        ("/home", "nfs4"),
        ("/homes/ada", "ext4"),
        ("/home/ada/with blank/x", "tmpfs"),
        ("/", "ext4"),
    ],
)
def test_the_file_system_of_a_place_is_told_by_the_deepest_mount(place: str, kind: str) -> None:
    assert schema.file_system(place, MOUNTS) == kind
