"""Waiting for the end of a child and for the clock at once, where the system can."""

from __future__ import annotations

import os
import time

_PAUSE_S = 0.1


def handle_of(pid: int) -> int:
    """A descriptor that can be read from when the process ends; the caller closes it.

    -1 where there is none: not Linux, a kernel before 5.3, a container that forbids it.
    """
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def has_ended(handle: int, patience_s: float) -> bool:
    """Wait for the end of the process that `handle_of` gave the descriptor for; closes it."""
    from select import POLLIN, poll  # a library of its own, for those who wait

    try:
        ended = poll()
        ended.register(handle, POLLIN)
        return bool(ended.poll(patience_s * 1000))
    finally:
        os.close(handle)


def child_has_ended(pid: int, patience_s: float) -> bool:
    """Wait for a child; it stays a zombie until it is asked for its status."""
    handle = handle_of(pid)
    if handle >= 0:
        return has_ended(handle, patience_s)
    deadline = time.monotonic() + patience_s
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE_S)
    return True
