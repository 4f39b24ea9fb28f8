"""Telling others that an experiment runs in the workspace.

IDE clients read the bare pid in `.dvc/tmp/exps/rwlock.lock` to stop a run (spec/clients.md §1.5).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from assay.project import Project


@contextmanager
def workspace_run(project: Project) -> Iterator[None]:
    """While the block runs, our pid stands in `rwlock.lock`; afterwards the file is empty."""
    path = os.path.join(project.tmp_dir, "exps", "rwlock.lock")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    _write(path, f" {os.getpid()}\n")
    try:
        yield
    finally:
        _write(path, "")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
