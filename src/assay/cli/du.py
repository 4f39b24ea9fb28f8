"""`du`: how much space a repository's files and data take."""

from __future__ import annotations

from assay.cli.listing import sizes_of
from assay.cli.options import Arguments, Options
from assay.cli.repo_options import add_repo_options, settings_from
from assay.cli.session import Session
from assay.data.download import Download
from assay.data.repo_view import NotThere
from assay.errors import UnexpectedError
from assay.ui.sizes import size_text

EXAMPLES = {"du": "example:\n  dvc du . data"}


def du_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a repository: a path or URL")
    add("path", nargs="?", help="a directory or file in it")
    add("-s", "--summarize", action="store_true", help="only the total")
    add_repo_options(options)


def du(arguments: Arguments, session: Session) -> int:
    """Sizes of what is right below, then the total."""
    path = (arguments.path or "").strip("/")
    try:
        with Download(
            arguments.url,
            path,
            revision=arguments.rev,
            directory=session.directory,
            environ=session.environ,
            console=session.console,
            settings=settings_from(arguments),
        ) as source:
            sizes = _sizes(source)
    except NotThere:
        place = f"{arguments.url.rstrip('/')}/{path}"
        raise UnexpectedError(f"[Errno 2] No such file or directory: '{place}'") from None
    total = size_text(sum(sizes.values()))
    rows = [(size_text(size), name) for name, size in sizes.items() if name != path]
    rows = [*([] if arguments.summarize else rows), (total, path)]
    width = max(len(text) for text, _ in rows)
    for text, name in rows:
        session.console.result(f"{text:<{width}}  {name}".rstrip())
    return 0


def _sizes(source: Download) -> dict[str, int]:
    """Name right below the path → bytes, unknown ones as none at all."""
    path = source.path
    found: dict[str, int] = {}
    items = source.shallow_items()
    for item, size in zip(items, sizes_of(source, items), strict=True):
        inside = item.path[len(path) + 1 :] if path else item.path
        first = inside.partition("/")[0]
        name = f"{path}/{first}" if path and first else first or path
        found[name] = found.get(name, 0) + (size or 0)
    return found
