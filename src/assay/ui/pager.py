"""Long tables on a terminal go through the user's pager; everywhere else they are just printed.

Source: spec/experiments.md §5.1 – `$DVC_PAGER`, `$PAGER`, else `less` with flags of our own.
"""

from __future__ import annotations

import os

from assay.typed import TYPE_CHECKING, Mapping
from assay.ui.console import Console
from assay.ui.style import is_terminal

if TYPE_CHECKING:
    import subprocess

_LESS_FLAGS = ("--RAW-CONTROL-CHARS", "--chop-long-lines")
_LESS_FLAGS_UNLESS_CONFIGURED = ("--quit-if-one-screen", "--no-init")
"""Left out when the user has said in $LESS how they like it."""


def page(text: str, console: Console, environ: Mapping[str, str] = os.environ) -> None:
    """Show `text` in a pager if stdout is a terminal and there is one; print it otherwise."""
    command = pager_command(environ) if is_terminal(console.out) else None
    if command is None or not _show(text, command, console):
        console.result(text)


def pager_command(environ: Mapping[str, str]) -> str | None:
    """The shell command that pages, or None: nothing configured and no `less` in the PATH."""
    configured = environ.get("DVC_PAGER") or environ.get("PAGER") or "less"
    if configured != "less":
        return configured
    import shutil  # needed only on a terminal

    if shutil.which("less", path=environ.get("PATH")) is None:
        return None
    flags = _LESS_FLAGS if environ.get("LESS") else _LESS_FLAGS_UNLESS_CONFIGURED + _LESS_FLAGS
    return " ".join(("less", *flags))


def _show(text: str, command: str, console: Console) -> bool:
    """Whether the pager has shown the text; False when it could not be started."""
    import subprocess  # needed only on a terminal

    console.out.flush()
    pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, stdout=console.out)
    _feed(pager, f"{text}\n".encode(errors="replace"))
    _wait(pager)
    return pager.returncode not in (126, 127)  # what a shell says of a command it cannot run


def _feed(pager: subprocess.Popen[bytes], data: bytes) -> None:
    assert pager.stdin is not None
    try:
        with pager.stdin as pipe:
            pipe.write(data)
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the user has seen enough


def _wait(pager: subprocess.Popen[bytes]) -> None:
    """Until the user leaves the pager; Ctrl-C belongs to the pager, not to us."""
    while True:
        try:
            pager.wait()
            return
        except KeyboardInterrupt:
            continue
