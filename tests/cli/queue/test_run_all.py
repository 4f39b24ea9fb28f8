"""`exp run --run-all`: follow what runs, tell how it went."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from support.project import Project
from support.queue import go_on, names, ran, states, wait_until_over
from support.waiting import PATIENCE_S, until


def test_run_all_follows_and_names_what_it_made(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "s", "-S", "x=2,3")
    result = queue.dvc("exp", "run", "--run-all", "-j", "2")
    assert result.lines[0].startswith("Following logs for all queued experiments.")
    assert "message of s-1" in result.lines and "message of s-2" in result.lines
    assert "Reproduced experiment(s): s-1, s-2" in result.lines
    assert names(queue) == ["s-1", "s-2"]
    assert queue.dvc("exp", "run", "--run-all").out == ""


def test_run_all_tells_failures_by_its_exit_code(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "bad", "-S", "fail=yes")
    queue.dvc("exp", "run", "--queue", "-n", "good", "-S", "x=2")
    result = queue.dvc("exp", "run", "--run-all", code=1)
    assert "Reproduced experiment(s): good" in result.lines
    assert result.err == "Failed to reproduce experiment(s) 'bad'\n"
    assert names(queue) == ["good"]
    text = queue.dvc("queue", "status").out
    assert "bad: failed to reproduce 'go': failed to run: sh go.sh, exited with 4" in text
    assert re.search(r"bad .* Failed$", text, re.MULTILINE)


def test_interrupting_run_all_stops_only_following(queue: Project) -> None:
    queue.dvc("exp", "run", "--queue", "-n", "slow", "-S", "fail=wait")
    process = queue.start(["dvc", "exp", "run", "--run-all"])
    until(lambda: ran(queue))
    os.kill(_last_child(process.pid), signal.SIGINT)
    out, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert out.splitlines()[-1].startswith("Experiment(s) are still executing in the background.")
    go_on(queue)
    wait_until_over(queue)
    assert states(queue) == {"slow": "success"}


def _last_child(pid: int) -> int:
    """The command may be started by a shell that stays."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _last_child(int(children[-1])) if children else pid
