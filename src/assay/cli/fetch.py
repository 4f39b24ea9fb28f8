"""`fetch`: bring tracked data from a remote into the cache."""

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
from assay.data.fetch import fetch as fetch_used
from assay.data.used import UsedObject, select
from assay.data.used_everywhere import used_as_far_as_known
from assay.errors import AssayError
from assay.pipeline.model import METRIC, PLOT
from assay.pipeline.workbench import Workbench, open_workbench

EXAMPLES = {
    "fetch": """\
examples:
  dvc fetch -j 8                       # into the cache; `dvc checkout` puts it in place
  dvc fetch -A --run-cache             # of all commits, with the results of stages""",
}


def fetch_arguments(options: Options) -> None:
    """Declare the options."""
    add_transfer_options(options)
    add = options.add_argument
    add("--max-size", type=int, metavar="BYTES", help="only outputs smaller than that")
    add(
        "--type",
        dest="kinds",
        action="append",
        choices=(METRIC, PLOT),
        help="only outputs of that kind (may be given twice)",
    )


def fetch(arguments: Arguments, session: Session) -> int:
    """Bring what the cache lacks, and say how much that was."""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        used = used_as_far_as_known(bench, scope_of(arguments), history_of(arguments))
        wanted = [one for one in used if _is_wanted(one, arguments)]
        moved = fetch_used(bench, wanted, request_of(arguments))
        done = moved.done + _fetch_imports(bench, arguments, session)
    except AssayError as error:
        raise told(error, "failed to fetch data from the cloud") from None
    session.console.info(summary((done, "fetched")))
    return 0


def _fetch_imports(bench: Workbench, arguments: Arguments, session: Session) -> int:
    has_imports = any(stage.is_import for stage in bench.pipeline.stages.values())
    if not has_imports or arguments.kinds or arguments.max_size is not None:
        return 0
    found = select(bench.pipeline, scope_of(arguments), bench.addresses)
    return imports_of(bench, found, session.environ, jobs=arguments.jobs)


def _is_wanted(one: UsedObject, arguments: Arguments) -> bool:
    if arguments.kinds and one.kind not in arguments.kinds:
        return False
    return arguments.max_size is None or one.size is None or one.size < arguments.max_size
