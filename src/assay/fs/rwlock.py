"""Which paths of a project are being read and written by running stages, and by whom.

`.dvc/tmp/rwlock` is JSON that DVC and we share (spec/pipelines.md §8.3):

    {"write": {"/p/model": {"pid": 7, "cmd": "dvc repro"}},
     "read": {"/p/data": [{"pid": 7, "cmd": "dvc repro"}]}}

It is read and replaced under a kernel lock on `rwlock.lock`, and never empty: DVC cannot read
that. Entries of processes that are gone count for nothing.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.errors import AssayError, UnsafePath
from assay.fs.atomic import write_text
from assay.fs.lock import FileLock
from assay.fs.paths import is_below
from assay.fs.reading import read_or_none
from assay.typed import Callable, Iterable, Iterator, NamedTuple, Sequence

Warn = Callable[[str], None]


class Claim(NamedTuple):
    """One process that uses one path. `path` is absolute, `command` what the user typed."""

    path: str
    pid: int
    command: str
    writes: bool


class PathBusy(AssayError):
    """A path that we need is in use by a process that lives."""

    def __init__(self, path: str, holders: Sequence[Claim], table: str) -> None:
        lines = "".join(f"  (PID {claim.pid}): {claim.command}\n" for claim in holders)
        super().__init__(
            f"'{path}' is busy, it is being blocked by:\n{lines}\n"
            "If there are no processes with such PIDs, you can manually remove "
            f"'{table}' and try again."
        )
        self.holders = tuple(holders)


class PathLocks:
    """The paths that this process has claimed in one project.

    A process never blocks itself. Claims that are made twice must be released twice.
    """

    __slots__ = ("_claims", "_command", "_guard", "_table", "_warn")

    def __init__(self, tmp_dir: str, command: str, warn: Warn) -> None:
        self._table = os.path.join(tmp_dir, "rwlock")
        self._guard = os.path.join(tmp_dir, "rwlock.lock")
        self._command = command
        self._warn = warn
        self._claims: list[Claim] = []

    def hold(self, *, read: Iterable[str] = (), write: Iterable[str] = ()) -> _Held:
        """For `with`: read and write these absolute paths, and all that is below them.

        Entering raises PathBusy, and claims nothing, if another process writes one of them or
        reads one that we write. It costs one read and one write of the table, leaving as well.
        """
        pid = os.getpid()
        claims = [Claim(path, pid, self._command, False) for path in read]
        claims += [Claim(path, pid, self._command, True) for path in write]
        return _Held(self, claims)

    def claim(self, claims: Sequence[Claim]) -> None:
        """Enter claims of this process into the table; `hold` does it for you."""
        with FileLock(self._guard):
            others = self._others()
            for claim in claims:
                self._require(claim, [other for other in others if _conflict(claim, other)])
            self._keep([*self._claims, *claims], others)

    def release(self, claims: Sequence[Claim]) -> None:
        """Take claims of this process out of the table."""
        with FileLock(self._guard):
            others = self._others()
            remaining = list(self._claims)
            for claim in claims:
                remaining.remove(claim)
            self._keep(remaining, others)

    def _others(self) -> list[Claim]:
        """All claims of the table but those that were made here."""
        ours = set(self._claims)
        return [claim for claim in _read(self._table, self._warn) if claim not in ours]

    def _require(self, claim: Claim, holders: Sequence[Claim]) -> None:
        living = [holder for holder in holders if _is_alive(holder.pid)]
        if living:
            raise PathBusy(claim.path, living, self._table)
        for holder in holders:
            self._warn(
                f"Process '{holder.command}' with (Pid {holder.pid}), in RWLock-file "
                f"'{os.path.relpath(holder.path)}' had been killed. "
                "Auto removed it from the lock file."
            )

    def _keep(self, claims: list[Claim], others: Sequence[Claim]) -> None:
        living = (other for other in others if _is_alive(other.pid))
        table = _as_json(dict.fromkeys([*living, *claims]))
        write_text(self._table, quick_json.dumps(table))
        self._claims = claims


class _Held:
    """Claims for the length of a `with`."""

    __slots__ = ("_claims", "_locks")

    def __init__(self, locks: PathLocks, claims: Sequence[Claim]) -> None:
        self._locks = locks
        self._claims = claims

    def __enter__(self) -> None:
        if self._claims:
            self._locks.claim(self._claims)

    def __exit__(self, *_: object) -> None:
        if self._claims:
            self._locks.release(self._claims)


def _conflict(claim: Claim, other: Claim) -> bool:
    if claim.pid == other.pid or not (claim.writes or other.writes):
        return False
    return is_below(claim.path, other.path) or is_below(other.path, claim.path)


def _is_alive(pid: int) -> bool:
    if not 0 < pid < 1 << 31:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _read(table: str, warn: Warn) -> list[Claim]:
    if os.path.islink(table):
        raise UnsafePath(f"refusing the lock table '{table}': it is a symbolic link")
    data = read_or_none(table)
    if data is None:
        return []
    try:
        return list(_from_json(quick_json.loads(data)))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        # DVC writes in place: its process was killed with half of the table written
        warn(f"'{table}' was damaged and is written anew; who used which path is forgotten.")
        return []


def _from_json(table: dict[str, dict[str, object]]) -> Iterator[Claim]:
    for path, holder in table.get("write", {}).items():
        yield _claim(path, holder, writes=True)
    for path, holders in table.get("read", {}).items():
        for holder in holders if isinstance(holders, list) else [holders]:
            yield _claim(path, holder, writes=False)


def _claim(path: str, holder: object, *, writes: bool) -> Claim:
    if not isinstance(holder, dict):
        raise TypeError
    return Claim(path, int(holder["pid"]), str(holder["cmd"]), writes)


def _as_json(claims: Iterable[Claim]) -> dict[str, dict[str, object]]:
    write: dict[str, object] = {}
    read: dict[str, list[object]] = {}
    for claim in claims:
        holder = {"pid": claim.pid, "cmd": claim.command}
        if claim.writes:
            write[claim.path] = holder
        else:
            read.setdefault(claim.path, []).append(holder)
    table: dict[str, dict[str, object]] = {"write": write, "read": dict(read)}
    return {kind: paths for kind, paths in table.items() if paths}
