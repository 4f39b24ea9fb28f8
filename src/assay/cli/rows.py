"""How `list`, `list-url` and `du` print what they found: rows of columns, or a tree."""

from __future__ import annotations

from assay.typed import Iterable, Iterator, NamedTuple, Sequence
from assay.ui.console import Console
from assay.ui.sizes import size_text


class Row(NamedTuple):
    """A file or directory: its path, bytes if known, hash if it is tracked."""

    path: str
    size: int | None = None
    md5: str | None = None


def cut(rows: Sequence[Row], depth: int | None) -> list[Row]:
    """The rows as somebody sees them who looks `depth` levels deep: directories for the rest."""
    if depth is None or depth <= 0:
        return list(rows)
    seen: dict[str, Row] = {}
    for row in rows:
        parts = row.path.split("/")
        if len(parts) <= depth or row.path.startswith("/"):
            seen.setdefault(row.path, row)
        else:
            folder = "/".join(parts[:depth])
            seen.setdefault(folder, Row(folder))
    return sorted(seen.values())


def print_rows(
    console: Console,
    rows: Sequence[Row],
    *,
    depth: int | None = None,
    sizes: bool = False,
    hashes: bool = False,
) -> None:
    """One line for each, columns two blanks apart, numbers to the right."""
    shown = cut(rows, depth)
    _print(console, shown, [row.path for row in shown], sizes=sizes, hashes=hashes)


def print_tree(
    console: Console,
    top: str,
    rows: Sequence[Row],
    *,
    depth: int | None = None,
    sizes: bool = False,
    hashes: bool = False,
) -> None:
    """Directories as a tree below the line `top`, each with the size of all that is in it."""
    shown = {row.path: row for row in cut(rows, depth)}
    lines = [("", top), *_branch(_nested(shown), "", "")]
    found = [shown.get(path) or _sum_of(path, rows) for path, _ in lines]
    _print(console, found, [text for _, text in lines], sizes=sizes, hashes=hashes)


def _print(
    console: Console, rows: Sequence[Row], names: Sequence[str], *, sizes: bool, hashes: bool
) -> None:
    columns: list[Sequence[str]] = []
    if sizes:
        texts = ["" if row.size is None else size_text(row.size) for row in rows]
        width = max(map(len, texts), default=0)
        columns.append([text.rjust(width) for text in texts])
    if hashes:
        texts = [row.md5 or "-" for row in rows]
        width = max(map(len, texts), default=0)
        columns.append([text.ljust(width) for text in texts])
    columns.append(names)
    for line in zip(*columns, strict=True):
        console.result("  ".join(line))


def _sum_of(folder: str, rows: Sequence[Row]) -> Row:
    """A directory that is no row itself; its size is known if all below it are."""
    inside = [row.size for row in rows if not folder or row.path.startswith(f"{folder}/")]
    known = [size for size in inside if size is not None]
    return Row(folder, sum(known) if len(known) == len(inside) else None)


Tree = dict[str, "Tree"]


def _nested(paths: Iterable[str]) -> Tree:
    top: Tree = {}
    for path in paths:
        place = top
        for part in path.split("/"):
            place = place.setdefault(part, {})
    return top


def _branch(tree: Tree, folder: str, indent: str) -> Iterator[tuple[str, str]]:
    """Path and line of everything in a directory, which is drawn at `indent`."""
    names = sorted(tree)
    for name in names:
        is_last = name == names[-1]
        path = f"{folder}/{name}" if folder else name
        yield path, f"{indent}{'└── ' if is_last else '├── '}{name}"
        yield from _branch(tree[name], path, indent + ("    " if is_last else "│   "))
