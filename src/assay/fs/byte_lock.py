"""Locks on numbers, all of them in one file: no file for each, nothing to clear away.

The kernel locks one byte of a file that stays empty, at any offset below 2^63. Source: fcntl(2),
"open file description locks"; they die with their holder.
"""

from __future__ import annotations

import fcntl
import os
import struct

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_REQUEST = "hhqqi4x"  # struct flock of Linux


class ByteLock:
    """The lock on the byte `offset` of the file at `path`, for `with`; its folder must exist.

    1. `try_now` takes it if nobody has it, and says whether it did.
    2. Entering takes it and waits as long as it must, unless it was taken already.
    3. Leaving lets it go.

    Where the system or the file system has no such locks everybody gets it at once.
    """

    __slots__ = ("_descriptor", "_is_held", "_offset")

    def __init__(self, path: str, offset: int) -> None:
        self._offset = offset
        self._is_held = False
        try:
            self._descriptor = os.open(path, _FLAGS, 0o666)
        except OSError:  # nothing can be written there
            self._descriptor = -1

    def try_now(self) -> bool:
        """Take the lock without waiting; whether we have it now."""
        self._is_held = self._is_held or self._lock(wait=False)
        return self._is_held

    def __enter__(self) -> ByteLock:
        self._is_held = self._is_held or self._lock(wait=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the lock, or of the wish to have it."""
        descriptor, self._descriptor = self._descriptor, -1
        self._is_held = False
        if descriptor != -1:
            os.close(descriptor)

    def _lock(self, *, wait: bool) -> bool:
        if self._descriptor == -1 or not hasattr(fcntl, "F_OFD_SETLKW"):
            return True
        command = fcntl.F_OFD_SETLKW if wait else fcntl.F_OFD_SETLK
        request = struct.pack(_REQUEST, fcntl.F_WRLCK, os.SEEK_SET, self._offset, 1, 0)
        try:
            fcntl.fcntl(self._descriptor, command, request)
        except BlockingIOError:
            return False
        except OSError:  # no locks on this file system
            return True
        return True
