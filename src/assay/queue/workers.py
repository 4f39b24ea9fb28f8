"""Workers started from a program that is not ours.

`LocalEngine.start` forks, which a process with threads of its own had better not do.
"""

from __future__ import annotations

import os
import sys

from assay.errors import AssayError
from assay.project import Project

_SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def start_elsewhere(project: Project, jobs: int) -> None:
    """Have `jobs` workers, started by a fresh process. Raises AssayError if that fails."""
    import subprocess  # only for programs, which have it anyway

    path = os.pathsep.join(filter(None, [_SOURCES, os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "assay", "queue", "start", "-j", str(jobs)],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("ERROR: ")
        raise AssayError(f"failed to start workers: {said}")
