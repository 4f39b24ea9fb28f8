"""`get`: download a path of another repository without tracking it."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.repo_options import add_repo_options, settings_from, told
from assay.cli.session import Session
from assay.data.download import Download
from assay.data.incoming import free_target, receive_beside
from assay.errors import AssayError

EXAMPLES = {"get": "example:\n  dvc get https://host/team/models.git model.pt --rev v2"}


def get_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a Git repository: a path or URL")
    add("path", help="a file or directory in it, tracked by Git or by DVC")
    add("-o", "--out", metavar="PATH", help="where to put it")
    add("--show-url", action="store_true", help="only print where the data is stored")
    add("-j", "--jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")
    add("-f", "--force", action="store_true", help="overwrite what is there")
    add_repo_options(options)


def get(arguments: Arguments, session: Session) -> int:
    """Download; silent."""
    try:
        target = ""
        if not arguments.show_url:
            name = os.path.basename(os.path.normpath(arguments.path))
            target = free_target(session.directory, arguments.out, name, force=arguments.force)
        with Download(
            arguments.url,
            arguments.path,
            revision=arguments.rev,
            directory=session.directory,
            environ=session.environ,
            console=session.console,
            settings=settings_from(arguments),
        ) as source:
            if arguments.show_url:
                session.console.result(_shown_url(source))
            else:
                receive_beside(target, lambda place: source.bring(place, arguments.jobs))
    except _ShowFailed as error:
        raise error.reason from None
    except AssayError as error:
        raise told(error, "get", arguments.path, arguments.url) from None
    return 0


class _ShowFailed(Exception):
    def __init__(self, reason: AssayError) -> None:
        super().__init__()
        self.reason = reason


def _shown_url(source: Download) -> str:
    try:
        return source.url_of()
    except AssayError as error:
        raise _ShowFailed(error) from None
