"""One attempt at a task, in a process of its own that a worker has forked."""

from __future__ import annotations

import os
import sys

from assay import signals
from assay.contexts import contextmanager
from assay.errors import AssayError, Interrupted
from assay.experiments.auto_push import push_made, remote_for
from assay.experiments.occupants import QUEUED, Occupant
from assay.experiments.references import Experiment
from assay.experiments.remains import Remain
from assay.experiments.run_text import remains_as_text, remains_of
from assay.experiments.sandbox import lease
from assay.experiments.sandbox_run import perform
from assay.experiments.snapshot_run import SnapshotRun
from assay.git.process import GitKilled
from assay.pipeline.address import Addresses
from assay.project import Project
from assay.queue.places import Places
from assay.queue.publication import NotOurs, publish_once, published
from assay.queue.records import Attempt, Task
from assay.queue.requests import run_of
from assay.queue.store import Store, opened
from assay.typed import Iterator, Mapping
from assay.ui.console import Console

_STOPPING = (signals.SIGINT, signals.SIGTERM)


def make_attempt(
    project: Project, task: Task, attempt: Attempt, environ: Mapping[str, str]
) -> None:
    """Run the task and record what came of it; the process's output goes to the log.

    Whatever happens is recorded, short of a kill. A kill of Git is raised: like one of our own it
    is no fault of the task, and `settle` decides.
    """
    places = Places(project)
    _write_to(places.log(task.id, attempt.number))
    console = Console(out=sys.stdout, err=sys.stderr)
    with opened(places) as store:
        try:
            store.note_process(attempt, os.getpid())
            _run(project, store, task, attempt, console, environ)
        except NotOurs:
            return
        except AssayError as error:
            console.error(error.chain())
            if _git_was_killed(error):
                raise
            end_badly(project, store, attempt, error.chain())
        except KeyboardInterrupt:
            console.error("interrupted")
            end_badly(project, store, attempt, "interrupted")
        except Exception as error:
            import traceback

            console.note(traceback.format_exc())
            cause = f"unexpected error - {error or type(error).__name__}"
            end_badly(project, store, attempt, cause)


def _run(
    project: Project,
    store: Store,
    task: Task,
    attempt: Attempt,
    console: Console,
    environ: Mapping[str, str],
) -> None:
    run = run_after(store, task)
    occupant = Occupant(attempt.token, QUEUED, task.name, task.baseline, task.snapshot)
    with lease(project, occupant) as sandbox:
        made = perform(
            sandbox,
            run,
            console=console,
            environ=environ,
            keep_remains=lambda remains: _keep_remains(store, attempt, remains),
        )
    if made is None:
        raise AssayError("a dry run makes no experiment")
    publish_made(project, store, attempt, made, run, console, environ)


def publish_made(
    project: Project,
    store: Store,
    attempt: Attempt,
    made: Experiment,
    run: SnapshotRun,
    console: Console,
    environ: Mapping[str, str],
) -> None:
    """Announce the result of an attempt, and end its task. Raises NotOurs, ExperimentConflict."""
    with _undisturbed():
        commit = publish_once(
            store,
            project.git(),
            attempt,
            made,
            message=run.request.message,
            force=run.request.options.force,
        )
    _auto_push(project, made, console, environ)
    with _undisturbed():
        store.end(attempt, "succeed", result=commit)


def _auto_push(
    project: Project, made: Experiment, console: Console, environ: Mapping[str, str]
) -> None:
    """Send the result to the remotes, if that is wanted; whoever waits for the task finds it there.

    A signal ends the push, not the task: its result is out.
    """
    remote = remote_for(project, environ, console)
    if remote is not None:
        addresses = Addresses(project.root, project.root)
        push_made(project, made, remote, addresses=addresses, console=console)


def run_after(store: Store, task: Task) -> SnapshotRun:
    """The run that the task asks for, going on from what the last attempt has left.

    Raises Interrupted if the attempt was told to end before it has begun.
    """
    run = run_of(task)
    attempts = store.attempts(task.id)
    if attempts[-1].kill_wanted:
        raise Interrupted
    left = [one.remains for one in attempts if one.remains]
    return run._replace(remains=remains_of(left[-1])) if left else run


def _keep_remains(store: Store, attempt: Attempt, remains: list[Remain]) -> None:
    if remains:
        store.note_remains(attempt, remains_as_text(remains))


def _git_was_killed(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, GitKilled):
        error = error.__cause__
    return error is not None


def end_badly(project: Project, store: Store, attempt: Attempt, cause: str) -> None:
    """Record the cause, unless the result was out before: then the task has succeeded."""
    with _undisturbed():
        task = store.task(attempt.task)
        attempts = store.attempts(attempt.task)
        made = [one.made for one in attempts if one.made]
        out = published(project.git(), task, made) if task is not None and made else ""
        if out:
            store.end(attempt, "succeed", result=out)
        else:
            is_killed = attempts[attempt.number - 1].kill_wanted
            store.end(attempt, "kill" if is_killed else "fail", cause=cause)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait: a result that is being announced is not to be interrupted half-way."""
    signals.pthread_sigmask(signals.SIG_BLOCK, _STOPPING)
    try:
        yield
    finally:
        signals.pthread_sigmask(signals.SIG_UNBLOCK, _STOPPING)


def _write_to(path: str) -> None:
    """Let both output streams of this process and its children go to the file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
