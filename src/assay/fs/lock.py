"""Locks of the kernel on files: they die with their holder, so nothing is ever left to clean.

The same protocol as DVC's, so that the two tools exclude each other (spec/pipelines.md §8.2):
`flock` on a file that stays, which says ` <pid>` and a line end for people to read.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time

from assay.errors import AssayError, UnsafePath

PATIENCE_S = 3.0
_PAUSE_S = 0.02
_LONGEST_PAUSE_S = 0.2
_OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class LockHeld(AssayError):
    """Another process kept a lock for longer than we wait."""

    def __init__(self, holder: int | None) -> None:
        super().__init__(
            "Unable to acquire lock. Most likely another DVC process is running or was terminated "
            "abruptly. Check the page "
            "<https://dvc.org/doc/user-guide/troubleshooting#lock-issue> for other possible "
            "reasons and to learn how to resolve this.",
            hint=(f"process {holder} holds it; " if holder else "")
            + "`dvc --wait-for-lock <command>` waits for it",
        )
        self.holder = holder


class FileLock:
    """A lock on one file, for `with`. Not reentrant; threads exclude each other too.

    1. The file is opened, and made if need be; a symbolic link in its place is an UnsafePath.
    2. `flock`, tried for `patience_s` seconds (None: for ever), then LockHeld.
    3. Our process id replaces the content, for people and for programs that watch.
    4. On the way out the lock goes, the file stays: deleting it would let two holders in.
    """

    __slots__ = ("_descriptor", "_patience_s", "path")

    def __init__(self, path: str, *, patience_s: float | None = PATIENCE_S) -> None:
        self.path = path
        self._patience_s = patience_s
        self._descriptor = -1

    def __enter__(self) -> FileLock:
        descriptor = self._open()
        try:
            self._lock(descriptor)
            _sign(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return self

    def __exit__(self, *_: object) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)  # lets go of the lock: nobody else has this open file

    def fileno(self) -> int:
        """The open file that carries the lock, while it is held: a fork shares the lock."""
        return self._descriptor

    def _open(self) -> int:
        try:
            return os.open(self.path, _OPEN_FLAGS, 0o666)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(self.path), exist_ok=True)
            return os.open(self.path, _OPEN_FLAGS, 0o666)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UnsafePath(
                    f"refusing the lock '{self.path}': it is a symbolic link"
                ) from None
            raise

    def _lock(self, descriptor: int) -> None:
        if self._patience_s is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            return
        deadline = time.monotonic() + self._patience_s
        pause_s = _PAUSE_S
        while not _try(descriptor):
            if time.monotonic() >= deadline:
                raise LockHeld(_holder(descriptor))
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


class ProjectLock(FileLock):
    """`.dvc/tmp/lock`: taken for milliseconds around changes to what the project shares.

    Never held while a stage's command runs: the DVC library is called inside stages.
    """

    __slots__ = ()

    def __init__(self, tmp_dir: str, *, wait: bool = False) -> None:
        super().__init__(os.path.join(tmp_dir, "lock"), patience_s=None if wait else PATIENCE_S)


def is_held(path: str) -> bool:
    """Whether any process holds the lock at `path`. Needs no permission to write.

    The question takes the lock for a moment, shared with others who ask. One who takes it must
    have some patience.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _sign(descriptor: int) -> None:
    """Write who we are, where there is room: who makes room on a full disk needs locks too."""
    text = f" {os.getpid()}\n".encode()
    try:
        os.pwrite(descriptor, text, 0)
        os.ftruncate(descriptor, len(text))
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise


def _holder(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0).strip()
    return int(text) if text.isdigit() else None
