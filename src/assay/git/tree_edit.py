"""A tree with some of its files changed: only the folders on the way to them are read and written.

Pure but for the two functions that it is given. Source: git's tree.c and cache-tree.c.
"""

from __future__ import annotations

import os

from assay.git.objects import TreeEntry
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.typed import Callable, Mapping

    Files = Mapping[str, TreeEntry | None]
    Read = Callable[[str], dict[str, TreeEntry]]
    Write = Callable[[bytes], str]

_FOLDER = "40000"


def edited_tree(tree: str, files: Files, *, read: Read, write: Write) -> str:
    """Id of the tree `tree` with `files`: path → what it is to be, None for no file there.

    A file takes the place of a folder of its name and the other way round; folders without files
    go. `read` gives the entries of a tree by its id, `write` stores the bytes of one.
    """
    return write(tree_bytes(_edited(read(tree), files, read=read, write=write)))


def tree_bytes(entries: Mapping[str, TreeEntry]) -> bytes:
    """The tree object that holds `entries`, sorted as Git does: a folder as if it ended in "/"."""
    ordered = sorted(
        (os.fsencode(f"{name}/" if entry.is_tree else name), entry)
        for name, entry in entries.items()
    )
    return b"".join(
        b"%s %s\0%s"
        % (entry.mode.encode("ascii"), name.removesuffix(b"/"), bytes.fromhex(entry.id))
        for name, entry in ordered
    )


def _edited(
    entries: dict[str, TreeEntry], files: Files, *, read: Read, write: Write
) -> dict[str, TreeEntry]:
    here: dict[str, TreeEntry] = {}
    below: dict[str, dict[str, TreeEntry | None]] = {}
    for path, entry in files.items():
        name, is_below, rest = path.partition("/")
        if is_below:
            below.setdefault(name, {})[rest] = entry
        elif entry is not None:
            here[name] = entry
        elif name in entries and not entries[name].is_tree:
            del entries[name]
    for name, inner in below.items():
        old = entries.get(name)
        is_tree = old is not None and old.is_tree
        if not is_tree and not any(inner.values()):
            continue  # nothing to take away from what is no folder
        inside = read(old.id) if old is not None and is_tree else {}
        new = _edited(inside, inner, read=read, write=write)
        entries.pop(name, None)
        if new:
            entries[name] = TreeEntry(_FOLDER, write(tree_bytes(new)))
    return {**entries, **here}
