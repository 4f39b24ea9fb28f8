"""How tracked data differs between two places: HEAD and the records, the records and the workspace,
any two commits. Pure.

A directory is one item; looked into, each of its files is an item too. A directory whose listing
nobody has says nothing about its files: they are UNKNOWN.
"""

from __future__ import annotations

from assay.data.tracked import Content
from assay.typed import Iterable, Iterator, NamedTuple

ADDED, DELETED, MODIFIED, RENAMED = "added", "deleted", "modified", "renamed"
UNKNOWN, UNCHANGED = "unknown", "unchanged"


class Item(NamedTuple):
    """A file or directory of one side. `content` is None where only its name is known."""

    path: str
    content: Content | None
    is_folder: bool = False

    @property
    def shown(self) -> str:
        """The path as people see it: a directory ends in a slash."""
        return f"{self.path}/" if self.is_folder else self.path


class DataChange(NamedTuple):
    """One item: what happened to it, and how it was on both sides (None: not there)."""

    state: str
    old: Item | None
    new: Item | None

    @property
    def path(self) -> str:
        """The path it has now, or had."""
        return self._last.path

    @property
    def shown(self) -> str:
        """The same as people see it."""
        return self._last.shown

    @property
    def _last(self) -> Item:
        item = self.new or self.old
        assert item is not None
        return item


class Side(NamedTuple):
    """All items of one side by path, and the directories that could not be looked into."""

    items: dict[str, Item]
    closed: frozenset[str] = frozenset()


def compare(old: Side, new: Side) -> Iterator[DataChange]:
    """Every item of both sides with its state, sorted by path. Renames are not looked for.

    A file of a directory that one side could not look into is UNKNOWN, and so are the folders
    between them.
    """
    closed = old.closed | new.closed
    if closed:
        old, new = _with_folders(old, closed), _with_folders(new, closed)
    for path in sorted(old.items.keys() | new.items.keys()):
        before, after = old.items.get(path), new.items.get(path)
        if closed and _above(path, closed) is not None:
            yield DataChange(UNKNOWN, before, after)
        else:
            yield DataChange(_state(before, after), before, after)


def with_renames(changes: Iterable[DataChange]) -> list[DataChange]:
    """The changes, where something added that equals something deleted has been renamed.

    Among equals the first in the order of directories, then names, is taken first.
    """
    kept: list[DataChange] = []
    added: list[Item] = []
    deleted: list[Item] = []
    for change in changes:
        if change.state == ADDED and change.new is not None:
            added.append(change.new)
        elif change.state == DELETED and change.old is not None:
            deleted.append(change.old)
        else:
            kept.append(change)
    before: dict[Content | None, list[Item]] = {}
    for item in sorted(deleted, key=_steps, reverse=True):
        before.setdefault(item.content, []).append(item)
    for item in sorted(added, key=_steps):
        same = before.get(item.content)
        if same:
            kept.append(DataChange(RENAMED, same.pop(), item))
        else:
            kept.append(DataChange(ADDED, None, item))
    kept += (DataChange(DELETED, item, None) for left in before.values() for item in left)
    return sorted(kept, key=_path)


def _state(before: Item | None, after: Item | None) -> str:
    if before is None:
        return ADDED
    if after is None:
        return DELETED
    return UNCHANGED if before.content == after.content else MODIFIED


def _with_folders(place: Side, closed: frozenset[str]) -> Side:
    """`place` with items for the folders between closed directories and their files."""
    folders: dict[str, Item] = {}
    for path in place.items:
        top = _above(path, closed)
        if top is None:
            continue
        folder = path.rpartition("/")[0]
        while folder != top and folder not in folders:
            folders[folder] = Item(folder, None, is_folder=True)
            folder = folder.rpartition("/")[0]
    return place._replace(items={**folders, **place.items})


def _above(path: str, folders: frozenset[str]) -> str | None:
    """The one of `folders` that holds `path`; a folder does not hold itself."""
    path = path.rpartition("/")[0]
    while path:
        if path in folders:
            return path
        path = path.rpartition("/")[0]
    return None


def _steps(item: Item) -> list[str]:
    return item.path.split("/")


def _path(change: DataChange) -> str:
    return change.path
