"""Ctrl-C while large files are on their way: nothing half-written stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from support.project import Project
from support.waiting import until

SIZE = 48 << 20
COUNT = 4


@pytest.fixture
def large(project: Project) -> Project:
    """A project whose remote holds large files, and whose cache holds none."""
    project.path("data").mkdir()
    for number in range(COUNT):
        path = project.path(f"data/{number}")
        path.write_bytes(number.to_bytes(1, "big"))
        os.truncate(path, SIZE)
    project.dvc("remote", "add", "-d", "origin", "../origin")
    project.dvc("add", "data")
    return project


def unfinished(project: Project, top: str) -> list[str]:
    """What stands under a temporary name."""
    found = (names + folders for _, folders, names in os.walk(project.path(top)))
    return [name for names in found for name in names if name.endswith(".tmp")]


@pytest.mark.parametrize(("command", "to"), [("push", "../origin"), ("fetch", ".dvc/cache")])
def test_nothing_half_written_is_left(large: Project, command: str, to: str) -> None:
    if command == "fetch":
        large.dvc("push")
        large.shell("rm -rf .dvc/cache .dvc/tmp/assay")
    transfer = large.start(["dvc", command])
    until(lambda: unfinished(large, to) or transfer.poll() is not None)
    transfer.send_signal(signal.SIGINT)
    _, err = transfer.communicate(timeout=60)
    assert (transfer.returncode, err.strip()) in [(252, "ERROR: interrupted by the user"), (0, "")]
    assert unfinished(large, to) == []
    large.dvc(command)


def test_an_interrupt_that_python_would_drop_is_heard() -> None:
    script = """
import sys, time, weakref
from assay.cli import main

class Thing: pass
def dropped(_): raise KeyboardInterrupt
sys.unraisablehook = main._hear_interrupts
thing = Thing()
watched = weakref.ref(thing, dropped)
try:
    del thing
    while True: pass
except KeyboardInterrupt:
    print("heard")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert (done.stdout, done.stderr) == ("heard\n", "")
