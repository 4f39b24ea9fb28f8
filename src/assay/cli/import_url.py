"""`import-url`: bring data from a path or URL and track where it came from."""

from __future__ import annotations

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.import_url import UrlRequest, import_url
from assay.data.imports import Mode
from assay.data.to_remote import import_to_remote
from assay.errors import AssayError, FileProblem, Interrupted, UnexpectedError
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import check_graph, open_workbench
from assay.remotes.origin import parsed_options

EXAMPLES = {"import-url": "example:\n  dvc import-url s3://bucket/raw data/raw"}


def import_url_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a path, a URL, or remote://NAME/path")
    add("out", nargs="?", help="where to put it")
    add("--to-remote", action="store_true", help="send it to the remote and keep nothing here")
    add("-r", "--remote", metavar="NAME", help="the remote for --to-remote")
    only = options.add_mutually_exclusive_group()
    only.add_argument("--no-exec", action="store_true", help="only write the .dvc file")
    only.add_argument("--no-download", action="store_true", help="look at the data, leave it there")
    add("-j", "--jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")
    add("-f", "--force", action="store_true", help="overwrite what is there")
    add("--version-aware", action="store_true", help="record which versions of objects those are")
    add("--fs-config", nargs="*", metavar="NAME=VALUE", help="options for the URL")


def import_url_(arguments: Arguments, session: Session) -> int:
    """Import from a path or URL."""
    tracker = Tracker(session.project, session.addresses, session.console)
    try:
        _refuse_contradictions(arguments)
        bench = open_workbench(session.project, session.addresses, session.console)
        check_graph(bench)
        request = UrlRequest(
            arguments.url,
            arguments.out,
            parsed_options(arguments.fs_config),
            versions=arguments.version_aware,
        )
        mode = Mode(
            execute=not arguments.no_exec,
            download=not arguments.no_download,
            force=arguments.force,
            jobs=arguments.jobs,
        )
        if arguments.to_remote:
            import_to_remote(bench, request, mode, tracker, remote=arguments.remote)
        else:
            import_url(bench, request, mode, tracker)
    except (Interrupted, UnexpectedError):
        raise
    except FileProblem as error:
        raise failed("import", error) from None
    except AssayError as error:
        raise AssayError(
            f"failed to import {arguments.url}. You could also try downloading it manually, and "
            f"adding it with `dvc add`. - {error.chain()}",
            hint=error.hint,
            exit_code=1,
        ) from None
    tracker.finish()
    return 0


def _refuse_contradictions(arguments: Arguments) -> None:
    if arguments.to_remote and (
        arguments.no_exec or arguments.no_download or arguments.version_aware
    ):
        raise AssayError(
            "--no-exec/--no-download/--version-aware cannot be combined with --to-remote"
        )
    if arguments.remote and not arguments.to_remote:
        raise AssayError("--remote can't be used without --to-remote")
