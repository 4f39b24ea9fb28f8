"""Running the commands of one stage, one shell after the other, on our own standard streams."""

from __future__ import annotations

from assay.errors import Interrupted
from assay.pipeline.running.shell import Deadline, Shell, Step
from assay.pipeline.running.stopper import Stopper
from assay.typed import Callable, Iterable


def run_steps(
    steps: Iterable[Step], *, deadline: Deadline | None, announce: Callable[[str], None]
) -> None:
    """Run each step after saying so.

    Raises CommandFailed at the first one that fails, TimedOut when the time is up, Interrupted
    after a SIGTERM that the command survived.
    """
    for step in steps:
        announce(step.line)
        with Stopper() as stopper:
            shell = _launched(stopper, step, deadline)
            code = shell.wait()
        shell.check(code, interrupted=stopper.count > 0)
        if stopper.terminated:
            raise Interrupted


def _launched(stopper: Stopper, step: Step, deadline: Deadline | None) -> Shell:
    return stopper.launch(lambda: Shell(step, deadline=deadline))
