"""`exp diff`: metrics and parameters of two experiments, commits or the workspace."""

from __future__ import annotations

from assay.cli.comparison import add_output, report_failures
from assay.cli.json_output import print_json
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.compare import collect
from assay.compare.cells import DIGITS
from assay.compare.contents import Contents
from assay.compare.experiment_diff import (
    ExperimentChanges,
    experiment_changes,
    experiment_tables,
)
from assay.compare.metrics_table import failed_revisions
from assay.compare.readings import Failure
from assay.compare.records import WORKSPACE
from assay.errors import AssayError
from assay.ui import table

EXAMPLES = {
    "exp diff": """\
examples:
  dvc exp diff                         # what changed since the last commit
  dvc exp diff deeper wider --md       # two experiments, for a report""",
}

_HEAD = "HEAD"


def diff_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("old", nargs="?", metavar="A", help=f"experiment before, {_HEAD} by default")
    add("new", nargs="?", metavar="B", help=f"experiment after, the {WORKSPACE} by default")
    add("--all", action="store_true", help="show unchanged values too")
    add("--param-deps", action="store_true", help="only parameters that stages use")
    add_output(options)
    add("--no-path", action="store_true", help="leave out the column of files")
    add("--precision", type=int, metavar="N", help=f"significant digits, {DIGITS} by default")


def diff(arguments: Arguments, session: Session) -> int:
    """Print what changed."""
    labels = (arguments.old or _HEAD, arguments.new or WORKSPACE)
    project = session.project
    try:
        sides = collect.contents_of(
            project, labels, deps_only=arguments.param_deps, console=session.console
        )
    except AssayError as error:
        raise AssayError(
            f"failed to show experiments diff - {error.chain()}", exit_code=1
        ) from None
    if sides is None:
        if arguments.json:
            print_json({}, session.console)
        return 0
    report_failures(
        [label for label, side in zip(labels, sides, strict=True) if _has_failure(side)],
        session.console,
    )
    old, new = (Contents() if isinstance(side, Failure) else side for side in sides)
    _print(experiment_changes(old, new, unchanged=arguments.all), labels, arguments, session)
    return 0


def _has_failure(side: Contents | Failure) -> bool:
    if isinstance(side, Failure):
        return True
    return bool(failed_revisions({"metrics": side.metrics, "params": side.params}))


def _print(
    found: ExperimentChanges,
    labels: tuple[str, str],
    arguments: Arguments,
    session: Session,
) -> None:
    if arguments.json:
        print_json(found.as_json(), session.console)
        return
    old, new = labels
    metrics, params = experiment_tables(
        found,
        old=old,
        new=new,
        digits=arguments.precision or DIGITS,
        has_path=not arguments.no_path,
    )
    table.write(metrics, session.console, markdown=arguments.md)
    session.console.result("")
    table.write(params, session.console, markdown=arguments.md)
