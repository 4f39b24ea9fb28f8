"""The listings of directories (`.dir` objects), from the cache or else from the remote.

A listing from a remote is compared with its name and every path in it is checked before anything
is done with it (P5). It is not put into the cache here.
"""

from __future__ import annotations

from assay.errors import UnsafePath
from assay.remotes.exchange import Exchange, unique
from assay.remotes.layout import object_name
from assay.remotes.remote import DamagedObject
from assay.remotes.wanted import Failure
from assay.store.hashes import md5_bytes
from assay.store.trees import TreeEntry, parse_tree
from assay.typed import Iterable, NamedTuple
from assay.workers import in_parallel


class Listing(NamedTuple):
    """The files of a directory; `data` are the listing's bytes if it is not in the cache yet."""

    entries: tuple[TreeEntry, ...]
    data: bytes | None = None


class Listings(NamedTuple):
    """Listings by the path of their object; those on neither side, and those that are no good."""

    known: dict[str, Listing]
    missing: list[str]
    failed: list[Failure]


def find_listings(exchange: Exchange, paths: Iterable[str]) -> Listings:
    """The listings at `paths`, each read once; the cache is asked first."""
    found = Listings({}, [], [])
    elsewhere = []
    for path in unique(paths):
        entries = exchange.tree(path)
        if entries is None:
            elsewhere.append(path)
        else:
            found.known[path] = Listing(entries)

    def read(path: str) -> tuple[str, Listing | OSError | UnsafePath]:
        try:
            return path, _read(exchange, path)
        except (OSError, UnsafePath) as error:
            return path, error

    for path, answer in in_parallel(read, elsewhere, jobs=exchange.jobs):
        if isinstance(answer, Listing):
            found.known[path] = answer
        elif isinstance(answer, FileNotFoundError):
            found.missing.append(path)
        else:
            found.failed.append(Failure(path, str(answer)))
    return found


def _read(exchange: Exchange, path: str) -> Listing:
    data = exchange.there.read(path)
    name = object_name(path)
    entries = parse_tree(data) if name is not None and md5_bytes(data) == name.md5 else None
    if entries is None:
        raise damaged(exchange, path)
    return Listing(entries, data)


def damaged(exchange: Exchange, path: str) -> OSError:
    """The error about bytes of the remote that are not what their name says.

    A folder of this machine removes a damaged object that is not protected when it is asked for
    it: then it is merely missing (spec/data.md §8.1).
    """
    address = exchange.there.address(path)
    if path in exchange.there.existing([path]):
        return DamagedObject(address)
    return FileNotFoundError(2, "No such file or directory", address)
