"""`add`: track files and directories."""

from __future__ import annotations

import os

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.add import AddOptions, CannotAdd
from assay.data.add import add as add_paths
from assay.errors import AssayError, ConfigError, FileProblem
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import Workbench, check_graph, open_workbench

EXAMPLES = {
    "add": """\
examples:
  dvc add data/raw                     # a directory, as one thing
  dvc add --glob 'images/*.png'""",
}


def add_arguments(options: Options) -> None:
    """Declare the options."""
    option = options.add_argument
    option("targets", nargs="+", help="files or directories")
    option("--glob", action="store_true", help="targets are patterns")
    option("--no-commit", action="store_true", help="do not put the data into the cache")
    option("--no-relink", action="store_true", help="leave the files in the workspace as they are")
    option("-o", "--out", metavar="PATH", help="copy the data there and track the copy")
    option("--to-remote", action="store_true", help="send it to the remote and keep nothing here")
    option("-r", "--remote", metavar="NAME", help="the remote for --to-remote")
    option("--remote-jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")
    option("-f", "--force", action="store_true", help="overwrite what is there")


def add(arguments: Arguments, session: Session) -> int:
    """Track the targets."""
    targets = arguments.targets
    _refuse_contradictions(arguments)
    if arguments.glob:
        targets = _expanded(targets, session.directory)
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        _add(bench, targets, arguments)
    except FileProblem as error:
        raise failed("add", error) from None
    except ConfigError as error:  # no remote to send to
        raise AssayError(error.message, hint=error.hint, exit_code=1) from None
    return 0


def _add(bench: Workbench, targets: list[str], arguments: Arguments) -> None:
    check_graph(bench)
    tracker = Tracker(bench.project, bench.addresses, bench.console)
    options = AddOptions(commit=not arguments.no_commit, relink=not arguments.no_relink)
    if arguments.out or arguments.to_remote:
        from assay.data.add_elsewhere import Delivery, add_from  # brings what transfers need

        delivery = Delivery(
            arguments.out,
            arguments.to_remote,
            arguments.remote,
            arguments.remote_jobs,
            arguments.force,
        )
        add_from(bench, targets[0], delivery, options, tracker)
    else:
        add_paths(bench, targets, options, tracker)
    tracker.finish()


def _refuse_contradictions(arguments: Arguments) -> None:
    """Raise CannotAdd for options that make no sense together."""
    several = len(arguments.targets) > 1
    if arguments.to_remote:
        if several:
            raise CannotAdd("multiple targets can't be used with --to-remote")
        if arguments.no_commit:
            raise CannotAdd("--no-commit can't be used with --to-remote")
    elif arguments.remote:
        raise CannotAdd("--remote can't be used without --to-remote")
    elif arguments.remote_jobs:
        raise CannotAdd("--remote-jobs can't be used without --to-remote")
    if arguments.out and several:
        raise CannotAdd("multiple targets can't be used with --out")
    if arguments.out and arguments.glob:
        raise CannotAdd("--glob can't be used with --out")


def _expanded(patterns: list[str], directory: str) -> list[str]:
    from glob import glob  # only with --glob

    found: list[str] = []
    for pattern in patterns:
        found += sorted(glob(pattern, root_dir=directory, recursive=True))
    if not found:
        raise CannotAdd(f"Glob {patterns} has no matches.")
    return [os.path.normpath(path) for path in found]
