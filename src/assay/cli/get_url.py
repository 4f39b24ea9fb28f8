"""`get-url`: download data from a path or URL without tracking it."""

from __future__ import annotations

import os

from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.session import Session
from assay.data.incoming import free_target, receive_beside
from assay.errors import AssayError
from assay.remotes.origin import open_origin, parsed_options
from assay.store.scan import Scanner
from assay.store.state import State

EXAMPLES = {"get-url": "example:\n  dvc get-url https://example.com/data.csv raw.csv"}


def get_url_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a path, a URL, or remote://NAME/path")
    add("out", nargs="?", help="where to put it")
    add("-j", "--jobs", type=int, metavar="N", help="transfers at a time (4 per processor)")
    add("-f", "--force", action="store_true", help="overwrite what is there")
    add("--fs-config", nargs="*", metavar="NAME=VALUE", help="options for the URL")


def get_url(arguments: Arguments, session: Session) -> int:
    """Download; silent."""
    try:
        target = free_target(
            session.directory,
            arguments.out,
            os.path.basename(arguments.url.rstrip("/")),
            force=arguments.force,
        )
        origin = open_origin(
            arguments.url,
            directory=session.directory,
            config=session.config,
            scanner=Scanner(State(os.devnull)),
            options=parsed_options(arguments.fs_config),
        )
        try:
            receive_beside(
                target, lambda place: origin.bring(place, session.console, arguments.jobs)
            )
        except FileNotFoundError as error:
            raise AssayError(f"The path '{arguments.url}' does not exist") from error
    except AssayError as error:
        raise failed(f"get '{arguments.url}'", error) from None
    return 0
