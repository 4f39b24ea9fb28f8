"""Processes that we started and lost sight of, found by a mark in their environment.

A process keeps the environment it was started with, whatever becomes of its parent, session and
group. Source: proc(5), `/proc/<pid>/environ`; elsewhere nothing is found.
"""

from __future__ import annotations

import os
import signal
import time

_PROC = "/proc"
_ROUNDS = 50
_PAUSE_S = 0.02


def can_look() -> bool:
    """Whether this system tells the environment of processes."""
    return os.path.exists(f"{_PROC}/self/environ")


def exists(pid: int) -> bool:
    """Whether a process with this id lives, be it another one than the one that was meant.

    One that has ended counts as gone, even if nobody has asked for its exit code: in containers
    often nobody ever does.
    """
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # somebody else's
        return True
    return _state(pid) != "Z"


def group_exists(group: int) -> bool:
    """Whether a process of this process group lives; zombies do not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    if not can_look():
        return True
    found = (int(entry) for entry in os.listdir(_PROC) if entry.isdigit())
    return any(_group(pid) == group and _state(pid) != "Z" for pid in found)


def marked(name: str, value: str) -> list[int]:
    """Ids of the living processes that were started with `name=value` in their environment.

    Processes of other users are not seen. Costs a look at each process of the machine.
    """
    wanted = os.fsencode(f"{name}={value}")
    own = os.getpid()
    found = (int(entry) for entry in os.listdir(_PROC) if entry.isdigit())
    return [pid for pid in found if pid != own and wanted in _environ(pid)]


def end_marked(name: str, value: str) -> bool:
    """Kill every process with the mark, and what they start meanwhile; True when none is left."""
    if not can_look():
        return False
    for _ in range(_ROUNDS):
        found = marked(name, value)
        if not found:
            return True
        for pid in found:
            _kill(pid, name, value)
        time.sleep(_PAUSE_S)
    return False


def _state(pid: int) -> str:
    """The letter that proc(5) has for the state of the process; empty if it cannot be told."""
    try:
        with open(f"{_PROC}/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1].decode("ascii")
    except OSError:
        return ""


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except (ProcessLookupError, PermissionError):
        return -1


def _environ(pid: int) -> list[bytes]:
    try:
        with open(f"{_PROC}/{pid}/environ", "rb") as file:
            return file.read().split(b"\0")
    except OSError:  # gone, or somebody else's
        return []


def _kill(pid: int, name: str, value: str) -> None:
    """Kill `pid` if it still is what was found: the number may have a new owner by now."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return
    try:
        if os.fsencode(f"{name}={value}") in _environ(pid):
            signal.pidfd_send_signal(descriptor, signal.SIGKILL)
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)
