"""Queue steps of a walk: each program has a queue of its own, and workers that outlive a command.

A walk waits for them, so that nothing is under way while it copies and compares.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from support.project import PATIENCE_S, Result

Run = Callable[[list[str]], Result]

_PAUSE_S = 0.05


def task_logs(root: Path) -> set[Path]:
    """What tasks have printed, of either program."""
    place = root / ".dvc/tmp/exps"
    return {*place.glob("queue/logs/*.log"), *place.glob("run/*/*.out")}


def wait_for_ours(run: Run) -> None:
    """Until no task is left and no worker."""
    run(["queue", "wait"])
    _until(lambda: not any(json.loads(run(["queue", "status", "--json"]).out)["workers"].values()))


def wait_for_theirs(root: Path) -> None:
    """The same for DVC's queue. Its worker, idle by then, would stay for ten seconds, and four when
    asked to go."""
    folder = root / ".dvc/tmp/exps/celery"
    _until(lambda: not _tasks(folder / "broker/in") and _results(folder) >= _taken(folder))
    for note in folder.glob("*.pid"):
        worker = int(note.read_text())
        _until(lambda worker=worker: _is_gone(worker))  # type: ignore[misc]  # a lambda's default


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return True
    return False


def _tasks(folder: Path) -> list[Path]:
    """Messages that are tasks, not words to workers."""
    return [path for path in folder.glob("*.celery.msg") if ".pidbox." not in path.name]


def _taken(folder: Path) -> int:
    return len(_tasks(folder / "broker/processed"))


def _results(folder: Path) -> int:
    return len(list((folder / "result").glob("celery-task-meta-*")))


def _until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "the queue does not end"
        time.sleep(_PAUSE_S)
