"""Single flight: runs that need the same stage with the same inputs at once execute it once.

Who comes first runs it, the others wait and find the result in the run cache. They meet in the
cache, so it does not matter in which workspace, sandbox or project they are. If the first one
fails or is killed, the next one runs it.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext

from assay.fs.byte_lock import ByteLock
from assay.ui.console import Console

_KEY_DIGITS = 15  # 60 bits of the key choose the byte that is locked


class SingleFlight:
    """The runs of one cache. With `waits` off a run that is under way elsewhere is run here too.

    Only who holds no other run may wait: two that wait for each other would do so for ever.
    """

    __slots__ = ("_console", "_folder", "_waits")

    def __init__(self, cache_top: str, console: Console, *, waits: bool) -> None:
        self._folder = os.path.join(cache_top, "assay")
        self._console = console
        self._waits = waits

    def join(self, key: str, address: str) -> AbstractContextManager[object]:
        """To be held from before the run cache is asked for `key` until the run is recorded."""
        try:
            os.makedirs(self._folder, exist_ok=True)
        except OSError:  # a cache that is only read
            return nullcontext()
        lock = ByteLock(os.path.join(self._folder, "runs.lock"), int(key[:_KEY_DIGITS], 16))
        if lock.try_now():
            return lock
        if not self._waits:
            lock.close()
            return nullcontext()
        self._console.info(f"Stage '{address}' is being run by another experiment, waiting for it")
        return lock
