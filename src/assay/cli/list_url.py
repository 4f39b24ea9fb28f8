"""`list-url`: what is at a path or URL."""

from __future__ import annotations

import os

from assay.cli.options import Arguments, Options
from assay.cli.rows import Row, print_rows, print_tree
from assay.cli.session import Session
from assay.errors import AssayError
from assay.remotes.origin import UrlOrigin, open_origin, parsed_options
from assay.remotes.source import local_files
from assay.store.scan import Scanner
from assay.store.state import State

EXAMPLES = {"list-url": "example:\n  dvc list-url -R --size s3://bucket/raw"}


def list_url_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a path, a URL, or remote://NAME/path")
    add("-R", "--recursive", action="store_true", help="also what is in directories")
    add("-T", "--tree", action="store_true", help="draw directories as a tree")
    add("-L", "--level", type=int, metavar="N", help="how deep to look")
    add("--size", action="store_true", help="show sizes")
    add("--fs-config", nargs="*", metavar="NAME=VALUE", help="options for the URL")


def list_url(arguments: Arguments, session: Session) -> int:
    """List; names only, or sizes too."""
    origin = open_origin(
        arguments.url,
        directory=session.directory,
        config=session.config,
        scanner=Scanner(State(os.devnull)),
        options=parsed_options(arguments.fs_config),
    )
    files = _remote_files(origin) if isinstance(origin, UrlOrigin) else _files(origin.place)
    if files is None:
        raise AssayError(
            f"The path '{arguments.url}' does not exist: "
            f"[Errno 2] No such file or directory: '{origin.place}'"
        )
    rows = [Row(path, size=size) for path, size in files]
    if len(rows) == 1 and not rows[0].path:
        rows = [Row(origin.place, size=rows[0].size)]
    if arguments.tree:
        print_tree(
            session.console, arguments.url, rows, depth=arguments.level, sizes=arguments.size
        )
        return 0
    depth = arguments.level if arguments.recursive else 1
    print_rows(session.console, rows, depth=depth, sizes=arguments.size)
    return 0


def _files(place: str) -> list[tuple[str, int | None]] | None:
    if os.path.isdir(place):
        return sorted(local_files(place))
    return [("", os.stat(place).st_size)] if os.path.exists(place) else None


def _remote_files(origin: UrlOrigin) -> list[tuple[str, int | None]] | None:
    source = origin.source
    one = source.file(with_token=False)
    if one is not None:
        return [("", one.size)]
    if not source.is_directory():
        return None
    return [(file.path, file.size) for file in source.files(with_token=False)]
