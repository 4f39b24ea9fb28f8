"""`metrics show` and `metrics diff`."""

from __future__ import annotations

from assay.cli.comparison import (
    add_output,
    add_revisions,
    changes_between,
    report_failures,
    revisions,
    seen_from_here,
    targets,
)
from assay.cli.json_output import print_json
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.compare import collect
from assay.compare.cells import DIGITS, rounded
from assay.compare.changes import as_json
from assay.compare.diff_table import DiffLayout, diff_table
from assay.compare.metrics_table import failed_revisions, metrics_as_json, metrics_table
from assay.ui import table

EXAMPLES = {
    "metrics diff": """\
examples:
  dvc metrics diff                     # since the last commit
  dvc metrics diff --md main           # against a branch, for a report""",
    "metrics show": """\
examples:
  dvc metrics show -a                  # of all branches, too
  dvc metrics show --json results/metrics.json""",
}


def show_arguments(options: Options) -> None:
    """Declare the options of `metrics show`."""
    add = options.add_argument
    add("targets", nargs="*", metavar="PATH", help="show only these files; directories count too")
    add("-a", "--all-branches", action="store_true", help="show the tips of all branches")
    add("-T", "--all-tags", action="store_true", help="show all tags")
    add("-A", "--all-commits", action="store_true", help="show all commits")
    add_output(options)
    _add_files_and_precision(options)


def show(arguments: Arguments, session: Session) -> int:
    """Print the metrics of the workspace, or of many revisions."""
    choice = collect.RevisionChoice(
        arguments.all_branches, arguments.all_tags, arguments.all_commits
    )
    collected = collect.metrics(
        session.project_or_none,
        choice,
        targets=targets(arguments, session),
        console=session.console,
    )
    found = {label: seen_from_here(files, session) for label, files in collected.items()}
    report_failures(failed_revisions(found), session.console)
    if arguments.json:
        print_json(metrics_as_json(found), session.console)
        return 0
    digits = arguments.precision or DIGITS
    shown = metrics_table(found, digits=digits, has_revision=any(choice))
    table.write(shown, session.console, markdown=arguments.md)
    return 0


def diff_arguments(options: Options) -> None:
    """Declare the options of `metrics diff`."""
    add_revisions(options)
    add_output(options)
    _add_files_and_precision(options)


def diff(arguments: Arguments, session: Session) -> int:
    """Print what changed in the metrics between two revisions."""
    old, new = collect.metrics_of(
        session.project_or_none,
        revisions(arguments),
        targets=targets(arguments, session),
        console=session.console,
    )
    found = changes_between(old, new, arguments, session)
    if arguments.json:
        print_json(as_json(found), session.console)
        return 0
    text = rounded(arguments.precision or DIGITS)
    layout = DiffLayout("Metric", *revisions(arguments), text, has_path=not arguments.no_path)
    table.write(diff_table(found, layout), session.console, markdown=arguments.md)
    return 0


def _add_files_and_precision(options: Options) -> None:
    add = options.add_argument
    add("-R", "--recursive", action="store_true", help="look into directories; always done")
    add("--precision", type=int, metavar="N", help=f"decimals of floats, {DIGITS} by default")
