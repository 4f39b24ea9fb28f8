"""Commands of several stages at once, watched by one loop in the thread that asks.

What they print arrives over pipes and is shown line by line with the name of the stage in front;
none of them reads the keyboard. Nothing here has a thread of its own: while nobody calls `next_end`
nobody reads, and a command that has printed more than its pipe holds waits.
"""

from __future__ import annotations

import fcntl
import os
import select
import time
from collections import deque

from assay.errors import AssayError, Interrupted
from assay.fs.ending import handle_of
from assay.fs.processes import Child
from assay.pipeline.running.shell import GRACE_S, Deadline, Shell, Step
from assay.pipeline.running.stopper import Stopper
from assay.signals import SIGKILL, SIGTERM
from assay.typed import TYPE_CHECKING, Sequence
from assay.ui.console import Console
from assay.ui.prefixed import PrefixedLines, byte_writer

if TYPE_CHECKING:
    from typing import IO

_CHUNK = 1 << 16
_PIPE_SIZE = 1 << 20  # what Linux allows everyone; enough for hours of progress bars
_LOOK_S = 0.5  # a signal that ends nothing is noticed after this time
_LOOK_OFTEN_S = 0.02


class Job:
    """The commands of one stage. `key` is the caller's name for it, `label` begins its lines."""

    __slots__ = ("deadline", "key", "label", "pipes", "process", "shell", "steps")

    def __init__(
        self, key: str, label: str, steps: Sequence[Step], deadline: Deadline | None
    ) -> None:
        self.key = key
        self.label = label
        self.steps = deque(steps)
        self.deadline = deadline
        self.shell: Shell | None = None
        self.process = -1
        self.pipes: list[int] = []


class Crew:
    """The jobs that run now; for `with`. Leaving it ends what still runs.

    Meanwhile signals go to the jobs, see `Stopper`; `stop.count` says how many came.
    """

    __slots__ = ("_console", "_ended", "_outputs", "_poll", "_running", "_writers", "stop")

    def __init__(self, console: Console) -> None:
        self._console = console
        self._writers = (byte_writer(console.out), byte_writer(console.err))
        self._poll = select.poll()
        self._running: list[Job] = []
        self._ended: deque[tuple[Job, AssayError | None]] = deque()
        self._outputs: dict[int, tuple[IO[bytes], PrefixedLines]] = {}
        self.stop = Stopper(ends_idle=True)

    def __enter__(self) -> Crew:
        self.stop.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._end_all()
        finally:
            self.stop.__exit__()
            for descriptor in list(self._outputs):
                self._close(descriptor)

    def __len__(self) -> int:
        """How many jobs run, or have ended and were not asked for yet."""
        return len(self._running) + len(self._ended)

    @property
    def running(self) -> list[str]:
        """The keys of the jobs that run."""
        return [job.key for job in self._running]

    def start(self, job: Job) -> None:
        """Start the first command of a job."""
        self._running.append(job)
        self._go_on(job)

    def next_end(self, signals: int) -> tuple[Job, AssayError | None] | None:
        """Wait until a job ends: the job, and why it failed.

        None as soon as more than `signals` signals came.
        """
        while not self._ended:
            if self.stop.count > signals:
                return None
            self._look()
        return self._ended.popleft()

    def _look(self) -> None:
        """Wait a moment, show what was printed, see who has ended and whose time is up."""
        for descriptor, _ in self._poll.poll(self._patience_s() * 1000):
            if descriptor in self._outputs:
                self._read(descriptor)
        for job in list(self._running):
            code = None if job.shell is None else job.shell.poll()
            if code is not None:
                self._step_ended(job, code)
            elif job.shell is not None and job.shell.process.returncode is not None:
                self._unwatch(job)  # only what it started is left, and says nothing when it ends

    def _patience_s(self) -> float:
        waits = [_LOOK_S if job.process >= 0 else _LOOK_OFTEN_S for job in self._running]
        alarms = (job.shell.remaining_s() for job in self._running if job.shell is not None)
        return min(waits + [alarm for alarm in alarms if alarm is not None])

    def _go_on(self, job: Job) -> None:
        """Start the next command. The job ends when there is none, or when it cannot start."""
        if not job.steps:
            self._end(job, None)
            return
        step = job.steps.popleft()
        self._console.info(f"{job.label}> {step.line}")
        try:
            job.shell = self.stop.launch(lambda: Shell(step, deadline=job.deadline, piped=True))
        except AssayError as error:
            self._end(job, error)
            return
        process = job.shell.process
        assert not isinstance(process, Child), "it was started with pipes"
        for pipe, write in zip((process.stdout, process.stderr), self._writers, strict=True):
            assert pipe is not None, "it was started with pipes"
            job.pipes.append(self._listen(pipe, PrefixedLines(job.label, write)))
        job.process = handle_of(process.pid)
        if job.process >= 0:
            self._poll.register(job.process, select.POLLIN)

    def _step_ended(self, job: Job, code: int) -> None:
        shell = job.shell
        assert shell is not None
        self._leave(job)
        stopping = self.stop.terminated or (self.stop.count > 0 and job.steps)
        try:
            shell.check(code, interrupted=self.stop.count > 0)
        except AssayError as error:
            self._end(job, error)
            return
        if stopping:
            self._end(job, Interrupted())
        else:
            self._go_on(job)

    def _leave(self, job: Job) -> None:
        """Show the last of what the command printed; a daemon that it left may still print."""
        self._unwatch(job)
        for descriptor in job.pipes:
            for _ in range(_PIPE_SIZE // _CHUNK + 1):
                if descriptor not in self._outputs or not self._read(descriptor):
                    break
        job.shell, job.pipes = None, []

    def _unwatch(self, job: Job) -> None:
        if job.process >= 0:
            self._poll.unregister(job.process)
            os.close(job.process)
            job.process = -1

    def _end(self, job: Job, error: AssayError | None) -> None:
        self._running.remove(job)
        self._ended.append((job, error))

    def _listen(self, pipe: IO[bytes], lines: PrefixedLines) -> int:
        descriptor = pipe.fileno()
        os.set_blocking(descriptor, False)
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        except (AttributeError, OSError):
            pass  # not Linux, or too many pipes: smaller ones do
        self._outputs[descriptor] = pipe, lines
        self._poll.register(descriptor, select.POLLIN)
        return descriptor

    def _read(self, descriptor: int) -> bool:
        """Show some of what is in a pipe; whether there was anything."""
        try:
            data = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if data:
            self._outputs[descriptor][1].feed(data)
        else:
            self._close(descriptor)
        return bool(data)

    def _close(self, descriptor: int) -> None:
        pipe, lines = self._outputs.pop(descriptor)
        self._poll.unregister(descriptor)
        pipe.close()
        lines.close()

    def _end_all(self) -> None:
        """Something went wrong here: leave nothing behind that nobody watches."""
        shells = [job.shell for job in self._running if job.shell is not None]
        for shell in shells:
            shell.send(SIGTERM)
        deadline = time.monotonic() + GRACE_S
        while any(shell.poll() is None for shell in shells) and time.monotonic() < deadline:
            time.sleep(_LOOK_OFTEN_S)
        for shell in shells:
            shell.send(SIGKILL)
            shell.wait()
