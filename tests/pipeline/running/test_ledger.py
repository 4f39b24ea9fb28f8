"""Resources that several runs share: together they never use more, and the dead use nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assay.pipeline.running.grant import NESTED, Grant
from assay.pipeline.running.ledger import Ledger
from assay.pipeline.running.pool import Pool
from support.waiting import until


def pool(folder: Path, **amounts: float) -> Pool:
    gpus = tuple(str(number) for number in range(int(amounts.get("gpu", 0))))
    return Pool(amounts, gpus, Ledger(str(folder)))


def taken(pool: Pool, **wanted: float) -> Grant:
    grant = pool.take(wanted)
    assert grant is not None
    return grant


class Others:
    """Other processes; those that are left at the end are killed."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def start(self, act: Callable[[], object]) -> int:
        child = os.fork()
        if child == 0:
            try:
                act()
                os._exit(0)
            finally:
                os._exit(1)
        self.pids.append(child)
        return child

    def take(self, pool: Pool, **wanted: float) -> int:
        """One that takes this and keeps it."""
        reading, writing = os.pipe()

        def act() -> None:
            os.write(writing, b"yes" if pool.take(wanted) else b"no!")
            signal.pause()

        child = self.start(act)
        os.close(writing)
        with os.fdopen(reading, "rb") as told:
            assert told.read(3) == b"yes"
        return child

    def end(self, child: int) -> None:
        os.kill(child, signal.SIGKILL)
        self.wait(child)

    def wait(self, child: int) -> int:
        self.pids.remove(child)
        return os.waitpid(child, 0)[1]


@pytest.fixture
def others() -> Iterator[Others]:
    others = Others()
    yield others
    for child in list(others.pids):
        others.end(child)


def test_what_one_run_uses_is_missing_for_the_others(tmp_path: Path) -> None:
    here, there = pool(tmp_path, mem_gb=16.0), pool(tmp_path, mem_gb=16.0)
    first = taken(here, mem_gb=10.0)
    assert there.take({"mem_gb": 10.0}) is None
    taken(there, mem_gb=6.0)
    here.give_back(first)
    taken(there, mem_gb=10.0)


def test_each_gpu_is_used_by_one_stage_of_all_runs(tmp_path: Path) -> None:
    here, there = pool(tmp_path, gpu=2.0), pool(tmp_path, gpu=2.0)
    first, second = taken(here, gpu=1.0), taken(there, gpu=1.0)
    assert first.environ == {"CUDA_VISIBLE_DEVICES": "0", NESTED: "shared"}
    assert second.environ["CUDA_VISIBLE_DEVICES"] == "1"
    assert here.take({"gpu": 1.0}) is None
    assert here.take({"cores": 1.0}) is not None, "nothing is known of it"


def test_a_killed_run_uses_nothing_any_more(tmp_path: Path, others: Others) -> None:
    other = others.take(pool(tmp_path, gpu=1.0), gpu=1.0)
    here = pool(tmp_path, gpu=1.0)
    assert here.take({"gpu": 1.0}) is None
    others.end(other)
    taken(here, gpu=1.0)
    (entry,) = tmp_path.rglob("*.json")
    assert entry.read_text() == '[{"gpu": 1.0}, ["0"]]'


def test_who_waits_is_told_for_what_and_gets_it(tmp_path: Path, others: Others) -> None:
    other = others.take(pool(tmp_path, gpu=1.0, cores=8.0), gpu=1.0, cores=1.0)
    here = pool(tmp_path, gpu=1.0, cores=8.0)
    told: list[str] = []

    def announce(name: str) -> None:
        told.append(name)
        others.end(other)

    grant = here.wait_for({"cores": 1.0, "gpu": 1.0}, announce)
    assert (told, grant.gpus) == (["gpu"], ("0",))
    here.give_back(grant)
    assert list(tmp_path.rglob("*.json")) == []


def test_small_stages_do_not_overtake_who_waits_for_much(tmp_path: Path, others: Others) -> None:
    def fresh() -> Pool:
        return pool(tmp_path, cores=8.0, mem_gb=16.0)

    small = others.take(fresh(), cores=1.0)
    large = others.start(lambda: fresh().wait_for({"cores": 8.0}, lambda _: None))
    until(lambda: list(tmp_path.rglob("*.claim")))
    assert fresh().take({"cores": 1.0}) is None, "seven are free, and reserved"
    taken(fresh(), mem_gb=16.0)
    others.end(small)
    assert others.wait(large) == 0
    taken(fresh(), cores=8.0)


def test_of_two_who_reserve_what_the_other_needs_one_goes_on(
    tmp_path: Path, others: Others
) -> None:
    def fresh() -> Pool:
        return pool(tmp_path, cores=8.0, mem_gb=8.0)

    held = [others.take(fresh(), cores=1.0, mem_gb=3.0), others.take(fresh(), cores=3.0)]
    wants = [{"cores": 8.0, "mem_gb": 4.0}, {"cores": 2.0, "mem_gb": 8.0}]
    waiting = []
    for number, wanted in enumerate(wants, start=1):
        waiting.append(others.start(lambda: fresh().wait_for(wanted, lambda _: None)))  # noqa: B023
        until(lambda: len(list(tmp_path.rglob("*.claim"))) == number)  # noqa: B023
    for holder in held:
        others.end(holder)
    assert [others.wait(child) for child in waiting] == [0, 0]


def test_the_reservation_of_a_killed_run_means_nothing(tmp_path: Path, others: Others) -> None:
    def fresh() -> Pool:
        return pool(tmp_path, cores=8.0)

    others.take(fresh(), cores=1.0)
    large = others.start(lambda: fresh().wait_for({"cores": 8.0}, lambda _: None))
    until(lambda: list(tmp_path.rglob("*.claim")))
    others.end(large)
    taken(fresh(), cores=7.0)


def test_only_one_looks_often(tmp_path: Path, others: Others) -> None:
    """Whoever comes later sleeps in the kernel until it is its turn."""
    holder = others.take(pool(tmp_path, gpu=1.0), gpu=1.0)

    def act() -> None:
        pool(tmp_path, gpu=1.0).wait_for({"gpu": 1.0}, lambda _: None)

    waiting = [others.start(act) for _ in range(3)]
    until(lambda: sum(map(_waits_for_a_lock, waiting)) == 2)
    others.end(holder)
    assert [others.wait(child) for child in waiting] == [0, 0, 0]


def _waits_for_a_lock(pid: int) -> bool:
    return any(
        line.split()[1] == "->" and line.split()[5] == str(pid)
        for line in Path("/proc/locks").read_text().splitlines()
    )
