"""Single flight: runs that need the same stage with the same inputs at once execute it once.

Who comes first runs it, the others wait and find the result in the run cache. They meet at a
folder beside it, so it does not matter in which workspace, sandbox or project they are. (Not in
it: DVC cannot read a run cache with an empty folder, as that of a failed run would be.) If the
first one fails or is killed, the next one runs it.
"""

from __future__ import annotations

from assay.contexts import AbstractContextManager, nullcontext
from assay.fs.folder_lock import FolderLock
from assay.pipeline.running.run_cache import RunCache
from assay.ui.console import Console


class SingleFlight:
    """The runs of one cache. With `waits` off a run that is under way elsewhere is run here too.

    Only who holds no other run may wait: two that wait for each other would do so for ever.
    """

    __slots__ = ("_console", "_run_cache", "_waits")

    def __init__(self, run_cache: RunCache, console: Console, *, waits: bool) -> None:
        self._run_cache = run_cache
        self._console = console
        self._waits = waits

    def join(self, key: str, address: str) -> AbstractContextManager[object]:
        """To be held from before the run cache is asked for `key` until the run is recorded."""
        try:
            lock = FolderLock(self._run_cache.meeting_place(key), is_ours=True)
        except OSError:  # a cache that is only read
            return nullcontext()
        if lock.try_now():
            return lock
        if not self._waits:
            lock.close()
            return nullcontext()
        self._console.info(f"Stage '{address}' is being run by another experiment, waiting for it")
        return lock
