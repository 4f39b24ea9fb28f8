"""`status`: what changed in the workspace since the stages ran."""

from __future__ import annotations

from assay.cli.cloud_options import add_cloud_options
from assay.cli.options import Arguments, Options
from assay.cli.selected import add_stage_targets, selected
from assay.cli.session import Session
from assay.errors import AssayError
from assay.pipeline.changes import UP_TO_DATE
from assay.pipeline.status import explained, explained_lines, report_lines
from assay.pipeline.status import status as find_status
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench, open_workbench
from assay.typed import Any, Iterable, NamedTuple
from assay.ui.console import NORMAL

EXAMPLES = {
    "status": """\
examples:
  dvc status --explain                 # why stages would run, with old and new values
  dvc status -c                        # what the remote lacks, or has""",
}

_NOTHING_TRACKED = """\
There are no data or pipelines tracked in this project yet.
See <https://dvc.org/doc/start> to get started!"""


def status_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add_stage_targets(options)
    add("-c", "--cloud", action="store_true", help="compare the cache with a remote instead")
    add_cloud_options(options)
    add("--json", action="store_true", help="print JSON")
    add("--explain", action="store_true", help="tell old and new values, as with -v")
    add("--no-updates", action="store_true", help="do not ask the sources of imports for updates")


def status(arguments: Arguments, session: Session) -> int:
    """Compare and print; with `-q` the exit code tells (spec/pipelines.md §9)."""
    if arguments.cloud or arguments.remote:
        from assay.cli.status_cloud import cloud  # another command in all but its name

        return cloud(arguments, session)
    _refuse_cloud_options(arguments)
    console = session.console
    explaining = arguments.explain or (console.level > NORMAL and not arguments.json)
    try:
        bench = open_workbench(session.project, session.addresses, console)
        found = selected(bench, arguments)
        show = _explained if explaining else _grouped
        shown = show(bench, found, updates=not arguments.no_updates)
    except AssayError as error:
        error.exit_code = 1 if error.exit_code == AssayError.exit_code else error.exit_code
        raise
    bench.workspace.save()
    if arguments.json:
        from assay import quick_json

        console.result(quick_json.dumps(shown.data, default=str))
    elif console.level < NORMAL:
        return 1 if shown.data else 0
    elif shown.data:
        console.result("\n".join(shown.lines))
    else:
        console.result(UP_TO_DATE if bench.pipeline.stages else _NOTHING_TRACKED)
    return 0


def _refuse_cloud_options(arguments: Arguments) -> None:
    given = {
        "--all-branches": arguments.all_branches,
        "--all-tags": arguments.all_tags,
        "--all-commits": arguments.all_commits,
        "--jobs": arguments.jobs,
    }
    meaningless = ", ".join(option for option, value in given.items() if value)
    if meaningless:
        error = AssayError(
            f"The following options are meaningless for local status: {meaningless}",
            hint="add `-c` to compare the cache with a remote",
        )
        error.exit_code = 1
        raise error


class _Shown(NamedTuple):
    """What changed, for programs and for people."""

    data: dict[str, Any]
    lines: list[str]


def _grouped(bench: Workbench, found: Iterable[Found], *, updates: bool) -> _Shown:
    report = find_status(bench, found, updates=updates)
    return _Shown(report, report_lines(report))


def _explained(bench: Workbench, found: Iterable[Found], *, updates: bool) -> _Shown:
    reasons = explained(bench, found, updates=updates)
    data = {address: [one.as_json() for one in some] for address, some in reasons.items()}
    return _Shown(data, explained_lines(reasons))
