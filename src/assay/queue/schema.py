"""The tables of `tasks.db`, and how it is opened. docs/queue.md explains them to readers."""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.queue.states import QUEUED, RUNNING
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection, DatabaseError

JOURNAL_VARIABLE = "ASSAY_QUEUE_JOURNAL"
"""Set to `delete` to do without write-ahead log wherever the queue is."""

_BUSY_S = 30.0
_OLDEST_SQLITE = (3, 37, 0)

# Several hosts cannot share the memory that a write-ahead log needs (sqlite.org/wal.html).
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.ceph", "glusterfs"}
    | {"fuse.glusterfs", "fuse.sshfs", "lustre", "gpfs", "beegfs", "pvfs2", "orangefs", "coda"}
)

_FIRST = f"""
CREATE TABLE tasks (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT NOT NULL,
    baseline       TEXT NOT NULL,
    snapshot       TEXT NOT NULL,
    batch          TEXT NOT NULL,
    request        TEXT NOT NULL,
    priority       INTEGER NOT NULL,
    state          TEXT NOT NULL DEFAULT '{QUEUED}',
    cause          TEXT NOT NULL DEFAULT '',
    result         TEXT NOT NULL DEFAULT '',
    attempts       INTEGER NOT NULL DEFAULT 0,
    spare_attempts INTEGER NOT NULL,
    queued_at      REAL NOT NULL
) STRICT;
CREATE TABLE attempts (
    task        INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number      INTEGER NOT NULL,
    token       TEXT NOT NULL,
    worker      TEXT NOT NULL,
    pid         INTEGER NOT NULL DEFAULT 0,
    started_at  REAL NOT NULL,
    ended_at    REAL NOT NULL DEFAULT 0,
    kill_wanted INTEGER NOT NULL DEFAULT 0,
    made        TEXT NOT NULL DEFAULT '',
    remains     TEXT NOT NULL DEFAULT '',
    outcome     TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (task, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE workers (
    id         TEXT PRIMARY KEY,
    pid        INTEGER NOT NULL,
    started_at REAL NOT NULL,
    stopping   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_to_run ON tasks (priority DESC, id) WHERE state = '{QUEUED}';
CREATE INDEX tasks_running ON tasks (id) WHERE state = '{RUNNING}';
CREATE INDEX tasks_by_name ON tasks (name);
CREATE INDEX tasks_by_snapshot ON tasks (snapshot);
CREATE INDEX tasks_by_batch ON tasks (batch);
CREATE INDEX attempts_by_start ON attempts (started_at);
"""

# Attempts that a kernel lock cannot speak for: a worker on another host, or one of an engine.
_LEASES = """\
ALTER TABLE attempts ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN engine TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN handle TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN lease_until REAL NOT NULL DEFAULT 0;
ALTER TABLE workers ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE workers ADD COLUMN lease_until REAL NOT NULL DEFAULT 0;
"""

_STEPS = (_FIRST, _LEASES)
"""What leads from each version of the tables to the next; a new store takes all steps."""

VERSION = len(_STEPS)


class QueueUnusable(AssayError):
    """The store cannot be opened."""


def connect(path: str) -> Connection:
    """Open the store for reading and writing; it is made if it does not exist.

    Raises QueueUnusable for a store of a newer program or a file that is no store.
    """
    from assay import sqlite

    if tuple(map(int, sqlite.sqlite_version.split("."))) < _OLDEST_SQLITE:
        raise QueueUnusable(
            f"the queue needs SQLite 3.37 or newer, this Python has {sqlite.sqlite_version}"
        )
    connection = _open(path, path)
    try:
        _set_journal(connection, path)
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            connection.execute("PRAGMA synchronous = NORMAL")
        if _version(connection, path) < VERSION:
            _update(connection)
    except sqlite.DatabaseError as error:
        connection.close()
        raise unusable(path, error) from None
    return connection


def connect_to_read(path: str) -> Connection:
    """Open the store without changing anything, also where nothing may be written."""
    from assay import sqlite

    for option in ("mode=ro", "mode=ro&immutable=1"):
        # On a read-only disk nobody writes, and SQLite need not be able to lock.
        connection = _open(path, sqlite.file_uri(path, option), uri=True)
        try:
            if _version(connection, path) < VERSION:
                return _updated_copy(connection)
            return connection
        except sqlite.OperationalError as error:
            connection.close()
            problem = error
        except sqlite.DatabaseError as error:
            connection.close()
            raise unusable(path, error) from None
    raise unusable(path, problem)


def _open(path: str, name: str, *, uri: bool = False) -> Connection:
    """Raises QueueUnusable where not even that can be done; a pipe would be waited for."""
    from assay import sqlite

    if os.path.exists(path) and not os.path.isfile(path):
        raise unusable(path, sqlite.DatabaseError("it is no file"))
    try:
        return sqlite.connect(name, uri=uri, timeout=_BUSY_S, isolation_level=None)
    except sqlite.DatabaseError as error:
        raise unusable(path, error) from None


def _update(connection: Connection) -> None:
    """Bring the tables to our version; make them if there are none yet."""
    # All in one transaction, from where we are then: somebody else may have been quicker.
    connection.execute("BEGIN IMMEDIATE")
    done = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in _STEPS[done:]:
        for statement in step.split(";\n"):
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {max(done, VERSION)}")
    connection.execute("COMMIT")


def _updated_copy(connection: Connection) -> Connection:
    """The store in memory, with the tables of our version: readers change nothing on disk."""
    from assay import sqlite

    copy = sqlite.connect(":memory:", isolation_level=None)
    connection.backup(copy)
    connection.close()
    _update(copy)
    return copy


def _set_journal(connection: Connection, path: str) -> None:
    wanted = os.environ.get(JOURNAL_VARIABLE, "").lower()
    mode = "delete" if wanted == "delete" or _is_on_network(path) else "wal"
    # The file remembers its mode, and changing it needs the file for oneself.
    current = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if current != mode:
        connection.execute(f"PRAGMA journal_mode = {mode}")


def _version(connection: Connection, path: str) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise QueueUnusable(
            f"'{path}' was written by a newer version of this program (format {version}, "
            f"this one knows {VERSION})",
            hint="update this installation, or use the newer one",
        )
    return version


def _is_on_network(path: str) -> bool:
    """Whether the file is on a file system of another machine, as far as Linux tells."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as file:
            mounts = file.read()
    except OSError:
        return False
    return file_system(os.path.realpath(os.path.dirname(path)), mounts) in _NETWORK


def file_system(place: str, mounts: str) -> str:
    """The type of file system that `place` is on; `mounts` has the form of proc(5) mountinfo."""
    kind, longest = "", -1
    for line in mounts.splitlines():
        fields, _, rest = line.partition(" - ")
        point = fields.split(" ")[4].replace("\\040", " ")
        is_inside = place == point or place.startswith(point.rstrip("/") + "/")
        if is_inside and len(point) >= longest:
            kind, longest = rest.split(" ")[0], len(point)
    return kind


def unusable(path: str, error: DatabaseError) -> QueueUnusable:
    """What to say when SQLite refuses the store at `path`."""
    from assay import sqlite

    hint = f"if it is damaged, move it away; `sqlite3 {path} .recover` may save its content"
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest says which call it was
    if kind in (sqlite.SQLITE_FULL, sqlite.SQLITE_IOERR):
        hint = "if the disk is full, make room and give the command again"
    return QueueUnusable(f"the queue '{path}' cannot be used: {error}", hint=hint)
