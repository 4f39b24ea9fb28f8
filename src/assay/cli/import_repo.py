"""`import`: bring a path of another repository and track where it came from."""

from __future__ import annotations

from assay.cli.options import Arguments, Options
from assay.cli.repo_options import add_repo_options, settings_from, told
from assay.cli.session import Session
from assay.data.import_repo import RepoRequest, import_repo
from assay.data.imports import Mode
from assay.data.repo_settings import to_record
from assay.errors import AssayError
from assay.pipeline.tracking import Tracker
from assay.pipeline.workbench import check_graph, open_workbench

EXAMPLES = {"import": "example:\n  dvc import git@host:team/data.git raw/images -o images"}


def import_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a Git repository: a path or URL")
    add("path", help="a file or directory in it, tracked by Git or by DVC")
    add("-o", "--out", metavar="PATH", help="where to put it")
    add("-f", "--force", action="store_true", help="overwrite what is there")
    only = options.add_mutually_exclusive_group()
    only.add_argument("--no-exec", action="store_true", help="only write the .dvc file")
    only.add_argument("--no-download", action="store_true", help="look it up, leave it there")
    add("-j", "--jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")
    add_repo_options(options)


def import_(arguments: Arguments, session: Session) -> int:
    """Import from a repository."""
    tracker = Tracker(session.project, session.addresses, session.console)
    try:
        bench = open_workbench(session.project, session.addresses, session.console)
        check_graph(bench)
        request = RepoRequest(
            arguments.url,
            arguments.path,
            arguments.out,
            arguments.rev,
            to_record(settings_from(arguments)),
        )
        mode = Mode(
            execute=not arguments.no_exec,
            download=not arguments.no_download,
            force=arguments.force,
            jobs=arguments.jobs,
        )
        import_repo(bench, request, mode, tracker, session.environ)
    except AssayError as error:
        raise told(error, "import", arguments.path, arguments.url, dash=". - ") from None
    tracker.finish()
    return 0
