"""`exp show`: experiments on their baselines, with all that tells them apart."""

from __future__ import annotations

from assay.cli.json_output import print_json_text
from assay.cli.options import HIDDEN, Arguments, Options
from assay.cli.session import Session
from assay.compare.baselines import Request, collect_baselines
from assay.compare.records import Baseline
from assay.compare.revisions import RevisionChoice
from assay.compare.running import is_any_noted
from assay.errors import AssayError
from assay.queue.places import Places
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.compare.show_columns import View
    from assay.ui.console import Console

_WHERE = "only rows like 'metrics.acc > 0.9 and params.lr < 1e-3'"
_DIRECTION = "mark the best and the worst of a metric"

EXAMPLES = {
    "exp show": """\
examples:
  dvc exp show --sort-by acc --sort-order desc
  dvc exp show -n 3 --only-changed     # experiments of the last three commits
  dvc exp show --where 'metrics.acc > 0.9 and params.lr < 1e-3'
  dvc exp show --watch                 # until Ctrl-C
  dvc exp show --html --open           # sortable table and charts in the browser
  dvc exp show --json --rev main""",
}


def show_arguments(options: Options) -> None:
    """Declare the options."""
    _add_rows(options)
    _add_columns(options)
    add = options.add_argument
    add("--json", action="store_true", help="print JSON")
    add("--csv", action="store_true", help="print comma-separated values")
    add("--md", action="store_true", help="print a Markdown table")
    add("--precision", type=int, metavar="N", help="significant digits of floats, with --csv")
    add("--html", action="store_true", help="write a page: table, parallel coordinates, scatter")
    add("--pcp", action="store_true", help="the same page, parallel coordinates first")
    add("-o", "--out", metavar="DIR", help="where to write the page, dvc_plots by default")
    add("--open", action="store_true", help="show the page in a browser")
    add("--watch", action="store_true", help="keep the table on the screen up to date")
    add("--wide", action="store_true", help="all columns, however narrow the terminal is")
    add("--no-pager", action="store_true", help="do not page the table on a terminal")
    add("-f", "--force", action="store_true", help="read commits again that were read before")
    add("--no-fetch", action="store_true", help=HIDDEN)


def show(arguments: Arguments, session: Session) -> int:
    """Print the table in the form that was asked for."""
    if arguments.watch:
        return _watch(arguments, session)
    found = _collected(arguments, session, session.console)
    if arguments.direction:
        from assay.compare.directions import directions_from_words  # with patterns

        directions_from_words(arguments.direction)  # a mistake is one in every form
    # Each form imports what it needs: IDEs ask for JSON after every change of a file.
    if arguments.json:
        from assay.compare.show_json import as_json_text

        print_json_text(as_json_text(found), session.console)
    elif arguments.csv:
        from assay.compare.show_csv import as_csv

        text = as_csv(found, _view(arguments), digits=arguments.precision or None)
        session.console.out.write(text)
    elif arguments.html or arguments.pcp:
        from assay.cli.exp_page import write_page

        return write_page(found, _view(arguments), arguments, session)
    else:
        from assay.cli.exp_table import print_table

        print_table(found, _view(arguments), arguments, session)
    return 0


def _watch(arguments: Arguments, session: Session) -> int:
    from assay.cli.exp_table import table_text  # seldom used, as each form above
    from assay.cli.exp_watch import watch
    from assay.ui.console import Silence

    columns = _view(arguments)

    def look() -> tuple[list[Baseline], str]:
        found = _collected(arguments, session, Silence())
        return found, table_text(found, columns, arguments, session)

    return watch(look, arguments, session)


def _collected(arguments: Arguments, session: Session, console: Console) -> list[Baseline]:
    """The rows that were asked for; warnings go to `console`.

    Raises AssayError with the exit code that scripts know.
    """
    project = session.project
    try:
        found = collect_baselines(project, _request(arguments), console)
    except AssayError as error:
        raise AssayError(f"failed to show experiments - {error.chain()}", exit_code=1) from None
    found = _with_tasks(found, arguments, session)
    if not arguments.where:
        return found
    from assay.compare.where import matching  # with a parser of expressions

    kept = matching(found, arguments.where)
    if not kept:
        console.note("--where: there is no row of which that is true")
    return kept


def _with_tasks(found: list[Baseline], arguments: Arguments, session: Session) -> list[Baseline]:
    """With what the queue knows, and without the states that are to be hidden."""
    if Places(session.project).exists or is_any_noted(session.project):
        from assay.queue.rows import with_queue  # the queue, where there is one

        found = with_queue(session.project, found, tracked_params=arguments.param_deps)
    hidden = {"failed"} if arguments.hide_failed else set()
    hidden |= {"queued"} if arguments.hide_queued else set()
    if not hidden:
        return found
    return [
        baseline._replace(
            experiments=[
                one
                for one in baseline.experiments
                if one.executor is None or one.executor.state not in hidden
            ]
        )
        for baseline in found
    ]


def _add_rows(options: Options) -> None:
    add = options.add_argument
    add("--rev", action="append", default=[], metavar="COMMIT", help="experiments of a commit")
    add("-n", "--num", type=int, default=1, metavar="N", help="and of its first parents, N in all")
    add("-A", "--all-commits", action="store_true", help="experiments of all commits")
    add("-a", "--all-branches", action="store_true", help="experiments of the tips of branches")
    add("-T", "--all-tags", action="store_true", help="experiments of all tags")
    add("--sha", action="store_true", help="commits by their ids instead of branches and tags")
    add("--where", action="append", default=[], metavar="CONDITION", help=_WHERE)
    add("--hide-failed", action="store_true", help="without experiments that failed")
    add("--hide-queued", action="store_true", help="without experiments that wait in the queue")
    add("--hide-workspace", action="store_true", help="without the workspace")


def _add_columns(options: Options) -> None:
    add = options.add_argument
    add("--only-changed", action="store_true", help="without columns of equal values")
    add("--drop", action="append", default=[], metavar="REGEX", help="without these columns")
    add("--keep", action="append", default=[], metavar="REGEX", help="with these in any case")
    add("--param-deps", action="store_true", help="only parameters that stages use")
    add("--sort-by", metavar="[FILE:]NAME", help="sort experiments by a metric or parameter")
    add("--sort-order", choices=("asc", "desc"), default="asc", help="ascending by default")
    add("--direction", action="append", default=[], metavar="NAME=max|min", help=_DIRECTION)


def _request(arguments: Arguments) -> Request:
    return Request(
        names=arguments.rev,
        choice=RevisionChoice(arguments.all_branches, arguments.all_tags, arguments.all_commits),
        history=arguments.num,
        with_workspace=not arguments.hide_workspace,
        with_names=not arguments.sha,
        tracked_params=arguments.param_deps,
        fresh=arguments.force,
    )


def _view(arguments: Arguments) -> View:
    """Which columns, in which order of rows."""
    from assay.compare.show_columns import View  # not for JSON

    return View(
        sort_by=arguments.sort_by,
        descending=arguments.sort_order == "desc",
        keep=arguments.keep,
        drop=arguments.drop,
        only_changed=arguments.only_changed,
    )
