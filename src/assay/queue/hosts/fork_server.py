"""A process that has loaded what attempts need, and forks one for each: `fork_server().start(…)`.

Between an attempt and whoever looks after it there is a pair of sockets, nothing else. When one
side is gone, the other one notices: the attempt kills what it has started and itself.
"""

from __future__ import annotations

import functools
import os
import select
import signal
import socket
import subprocess
import sys
import threading

from assay import quick_json
from assay.experiments.occupants import MARK
from assay.fs.processes import end_marked

_SOURCES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(__file__))))
_NEEDED = (
    *("assay.experiments.sandbox_run", "assay.queue.hosts.mirror"),
    *("assay.experiments.run_text", "assay.queue.hosts.telling"),
)
_MOST_WORDS = 64 * 1024


class AttemptProcess:
    """An attempt that runs in a process of its own; for `with`, at whose end it is over."""

    __slots__ = ("_pid", "_socket", "_token")

    def __init__(self, side: socket.socket, pid: int, token: str) -> None:
        self._socket = side
        self._pid = pid
        self._token = token

    def __enter__(self) -> AttemptProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if not self.has_ended(0):
            self.end(force=True)
        self._socket.close()

    def has_ended(self, patience_s: float) -> bool:
        """Wait for the end of the process for that long."""
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(patience_s * 1000))

    def end(self, *, force: bool) -> None:
        """Like Ctrl-C, or at once with all that it has started."""
        try:
            os.kill(self._pid, signal.SIGKILL if force else signal.SIGINT)
        except ProcessLookupError:
            pass
        if force:
            end_marked(MARK, self._token)


class ForkServer:
    """The process that forks. It ends with the one that has made it."""

    __slots__ = ("_door", "_lock", "_process")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process, self._door = _opened()

    @property
    def pid(self) -> int:
        """The process that forks."""
        return self._process.pid

    def start(self, folder: str, token: str, log: str) -> AttemptProcess:
        """Run the attempt that is described in `folder`; what it prints goes to the file `log`."""
        words = quick_json.dumps([folder, token, log]).encode()
        with self._lock:
            try:
                return self._forked(words, token)
            except OSError:  # somebody has killed it
                self._door.close()
                self._process.wait()
                self._process, self._door = _opened()
                return self._forked(words, token)

    def _forked(self, words: bytes, token: str) -> AttemptProcess:
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._door, [words], [theirs.fileno()])
            pid = self._door.recv(_MOST_WORDS)
        if not pid:
            ours.close()
            raise BrokenPipeError
        return AttemptProcess(ours, int(pid), token)


@functools.cache
def fork_server() -> ForkServer:
    """The fork server of this process."""
    return ForkServer()


def _opened() -> tuple[subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    path = os.pathsep.join(filter(None, [_SOURCES, os.environ.get("PYTHONPATH")]))
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "assay.queue.hosts.fork_server", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={**os.environ, "PYTHONPATH": path},
            start_new_session=True,
            pass_fds=[theirs.fileno()],
        )
    return process, ours


def main(door: socket.socket) -> None:
    """Be the fork server until nobody is at the other end of `door`."""
    from assay.queue.ahead import import_ahead

    import_ahead(_NEEDED)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how they have ended
    while True:
        words, descriptors, _, _ = socket.recv_fds(door, _MOST_WORDS, 1)
        if not words:
            return
        pid = os.fork()
        if pid == 0:
            door.close()
            _be_attempt(descriptors[0], *quick_json.loads(words))
        os.close(descriptors[0])
        door.send(str(pid).encode())


def _be_attempt(side: int, folder: str, token: str, log: str) -> None:
    from assay.queue.hosts.job import main as attempt

    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ[MARK] = token
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        for number, source in enumerate((side, output, output)):
            os.dup2(source, number)
        os.close(side)
        os.close(output)
        attempt(folder)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
