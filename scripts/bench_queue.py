#!/usr/bin/env python3
"""Figures of the queue and its engines, see docs/performance.md; some or all of:

    overhead   CPU of a trivial task, on this machine's workers and through a local Dask cluster
    claims     what taking a task costs among 1,000 and among 10,000
    sharing    twenty tasks with one slow stage in common: how often it runs
    scaling    tasks of one second of CPU, two at a time beside one at a time (on a quiet machine)
    memory     of the coordinator, with 200 tasks and with 1,000 through two workers of Dask

CPU is that of all that was started, as a control group counts it: that needs root and Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ENGINES = ("local", "dask")
GROUPS = ("/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup")
PAUSE_S = 0.05
TRIVIAL = "stages: {go: {cmd: cp params.yaml out.txt, params: [x], outs: [out.txt]}}\n"
BUSY = "stages: {go: {cmd: python busy.py, params: [x]}}\n"
FILES = {
    "params.yaml": "x: 0\n",
    "in.txt": "in\n",
    "busy.py": "import time\n\nwhile time.process_time() < 1:\n    pass\n",
}
SHARED = """\
stages:
  slow: {cmd: "sleep 3; echo ran >> MARK; cp in.txt slow.txt", deps: [in.txt], outs: [slow.txt]}
  go: {cmd: cp params.yaml out.txt, deps: [slow.txt], params: [x], outs: [out.txt]}
"""


def main() -> int:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = {one.__name__: one for one in (overhead, claims, sharing, scaling, memory)}
    parser.add_argument("figures", nargs="*", metavar="figure", help=", ".join(known))
    parser.add_argument("--workdir", default="/dev/shm", help="where to work (%(default)s)")
    arguments = parser.parse_args()
    chosen = arguments.figures or [*known]
    if unknown := set(chosen) - set(known):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    print("load of the machine:", *(f"{load:.1f}" for load in os.getloadavg()))
    for name in chosen:
        with tempfile.TemporaryDirectory(prefix="assay-bench-", dir=arguments.workdir) as folder:
            known[name](Path(folder))
    return 0


def overhead(folder: Path) -> None:
    """What one more trivial task costs: start and end of workers are left out."""
    found = {}
    for engine in ENGINES:
        few, many = (
            Queue(folder / f"{engine}-{count}", TRIVIAL, count).run(engine, jobs=1).cpu_s
            for count in (10, 60)
        )
        found[engine] = (many - few) / 50
    local, dask = found.values()
    print(f"overhead: {1e3 * local:.0f} ms local, {1e3 * dask:.0f} ms Dask, {dask / local:.1f} x")


def scaling(folder: Path) -> None:
    """Twelve tasks of a second each, one at a time and two at a time."""
    for engine in ENGINES:
        one, two = (
            Queue(folder / f"{engine}-{jobs}", BUSY, 12).run(engine, jobs=jobs).wall_s
            for jobs in (1, 2)
        )
        print(f"scaling: {engine} {one:.1f} s at -j 1, {two:.1f} s at -j 2, {one / two:.2f} x")


def sharing(folder: Path) -> None:
    """How often the stage that all have in common ran."""
    for engine in ENGINES:
        mark = folder / f"{engine}.mark"
        queue = Queue(folder / engine, SHARED.replace("MARK", str(mark)), 20)
        cost = queue.run(engine, jobs=2)
        ran = len(mark.read_text().splitlines())
        print(f"sharing: {engine} ran it {ran} time(s) for 20 tasks, {cost.wall_s:.1f} s in all")


def memory(folder: Path) -> None:
    """The most that the coordinator had in memory."""
    for count in (200, 1000):
        cost = Queue(folder / str(count), TRIVIAL, count).run("dask", jobs=2)
        print(f"memory: {cost.coordinator_mb:.0f} MB, {count} tasks in {cost.wall_s:.0f} s")


def claims(folder: Path) -> None:
    """CPU of taking 500 tasks, and how it grows with the length of the queue."""
    from assay.project import open_project
    from assay.queue.places import Places
    from assay.queue.store import opened

    found = []
    for count in (1000, 10_000):
        queue = Queue(folder / str(count), TRIVIAL, count)
        with opened(Places(open_project(str(queue.root), os.environ))) as store:
            start = time.process_time()
            for number in range(500):
                assert store.claim("bench", f"{number:024x}") is not None
            found.append((time.process_time() - start) / 500)
    exponent = math.log(found[1] / found[0]) / math.log(10)
    costs = " and ".join(f"{1e6 * cost:.0f} us" for cost in found)
    print(f"claims: {costs} among 1,000 and 10,000, exponent {exponent:.2f}")


class Cost:
    """What running a queue took."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = self.coordinator_mb = 0.0


