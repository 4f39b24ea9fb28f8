"""`exp clean`: temporary files and work trees that nobody uses any more, ours and those of DVC.

A `dvc exp run --temp` that was killed leaves a clone of the repository behind for ever
(spec/experiments.md §3.5).
"""

from __future__ import annotations

import os
import time

from assay.experiments.sandbox import sweep
from assay.fs.remove import remove
from assay.project import Project
from assay.typed import Iterator

_PROC = "/proc"
_CLONE = "tmp"
_UNTOUCHED_S = 600


def clean(project: Project) -> None:
    """Delete sandboxes that nobody has leased, clones of DVC's in which nobody works, and what
    killed commands have left."""
    sweep(project, idle_s=0)
    project.sweep_leftovers()
    clones = list(_clones(os.path.join(project.tmp_dir, "exps")))
    if not clones or not os.path.exists(f"{_PROC}/self/cwd"):
        return  # where nobody can tell who works in a folder, it stays
    places = list(_working_directories())
    limit = time.time() - _UNTOUCHED_S
    for clone in clones:
        is_used = any(f"{place}/".startswith(f"{clone}/") for place in places)
        # DVC fills a clone before it works in it.
        if not is_used and _changed(clone) < limit:
            remove(clone)


def _clones(home: str) -> Iterator[str]:
    """Folders that DVC makes for temporary runs and for tasks of the queue."""
    for folder in (home, os.path.join(home, "standalone")):
        try:
            entries = list(os.scandir(folder))
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.name.startswith(_CLONE) and entry.is_dir(follow_symlinks=False):
                yield os.path.realpath(entry.path)


def _changed(clone: str) -> float:
    """When something at the top of the clone changed last, in seconds since 1970."""
    times = [os.stat(clone).st_mtime]
    for name in (".git", ".git/HEAD", ".dvc", ".dvc/tmp"):
        try:
            times.append(os.stat(os.path.join(clone, name)).st_mtime)
        except OSError:
            pass
    return max(times)


def _working_directories() -> Iterator[str]:
    """Current directories of all processes that we may look at (proc(5), `cwd`)."""
    for name in os.listdir(_PROC):
        if name.isdecimal():
            try:
                yield os.readlink(f"{_PROC}/{name}/cwd")
            except OSError:
                pass  # gone, or somebody else's
