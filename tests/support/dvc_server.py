"""Runs commands of the real DVC in forks of one process, which has loaded it already.

    PYTHON_OF_DVC dvc_server.py

Each line on stdin is a JSON object `{"words", "cwd", "env", "out", "err"}` with the files for what
the command prints; the answer is a line with its exit code. What a command leaves running in its
process group is killed. To run a file of this project with DVC's Python keeps it out of ours.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from typing import Any, NoReturn

NEEDED = """
    dvc.api dvc.cli.parser dvc.repo.experiments.queue.celery dvc.repo.metrics.diff
    dvc.repo.metrics.show dvc.repo.params.diff dvc.stage.serialize dvc_data.index.checkout
    dvc_data.index.diff dvc_objects.fs.local
"""


def main() -> None:
    """Serve until stdin ends."""
    load_all()
    for line in sys.stdin:
        print(play(json.loads(line)), flush=True)


def load_all() -> None:
    """Import what most commands need."""
    for module in NEEDED.split():
        importlib.import_module(module)


def play(request: dict[str, Any]) -> int:
    """Exit code of one command."""
    pid = os.fork()
    if pid == 0:
        become(request)
    _, status = os.waitpid(pid, 0)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    return os.waitstatus_to_exitcode(status)


def become(request: dict[str, Any]) -> NoReturn:
    """Be that command, and end."""
    code = 70
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(request[name], os.O_WRONLY | os.O_TRUNC), number)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        tempfile.tempdir = None
        sys.argv = ["dvc", *request["words"]]
        from dvc.cli import main as dvc_main

        code = dvc_main(request["words"])
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
