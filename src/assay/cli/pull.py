"""`pull`: bring tracked data from a remote into the cache and the workspace."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.cli.transfer_options import (
    add_transfer_options,
    history_of,
    imports_of,
    request_of,
    scope_of,
    summary,
    told,
)
from assay.data.checkout import CheckoutFailed, CheckoutOptions, checkout
from assay.data.fetch import fetch
from assay.data.used import select
from assay.data.used_everywhere import used_as_far_as_known
from assay.errors import AssayError
from assay.pipeline.workbench import open_workbench

EXAMPLES = {
    "pull": """\
examples:
  dvc pull                             # everything of this commit
  dvc pull -j 8 data/raw               # one directory""",
}


def pull_arguments(options: Options) -> None:
    """Declare the options."""
    add_transfer_options(options)
    add = options.add_argument
    add("-f", "--force", action="store_true", help="overwrite files whose content is not saved")
    add("--allow-missing", action="store_true", help="leave out what no remote has")
    add("--glob", action="store_true", help="targets are patterns of paths")


def pull(arguments: Arguments, session: Session) -> int:
    """Fetch, then check out. Nothing is checked out when a transfer failed."""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        scope = scope_of(arguments)
        used = used_as_far_as_known(bench, scope, history_of(arguments))
        moved = fetch(bench, used, request_of(arguments))
        options = CheckoutOptions(
            force=arguments.force,
            allow_missing=arguments.allow_missing,
            clear=not scope.targets,
        )
        found = select(bench.pipeline, scope, bench.addresses)
        imported = imports_of(bench, found, session.environ, jobs=arguments.jobs)
        if imported:  # what had no hash before may have one now
            bench = open_workbench(project, session.addresses, session.console)
            found = select(bench.pipeline, scope, bench.addresses)
        report = checkout(bench, found, options)
        for letter, path in report.outputs:
            session.console.info(f"{letter}\t{path}")
        files = report.files
        session.console.info(
            summary(
                (moved.done + imported, "fetched"),
                (files.modified, "modified"),
                (files.added, "added"),
                (files.deleted, "deleted"),
            )
        )
        if report.failed:
            raise CheckoutFailed(report.failed)
    except AssayError as error:
        raise told(error, "failed to pull data from the cloud") from None
    return 0
