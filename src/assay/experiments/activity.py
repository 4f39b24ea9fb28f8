"""Telling others that an experiment runs in the workspace.

IDE clients read the bare pid in `.dvc/tmp/exps/rwlock.lock` to stop a run (spec/clients.md §1.5);
what runs is told by `.dvc/tmp/exps/run/workspace/workspace.run`, as DVC tells it
(spec/experiments.md §3.7).
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import OVER, write_file, write_text
from assay.fs.reading import read_or_none
from assay.fs.remove import remove
from assay.project import DVC_DIR, Project

_RUNNING = 2


class WorkspaceRun:
    """While the block runs, our pid stands in `rwlock.lock`; afterwards that file is empty.

    Of two runs at once the later one is told of.
    """

    def __init__(self, project: Project, name: str, baseline: str) -> None:
        folder = os.path.join(project.tmp_dir, "exps")
        self._pid_file = os.path.join(folder, "rwlock.lock")
        self._info_file = os.path.join(folder, "run", "workspace", "workspace.run")
        self._info = quick_json.dumps(_info(project, name, baseline))
        self._pid = f" {os.getpid()}\n"

    def __enter__(self) -> None:
        _write_with_folder(self._info_file, self._info)
        _write(self._pid_file, self._pid)

    def __exit__(self, *_: object) -> None:
        if read_or_none(self._pid_file) == self._pid.encode("ascii"):
            _write(self._pid_file, "")
            _remove_with_folder(self._info_file)


def _write_with_folder(path: str, text: str) -> None:
    while True:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        try:
            write_text(path, text)
            return
        except FileNotFoundError:
            pass  # a run that ends has taken the folder away in between


def _remove_with_folder(path: str) -> None:
    remove(path)
    try:
        os.rmdir(os.path.dirname(path))
    except OSError:
        pass  # gone, or somebody else keeps something there


def _info(project: Project, name: str, baseline: str) -> dict[str, object]:
    return {
        "git_url": f"file://{project.git().root}",
        "baseline_rev": baseline,
        "location": "workspace",
        "root_dir": project.root,
        "dvc_dir": DVC_DIR,
        "name": name,
        "wdir": ".",
        "result_hash": None,
        "result_ref": None,
        "result_force": False,
        "status": _RUNNING,
    }


def _write(path: str, text: str) -> None:
    # In place: the extension watches this very file.
    write_file(path, text.encode("ascii"), flags=OVER)
