"""The Git objects of many commits, each read and parsed once however many commits share it (P8).

A thousand experiments differ in three or four files; everything else they have in common, and
whoever asks for it a second time gets what was found the first time. Whole levels of trees and
whole lists of files go through one `git cat-file` (`assay.git.objects`).
"""

from __future__ import annotations

from assay.errors import AssayError
from assay.fs.ignore import IGNORE_FILE
from assay.git.objects import Commit, ObjectReader, TreeEntry, parse_tree
from assay.pipeline.build import is_stage_file
from assay.typed import Callable, Iterable, Mapping, Sequence, TypeVar

_DEEPEST = 200
"""Levels of directories that are looked at; what lies deeper does not exist here."""

PRIVATE = (".dvc", ".git")
"""Directories that hold nothing of the project."""

Value = TypeVar("Value")


class MissingObject(AssayError):
    """An object of a commit is not in the repository, nor where its clone came from."""

    def __init__(self, object_id: str) -> None:
        super().__init__(
            f"the Git object {object_id} is missing", hint="fetch it with `git fetch --refetch`"
        )


class RevisionObjects:
    """Commits, trees and blobs by id. For one thread and one command; holds what it has parsed."""

    __slots__ = ("_blobs", "_fetched", "_known", "_listings", "_reader", "_trees")

    def __init__(self, reader: ObjectReader) -> None:
        self._reader = reader
        self._trees: dict[str, Mapping[str, TreeEntry]] = {}
        self._listings: dict[str, tuple[str, ...]] = {}
        self._blobs: dict[str, bytes] = {}
        self._fetched: set[str] = set()
        self._known: dict[tuple[str, ...], object] = {}

    def commits(self, names: Iterable[str]) -> list[Commit | None]:
        """The commit that each name means, None where there is none."""
        return list(self._reader.commits(names))

    def roots(self, commits: Sequence[Commit], folder: str) -> list[str | None]:
        """Id of the tree that each commit has at `folder` ("" for its root), None without one."""
        if not folder:
            return [commit.tree for commit in commits]
        names = [f"{commit.tree}:{folder}" for commit in commits]
        found = zip(names, self._reader.read_many(names), strict=True)
        return [item.id if item and item.kind == "tree" else None for _, item in found]

    def tree(self, tree_id: str) -> Mapping[str, TreeEntry]:
        """Entries of a tree by name. Empty for one that is deeper than anybody looks."""
        return self._trees.get(tree_id, {})

    def is_project(self, tree_id: str) -> bool:
        """Whether a tree holds `.dvc`."""
        entry = self.tree(tree_id).get(".dvc")
        return entry is not None and entry.is_tree

    def fetch_trees(self, tree_ids: Iterable[str]) -> None:
        """Read these trees and all below them, a level at a time. Raises MissingObject."""
        level = list(dict.fromkeys(tree_ids))
        for _ in range(_DEEPEST):
            level = [tree_id for tree_id in level if tree_id not in self._trees]
            if not level:
                return
            for tree_id, found in zip(level, self._reader.read_many(level), strict=True):
                if found is None:
                    raise MissingObject(tree_id)
                self._trees[tree_id] = parse_tree(found.data, len(tree_id) // 2)
            below = (entry for tree_id in level for entry in self._trees[tree_id].items())
            level = list(dict.fromkeys(e.id for name, e in below if _is_folder(name, e)))

    def stage_files(self, tree_id: str) -> tuple[str, ...]:
        """Paths of stage files and of `.dvcignore` files in a tree that was fetched, sorted.

        Links, and directories that are projects of their own, are left out.
        """
        listing = self._listings.get(tree_id)
        if listing is None:
            listing = self._listings[tree_id] = tuple(sorted(self._list(tree_id)))
        return listing

    def fetch_blobs(self, blob_ids: Iterable[str]) -> None:
        """Read blobs that were never asked for before; `blob` gives them without a process."""
        wanted = [blob_id for blob_id in dict.fromkeys(blob_ids) if blob_id not in self._fetched]
        self._fetched.update(wanted)
        for blob_id, found in zip(wanted, self._reader.read_many(wanted), strict=True):
            if found is not None:
                self._blobs[blob_id] = found.data

    def blob(self, blob_id: str) -> bytes:
        """The content of a blob. Raises MissingObject."""
        data = self._blobs.get(blob_id)
        if data is not None:
            return data
        found = self._reader.read(blob_id)
        if found is None:
            raise MissingObject(blob_id)
        return found.data

    def forget_blobs(self) -> None:
        """Let go of contents. What was parsed from them stays."""
        self._blobs.clear()

    def once(self, key: tuple[str, ...], make: Callable[[], Value]) -> Value:
        """What `make` gives, or raises of ours; called once per `key`."""
        if key not in self._known:
            try:
                self._known[key] = make()
            except AssayError as error:
                self._known[key] = error
        known = self._known[key]
        if isinstance(known, AssayError):
            raise known.with_traceback(None)
        return known  # type: ignore[return-value]  # the key says what kind of value it is

    def _list(self, tree_id: str) -> Iterable[str]:
        for name, entry in self.tree(tree_id).items():
            if entry.is_plain:
                if name == IGNORE_FILE or is_stage_file(name):
                    yield name
            elif _is_folder(name, entry) and not self.is_project(entry.id):
                yield from (f"{name}/{path}" for path in self.stage_files(entry.id))


def _is_folder(name: str, entry: TreeEntry) -> bool:
    return entry.is_tree and name not in PRIVATE
