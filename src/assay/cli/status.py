"""`status`: what changed in the workspace since the stages ran."""

from __future__ import annotations

import argparse

from assay.cli.cloud_options import add_cloud_options
from assay.cli.selected import add_stage_targets, selected
from assay.cli.session import Session
from assay.errors import AssayError
from assay.pipeline.status import UP_TO_DATE, report_lines
from assay.pipeline.status import status as find_status
from assay.pipeline.workbench import open_workbench

_NOTHING_TRACKED = """\
There are no data or pipelines tracked in this project yet.
See <https://dvc.org/doc/start> to get started!"""


def status_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    add = parser.add_argument
    add_stage_targets(parser)
    add("-c", "--cloud", action="store_true", help="compare the cache with a remote instead")
    add_cloud_options(parser)
    add("--json", action="store_true", help="print JSON")
    add("--no-updates", action="store_true", help="do not ask the sources of imports for updates")


def status(arguments: argparse.Namespace, session: Session) -> int:
    """Compare and print; with `-q` the exit code tells (spec/pipelines.md §9)."""
    if arguments.cloud or arguments.remote:
        from assay.cli.status_cloud import cloud  # another command in all but its name

        return cloud(arguments, session)
    try:
        bench = open_workbench(session.project, session.addresses, session.console)
        report = find_status(bench, selected(bench, arguments))
    except AssayError as error:
        error.exit_code = 1 if error.exit_code == AssayError.exit_code else error.exit_code
        raise
    bench.workspace.save()
    console = session.console
    if arguments.json:
        import json

        console.result(json.dumps(report))
    elif console.level < 0:
        return 1 if report else 0
    elif report:
        console.result("\n".join(report_lines(report)))
    else:
        console.result(UP_TO_DATE if bench.pipeline.stages else _NOTHING_TRACKED)
    return 0
