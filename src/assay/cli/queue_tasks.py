"""`queue logs`, `kill`, `remove`, `retry`, `wait`: what is done with single tasks."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError, UnexpectedError
from assay.queue.places import Places
from assay.queue.states import FAILED, KILLED, QUEUED, SUCCESS
from assay.queue.store import opened, opened_to_read
from assay.typed import Callable
from assay.ui.console import Console

EXAMPLES = {
    "queue logs": """\
examples:
  dvc queue logs -f deeper             # as it comes, until the experiment ends""",
    "queue remove": """\
examples:
  dvc queue remove deeper wider
  dvc queue remove --success --failed  # all that have ended""",
    "queue wait": """\
examples:
  dvc queue start -j 4 && dvc queue wait && dvc exp show
  dvc queue wait deeper --timeout 3600""",
    "queue kill": """\
examples:
  dvc queue kill deeper                # as with Ctrl-C: the task is over
  dvc queue kill -f deeper             # at once""",
    "queue retry": """\
example:
  dvc queue retry deeper               # again, from the same files and parameters""",
}

_FOLLOWING = (
    "Following logs for experiment '{}'. Use Ctrl+C to stop following logs (experiment execution "
    "will continue).\n"
)
_NOTHING_CHOSEN = (
    "Either provide an `tasks` argument, or use the `--all`, `--queued`, `--failed`, `--success` "
    "flag."
)


def logs_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("task", metavar="<task>", help="name or id of a task")
    options.add_argument("-f", "--follow", action="store_true", help="go on as the task prints")
    options.add_argument("-e", "--encoding", metavar="<encoding>", help="of the log (utf-8)")


def logs(arguments: Arguments, session: Session) -> int:
    """Print what a task has printed."""
    from assay.queue.logs import follow, log_of, read_log

    project, console = session.project, session.console
    project.git()
    decode = decoder(arguments.encoding or "utf-8")
    task = log_of(project, arguments.task)
    if not arguments.follow:
        console.result(decode(read_log(project, task)))
        return 0
    console.info(_FOLLOWING.format(arguments.task))
    with opened_to_read(Places(project)) as store:
        try:
            for part in follow(project, store, task):
                write_part(console, decode(part))
        except KeyboardInterrupt:
            pass
    return 0


def kill_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("task", nargs="*", metavar="<task>", help="names or ids of running tasks")
    options.add_argument("-f", "--force", action="store_true", help="at once, without a warning")


def kill(arguments: Arguments, session: Session) -> int:
    """End running tasks."""
    from assay.queue.control import NotRunning
    from assay.queue.control import kill as kill_tasks

    project = session.project
    project.git()
    with opened(Places(project)) as store:
        try:
            killed = kill_tasks(project, store, arguments.task, force=arguments.force)
        except NotRunning as error:
            _tell_killed(session, list(error.killed))
            raise
    _tell_killed(session, killed)
    return 0


def remove_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("task", nargs="*", metavar="<task>", help="names or ids of tasks")
    options.add_argument("--all", action="store_true", help="all tasks that do not run")
    options.add_argument("--queued", action="store_true", help="all that wait")
    options.add_argument("--success", action="store_true", help="all that are done")
    options.add_argument("--failed", action="store_true", help="all that have failed")


def remove(arguments: Arguments, session: Session) -> int:
    """Forget tasks; experiments stay."""
    from assay.queue.control import in_states, removable, remove_tasks

    project = session.project
    project.git()
    states = _states(arguments)
    if bool(states) == bool(arguments.task):
        raise AssayError(_NOTHING_CHOSEN)
    with opened(Places(project)) as store:
        if states:
            tasks = in_states(project, store, states)
        else:
            tasks = removable(project, store, arguments.task)
        gone = remove_tasks(project, store, tasks)
    session.console.info(
        f"Removed tasks in queue: {', '.join(gone)}" if gone else "No tasks found named []"
    )
    return 0


def retry_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument(
        "task", nargs="*", metavar="<task>", help="names or ids of failed tasks (all of them)"
    )


def retry(arguments: Arguments, session: Session) -> int:
    """Queue failed and killed tasks again."""
    from assay.queue.control import retry as retry_tasks

    session.project.git()
    with opened(Places(session.project)) as store:
        names = retry_tasks(session.project, store, arguments.task, session.environ)
    for name in names:
        session.console.info(f"Queued experiment '{name}' for future execution.")
    if not names:
        session.console.info("No failed tasks in the queue.")
    return 0


def wait_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("task", nargs="*", metavar="<task>", help="names or ids of tasks (all)")
    options.add_argument(
        "--timeout", type=float, metavar="<seconds>", help="give up after so many seconds"
    )


def wait(arguments: Arguments, session: Session) -> int:
    """Return when the tasks are over: 0 if all are done well, 1 if not."""
    from assay.queue.waiting import pending, wait_for

    session.project.git()
    tasks = pending(session.project, arguments.task)
    ended = wait_for(session.project, tasks, timeout_s=arguments.timeout)
    failed = [task for task in ended if task.state != SUCCESS]
    for task in failed:
        session.console.note(f"{task.name}: {task.cause}")
    return 1 if failed else 0


def decoder(encoding: str) -> Callable[[bytes], str]:
    """Turns pieces of a log into text, wherever they were cut. Raises UnexpectedError."""
    import codecs

    try:
        return codecs.getincrementaldecoder(encoding)(errors="replace").decode
    except LookupError as error:
        raise UnexpectedError(str(error)) from None


def write_part(console: Console, text: str) -> None:
    """Print a piece of a log as it is, at once."""
    console.out.write(text)
    console.out.flush()


def _states(arguments: Arguments) -> list[str]:
    chosen: list[str] = []
    if arguments.all or arguments.queued:
        chosen.append(QUEUED)
    if arguments.all or arguments.success:
        chosen.append(SUCCESS)
    if arguments.all or arguments.failed:
        chosen += [FAILED, KILLED]
    return chosen


def _tell_killed(session: Session, names: list[str]) -> None:
    for name in names:
        session.console.info(f"{name} has been killed.")