class Queue:
    """A project with one commit and `count` tasks."""

    def __init__(self, root: Path, stages: str, count: int) -> None:
        self.root = root
        self._count = count
        root.mkdir()
        for words in (["init", "-q"], ["config", "user.name", "b"], ["config", "user.email", "b"]):
            self._call("git", *words)
        self._dvc("init", "-q")
        for name, text in {**FILES, "dvc.yaml": stages}.items():
            (root / name).write_text(text)
        self._call("git", "add", "-A")
        self._call("git", "commit", "-qm", "base")
        self._dvc("exp", "run", "--queue", "-S", f"x=range(1,{count + 1})")

    def run(self, engine: str, *, jobs: int) -> Cost:
        """Run all tasks, to the end of the last process; every one must succeed."""
        cost = Cost()
        with control_group() as (enter, cpu_s, is_over):
            start = time.monotonic()
            self._dvc("queue", "start", "-j", str(jobs), "--engine", engine, before=enter)
            while not is_over():
                cost.coordinator_mb = max(cost.coordinator_mb, self._coordinator_mb())
                time.sleep(PAUSE_S)
            cost.wall_s = time.monotonic() - start
            cost.cpu_s = cpu_s()
        tasks = json.loads(self._dvc("queue", "status", "--json"))["tasks"]
        states = [task["state"] for task in tasks]
        assert states == ["success"] * self._count, states
        return cost

    def _coordinator_mb(self) -> float:
        """Peak so far of the process whose lock begins with the name of an engine."""
        for lock in (self.root / ".dvc/tmp/exps/queue/workers").glob("dask-*"):
            with contextlib.suppress(OSError, ValueError):
                status = Path(f"/proc/{int(lock.read_text())}/status").read_text()
                return int(status.partition("VmHWM:")[2].split()[0]) / 1024
        return 0.0

    def _dvc(self, *words: str, before: Callable[[], None] | None = None) -> str:
        return self._call(str(Path(sys.executable).with_name("dvc")), *words, before=before)

    def _call(self, *words: str, before: Callable[[], None] | None = None) -> str:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return subprocess.run(
            words,
            cwd=self.root,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
            preexec_fn=before,
        ).stdout


@contextlib.contextmanager
def control_group() -> Iterator[tuple[Callable[[], None], Callable[[], float], Callable[[], bool]]]:
    """How to enter it, the CPU of all that was ever in it, and whether nobody is."""
    top = next(Path(one) for one in GROUPS if Path(one, "cgroup.procs").exists())
    group = top / f"assay-bench-{os.getpid()}"
    group.mkdir()
    members = group / "cgroup.procs"

    def enter() -> None:
        members.write_text(str(os.getpid()))

    def cpu_s() -> float:
        if (old := group / "cpuacct.usage").exists():
            return int(old.read_text()) / 1e9
        return int((group / "cpu.stat").read_text().split()[1]) / 1e6

    try:
        yield enter, cpu_s, lambda: not members.read_text()
    finally:
        group.rmdir()


if __name__ == "__main__":
    sys.exit(main())
