"""The real DVC with its start-up paid once: a program that does as `dvc` does, many times sooner.

    with warm(Path(".venv-dvc/bin/dvc")) as program:
        subprocess.run([program, "status"])

`warm` starts a server: this file, run by the `python` beside that DVC, which loads what most
commands need. Where there is none, the program is that DVC itself.

The program hands its arguments, directory, environment and streams to a fork of what was loaded,
hands signals on, and ends as the fork does; where it dies, so does the fork with its process group.
Only the session is another: a Ctrl-C of a terminal reaches a command through the program alone.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

NEEDED = """
    celery.app.amqp celery.canvas celery.loaders.app celery.worker.worker
    dulwich.filters dulwich.gc dulwich.ignore dulwich.porcelain dulwich.stash dulwich.worktree
    dvc.api dvc.cachemgr dvc.cli.parser dvc.data_cloud dvc.render.convert dvc.render.match
    dvc.repo.artifacts dvc.repo.brancher dvc.repo.datasets dvc.repo.experiments.queue.celery
    dvc.repo.experiments.queue.tempdir dvc.repo.experiments.queue.workspace
    dvc.repo.experiments.run dvc.repo.graph dvc.repo.index dvc.repo.metrics.diff
    dvc.repo.metrics.show dvc.repo.open_repo dvc.repo.params.diff dvc.repo.plots.diff
    dvc.repo.stage dvc.repo.trie dvc.repo.worktree dvc.stage.serialize dvc.ui.table
    dvc.utils.hydra dvc.utils.strictyaml dvc_data.fs dvc_data.hashfile.db.local
    dvc_data.hashfile.status dvc_data.index.checkout dvc_data.index.diff dvc_data.index.push
    dvc_objects.fs.local dvc_task.app.filesystem dvc_task.proc.manager
    fsspec.implementations.memory hydra.core.override_parser.overrides_parser
    kombu.transport.filesystem networkx platformdirs.unix rich.json rich.status ruamel.yaml
    scmrepo.fs scmrepo.git.backend.pygit2.filter
"""

PROGRAM = """\
#!{python} -IS
import json, os, signal, socket, sys

folder = os.getcwd()
os.chdir({folder!r})
server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
server.connect("socket")
os.chdir(folder)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, lambda number, _: server.send(b"%d" % number))
request = json.dumps([sys.argv[1:], folder, dict(os.environ), os.umask(0)]).encode()
with open(os.memfd_create("request"), "w+b") as file:
    file.write(request)
    file.flush()
    socket.send_fds(server, [b"."], [file.fileno(), 0, 1, 2])
answer = server.recv(16)
code = int(answer or 70)
if code < 0:
    signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
os._exit(code)
"""


@contextlib.contextmanager
def warm(dvc: Path) -> Iterator[str]:
    """A program that does as the DVC at `dvc` does."""
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            [sys.executable, __file__, dvc, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a Ctrl-C is for those who call
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ) as server,
    ):
        assert server.stdout is not None
        program = server.stdout.readline().strip()
        if not program:
            raise RuntimeError(f"cannot load {dvc}, see above")
        yield program


def main() -> None:
    """Become DVC's own Python and serve until stdin ends: `warm_dvc.py DVC FOLDER`."""
    dvc, folder, *loader = sys.argv[1:]
    python = os.path.join(os.path.dirname(os.path.realpath(dvc)), "python")
    if loader:
        load()
        serve_in(folder)
    elif os.access(python, os.X_OK):
        # -P: the neighbours of this file may be called as some libraries are.
        os.execv(python, [python, "-P", __file__, dvc, os.path.abspath(folder), python])
    else:
        print(dvc, flush=True)


def load() -> None:
    """Import what most commands need, and build the parser, which DVC keeps."""
    for module in NEEDED.split():
        importlib.import_module(module)
    from dvc.cli.parser import get_main_parser

    get_main_parser()


def serve_in(folder: str) -> None:
    """Serve callers of the program in `folder` until stdin ends."""
    os.chdir(folder)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind("socket")
    listener.listen(64)
    program = os.path.join(folder, "dvc")
    with open(program, "w", encoding="utf-8") as file:
        file.write(PROGRAM.format(python=sys.executable, folder=folder))
    os.chmod(program, 0o755)
    gc.freeze()  # else a collection in a fork copies all that was loaded
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print(program, flush=True)
    while sys.stdin not in (ready := select.select([sys.stdin, listener], [], [])[0]):
        serve(*ready)


def serve(listener: socket.socket) -> None:
    """Fork a keeper for the next caller."""
    caller = listener.accept()[0]
    with caller:
        if os.fork():
            return
        try:
            listener.close()
            keep(caller)
        finally:
            os._exit(1)


def keep(caller: socket.socket) -> NoReturn:
    """Run what the caller asks for, tell it the exit code, and end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    request, *streams = socket.recv_fds(caller, 1, 4)[1]
    with open(request, "rb") as file:
        file.seek(0)
        words, folder, env, umask = json.loads(file.read())
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        caller.close()
        take_over(folder, env, umask, streams)
        become(words)
    with contextlib.suppress(PermissionError, ProcessLookupError):  # it was sooner
        os.setpgid(pid, pid)
    for stream in streams:
        os.close(stream)
    process = os.pidfd_open(pid)
    while process not in select.select([process, caller], [], [])[0]:
        word = caller.recv(16)
        os.killpg(pid, int(word or signal.SIGKILL))
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        caller.send(str(code).encode())
    os._exit(0)


def take_over(folder: str, env: dict[str, str], umask: int, streams: list[int]) -> None:
    """Have what the caller has, also where a library has asked for it when it was loaded."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdout.reconfigure(line_buffering=sys.stdout.isatty())  # type: ignore[union-attr]
    os.chdir(folder)
    os.umask(umask)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    import pygit2

    home = env.get("HOME", "")
    places = pygit2.settings.search_path
    places[pygit2.enums.ConfigLevel.GLOBAL] = home
    places[pygit2.enums.ConfigLevel.XDG] = f"{env.get('XDG_CONFIG_HOME') or f'{home}/.config'}/git"


def become(words: list[str]) -> NoReturn:
    """Be that command, and end as a process of Python does."""
    code = 70
    sys.argv = ["dvc", *words]
    try:
        code = command()
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def command() -> int:
    """The exit code of DVC's own entry point."""
    from dvc.cli import main as dvc_main

    try:
        return int(dvc_main() or 0)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else leaving.code is not None


if __name__ == "__main__":
    main()
