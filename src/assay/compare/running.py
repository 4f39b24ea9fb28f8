"""Which experiment runs in the workspace right now, if any.

Source: spec/clients.md §1.5 – the process that runs one has its pid in `.dvc/tmp/exps/rwlock.lock`;
§3.7 of spec/experiments.md – the file `….run`, if there is one, tells name and baseline.
"""

from __future__ import annotations

import json
import os
from typing import Any, NamedTuple

from assay.project import Project

_LOCK = "rwlock.lock"
_INFO = os.path.join("run", "workspace", "workspace.run")


class WorkspaceRun(NamedTuple):
    """A running experiment. Name and baseline are None where nothing tells them."""

    pid: int
    name: str | None
    baseline: str | None


def workspace_run(project: Project) -> WorkspaceRun | None:
    """The experiment that runs in the workspace; None unless its process is alive."""
    folder = os.path.join(project.tmp_dir, "exps")
    pid = _pid(os.path.join(folder, _LOCK))
    if pid is None or not _is_alive(pid):
        return None
    info = _info(os.path.join(folder, _INFO))
    return WorkspaceRun(pid, _text(info.get("name")), _text(info.get("baseline_rev")))


def _pid(path: str) -> int | None:
    try:
        with open(path, "rb") as file:
            return int(file.read(32))
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
    try:
        with open(path, "rb") as file:
            data = json.load(file)
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
