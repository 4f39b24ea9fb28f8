"""The lock of a folder itself: no file is needed for it.

Source: flock(2) on a directory. It dies with its holder.
"""

from __future__ import annotations

import fcntl
import os

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW


class FolderLock:
    """The lock of the folder at `path`, for `with`.

    1. `try_now` takes it if nobody has it, and says whether it did.
    2. Entering takes it and waits as long as it must, unless it was taken already.
    3. Leaving lets it go.

    With `is_ours` the folder is there for the lock alone, and goes with it: then somebody who
    waited may have the lock of a folder that is gone, beside one who has made it anew.

    Where there is no such folder, or no such lock, everybody gets it at once.
    """

    __slots__ = ("_descriptor", "_is_held", "_is_ours", "_path")

    def __init__(self, path: str, *, is_ours: bool = False) -> None:
        self._path = path
        self._is_ours = is_ours
        self._is_held = False
        try:
            self._descriptor = os.open(path, _FLAGS)
        except OSError:
            self._descriptor = -1

    def try_now(self) -> bool:
        """Take the lock without waiting; whether we have it now."""
        self._is_held = self._is_held or self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)
        return self._is_held

    def __enter__(self) -> FolderLock:
        self._is_held = self._is_held or self._lock(fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock, or of the wish to have it."""
        descriptor, self._descriptor = self._descriptor, -1
        if self._is_held and self._is_ours:
            try:
                os.rmdir(self._path)
            except OSError:
                pass
        self._is_held = False
        if descriptor != -1:
            os.close(descriptor)

    def _lock(self, how: int) -> bool:
        if self._descriptor == -1:
            return True
        try:
            fcntl.flock(self._descriptor, how)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this file system
            return True
        return True
