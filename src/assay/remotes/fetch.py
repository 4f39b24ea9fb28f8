"""From a remote into the cache: only what is lacking, verified, listings last (P2, P5).

An object gets its name in the cache after its bytes were hashed. The listing of a directory follows
its files, so that a kill leaves files that the next try finds, never a promise that is not kept.
"""

from __future__ import annotations

import os
import stat

from assay.fs.arrivals import Arrivals
from assay.fs.atomic import discard
from assay.remotes.exchange import Carried, Exchange, carry, unique
from assay.remotes.layout import expected_md5, legacy_md5, object_path
from assay.remotes.listings import Listings, damaged, find_listings
from assay.remotes.wanted import Failure, Moved, Wanted
from assay.store.cache import OBJECT_MODE
from assay.store.hashes import legacy_md5_file
from assay.typed import Iterable, Iterator, Sequence


def fetch(exchange: Exchange, wanted: Sequence[Wanted]) -> Moved:
    """Bring what is wanted and not in the cache. Raises CacheWriteFailed for a listing."""
    listings = find_listings(exchange, (one.path for one in wanted if one.is_tree))
    files = unique(path for one in wanted for path in _files(one, listings))
    present = exchange.here.existing(files)
    lacking = [path for path in files if path not in present]
    carried = carry(exchange, "Fetching", lambda paths: _bring(exchange, paths), lacking)
    broken = set(lacking).difference(carried.done) if len(carried.done) < len(lacking) else set()
    kept, stuck = _keep_listings(exchange, wanted, listings, broken)
    promised = _promised(exchange, wanted, listings, carried)
    missing = [one.path for one in carried.absent if one.path not in promised]
    failed = [one for one in carried.absent if one.path in promised]
    return Moved(
        done=len(carried.done) + kept,
        missing=(*listings.missing, *missing),
        failed=(*listings.failed, *carried.failed, *failed, *stuck),
        untried=carried.untried,
    )


def _files(one: Wanted, listings: Listings) -> Iterable[str]:
    """The paths of the files that `one` stands for."""
    if not one.is_tree:
        return (one.path,)
    listing = listings.known.get(one.path)
    members = one.members(listing.entries) if listing is not None else ()
    return (object_path(entry.md5, one.kind) for entry in members)


def _bring(exchange: Exchange, paths: Sequence[str]) -> Iterator[OSError | None]:
    """Fetch objects that stand in one folder."""
    here = exchange.here
    folder = here.address(paths[0].rpartition("/")[0])
    with Arrivals(folder, shared=here.shared) as arrivals:
        for path in paths:
            try:
                _bring_one(exchange, path, arrivals)
            except OSError as error:
                yield error
            else:
                yield None


def _bring_one(exchange: Exchange, path: str, arrivals: Arrivals) -> None:
    """Fetch an object beside its place, look at it, then give it its name."""
    name = path.rpartition("/")[2]
    place = arrivals.place(name)
    try:
        found = exchange.there.fetch(path, place)
        expected = expected_md5(path)
        if expected is None:
            expected, found = legacy_md5(path), legacy_md5_file(place)
        if found != expected:
            raise damaged(exchange, path)
        status = os.stat(place)
        if stat.S_IMODE(status.st_mode) != OBJECT_MODE:
            os.chmod(place, OBJECT_MODE)
    except BaseException:
        discard(place)
        raise
    arrivals.keep(place, name, status.st_size)
    exchange.vouchers.vouch(expected, status)


def _keep_listings(
    exchange: Exchange, wanted: Sequence[Wanted], listings: Listings, broken: set[str]
) -> tuple[int, list[Failure]]:
    """Put new listings whose files are all here into the cache; how many, and which could not."""
    new = {one.path: one for one in wanted if one.path in listings.known}
    kept, stuck = 0, []
    for path, one in new.items():
        data = listings.known[path].data
        if data is None:
            continue
        if broken and not broken.isdisjoint(_files(one, listings)):
            stuck.append(Failure(path, ""))
            continue
        exchange.caches[one.kind].put_bytes(one.id, data)
        kept += 1
    return kept, stuck


def _promised(
    exchange: Exchange, wanted: Sequence[Wanted], listings: Listings, carried: Carried
) -> set[str]:
    """Files that were not on the remote although a listing there says so (spec/data.md §8.1)."""
    absent = {one.path for one in carried.absent}
    if not absent:
        return absent
    hit = [one for one in wanted if one.is_tree and not absent.isdisjoint(_files(one, listings))]
    there = exchange.there.existing({one.path for one in hit})
    return {path for one in hit if one.path in there for path in _files(one, listings)}
