"""Which experiments run right now: in the workspace, and in sandboxes.

Sources: spec/clients.md §1.5 – the process that runs one in the workspace has its pid in
`.dvc/tmp/exps/rwlock.lock`; spec/experiments.md §3.7 – the file `….run`, if there is one, tells its
name and baseline; spec/experiments.md §5.2 – how each kind is shown.
"""

from __future__ import annotations

import os

from assay.compare.records import WORKSPACE, Executor, LocalProcess
from assay.fs.reading import read_file, read_hint
from assay.project import Project
from assay.typed import Any, Iterator, NamedTuple

_LOCK = "rwlock.lock"
_INFO = os.path.join("run", "workspace", "workspace.run")


class Run(NamedTuple):
    """A running experiment."""

    rev: str
    """WORKSPACE, or the snapshot that it started from."""
    name: str | None
    """None where nothing tells it."""
    baseline: str | None
    """The commit that it belongs to; None where nothing tells it: it was started from HEAD."""
    root: str
    """The project's directory in which it works, absolute."""
    executor: Executor


def running(project: Project) -> list[Run]:
    """All experiments whose process is alive."""
    return [*_in_workspace(project), *_in_sandboxes(project)]


def _in_workspace(project: Project) -> Iterator[Run]:
    folder = os.path.join(project.tmp_dir, "exps")
    pid = _pid(os.path.join(folder, _LOCK))
    if pid is None or not _is_alive(pid):
        return
    info = _info(os.path.join(folder, _INFO))
    local = LocalProcess(root=project.root, pid=pid)
    executor = Executor("running", "workspace", local)
    name, baseline = _text(info.get("name")), _text(info.get("baseline_rev"))
    yield Run(WORKSPACE, name, baseline, project.root, executor)


def _in_sandboxes(project: Project) -> Iterator[Run]:
    if not is_any_noted(project):
        return
    from assay.experiments.occupants import occupants  # only while something may run

    for occupant in occupants(project):
        if occupant.kind == "temp":
            executor = Executor("running", "tempdir", LocalProcess(root=occupant.tree))
        else:
            local = LocalProcess(occupant.tree, pid=occupant.pid, task_id=occupant.snapshot)
            executor = Executor("running", "dvc-task", local)
        root = os.path.normpath(os.path.join(occupant.tree, project.prefix))
        yield Run(occupant.snapshot, occupant.name, occupant.baseline, root, executor)


def is_any_noted(project: Project) -> bool:
    """Whether it is worth to look closer: somebody is in a sandbox, or was killed there."""
    home = os.path.join(project.tmp_dir, "exps", "sandboxes")
    try:
        names = os.listdir(home)
    except OSError:
        return False
    return any(os.path.exists(os.path.join(home, name, "run.json")) for name in names)


def _pid(path: str) -> int | None:
    try:
        return int(read_file(path)[:32])
    except (OSError, ValueError):
        return None


def _is_alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _info(path: str) -> dict[str, Any]:
    data = read_hint(path)
    return data if isinstance(data, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
