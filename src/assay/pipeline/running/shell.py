"""One shell that runs one line of a stage's `cmd` (spec/pipelines.md §5.4).

Away from a terminal it gets a process group of its own, so that a signal reaches all that it
starts. On a terminal it shares our group, as Ctrl-C there reaches both – unless it has a deadline
or pipes: those are not for a person to talk to, get a group of their own and no keyboard.
"""

from __future__ import annotations

import os
import time

from assay.errors import AssayError
from assay.fs.processes import Child, group_exists
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple

if TYPE_CHECKING:
    from subprocess import Popen

GRACE_S = 5.0
"""How long a shell whose time is up has between SIGTERM and SIGKILL."""

LINGER_S = 10.0
"""How long we wait for what outlives a shell that died of a signal; it is not killed then."""

_PAUSE_S = 0.02

_QUIET_SHELLS = {
    "bash": ("--noprofile", "--norc"),
    "zsh": ("--no-rcs",),
    "fish": ("--no-config",),
}


class Deadline(NamedTuple):
    """Until when a stage may run: seconds of the monotonic clock, and the limit as written."""

    at: float
    limit: str


class CommandFailed(AssayError):
    """A command of a stage ended with another code than 0.

    `interrupted`: we were told to stop while it ran, so that nothing may be started after it.
    """

    def __init__(self, command: str, code: int, *, interrupted: bool = False) -> None:
        super().__init__(f"failed to run: {command}, exited with {code}")
        self.command = command
        self.code = code
        self.interrupted = interrupted


class TimedOut(CommandFailed):
    """A command was ended because its stage had run for too long."""

    def __init__(self, command: str, code: int, limit: str, *, interrupted: bool = False) -> None:
        super().__init__(command, code, interrupted=interrupted)
        self.message = f"failed to run: {command}, ended after the timeout of {limit}"


class Step(NamedTuple):
    """One line of `cmd`, and where to run it: absolute directory, whole environment."""

    line: str
    directory: str
    environ: Mapping[str, str]


class NotACommand(AssayError):
    """A `cmd` that is empty, or that a template made into something else than text."""

    def __init__(self, value: object) -> None:
        super().__init__(
            f"cmd is {value!r}, neither a text nor a list of texts"
            if value
            else "cmd is empty, there is nothing to run",
        )


def check_command(command: object) -> None:
    """Raise NotACommand unless `command` can be run."""
    for line in command if command and isinstance(command, list) else [command]:
        if not isinstance(line, str) or not command:
            raise NotACommand(line)


def commands_of(command: str | list[str]) -> list[str]:
    """The shell invocations of a stage's `cmd`: each line of a text, each item of a list."""
    return command.splitlines() if isinstance(command, str) else list(command)


def shell_words(command: str, environ: Mapping[str, str]) -> list[str]:
    """How to run `command`: the user's shell, without its start-up files."""
    shell = environ.get("SHELL") or "/bin/sh"
    return [shell, *_QUIET_SHELLS.get(os.path.basename(shell), ()), "-c", command]


