"""How `list`, `list-url` and `du` print what they found: rows of columns, or a tree."""

from __future__ import annotations

from collections.abc import Sequence

from assay.typed import NamedTuple
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
    columns: list[list[str]] = []
    if sizes:
        texts = ["" if row.size is None else size_text(row.size) for row in shown]
        width = max(map(len, texts), default=0)
        columns.append([text.rjust(width) for text in texts])
    if hashes:
        texts = [row.md5 or "-" for row in shown]
        width = max(map(len, texts), default=0)
        columns.append([text.ljust(width) for text in texts])
    columns.append([row.path for row in shown])
    for line in zip(*columns, strict=True):
        console.result("  ".join(line))


def print_tree(
    console: Console, top: str, rows: Sequence[Row], *, depth: int | None = None
) -> None:
    """Directories as a tree below the line `top`."""
    console.result(top)
    _branch(console, _nested([row.path for row in cut(rows, depth)]), "")


Tree = dict[str, "Tree"]


def _nested(paths: Sequence[str]) -> Tree:
    top: Tree = {}
    for path in paths:
        place = top
        for part in path.split("/"):
            place = place.setdefault(part, {})
    return top


def _branch(console: Console, tree: Tree, indent: str) -> None:
    names = sorted(tree)
    for name in names:
        is_last = name == names[-1]
        console.result(f"{indent}{'└── ' if is_last else '├── '}{name}")
        _branch(console, tree[name], indent + ("    " if is_last else "│   "))
