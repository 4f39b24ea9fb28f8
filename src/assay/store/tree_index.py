"""A directory as it was last hashed: its files by their stats, and its listing.

An unchanged directory costs one walk and one comparison. Of a changed one only the files that
changed are hashed, and only what is new of them is written down (`tree_index_file.py`).
"""

from __future__ import annotations

from assay.errors import UnsafePath
from assay.fs.walked import NEVER_NS, UNTOLD_NS, WalkedFile, WalkedFolder
from assay.store.hashes import MD5_LENGTH, are_md5s
from assay.store.trees import TreeEntry, hashes_in, parse_own_tree, place_of, tree_bytes, tree_id
from assay.typed import Callable, Collection, Iterable, Mapping, NamedTuple, Sequence

RACY_NS = 20_000_000
"""A file that was touched so short a time ago may change once more with the same time."""
FEW = 64
"""So many files are replaced in a listing one by one, more by making it anew."""

NO_EDITS: Mapping[str, Edit] = {}


class Edit(NamedTuple):
    """A file that became another: its stat and its MD5 now."""

    file: WalkedFile
    md5: str


class TreeIndex(NamedTuple):
    """`folders` as a walk found them, but for files that may have changed within the clock's tick:
    those have a time that never matches. `tree` is the name of the listing, `size` that of all
    files in bytes. `prefixes`: the first two digits of their hashes, and of others. `base` is what
    the listing was before some files, those at the paths `changed`, became others.

    `written` gives the listing as it stands in the file called `mark`, if one is; `edits` are the
    files that became others since, by their paths.
    """

    folders: list[WalkedFolder]
    written: Callable[[], bytes]
    tree: str
    size: int
    prefixes: frozenset[str]
    base: str
    changed: frozenset[str] = frozenset()
    mark: str = ""
    edits: Mapping[str, Edit] = NO_EDITS

    @property
    def nfiles(self) -> int:
        """How many files there are."""
        return sum(folder.nfiles for folder in self.folders)

    def listing(self) -> bytes:
        """The bytes that `tree` is the name of; none if the index was damaged."""
        if not self.edits:
            return self.written()
        hashes = {path: edit.md5 for path, edit in self.edits.items()}
        return _with_hashes(self.written(), hashes) or b""

    def entries(self) -> tuple[TreeEntry, ...] | None:
        """The files and their hashes, sorted by path; None if the index was damaged.

        No name is among them that was not seen in the directory (P5).
        """
        try:
            found = parse_own_tree(self.listing()) or ()
        except UnsafePath:
            return None
        paths = sorted([path for folder in self.folders for path in folder.paths()])
        return found if paths == [entry.path for entry in found] else None

    def hashes(self, prefixes: Collection[str]) -> list[str] | None:
        """The MD5s of files that start with one of these, one for each file; None if the index was
        damaged."""
        listing = self.listing()
        found = hashes_in(listing, prefixes)
        return found if listing and are_md5s(found) else None

    def base_hashes(self, prefixes: Collection[str]) -> list[str] | None:
        """The same for the files that are still as in `base`."""
        if len(self.changed) > FEW:
            entries = self.entries() or ()
            kept = [entry.md5 for entry in entries if entry.path not in self.changed]
            return [md5 for md5 in kept if md5[:2] in prefixes] if entries else None
        found = self.hashes(prefixes)
        listing = self.listing() if found and self.changed else b""
        for path in self.changed if found else ():
            end = place_of(listing, path)
            md5 = listing[max(end - MD5_LENGTH, 0) : max(end, 0)].decode("ascii", "replace")
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
            elif before.listed == folder.listed:
                found += folder.differing(before)
            else:
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
        self,
        folders: Sequence[WalkedFolder],
        touched: Sequence[WalkedFile],
        hashes: Mapping[str, str],
        looked_ns: int,
    ) -> TreeIndex | None:
        """The index of the directory as it is now: `folders`, the files that were `touched`, and
        the MD5 of each by its path. None if this one lacks the hash of another: it was damaged."""
        made = None
        if len(hashes) <= FEW:
            made = self._edited(folders, touched, hashes, looked_ns)
            made = made or self._with_same_files(folders, hashes, looked_ns)
        if made is None:
            known = {**dict(self.entries() or ()), **hashes}
            try:
                made = new_index(folders, known, looked_ns)
            except KeyError:
                return None
        return made._replace(base=self.base, changed=self.changed.union(hashes))

    def _edited(
        self,
        folders: Sequence[WalkedFolder],
        touched: Sequence[WalkedFile],
        hashes: Mapping[str, str],
        looked_ns: int,
    ) -> TreeIndex | None:
        """The same as edits of this index; None if that cannot be told by edits."""
        if [folder[:2] for folder in folders] != [folder[:2] for folder in self.folders]:
            return None
        files = [_settled_file(file, looked_ns - RACY_NS) for file in touched]
        edits = {**self.edits, **{file.path: Edit(file, hashes[file.path]) for file in files}}
        made = self._replace(edits=edits)
        listing = made.listing()
        if len(edits) > FEW or not listing:
            return None
        edited = with_files(self.folders, files)
        pairs = zip(edited, self.folders, strict=True)
        grown = sum(sum(now.sizes()) - sum(old.sizes()) for now, old in pairs if now is not old)
        prefixes = self.prefixes.union(edit.md5[:2] for edit in edits.values())
        return made._replace(
            folders=edited,
            written=lambda: listing,  # with the edits, which change nothing in it any more
            tree=tree_id(listing),
            size=self.size + grown,
            prefixes=prefixes,
        )

    def _with_same_files(
        self, folders: Sequence[WalkedFolder], hashes: Mapping[str, str], looked_ns: int
    ) -> TreeIndex | None:
        """An index of its own, whose listing differs in some hashes; None if it has other files."""
        if not _has_same_files(self.folders, folders):
            return None
        listing = _with_hashes(self.listing(), hashes)
        if not listing:
            return None
        prefixes = self.prefixes.union(md5[:2] for md5 in hashes.values())
        return _index(folders, listing, tree_id(listing), prefixes, looked_ns)


