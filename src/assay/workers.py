"""A bounded number of threads that work off a list.

Transfers wait for disks and networks and hash in C; threads do all of that side by side. Many small
files on a fast disk are the exception: there threads mostly wait for each other. So unless somebody
says how many there are to be, there are none until a piece of work has waited or taken long.
"""

from __future__ import annotations

import os
import time

from assay.fs.stopping import obey
from assay.typed import Callable, Generator, Sequence, TypeVar

_PER_CPU = 4  # transfers wait more than they work
_WHEN_BUSY = 2  # enough to hash one large file while another is written
_QUICK_S = 0.03
"""Work that is done by then wins less by a second thread than the two lose to each other."""
_PATIENCE_S = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")


def most_jobs() -> int:
    """How many transfers at a time are a good choice when they wait for something."""
    return _PER_CPU * (os.cpu_count() or 1)


def in_parallel(
    work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int | None
) -> Generator[Result, None, None]:
    """The results of `work` for all items, in the order in which they come.

    `jobs` threads at most; None leaves the number to us. An exception of `work` is raised here and
    ends everything, as does closing the iterator: nothing new is begun, and what has begun in a
    thread ends where it looks (`fs/stopping.py`), or finishes if that takes less than a second.
    """
    if jobs is None:
        most, done = most_jobs(), 0
        while jobs is None and len(items) - done > most:
            started = _Moment()
            result = work(items[done])
            done += 1
            jobs = started.jobs_for_such_work()
            yield result
        jobs = jobs or (1 if done else most)
        items = items[done:]
    if min(jobs, len(items)) > 1:
        yield from _in_threads(work, items, min(jobs, len(items)))
        return
    for item in items:
        yield work(item)


def _in_threads(
    work: Callable[[Item], Result], items: Sequence[Item], jobs: int
) -> Generator[Result, None, None]:
    from queue import SimpleQueue  # here and not above: most commands move nothing
    from threading import Event, Thread

    done: SimpleQueue[tuple[Result | None, BaseException | None]] = SimpleQueue()
    waiting = iter(items)  # shared: whoever is free takes the next
    stopped = Event()

    def worker() -> None:
        obey(stopped)
        for item in waiting:
            if stopped.is_set():
                return
            try:
                done.put((work(item), None))
            except BaseException as error:
                done.put((None, error))

    # Daemons: a transfer that hangs must not hold up a program that was told to stop.
    threads = [Thread(target=worker, daemon=True) for _ in range(jobs)]
    try:
        for thread in threads:
            thread.start()
        for _ in items:
            result, error = done.get()
            if error is not None:
                raise error
            yield result  # type: ignore[misc]  # None only beside an error, or as a result
    finally:
        stopped.set()
        deadline = time.monotonic() + _PATIENCE_S
        for thread in filter(Thread.is_alive, threads):
            thread.join(max(0.0, deadline - time.monotonic()))


class _Moment:
    """A moment of this thread, to tell later what it did since."""

    __slots__ = ("_at", "_used", "_waits")

    def __init__(self) -> None:
        self._at = time.monotonic()
        self._used = time.thread_time()
        self._waits = _voluntary_waits()

    def jobs_for_such_work(self) -> int | None:
        """How many threads are good for what was done since; None if it does not tell."""
        passed = time.monotonic() - self._at
        used = time.thread_time() - self._used
        if passed > 2 * used and _voluntary_waits() > self._waits:  # not for a busy processor
            return most_jobs()
        return None if used < _QUICK_S else _WHEN_BUSY


def _voluntary_waits() -> int:
    import resource  # only where something is moved

    who = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)  # macOS has no threads there
    return resource.getrusage(who).ru_nvcsw
