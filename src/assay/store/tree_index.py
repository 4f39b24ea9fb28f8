"""A directory as it was last hashed: its files by their stats, and its listing.

An unchanged directory costs one walk and one comparison. Of a changed one only the files that
changed are hashed, and only their places in the listing are written anew.
"""

from __future__ import annotations

from assay import quick_json
from assay.errors import UnsafePath
from assay.fs.walk import WalkedFile, WalkedFolder
from assay.store.hashes import MD5_LENGTH, are_md5s
from assay.store.trees import TreeEntry, hashes_in, parse_own_tree, place_of, tree_bytes, tree_id
from assay.typed import Collection, Mapping, NamedTuple, Sequence

RACY_NS = 20_000_000
"""A file that was touched so short a time ago may change once more with the same time."""

_VERSION = 5
_NEVER_NS = -1  # the time of no file
_OLDEST_NS = -(1 << 63)
_FEW = 64
"""So many files are replaced in a listing one by one, more by making it anew."""


class TreeIndex(NamedTuple):
    """`folders` as a walk found them, but for files that may have changed within the clock's tick:
    those have a time that never matches. `listing` are the bytes that `tree` is the name of, `size`
    is that of all files in bytes. `prefixes`: the first two digits of their hashes, and of others.
    `base` is what the listing was before some files, those at the paths `changed`, became others.
    """

    folders: list[WalkedFolder]
    listing: bytes
    tree: str
    size: int
    prefixes: frozenset[str]
    base: str
    changed: frozenset[str] = frozenset()

    @property
    def nfiles(self) -> int:
        """How many files there are."""
        return sum(len(folder.names) for folder in self.folders)

    def entries(self) -> tuple[TreeEntry, ...] | None:
        """The files and their hashes, sorted by path; None if the index was damaged.

        No name is among them that was not seen in the directory (P5).
        """
        try:
            found = parse_own_tree(self.listing) or ()
        except UnsafePath:
            return None
        paths = sorted([path for folder in self.folders for path in folder.paths()])
        return found if paths == [entry.path for entry in found] else None

    def hashes(self, prefixes: Collection[str]) -> list[str] | None:
        """The MD5s of files that start with one of these, one for each file; None if the index was
        damaged."""
        found = hashes_in(self.listing, prefixes)
        return found if are_md5s(found) else None

    def base_hashes(self, prefixes: Collection[str]) -> list[str] | None:
        """The same for the files that are still as in `base`."""
        if len(self.changed) > _FEW:
            entries = self.entries() or ()
            kept = [entry.md5 for entry in entries if entry.path not in self.changed]
            return [md5 for md5 in kept if md5[:2] in prefixes] if entries else None
        found = self.hashes(prefixes)
        for path in self.changed if found else ():
            end = place_of(self.listing, path)
            md5 = self.listing[max(end - MD5_LENGTH, 0) : max(end, 0)].decode("ascii", "replace")
            if found and md5 in found:
                found.remove(md5)
        return found

    def doubting_changed(self) -> TreeIndex:
        """The same, where the files that `base` had otherwise count as touched."""
        if not self.changed:
            return self
        return self._replace(folders=[_doubting(folder, self.changed) for folder in self.folders])

    def touched(self, folders: Sequence[WalkedFolder]) -> list[WalkedFile]:
        """The files that are new or may have changed since, sorted by path."""
        known = {folder.prefix: folder for folder in self.folders}
        found: list[WalkedFile] = []
        for folder in folders:
            before = known.get(folder.prefix)
            if before is None:
                found += folder.files()
            elif before != folder:
                same = set(before.files())
                found += [file for file in folder.files() if file not in same]
        found.sort()
        return found

    def unchanged(self, folders: Sequence[WalkedFolder]) -> dict[str, str]:
        """Path → MD5 of all files but those that are `touched`."""
        hashes = dict(self.entries() or ())
        for file in self.touched(folders):
            hashes.pop(file.path, None)
        return hashes

    def renewed(
        self, folders: Sequence[WalkedFolder], hashes: Mapping[str, str], now_ns: int
    ) -> TreeIndex | None:
        """The index of the directory as it is now: `folders`, and the MD5 of each file that was
        `touched`, by path. None if this one lacks the hash of another: it was damaged."""
        listing = None
        if len(hashes) <= _FEW and _has_same_files(self.folders, folders):
            listing = _with_hashes(self.listing, hashes)
        if listing is None:
            known = {**dict(self.entries() or ()), **hashes}
            try:
                made = new_index(folders, known, now_ns)
            except KeyError:
                return None
        else:
            prefixes = self.prefixes.union(md5[:2] for md5 in hashes.values())
            made = _index(folders, listing, tree_id(listing), prefixes, now_ns)
        return made._replace(base=self.base, changed=self.changed.union(hashes))


def new_index(folders: Sequence[WalkedFolder], hashes: Mapping[str, str], now_ns: int) -> TreeIndex:
    """The index of a directory whose files were all hashed before `now_ns`: path → MD5."""
    paths = sorted([path for folder in folders for path in folder.paths()])
    rows = zip(paths, map(hashes.__getitem__, paths), strict=True)
    return index_of_listing(folders, list(map(TreeEntry._make, rows)), None, now_ns)


