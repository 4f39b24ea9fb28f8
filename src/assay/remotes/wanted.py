"""What is to be moved, and how that went."""

from __future__ import annotations

from assay.remotes.layout import object_path
from assay.store.hashes import MD5, TREE_SUFFIX
from assay.store.trees import TreeEntry
from assay.typed import Iterable, NamedTuple


class Wanted(NamedTuple):
    """An object that is wanted: of a directory all, or what is at or below the path `part`."""

    id: str
    kind: str = MD5
    part: str = ""

    @property
    def is_tree(self) -> bool:
        """Whether it stands for a directory."""
        return self.id.endswith(TREE_SUFFIX)

    @property
    def path(self) -> str:
        """Where the object stands."""
        return object_path(self.id, self.kind)

    def members(self, entries: Iterable[TreeEntry]) -> list[TreeEntry]:
        """The entries of the directory that are wanted."""
        if not self.part:
            return list(entries)
        inside = self.part + "/"
        return [e for e in entries if e.path == self.part or e.path.startswith(inside)]


class Failure(NamedTuple):
    """A file that was not moved, and why."""

    path: str
    reason: str


class Moved(NamedTuple):
    """How a transfer went.

    `done` objects moved. `missing` are on neither side. `incomplete` are listings of directories
    that stayed behind because not all their files are on the remote. `untried` is how many were
    given up when one after the other had failed.
    """

    done: int = 0
    missing: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    incomplete: tuple[str, ...] = ()
    untried: int = 0

    def plus(self, other: Moved) -> Moved:
        """Both together."""
        return Moved(
            self.done + other.done,
            self.missing + other.missing,
            self.failed + other.failed,
            self.incomplete + other.incomplete,
            self.untried + other.untried,
        )
