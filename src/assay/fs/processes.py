"""Processes: a child on our own streams; those that we lost sight of, found by a mark.

The mark is in their environment, which a process keeps whatever becomes of its parent, session and
group. Source: proc(5), `/proc/<pid>/environ`; elsewhere nothing is found.
"""

from __future__ import annotations

import os
import time

from assay.typed import Any, Mapping

_PROC = "/proc"
# Python ignores these, a child must not: SIGPIPE and SIGXFSZ, by number as in `assay.git.process`.
_DEFAULT_SIGNALS = (13, 25)
_ROUNDS = 50
_PAUSE_S = 0.02


class Child:
    """A program on our own streams: as much of `subprocess.Popen` as that needs.

    `subprocess` takes 4 ms to load and half a millisecond more for each child.
    """

    __slots__ = ("pid", "returncode")

    def __init__(
        self,
        words: list[str],
        environ: Mapping[str, str],
        *,
        own_group: bool,
        directory: str | None = None,
    ) -> None:
        """Start `words`, with a `directory` there, else where we are; with `own_group` in a process
        group of its own. Raises OSError.
        """
        self.returncode: int | None = None
        if directory is not None:
            self.pid = _start_in(directory, words, environ, own_group=own_group)
            return
        group: dict[str, Any] = {"setpgroup": 0} if own_group else {}
        self.pid = os.posix_spawnp(words[0], words, environ, setsigdef=_DEFAULT_SIGNALS, **group)

    def poll(self) -> int | None:
        """The exit code if it has ended, negative for a signal; else None."""
        return self._collect(os.WNOHANG)

    def wait(self) -> int:
        """Wait for the end; the exit code."""
        while (code := self._collect(0)) is None:
            pass
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended. May be called by a signal handler."""
        try:
            if self.poll() is None:
                os.kill(self.pid, number)
        except ChildProcessError:
            pass  # a handler that came between its end and our note of that

    def _collect(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid == self.pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


def _start_in(
    directory: str, words: list[str], environ: Mapping[str, str], *, own_group: bool
) -> int:
    """The id of a child in another directory, which `posix_spawn` knows nothing of."""
    from assay import signals  # most children start where we are

    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(directory)
            if own_group:
                os.setpgid(0, 0)
            for number in _DEFAULT_SIGNALS:
                signals.signal(number, signals.SIG_DFL)
            os.execvpe(words[0], words, environ)
        except OSError as error:
            os.write(tell, f"{error.errno} {error.filename or words[0]}".encode(errors="replace"))
        finally:
            os._exit(255)
    os.close(tell)
    with open(told, "rb") as end:
        code, _, name = end.read().decode("utf-8", "replace").partition(" ")
    if code:
        os.waitpid(pid, 0)
        raise OSError(int(code), os.strerror(int(code)), name)
    return pid


def can_look() -> bool:
    """Whether this system tells the environment of processes."""
    return os.path.exists(f"{_PROC}/self/environ")


def exists(pid: int) -> bool:
    """Whether a process with this id lives, be it another one than the one that was meant.

    One that has ended counts as gone, even if nobody has asked for its exit code: in containers
    often nobody ever does.
    """
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return _state(pid) != "Z"


def group_exists(group: int) -> bool:
    """Whether a process of this process group lives; zombies do not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    if not can_look():
        return True
    found = (int(entry) for entry in os.listdir(_PROC) if entry.isdigit())
    return any(_group(pid) == group and _state(pid) != "Z" for pid in found)


def marked(name: str, value: str) -> list[int]:
    """Ids of the living processes that were started with `name=value` in their environment.

    Processes of other users are not seen. Costs a look at each process of the machine.
    """
    wanted = os.fsencode(f"{name}={value}")
    own = os.getpid()
    found = (int(entry) for entry in os.listdir(_PROC) if entry.isdigit())
    return [pid for pid in found if pid != own and wanted in _environ(pid)]


def end_marked(name: str, value: str) -> bool:
    """Kill every process with the mark, and what they start meanwhile; True when none is left."""
    if not can_look():
        return False
    for _ in range(_ROUNDS):
        found = marked(name, value)
        if not found:
            return True
        for pid in found:
            _kill(pid, name, value)
        time.sleep(_PAUSE_S)
    return False


def _state(pid: int) -> str:
    """The letter that proc(5) has for the state of the process; empty if it cannot be told."""
    try:
        with open(f"{_PROC}/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1].decode("ascii")
    except OSError:
        return ""


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def _environ(pid: int) -> list[bytes]:
    try:
        with open(f"{_PROC}/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:  # gone, or somebody else's
        return []


def _kill(pid: int, name: str, value: str) -> None:
    """Kill `pid` if it still is what was found: the number may have a new owner by now."""
    import signal  # half a millisecond at start-up, and only this needs it

    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if os.fsencode(f"{name}={value}") in _environ(pid):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)
