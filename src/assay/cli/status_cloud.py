"""`status -c`: what differs between the cache and a remote."""

from __future__ import annotations

from assay import quick_json
from assay.cli.options import Arguments
from assay.cli.session import Session
from assay.cli.transfer_options import history_of, request_of, scope_of
from assay.data.cloud_status import cloud_status, status_lines
from assay.data.used import UsedObject
from assay.data.used_everywhere import used_everywhere
from assay.errors import AssayError, FileProblem, Interrupted, UnexpectedError
from assay.pipeline.workbench import Workbench, open_workbench


def cloud(arguments: Arguments, session: Session) -> int:
    """Compare and print; with `-q` the exit code tells (spec/data.md §8.3)."""
    project = session.project
    try:
        bench = open_workbench(project, session.addresses, session.console)
        status = cloud_status(bench, _used(bench, arguments), request_of(arguments))
    except (Interrupted, UnexpectedError):
        raise
    except FileProblem as problem:
        problem.exit_code = 1
        raise
    except AssayError as error:
        raise AssayError(error.chain(), hint=error.hint, exit_code=1) from None
    if session.console.level < 0:
        return 1 if status.rows else 0
    if arguments.json:
        session.console.result(quick_json.dumps({path: state for state, path in status.rows}))
    else:
        session.console.result("\n".join(status_lines(status)))
    return 0


def _used(bench: Workbench, arguments: Arguments) -> list[UsedObject]:
    """What is used; unlike a transfer this stops at a commit that cannot be read."""
    objects: dict[UsedObject, None] = {}
    for name, used in used_everywhere(bench, scope_of(arguments), history_of(arguments)):
        if isinstance(used, AssayError):
            raise AssayError(f"Failed to collect '{name}'", hint=used.hint) from used
        objects.update(dict.fromkeys(used.objects))
        for stage, output in used.unknown:
            path = bench.addresses.path(output.location)
            bench.console.warning(
                f"Output '{path}'(stage: '{bench.addresses.stage(stage)}') is missing version "
                "info. Cache for it will not be collected. Use `dvc repro` to get your pipeline "
                "up to date."
            )
    return list(objects)
