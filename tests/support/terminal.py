"""A command on a terminal: what a person at a keyboard would see."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import termios
import time

from support.project import PATIENCE_S, Project, Result


def on_terminal(project: Project, *command: str, typed: str = "") -> Result:
    """Run `command` with all streams on a terminal on which `typed` has been typed, unechoed.

    stdout and stderr arrive together in `out`, line ends as `\\n`.
    """
    ours, theirs = pty.openpty()
    mode = termios.tcgetattr(theirs)
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(theirs, termios.TCSANOW, mode)
    os.write(ours, typed.encode())
    process = subprocess.Popen(
        ["setsid", "--ctty", "--wait", *command],
        cwd=project.root,
        env={**project.env, "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        text = _read_all(ours, process)
    finally:
        os.close(ours)
    return Result(process.wait(), text.replace("\r\n", "\n"), "")


def _read_all(descriptor: int, process: subprocess.Popen[bytes]) -> str:
    chunks: list[bytes] = []
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if not select.select([descriptor], [], [], 0.1)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # EIO: the last process has closed its side
            break
        if not chunk:
            break
        chunks.append(chunk)
    else:
        process.send_signal(signal.SIGKILL)
    return b"".join(chunks).decode(errors="replace")
