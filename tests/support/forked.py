"""Commands run in a fork of the test process: all of a real process but the start of Python.

A fork has loaded the whole program already, so that a command costs milliseconds and a test can
try thousands. What it prints, how it ends and what it leaves on disk is that of the installed
command; for what only a fresh interpreter shows, use `Project.dvc`.
"""

from __future__ import annotations

import importlib
import mmap
import os
import pkgutil
import select
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from typing import BinaryIO, NoReturn

from support.project import Result

PATIENCE_S = 120.0
# Error handlers as Python chooses them in a UTF-8 locale.
_STREAMS = (("r", "strict"), ("w", "strict"), ("w", "backslashreplace"))
# Audit events that stand for an effect (docs.python.org, "Audit events table").
_EFFECTS = {
    "os.chmod", "os.link", "os.mkdir", "os.posix_spawn", "os.remove", "os.rename", "os.rmdir",
    "os.symlink", "os.truncate", "os.utime", "shutil.copyfile", "shutil.move", "shutil.rmtree",
    "subprocess.Popen",
}  # fmt: skip
_BROKEN = 70  # the fork itself failed; no command ends with this


def load_all() -> None:
    """Import the whole program once, so that forks need not."""
    import assay

    for module in pkgutil.walk_packages(assay.__path__, "assay."):
        if module.name != "assay.__main__":
            importlib.import_module(module.name)
    for heavy in ("hydra", "omegaconf", "rich.console", "ruamel.yaml", "sqlite3", "tomlkit"):
        importlib.import_module(heavy)


class Steps:
    """Counts what a command does to the world: files opened for writing, named, deleted, programs
    started. Before step `kill_before` (from 1) it is killed as by `kill -9`."""

    def __init__(self, kill_before: int = 0) -> None:
        self._kill_before = kill_before
        self._memory = mmap.mmap(-1, 8)  # shared with the fork

    @property
    def count(self) -> int:
        """Steps so far, the one not done included."""
        return int.from_bytes(self._memory[:8], "little")

    def watch(self) -> None:
        """From now on, in this process."""
        sys.addaudithook(self._see)

    def _see(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            flags = arguments[2]
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event not in _EFFECTS:
            return
        count = self.count + 1
        self._memory[:8] = count.to_bytes(8, "little")
        if count == self._kill_before:
            os.kill(os.getpid(), signal.SIGKILL)


def forked(
    words: Sequence[str],
    *,
    cwd: str,
    env: Mapping[str, str],
    patience_s: float = PATIENCE_S,
    steps: Steps | None = None,
) -> Result:
    """Run `dvc WORDS` with nothing on stdin. Exit code -9: it took longer than `patience_s`.

    What the command leaves running in its process group is killed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _become(words, cwd, env, out, err, steps)
        code = _wait(pid, patience_s)
        return Result(code, _text(out), _text(err))


def _become(
    words: Sequence[str],
    cwd: str,
    env: Mapping[str, str],
    out: BinaryIO,
    err: BinaryIO,
    steps: Steps | None,
) -> NoReturn:
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdin, sys.stdout, sys.stderr = (
            open(number, mode, encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
            for number, (mode, errors) in enumerate(_STREAMS)
        )
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        tempfile.tempdir = None
        sys.argv = ["dvc", *words]
        main = importlib.import_module("assay.cli.main")
        if steps is not None:
            steps.watch()
        main.entry_point()
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(_BROKEN)


def _wait(pid: int, patience_s: float) -> int:
    handle = os.pidfd_open(pid)
    try:
        ended = select.poll()
        ended.register(handle, select.POLLIN)
        if not ended.poll(patience_s * 1000):
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(handle)
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    return os.waitstatus_to_exitcode(status)


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