class Shell:
    """A running shell. `process.stdout` and `process.stderr` are pipes if `piped`, else ours."""

    __slots__ = (
        "_alarm",
        "_deadline",
        "_lingers_until",
        "_own_group",
        "_signalled",
        "process",
        "step",
        "timed_out",
    )

    def __init__(
        self, step: Step, *, deadline: Deadline | None = None, piped: bool = False
    ) -> None:
        """Start it. Raises AssayError if there is no such shell or directory."""
        on_terminal = os.isatty(0)
        alone = piped or deadline is not None
        self.step = step
        self.timed_out = False
        self._signalled = False
        self._lingers_until: float | None = None
        self._deadline = deadline
        self._alarm = None if deadline is None else deadline.at
        self._own_group = alone or not on_terminal
        self.process: Popen[bytes] | Child
        try:
            if alone:
                self.process = self._apart(piped=piped, mute=piped or on_terminal)
            else:
                self.process = Child(
                    shell_words(step.line, step.environ),
                    step.environ,
                    own_group=self._own_group,
                    directory=None if _is_here(step.directory) else step.directory,
                )
        except OSError as error:
            text = f"[Errno {error.errno}] {error.strerror}: '{error.filename}'"
            raise AssayError(text) from None

    def _apart(self, *, piped: bool, mute: bool) -> Popen[bytes]:
        """On pipes, or with a deadline to wait for; `mute`: no keyboard."""
        import subprocess  # 4 ms that the plain case saves

        pipe = subprocess.PIPE if piped else None
        return subprocess.Popen(
            shell_words(self.step.line, self.step.environ),
            cwd=self.step.directory,
            env=dict(self.step.environ),
            stdin=subprocess.DEVNULL if mute else None,
            stdout=pipe,
            stderr=pipe,
            process_group=0 if self._own_group else None,
        )

    @property
    def is_running(self) -> bool:
        """Whether it, or what it started and we told to end, is still there."""
        return self.process.returncode is None or self.is_left_behind

    @property
    def is_left_behind(self) -> bool:
        """Whether the shell ended after a signal sooner than what it started, a moment ago.

        Many shells do, and what trains may want to save its work before it ends.
        """
        if self.process.returncode is None or not (self._signalled and self._own_group):
            return False
        if self._lingers_until is None:
            self._lingers_until = time.monotonic() + LINGER_S
        return time.monotonic() < self._lingers_until and group_exists(self.process.pid)

    def wait(self) -> int:
        """Wait for the end, or for the deadline and then the end; negative code for a signal."""
        while (code := self.poll()) is None:
            if self.process.returncode is not None:
                time.sleep(_PAUSE_S)  # nothing tells when the last of a group ends
            elif isinstance(self.process, Child):
                self.process.wait()
            else:
                self._wait_for_alarm(self.process)
        return code

    def _wait_for_alarm(self, process: Popen[bytes]) -> None:
        from subprocess import TimeoutExpired  # as above

        try:
            process.wait(self.remaining_s())
        except TimeoutExpired:
            pass

    def poll(self) -> int | None:
        """The code if it has ended; else None, after seeing to the deadline."""
        code = self.process.poll()
        if code is not None and not self.is_left_behind:
            self._alarm = None
            return code
        if self.remaining_s() == 0:
            self.escalate()
        return None

    def remaining_s(self) -> float | None:
        """Seconds until `escalate` is due; None for never."""
        return None if self._alarm is None else max(0.0, self._alarm - time.monotonic())

    def escalate(self) -> None:
        """The time is up: ask it to end; the next time, after GRACE_S, kill it."""
        from assay.signals import SIGKILL, SIGTERM  # for the few that run out of time

        if self.timed_out:
            self._alarm = None
            self.send(SIGKILL)
            return
        self.timed_out = True
        self._alarm = time.monotonic() + GRACE_S
        self.send(SIGTERM)

    def send(self, number: int, *, typed: bool = False) -> None:
        """Pass a signal on to all that the shell started, as far as its group tells.

        `typed`: the terminal has sent it to its foreground group already.
        """
        self._signalled = True
        if not self._own_group:
            if not typed:
                self.process.send_signal(number)  # does nothing when it has ended
            return
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass  # all gone; on some systems also when only zombies are left

    def check(self, code: int, *, interrupted: bool) -> None:
        """Raise CommandFailed or TimedOut unless the shell ended well."""
        if self.timed_out and self._deadline is not None:
            limit = self._deadline.limit
            raise TimedOut(self.step.line, code, limit, interrupted=interrupted)
        if code != 0:
            raise CommandFailed(self.step.line, code, interrupted=interrupted)


def _is_here(directory: str) -> bool:
    try:
        return directory == os.getcwd()
    except OSError:  # it was deleted
        return False
