"""`queue start`, `stop`, `status`: workers, and the queue at one glance."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.errors import AssayError
from assay.queue.overview import Overview, Row, as_data, overview
from assay.queue.states import FAILED, KILLED, RUNNING, SHOWN
from assay.typed import Iterable
from assay.ui.table import Table, as_plain

EXAMPLES = {
    "queue start": """\
examples:
  dvc queue start -j 2                 # two experiments at a time, in the background
  dvc queue start --engine dask        # on a cluster, see docs/engines.md""",
    "queue status": """\
examples:
  dvc queue status --json | jq '.tasks[] | select(.state == "failed")'""",
    "queue stop": """\
examples:
  dvc queue stop                       # after the tasks that run now
  dvc queue stop --kill                # and end those, too""",
}

_HEADERS = ("Task", "Name", "Created", "Status")


def start_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument(
        "-j",
        "--jobs",
        type=int,
        metavar="<number>",
        help="workers in total (1; as many as a cluster has)",
    )
    options.add_argument("--engine", metavar="<engine>", help="where they run, see `engine list`")
    options.add_argument(
        "--stay", action="store_true", help="wait for more when the queue is empty, until `stop`"
    )


def start(arguments: Arguments, session: Session) -> int:
    """Start workers that outlive this command."""
    from assay.queue.engines.choice import engine
    from assay.queue.engines.registry import kind_of
    from assay.queue.engines.settings import LOCAL, chosen_engine
    from assay.queue.local import LocalEngine

    name = chosen_engine(session.project.git(), arguments.engine, session.environ)
    if arguments.stay and name != LOCAL:
        raise AssayError(f"workers of the engine '{name}' cannot be told to stay")
    jobs = arguments.jobs if arguments.jobs is not None else 1 if name == LOCAL else 0
    if arguments.stay:
        count = LocalEngine(session.project, session.environ, stay=True).start(jobs)
    else:
        count = engine(session.project, name, session.environ).start(jobs)
    if name != LOCAL and kind_of(name).is_batch:
        word = "jobs wait or run" if count != 1 else "job waits or runs"
        session.console.info(f"'{count}' {word} on the engine '{name}'.")
        return 0
    if name != LOCAL:
        what = "Started a coordinator" if count else "A coordinator runs already"
        session.console.info(f"{what} for the engine '{name}'.")
        return 0
    word = "workers" if count > 1 else "worker"
    session.console.info(f"Started '{count}' new experiments task queue {word}.")
    return 0


def stop_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("--kill", action="store_true", help="end running tasks as well")


def stop(arguments: Arguments, session: Session) -> int:
    """Let workers take no more tasks."""
    from assay.queue.control import kill_running
    from assay.queue.places import Places
    from assay.queue.reap import reap
    from assay.queue.store import opened

    project = session.project
    project.git()
    with opened(Places(project)) as store:
        store.workers.stop_all()
        reap(project, store)
        killed = kill_running(project, store) if arguments.kill else []
    for name in killed:
        session.console.info(f"{name} has been killed.")
    session.console.info(
        "All running tasks in the queue have been killed.Queue workers are stopping."
        if arguments.kill
        else "Queue workers will stop after running tasks finish."
    )
    return 0


def status_arguments(options: Options) -> None:
    """Declare the options."""
    options.add_argument("--json", action="store_true", help="print JSON")


def status(arguments: Arguments, session: Session) -> int:
    """Print the tasks and what is known of them."""
    session.project.git()
    found = overview(session.project)
    if arguments.json:
        from assay import quick_json

        session.console.result(quick_json.dumps(as_data(found, session.project)))
        return 0
    if found.rows:
        session.console.result(as_plain(_table(found)))
    else:
        session.console.result("No experiment tasks in the queue.")
    for line in _details(found.rows):
        session.console.info(line)
    session.console.info(f"\nWorker status: {found.active} active, {found.idle} idle")
    return 0


def _table(found: Overview) -> Table:
    from datetime import datetime

    today = datetime.now().date()
    rows = []
    for task, *_ in found.rows:
        moment = datetime.fromtimestamp(task.queued_at)
        created = moment.strftime("%I:%M %p" if moment.date() == today else "%b %d, %Y")
        rows.append((task.short_id, task.name, created, SHOWN[task.state]))
    return Table(rows, _HEADERS)


def _details(rows: Iterable[Row]) -> Iterable[str]:
    """What runs where, and why what has failed."""
    from time import time

    lines = []
    for row in rows:
        task = row.task
        if task.state == RUNNING and row.attempt:
            seconds = max(0.0, time() - row.attempt.started_at)
            stage = f", stage '{row.stage}'" if row.stage else ""
            place = f", in '{row.root}'" if row.root else ""
            lines.append(f"{task.name}: since {_duration(seconds)}{stage}{place}")
        elif task.state in (FAILED, KILLED):
            lines.append(f"{task.name}: {task.cause}")
    return ["", *lines] if lines else []


def _duration(seconds: float) -> str:
    """`42 s`, `3 min 5 s`, `2 h 11 min`."""
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{minutes // 60} h {minutes % 60} min"
