"""A bounded number of threads that work off a list.

Transfers wait for disks and networks and hash in C; threads do all of that side by side.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

_PATIENCE_S = 1.0

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(
    work: Callable[[Item], Result], items: Sequence[Item], *, jobs: int
) -> Generator[Result, None, None]:
    """The results of `work` for all items, in the order in which they come.

    An exception of `work` is raised here and ends everything, as does closing the iterator: what
    has begun is finished, nothing new is begun.
    """
    jobs = min(jobs, len(items))
    if jobs > 1:
        yield from _in_threads(work, items, jobs)
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
        for item in waiting:
            if stopped.is_set():
                return
            try:
                done.put((work(item), None))
            except BaseException as error:
                done.put((None, error))

    # Daemons: a transfer that hangs must not hold up a program that was told to stop.
    threads = [Thread(target=worker, daemon=True) for _ in range(jobs)]
    for thread in threads:
        thread.start()
    try:
        for _ in items:
            result, error = done.get()
            if error is not None:
                raise error
            yield result  # type: ignore[misc]  # None only beside an error, or as a result
    finally:
        stopped.set()
        deadline = time.monotonic() + _PATIENCE_S
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
