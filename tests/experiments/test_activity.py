from __future__ import annotations

import os
import threading

from assay.experiments.activity import WorkspaceRun
from assay.project import open_project
from support.project import Project


def test_a_run_that_ends_does_not_disturb_one_that_starts(project: Project) -> None:
    """The one takes away the folder in which the other is about to write."""
    here = open_project(str(project.root), project.env)
    folder = project.path(".dvc/tmp/exps/run/workspace")
    over = threading.Event()

    def take_away() -> None:
        while not over.is_set():
            try:
                os.rmdir(folder)
            except OSError:
                pass

    other = threading.Thread(target=take_away)
    other.start()
    try:
        for _ in range(300):
            with WorkspaceRun(here, "mine", "0" * 40):
                assert (folder / "workspace.run").exists()
    finally:
        over.set()
        other.join()