def new_index(
    folders: Sequence[WalkedFolder], hashes: Mapping[str, str], looked_ns: int
) -> TreeIndex:
    """The index of a directory whose files were looked at after `looked_ns`: path → MD5."""
    paths = sorted([path for folder in folders for path in folder.paths()])
    rows = zip(paths, map(hashes.__getitem__, paths), strict=True)
    return index_of_listing(folders, list(map(TreeEntry._make, rows)), None, looked_ns)


def index_of_listing(
    folders: Sequence[WalkedFolder], entries: Sequence[TreeEntry], tree: str | None, looked_ns: int
) -> TreeIndex:
    """The index of a directory that holds `entries` (sorted); `tree` is what their listing is
    called, if somebody has written it down in a way of his own."""
    listing = tree_bytes(entries)
    prefixes = frozenset([entry.md5[:2] for entry in entries])
    return _index(folders, listing, tree or tree_id(listing), prefixes, looked_ns)


def _index(
    folders: Sequence[WalkedFolder],
    listing: bytes,
    tree: str,
    prefixes: frozenset[str],
    looked_ns: int,
) -> TreeIndex:
    size = sum(sum(folder.sizes()) for folder in folders)
    settled = [_settled(folder, looked_ns - RACY_NS) for folder in folders]
    return TreeIndex(settled, lambda: listing, tree, size, prefixes, base=tree)


def with_files(folders: Sequence[WalkedFolder], files: Iterable[WalkedFile]) -> list[WalkedFolder]:
    """The folders with other stats for some of their files. Raises KeyError for one that is not
    there."""
    made = [*folders]
    numbers = {folder.prefix: number for number, folder in enumerate(made)}
    for file in files:
        start = file.path.rfind("/") + 1
        number = numbers[file.path[:start]]
        row = made[number].row_of(file.path[start:])
        if row < 0:
            raise KeyError(file.path)
        made[number] = made[number].with_stats(row, file)
    return made


def _settled(folder: WalkedFolder, before_ns: int) -> WalkedFolder:
    """The folder, where a file that was touched since then, or has a time that nobody can write
    down, gets one that never matches."""
    times = folder.mtimes_ns()
    if max(times) < before_ns and min(times) > UNTOLD_NS:
        return folder
    return folder.with_times([_settled_time(time, before_ns) for time in times])


def _settled_file(file: WalkedFile, before_ns: int) -> WalkedFile:
    """The same of one file."""
    return file._replace(mtime_ns=_settled_time(file.mtime_ns, before_ns))


def _settled_time(mtime_ns: int, before_ns: int) -> int:
    return mtime_ns if UNTOLD_NS < mtime_ns < before_ns else NEVER_NS


def _doubting(folder: WalkedFolder, paths: frozenset[str]) -> WalkedFolder:
    """The folder, where the files at these paths get a time that never matches."""
    names = folder.paths()
    if paths.isdisjoint(names):
        return folder
    rows = zip(names, folder.mtimes_ns(), strict=True)
    return folder.with_times([NEVER_NS if path in paths else time for path, time in rows])


def _has_same_files(some: Sequence[WalkedFolder], others: Sequence[WalkedFolder]) -> bool:
    """Whether both are of the same files, in whichever order the system listed them."""
    listed = {folder.prefix: folder.listed for folder in others}
    return len(some) == len(listed) and all(
        folder.listed == (found := listed.get(folder.prefix))
        or {*folder.names()} == {*(found or "").split("/")}
        for folder in some
    )


def _with_hashes(listing: bytes, hashes: Mapping[str, str]) -> bytes | None:
    """The listing with other hashes for some of its files; None if it lacks one of them."""
    ends = sorted([(place_of(listing, path), md5) for path, md5 in hashes.items()])
    if ends and ends[0][0] < MD5_LENGTH:
        return None
    view = memoryview(listing)
    pieces: list[bytes | memoryview] = []
    start = 0
    for end, md5 in ends:
        pieces += (view[start : end - MD5_LENGTH], md5.encode("ascii"))
        start = end
    return b"".join([*pieces, view[start:]])
