"""Running the command of a stage, and stopping it (spec/pipelines.md §5.4).

Away from a terminal the command gets a process group of its own, so that a signal reaches all that
it started: the first SIGINT or SIGTERM is passed on, a second one kills. On a terminal it shares
our group, as Ctrl-C there reaches both.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from types import FrameType
from typing import TYPE_CHECKING

from assay.errors import AssayError, Interrupted

if TYPE_CHECKING:
    from subprocess import Popen

_QUIET_SHELLS = {
    "bash": ("--noprofile", "--norc"),
    "zsh": ("--no-rcs",),
    "fish": ("--no-config",),
}


class CommandFailed(AssayError):
    """A command of a stage could not be started or ended with another code than 0."""

    def __init__(self, command: str, code: int) -> None:
        super().__init__(f"failed to run: {command}, exited with {code}")
        self.command = command
        self.code = code


def commands_of(command: str | list[str]) -> list[str]:
    """The shell invocations of a stage's `cmd`: each line of a text, each item of a list."""
    return command.splitlines() if isinstance(command, str) else list(command)


def shell_words(command: str, environ: Mapping[str, str]) -> list[str]:
    """How to run `command`: the user's shell, without its start-up files."""
    shell = environ.get("SHELL") or "/bin/sh"
    return [shell, *_QUIET_SHELLS.get(os.path.basename(shell), ()), "-c", command]


def run_commands(
    command: str | list[str],
    *,
    directory: str,
    environ: Mapping[str, str],
    announce: Callable[[str], None],
) -> None:
    """Run a stage's `cmd` in `directory` (absolute), one shell after the other.

    Standard streams are inherited. Raises CommandFailed at the first command that fails,
    Interrupted after a SIGTERM that the command survived.
    """
    for line in commands_of(command):
        announce(line)
        code = _run_shell(line, directory, environ)
        if code != 0:
            raise CommandFailed(line, code)


def _run_shell(command: str, directory: str, environ: Mapping[str, str]) -> int:
    import subprocess  # 11 ms at start-up, only needed when something really runs

    own_group = not os.isatty(0)
    words = shell_words(command, environ)
    with _Stopper(own_group=own_group) as stopper:
        try:
            process = subprocess.Popen(
                words, cwd=directory, env=dict(environ), process_group=0 if own_group else None
            )
        except OSError as error:
            text = f"[Errno {error.errno}] {error.strerror}: '{error.filename}'"
            raise AssayError(text) from None
        code = stopper.wait(process)
    if stopper.terminated and code == 0:
        raise Interrupted
    return code


class _Stopper:
    """While a command runs: passes SIGINT and SIGTERM on, once politely, then with SIGKILL."""

    __slots__ = ("_count", "_old", "_own_group", "_process", "terminated")

    def __init__(self, *, own_group: bool) -> None:
        self._own_group = own_group
        self._process: Popen[bytes] | None = None
        self._old: dict[int, object] = {}
        self._count = 0
        self.terminated = False

    def __enter__(self) -> _Stopper:
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._old[number] = signal.signal(number, self._handle)
            except ValueError:  # not in the main thread: whoever runs there gets the signals
                break
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave us

    def wait(self, process: Popen[bytes]) -> int:
        """Wait for the end of `process`; its code, negative for a signal."""
        self._process = process
        if self._count:
            self._pass_on(signal.SIGTERM)
        return process.wait()

    def _handle(self, number: int, _: FrameType | None) -> None:
        self._count += 1
        self.terminated = self.terminated or number == signal.SIGTERM
        self._pass_on(number if self._count == 1 else signal.SIGKILL)

    def _pass_on(self, number: int) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        shared_terminal = not self._own_group and number == signal.SIGINT
        if shared_terminal:
            return
        try:
            if self._own_group:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except ProcessLookupError:
            pass
