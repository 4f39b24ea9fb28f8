"""Keeps `gc` away from objects that are in the cache already and in no record yet.

Between the moment when an object is put or found in the cache and the moment when dvc.lock, a .dvc
file or an experiment names it, nothing tells that it is needed (P2).

1. Whoever looks objects up in order to record them holds the cache's guard, with others.
2. `gc` holds it alone, from before it collects what is in use until it has removed the rest.
3. It is a kernel lock on the cache folder itself: it dies with its holder, leaves no file, and
   projects and sandboxes that share a cache meet there. It is always taken before a project's lock.

Where the file system has no such locks there is no guard. DVC knows nothing of it; what it does
under the project's lock is safe, as `gc` takes that too.
"""

from __future__ import annotations

import fcntl
import os

from assay.typed import Callable

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class CacheGuard:
    """The guard of the cache in `folder` (absolute), for `with`.

    `alone`: wait until nobody else has it. `tell` is called with a sentence before a wait.
    """

    __slots__ = ("_alone", "_descriptor", "_folder", "_tell")

    def __init__(self, folder: str, *, alone: bool, tell: Callable[[str], None]) -> None:
        self._folder = folder
        self._alone = alone
        self._tell = tell
        self._descriptor = -1

    def __enter__(self) -> CacheGuard:
        try:
            self._descriptor = self._open()
        except OSError:  # nothing can be written there, so there is nothing to guard
            return self
        try:
            self._lock()
        except OSError:  # no locks on this file system
            pass
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor != -1:
            os.close(descriptor)

    def _open(self) -> int:
        try:
            return os.open(self._folder, _FLAGS)
        except FileNotFoundError:
            os.makedirs(self._folder, exist_ok=True)
            return os.open(self._folder, _FLAGS)

    def _lock(self) -> None:
        kind = fcntl.LOCK_EX if self._alone else fcntl.LOCK_SH
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            others = "other commands record their results" if self._alone else "`gc` is at work"
            self._tell(f"Waiting while {others} in the cache '{self._folder}'.")
            fcntl.flock(self._descriptor, kind)