def index_of_listing(
    folders: Sequence[WalkedFolder], entries: Sequence[TreeEntry], tree: str | None, now_ns: int
) -> TreeIndex:
    """The index of a directory that holds `entries` (sorted); `tree` is what their listing is
    called, if somebody has written it down in a way of his own."""
    listing = tree_bytes(entries)
    prefixes = frozenset([entry.md5[:2] for entry in entries])
    return _index(folders, listing, tree or tree_id(listing), prefixes, now_ns)


def _index(
    folders: Sequence[WalkedFolder],
    listing: bytes,
    tree: str,
    prefixes: frozenset[str],
    now_ns: int,
) -> TreeIndex:
    size = sum(sum(folder.sizes) for folder in folders)
    settled = [_settled(folder, now_ns - RACY_NS) for folder in folders]
    return TreeIndex(settled, listing, tree, size, prefixes, base=tree)


def _settled(folder: WalkedFolder, before_ns: int) -> WalkedFolder:
    """The folder, where a file that was touched since then, or has a time that nobody can write
    down, gets one that never matches."""
    if max(folder.mtimes_ns) < before_ns and min(folder.mtimes_ns) >= _OLDEST_NS:
        return folder
    times = [time if _OLDEST_NS <= time < before_ns else _NEVER_NS for time in folder.mtimes_ns]
    return folder._replace(mtimes_ns=times)


def _doubting(folder: WalkedFolder, paths: frozenset[str]) -> WalkedFolder:
    """The folder, where the files at these paths get a time that never matches."""
    if paths.isdisjoint(folder.paths()):
        return folder
    rows = zip(folder.paths(), folder.mtimes_ns, strict=True)
    return folder._replace(mtimes_ns=[_NEVER_NS if path in paths else time for path, time in rows])


def _has_same_files(some: Sequence[WalkedFolder], others: Sequence[WalkedFolder]) -> bool:
    """Whether both are of the same files, in whichever order the system listed them."""
    names = {folder.prefix: folder.names for folder in others}
    return len(some) == len(names) and all(
        folder.names == (found := names.get(folder.prefix)) or {*folder.names} == {*(found or ())}
        for folder in some
    )


def _with_hashes(listing: bytes, hashes: Mapping[str, str]) -> bytes | None:
    """The listing with other hashes for some of its files; None if it lacks one of them."""
    changed = bytearray(listing)
    for path, md5 in hashes.items():
        end = place_of(changed, path)
        if end < MD5_LENGTH:
            return None
        changed[end - MD5_LENGTH : end] = md5.encode("ascii")
    return bytes(changed)


def index_to_bytes(index: TreeIndex, path: str) -> bytes:
    """The index of the directory at `path`: a line of JSON, the listing as another, and the times,
    sizes and inodes of all files as 64-bit numbers of this machine: to read them as text would take
    longer than all else that is done with them.
    """
    from _struct import pack  # whoever only looks reads them without

    told = {
        "version": _VERSION,
        "path": path,
        "tree": index.tree,
        "size": index.size,
        "prefixes": sorted(index.prefixes),
        "base": index.base,
        "changed": sorted(index.changed),
        "folders": [(folder.prefix, "/".join(folder.names)) for folder in index.folders],
    }
    line = quick_json.dumps(told, separators=(",", ":")).encode("ascii")
    times = [pack(f"{len(one.names)}q", *one.mtimes_ns) for one in index.folders]
    sizes = [pack(f"{len(one.names)}q", *one.sizes) for one in index.folders]
    inodes = [pack(f"{len(one.names)}Q", *one.inodes) for one in index.folders]
    return b"\n".join([line, index.listing, b"".join([*times, *sizes, *inodes])])


def index_from_bytes(data: bytes, path: str) -> TreeIndex | None:
    """The index of the directory at `path`; None if these bytes are no such thing, or damaged."""
    try:
        line, listing, numbers = data.split(b"\n", 2)
        told = quick_json.loads(line)
        if told["version"] != _VERSION or told["path"] != path:
            return None
        return TreeIndex(
            _folders(told["folders"], memoryview(numbers)),
            listing,
            str(told["tree"]),
            int(told["size"]),
            frozenset(told["prefixes"]),
            str(told["base"]),
            frozenset(told["changed"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _folders(texts: list[tuple[str, str]], numbers: memoryview) -> list[WalkedFolder]:
    """The folders, from the names and the numbers of their files. Raises ValueError, TypeError."""
    named = [(str(prefix), str(names).split("/")) for prefix, names in texts]
    width = 8 * sum(len(names) for _, names in named)
    if len(numbers) != 3 * width:
        raise ValueError
    times = numbers[:width].cast("q").tolist()
    sizes = numbers[width : 2 * width].cast("q").tolist()
    inodes = numbers[2 * width :].cast("Q").tolist()
    found = []
    start = 0
    for prefix, names in named:
        part = slice(start, start := start + len(names))
        found.append(WalkedFolder(prefix, names, times[part], sizes[part], inodes[part]))
    return found
