"""From the cache to a remote: only what is lacking there, verified, listings last.

Everyone takes a listing on a remote as proof that its files are there (spec/data.md §8.1). So it
goes there after all of them, and not at all while one is missing – also when only a part of the
directory is pushed.
"""

from __future__ import annotations

from assay.remotes.exchange import Carried, Exchange, carry, unique
from assay.remotes.layout import expected_md5, object_path
from assay.remotes.remote import DamagedObject, Outgoing
from assay.remotes.wanted import Failure, Moved, Wanted
from assay.typed import Iterable, Iterator, NamedTuple, Sequence


class _Tree(NamedTuple):
    """A directory that is not on the remote: the paths of its files, and of those to be sent."""

    path: str
    members: list[str]
    chosen: list[str]


def push(exchange: Exchange, wanted: Sequence[Wanted]) -> Moved:
    """Send what is wanted, in the cache, and not on the remote."""
    known = exchange.there.existing(unique(one.path for one in wanted))
    new = [one for one in unique(wanted) if one.path not in known]
    trees = [tree for one in new if one.is_tree and (tree := _tree(exchange, one))]
    there = exchange.there.existing(unique(path for tree in trees for path in tree.members))
    singles = [one.path for one in new if not one.is_tree]
    chosen = unique([*singles, *(path for tree in trees for path in tree.chosen)])
    lacking = [path for path in chosen if path not in there]
    files = _send(exchange, lacking)
    there.update(files.done)
    complete = [tree.path for tree in trees if there.issuperset(tree.members)]
    listings = _send(exchange, unique(complete))
    read = {tree.path for tree in trees}
    unread = [one.path for one in new if one.is_tree and one.path not in read]
    stuck = _stuck(trees, complete, files)
    return Moved(
        done=len(files.done) + len(listings.done),
        missing=(*unread, *(one.path for one in files.absent)),
        failed=(*files.failed, *listings.failed, *listings.absent, *stuck),
        incomplete=_incomplete(trees, complete),
        untried=files.untried + listings.untried,
    )


def _tree(exchange: Exchange, one: Wanted) -> _Tree | None:
    entries = exchange.tree(one.path)
    if entries is None:
        return None
    members = [object_path(entry.md5, one.kind) for entry in entries]
    chosen = [object_path(entry.md5, one.kind) for entry in one.members(entries)]
    return _Tree(one.path, members, chosen)


def _send(exchange: Exchange, paths: Sequence[str]) -> Carried:
    def send(batch: Sequence[str]) -> Iterator[OSError | None]:
        here = exchange.here
        files = [Outgoing(here.address(path), path, expected_md5(path)) for path in batch]
        for path, error in zip(batch, exchange.there.put(files), strict=True):
            yield error if error is None else _judged(exchange, path, error)

    return carry(exchange, "Pushing", send, paths)


def _judged(exchange: Exchange, path: str, error: OSError) -> OSError:
    """Whether an object that was not sent is missing here, or it failed.

    Looking for it removes it if it is damaged and not protected: then it is missing (§3).
    """
    if isinstance(error, FileNotFoundError | DamagedObject):
        if path not in exchange.here.existing([path]):
            return FileNotFoundError(str(error))
        return OSError(str(error))
    return error


def _stuck(trees: Iterable[_Tree], complete: Sequence[str], files: Carried) -> list[Failure]:
    """A directory fails with its files; their reasons are told, so it needs none."""
    failed = {one.path for one in files.failed}
    if not failed:
        return []
    sent = set(complete)
    return [
        Failure(tree.path, "")
        for tree in trees
        if tree.path not in sent and not failed.isdisjoint(tree.chosen)
    ]


def _incomplete(trees: Iterable[_Tree], complete: Sequence[str]) -> tuple[str, ...]:
    """Directories of which only a part was wanted, and more is not there."""
    sent = set(complete)
    return tuple(
        tree.path
        for tree in trees
        if tree.path not in sent and len(tree.chosen) < len(tree.members)
    )
