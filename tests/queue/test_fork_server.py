"""Attempts on a host are forked from a process that is warm; whoever dies takes nothing along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from assay.queue.hosts.fork_server import ForkServer
from support.environment import SOURCES
from support.waiting import is_alive, until

TOKEN = "ab" * 12


def start(server: ForkServer, folder: Path) -> str:
    """What an attempt without a capsule has to say, when it is over."""
    log = folder / "log"
    with server.start(str(folder), TOKEN, str(log)) as attempt:
        assert attempt.has_ended(60)
    return log.read_text()


def test_a_server_that_was_killed_is_replaced(tmp_path: Path) -> None:
    server = ForkServer()
    assert "capsule" in start(server, tmp_path)
    first = server.pid
    assert "capsule" in start(server, tmp_path)
    assert server.pid == first
    os.kill(first, signal.SIGKILL)
    assert "capsule" in start(server, tmp_path)
    assert server.pid != first


def test_the_server_ends_with_the_process_that_made_it(tmp_path: Path) -> None:
    program = (
        "from assay.queue.hosts.fork_server import ForkServer; print(ForkServer().pid, flush=True)"
    )
    made = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        check=True,
    )
    until(lambda: not is_alive(int(made.stdout)))
