"""How much a checkout would write that goes from one commit to another, found out before it does.

A tree may name another one a thousand times, and that one the next: some kilobytes of objects are
enough for a checkout that never ends, or that fills the disk.
"""

from __future__ import annotations

from collections import Counter

from assay.git.objects import ObjectReader, TreeEntry, parse_commit, parse_tree
from assay.git.pack_size import BadPack
from assay.git.repository import Repository
from assay.typed import Mapping, NamedTuple

_DEEPEST = 1000
_LARGEST_TREE = 64 * 1024 * 1024


class Bounds(NamedTuple):
    """The most that a checkout may write."""

    files: int = 1_000_000
    size_bytes: int = 8 * 1024 * 1024 * 1024


def check_growth(
    repository: Repository,
    commit: str,
    base: str,
    *,
    environ: Mapping[str, str],
    bounds: Bounds = Bounds(),  # noqa: B008 - never changed
) -> None:
    """Raise BadPack if `commit` in the place of `base` ("": of nothing) writes too much.

    Costs as much as differs. `environ` says where Git finds the objects.
    """
    with ObjectReader(repository.root, environ) as objects:
        trees = _tree_of(objects, commit), _tree_of(objects, base)
        times = _Walk(objects, bounds.files).changed_files(*trees)
    # What appears once is bounded with the pack, or was here before.
    repeated = {file: count for file, count in times.items() if count > 1}
    if repeated and _size(repository, repeated, environ) > bounds.size_bytes:
        raise BadPack(f"the commit that was sent has more than {bounds.size_bytes} bytes of files")


class _Walk:
    """Goes through trees as a checkout would; each is read once."""

    __slots__ = ("_known", "_most", "_objects")

    def __init__(self, objects: ObjectReader, most: int) -> None:
        self._objects = objects
        self._most = most
        self._known: dict[str, dict[str, TreeEntry]] = {"": {}}

    def changed_files(self, tree: str, base: str) -> Counter[str]:
        """Content of each file that differs → how many files have it."""
        found: Counter[str] = Counter()
        waiting = [(tree, base, 0)]
        seen = 0
        while waiting:
            tree, base, depth = waiting.pop()
            if depth > _DEEPEST:
                raise BadPack(f"the commit that was sent has folders more than {_DEEPEST} deep")
            before = self._entries(base)
            for name, entry in self._entries(tree).items():
                known = before.get(name)
                if known is not None and known.id == entry.id:
                    continue
                seen += 1
                if entry.is_tree:
                    below = known.id if known is not None and known.is_tree else ""
                    waiting.append((entry.id, below, depth + 1))
                elif not entry.is_submodule:
                    found[entry.id] += 1
            if seen > self._most:
                raise self._too_many()
        return found

    def _entries(self, tree: str) -> dict[str, TreeEntry]:
        if tree not in self._known:
            found = self._objects.read(tree)
            if found is not None and len(found.data) > _LARGEST_TREE:
                raise self._too_many()
            entries = parse_tree(found.data, len(found.id) // 2) if found is not None else {}
            self._known[tree] = entries
        return self._known[tree]

    def _too_many(self) -> BadPack:
        return BadPack(f"the commit that was sent has more than {self._most} files")


def _tree_of(objects: ObjectReader, commit: str) -> str:
    if not commit:
        return ""
    found = objects.read(commit)
    if found is None or found.kind != "commit":
        raise BadPack(f"the objects that were sent do not hold the commit {commit}")
    return parse_commit(found.id, found.data).tree


def _size(repository: Repository, times: Mapping[str, int], environ: Mapping[str, str]) -> int:
    """Bytes of files together, each as often as it appears."""
    command = ["cat-file", "--batch-check=%(objectsize)"]
    stdin = "".join(f"{file}\n" for file in times).encode()
    sizes = repository.run(command, stdin=stdin, environ=environ).stdout.split()
    return sum(int(size) * count for size, count in zip(sizes, times.values(), strict=True))
