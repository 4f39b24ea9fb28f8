"""`list`: the files of a repository and its tracked data."""

from __future__ import annotations

from assay import quick_json
from assay.cli.failed import failed
from assay.cli.options import Arguments, Options
from assay.cli.repo_options import add_repo_options, settings_from
from assay.cli.rows import Row, print_rows, print_tree
from assay.cli.session import Session
from assay.data.download import Download
from assay.data.repo_view import Item, NotThere
from assay.errors import AssayError, Interrupted
from assay.typed import Any, Sequence

EXAMPLES = {"list": "example:\n  dvc list -R --dvc-only https://host/team/data.git"}


def list_arguments(options: Options) -> None:
    """Declare the options."""
    add = options.add_argument
    add("url", help="a repository: a path or URL")
    add("path", nargs="?", help="a directory or file in it")
    add("-R", "--recursive", action="store_true", help="also what is in directories")
    add("-T", "--tree", action="store_true", help="draw directories as a tree")
    add("-L", "--level", type=int, metavar="N", help="how deep to look")
    add("--dvc-only", action="store_true", help="only tracked data")
    add("--json", action="store_true", help="print JSON")
    add("--size", action="store_true", help="show sizes")
    add("--show-hash", action="store_true", help="show hashes of tracked data")
    add_repo_options(options)


def list_(arguments: Arguments, session: Session) -> int:
    """List."""
    try:
        with Download(
            arguments.url,
            arguments.path or "",
            revision=arguments.rev,
            directory=session.directory,
            environ=session.environ,
            console=session.console,
            settings=settings_from(arguments),
        ) as source:
            _list(arguments, session, source)
    except NotThere:
        place = f"{arguments.url.rstrip('/')}/{arguments.path}"
        raise AssayError(f"[Errno 2] No such file or directory: '{place}'", exit_code=1) from None
    except Interrupted:
        raise
    except AssayError as error:
        raise failed(f"list '{arguments.url}'", error) from None
    return 0


def _list(arguments: Arguments, session: Session, source: Download) -> None:
    view, path = source.view, source.path
    is_flat = not (arguments.recursive or arguments.tree)
    depth = 1 if is_flat else arguments.level
    if is_flat and arguments.level and arguments.level > 1:
        depth = arguments.level
    items = view.items(path, source.listing, depth=depth, data_only=arguments.dvc_only)
    top = len(path) + 1 if (path and view.is_directory(path)) or _is_part(items, path) else None
    if top is None:
        top = path.rfind("/") + 1
    top = top if path else 0
    if arguments.json:
        session.console.result(quick_json.dumps(_json_rows(source, items, top, depth)))
        return
    sizes = sizes_of(source, items) if arguments.size else [None] * len(items)
    rows = [Row(item.path[top:], size, item.md5) for item, size in zip(items, sizes, strict=True)]
    if arguments.tree:
        print_tree(
            session.console,
            arguments.path or ".",
            rows,
            depth=depth,
            sizes=arguments.size,
            hashes=arguments.show_hash,
        )
        return
    print_rows(
        session.console,
        [row for row in rows if row.path],
        depth=depth,
        sizes=arguments.size,
        hashes=arguments.show_hash,
    )


def _is_part(items: Sequence[Item], path: str) -> bool:
    """Whether `path` is a directory within tracked data."""
    return bool(path) and bool(items) and all(item.path.startswith(path + "/") for item in items)


def sizes_of(source: Download, items: Sequence[Item]) -> list[int | None]:
    """Bytes of each: as recorded, or as the files are."""
    plain = [item.path for item in items if item.tracked is None]
    known = dict(zip(plain, source.view.files.sizes(plain), strict=True))
    if source.view.is_workspace:
        inside = [item.path for item in items if item.tracked is not None and item.size is None]
        known.update(zip(inside, source.view.files.sizes(inside), strict=True))
    return [known.get(item.path, item.size) for item in items]


def _json_rows(
    source: Download, items: Sequence[Item], top: int, depth: int | None
) -> list[dict[str, Any]]:
    """Rows in the order and with the keys of DVC; directories stand for what is deeper."""
    rows: dict[str, dict[str, Any]] = {}
    folders: dict[str, int | None] = {}
    for item, size in zip(items, sizes_of(source, items), strict=True):
        path = item.path[top:]
        parts = path.split("/")
        if depth is not None and depth > 0 and len(parts) > depth:
            folder = "/".join(parts[:depth])
            known = folders.get(folder, 0)
            folders[folder] = None if size is None or known is None else known + size
            rows[folder] = _json_row(folder, size=folders[folder], is_folder=True)
            continue
        is_executable = item.tracked is None and source.view.files.is_executable(item.path)
        rows[path] = _json_row(
            path,
            size=size,
            is_folder=bool(item.md5 and item.md5.endswith(".dir")),
            is_out=item.tracked is not None,
            is_executable=is_executable,
            md5=item.md5,
        )
    return [rows[path] for path in sorted(rows)]


def _json_row(
    path: str,
    *,
    size: int | None,
    is_folder: bool,
    is_out: bool = False,
    is_executable: bool = False,
    md5: str | None = None,
) -> dict[str, Any]:
    return {
        "isout": is_out,
        "isdir": is_folder,
        "isexec": is_executable,
        "size": size,
        "md5": md5,
        "path": path,
    }
