"""`exp run`: run the pipeline as an experiment."""

from __future__ import annotations

from assay.cli.exp_results import say_done, say_how_to_apply
from assay.cli.options import HIDDEN, Arguments, Options
from assay.cli.repro_options import add_selection, repro_options, selection
from assay.cli.session import Session
from assay.experiments.request import RunRequest
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.experiments.start import Start

EXAMPLES = {
    "exp run": """\
examples:
  dvc exp run                          # run what changed, save the result
  dvc exp run -n deeper -S net.depth=4 # change a parameter, name the experiment
  dvc exp run -r deeper -S epochs=20   # go on from an experiment, beside the workspace
  dvc exp run --queue -S lr=0.1,0.2    # queue two experiments
  dvc exp run --run-all -j 2           # run all that are queued, two at a time"""
}


def run_arguments(options: Options) -> None:
    """Declare the options."""
    add_selection(options)
    add = options.add_argument
    add("-n", "--name", default="", metavar="<name>", help="name of the experiment")
    add(
        "-S",
        "--set-param",
        action="append",
        default=[],
        dest="overrides",
        metavar="[<filename>:]<override_pattern>",
        help="set a parameter, e.g. train.lr=0.1 (can be repeated)",
    )
    add("--no-hydra", action="store_true", help="do not compose params.yaml with Hydra")
    add("-m", "--message", default="", metavar="<message>", help="message of the commit")
    add("-M", dest="message", help=HIDDEN)
    _add_elsewhere(options)


def _add_elsewhere(options: Options) -> None:
    """Options for experiments that do not run in the workspace."""
    add = options.add_argument
    add("--queue", action="store_true", help="put the experiment, or a sweep, into the queue")
    add("--priority", type=int, default=0, metavar="<number>", help="with --queue: higher first")
    add("--run-all", action="store_true", help="run everything that is in the queue")
    add(
        "-j",
        "--jobs",
        type=int,
        metavar="<number>",
        help="stages at a time; with --run-all experiments at a time (1)",
    )
    add("--engine", metavar="<engine>", help="with --run-all: where to run, see `engine list`")
    add("--temp", action="store_true", help="run in a temporary directory, not in the workspace")
    add(
        "-r",
        "--rev",
        default="",
        metavar="<experiment>",
        help="start from an experiment, a failed task or a commit, not from the workspace",
    )
    add(
        "-C",
        "--copy-paths",
        action="append",
        default=[],
        metavar="<path>",
        help="file or directory to copy there with --temp or --queue (can be repeated)",
    )


def run(arguments: Arguments, session: Session) -> int:
    """Run where it was asked for and say what came of it."""
    if arguments.run_all:
        return _run_all(arguments, session)
    if arguments.queue:
        return _queue(arguments, session)
    if arguments.rev or (arguments.temp and not arguments.dry):
        return _run_temporarily(arguments, session)
    from assay.experiments.run import run_in_workspace  # what runs stages: the queue does without

    experiment = run_in_workspace(
        session.project,
        request_of(arguments, session),
        addresses=session.addresses,
        console=session.console,
        environ=session.environ,
    )
    if experiment is not None:
        say_done(session.console, [experiment.name])
        session.console.info("Experiment results have been applied to your workspace.")
    return 0


def request_of(arguments: Arguments, session: Session) -> RunRequest:
    """The request that the options make."""
    interactive = arguments.interactive or session.project.config.flag("core", "interactive")
    return RunRequest(
        selection=selection(arguments),
        options=repro_options(arguments, interactive=interactive),
        overrides=tuple(arguments.overrides),
        hydra=not arguments.no_hydra,
        name=arguments.name,
        message=arguments.message,
        copy_paths=tuple(arguments.copy_paths),
    )


def _run_all(arguments: Arguments, session: Session) -> int:
    from assay.cli.exp_run_all import run_all  # the queue, which other runs do without

    return run_all(session, arguments.jobs, arguments.engine)


def _queue(arguments: Arguments, session: Session) -> int:
    from assay.cli.exp_queue import queue  # as above

    return queue(
        session,
        request_of(arguments, session),
        priority=arguments.priority,
        start=_start(arguments, session),
    )


def _run_temporarily(arguments: Arguments, session: Session) -> int:
    from assay.experiments.sandbox_run import run_temporarily  # runs in the workspace need none

    experiment = run_temporarily(
        session.project,
        request_of(arguments, session),
        addresses=session.addresses,
        console=session.console,
        environ=session.environ,
        start=_start(arguments, session),
    )
    if experiment is not None:
        say_done(session.console, [experiment.name])
        say_how_to_apply(session.console)
    return 0


def _start(arguments: Arguments, session: Session) -> Start | None:
    if not arguments.rev:
        return None
    from assay.queue.lookup import start_from  # as above

    return start_from(session.project, arguments.rev)
