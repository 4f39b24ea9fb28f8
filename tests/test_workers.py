from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.fs.stopping import Stopped, check
from assay.workers import in_parallel, most_jobs


@given(st.lists(st.integers()), st.integers(1, 8))
def test_every_item_gives_one_result(items: list[int], jobs: int) -> None:
    found = list(in_parallel(lambda item: item * 2, items, jobs=jobs))
    assert sorted(found) == sorted(item * 2 for item in items)


def test_several_work_at_once() -> None:
    meeting = threading.Barrier(3, timeout=60)
    assert len(list(in_parallel(lambda _: meeting.wait(), range(6), jobs=3))) == 6


def test_no_more_than_so_many_at_once() -> None:
    busy, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        with lock:
            busy -= 1

    list(in_parallel(work, range(2000), jobs=3))
    assert most <= 3


@pytest.mark.parametrize("jobs", [1, 4])
def test_an_error_ends_it(jobs: int) -> None:
    done: list[int] = []

    def work(item: int) -> int:
        if item == 5:
            raise IndexError("five")
        done.append(item)
        return item

    with pytest.raises(IndexError, match="five"):
        list(in_parallel(work, range(10_000), jobs=jobs))
    assert len(done) < 10_000


@pytest.mark.parametrize("jobs", [1, 4])
def test_closing_stops_what_has_not_begun(jobs: int) -> None:
    begun: list[int] = []
    results = in_parallel(lambda item: begun.append(item), range(10**8), jobs=jobs)
    next(results)
    results.close()
    count = len(begun)
    assert count < 10**8
    assert len(begun) == count


def test_what_has_begun_ends_where_it_looks() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(item: int) -> None:
        if item == 0:
            return
        begun.set()
        try:
            while True:
                check()
        except Stopped:
            ended.set()
            raise

    results = in_parallel(work, range(3), jobs=2)
    next(results)
    begun.wait()
    results.close()
    assert ended.is_set()


def threads_for(first: int) -> int:
    """How many threads there are if the first piece of work adds up so many numbers."""
    seen: set[int] = set()

    def work(item: int) -> None:
        seen.add(threading.get_ident())
        sum(range(2000 if item else first))

    list(in_parallel(work, range(100), jobs=None))
    return len(seen)


def test_quick_work_is_done_by_the_caller() -> None:
    assert threads_for(2000) == 1


def test_long_work_that_keeps_the_processor_busy_gets_two_threads() -> None:
    assert 1 < threads_for(20_000_000) <= 3  # the first piece is done by the caller


def test_work_that_waits_gets_many_threads() -> None:
    if most_jobs() < 3:
        pytest.skip("there are no more than two")
    seen: set[int] = set()
    never = threading.Event()

    def work(_: int) -> None:
        seen.add(threading.get_ident())
        never.wait(0.01)

    list(in_parallel(work, range(100), jobs=None))
    assert len(seen) > 3
