"""P3: a kill before each write, rename, link, removal or flush of a tool process, Git included.

`faults.c` counts them, `fault_player.py` dies before the chosen one. CI plays some, `make stress`
plays all.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from assay.queue.places import Places
from assay.queue.store import opened
from promises.faults import make_faults
from promises.queue_kills import (
    assert_each_is_there_once,
    inside,
    make_pipeline,
    wait_until_nothing_runs,
)
from support.project import Project

_TESTS = Path(__file__).resolve().parents[1]
_SOURCES = _TESTS.parent / "src"


def play(project: Project, tmp_path: Path, kind: str, *, first: int, stride: int) -> int:
    """How many steps there are; every `stride`th was one to die before."""
    make_pipeline(project)
    result = project.run(
        [sys.executable, "-m", "promises.fault_player", kind, str(first), str(stride)],
        env={**make_faults(tmp_path), "PYTHONPATH": f"{_TESTS}:{_SOURCES}"},
    )
    wait_until_nothing_runs(project)
    assert_each_is_there_once(project)
    with opened(Places(inside(project))) as store:
        needed = store.batches()
    assert {ref.rpartition("/")[2] for ref in project.refs("refs/assay/queue/")} == needed
    return int(result.out)


KINDS = {
    "worker": (300, 29),
    "everybody": (300, 37),
    "enqueuer": (60, 17),
    "looker": (12, 7),
    "remover": (12, 9),
}
"""Who dies → of at least so many steps; CI takes every so-manieth."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_before_some_writes(project: Project, tmp_path: Path, kind: str) -> None:
    least, stride = KINDS[kind]
    assert play(project, tmp_path, kind, first=2, stride=stride) >= least


PARTS = 8


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_before_every_write(project: Project, tmp_path: Path, kind: str, part: int) -> None:
    assert play(project, tmp_path, kind, first=1 + part, stride=PARTS) >= KINDS[kind][0]
