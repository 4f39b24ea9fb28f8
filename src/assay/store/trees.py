"""Directory objects: the sorted listing that stands for a directory in the cache.

`[{"md5": "b026…", "relpath": "a"}, …]`, named by the MD5 of these bytes plus `.dir`
(spec/data.md §2). Listings from a cache or a remote are foreign: every name in them is checked.
"""

from __future__ import annotations

from assay import quick_json
from assay.fs.paths import check_entries
from assay.quick_json import quoted as quote
from assay.store.hashes import MD5_LENGTH, TREE_SUFFIX, are_md5s, check_object_id, md5_bytes
from assay.typed import Collection, Iterable, NamedTuple

_OPEN, _BETWEEN, _CLOSE = b"[{", b"}, {", b"}]"
_ROW_START = b'"md5": "'
_FEW_PREFIXES = 4

# What stands around the hashes and paths of a listing that needs no escapes, and what is put in its
# place for a moment: one byte that is in no such listing.
_FIRST, _LAST = b'[{"md5": "', b'"}]'
_RELPATH, _AFTER_HASH = b'", "relpath": "', b"\n"
_NEXT, _AFTER_PATH = b'"}, {"md5": "', b"\r"
_CONTROLS = bytes([*range(0x20), 0x7F])
_ALL_BUT_CONTROLS = bytes(set(range(0x100)) - {*_CONTROLS})


class TreeEntry(NamedTuple):
    """One file of a directory: POSIX path relative to it, and the MD5 of its bytes."""

    path: str
    md5: str


def tree_bytes(entries: Iterable[tuple[str, str]]) -> bytes:
    """The listing of `entries` (path, MD5), sorted by path; the same bytes as DVC's."""
    rows = (f'{{"md5": "{md5}", "relpath": {quote(path)}}}' for path, md5 in entries)
    return f"[{', '.join(rows)}]".encode("ascii")


def tree_id(data: bytes) -> str:
    """The object name of a listing: 32 hex digits and `.dir`."""
    return md5_bytes(data) + TREE_SUFFIX


def parse_tree(data: bytes) -> tuple[TreeEntry, ...] | None:
    """The entries of a listing, or None when `data` is no listing.

    Raises UnsafePath for an entry that points outside the directory or names no object (P5).
    """
    entries = parse_own_tree(data)
    if entries is not None:
        check_entries([entry.path for entry in entries])
    return entries


def parse_own_tree(data: bytes) -> tuple[TreeEntry, ...] | None:
    """The entries of a listing that was made of files which are here: they may have any name.

    Raises UnsafePath for an entry that names no object.
    """
    columns = _plain_columns(data) or _columns(data)
    if columns is None:
        return None
    paths, hashes = columns
    if not are_md5s(hashes):
        for md5 in hashes:
            check_object_id(md5)
    return tuple(map(TreeEntry._make, zip(paths, hashes, strict=True)))


def _plain_columns(data: bytes) -> tuple[list[str], list[str]] | None:
    """The paths and hashes in a listing that is written as ours are and escapes nothing; None for
    any other.

    Without a backslash every quote begins or ends a text. So it is such a listing if hashes and
    paths take turns, and no quote is left but those around them.
    """
    if not (data.startswith(_FIRST) and data.endswith(_LAST) and data.isascii()):
        return None
    texts = data[len(_FIRST) : -len(_LAST)]
    texts = texts.replace(_RELPATH, _AFTER_HASH).replace(_NEXT, _AFTER_PATH)
    separators = texts.translate(None, _ALL_BUT_CONTROLS)
    count = (len(separators) + 1) // 2
    if separators != (_AFTER_HASH + _AFTER_PATH) * (count - 1) + _AFTER_HASH:
        return None  # or there was another control character
    if b'"' in texts or b"\\" in texts:
        return None
    columns = texts.replace(_AFTER_PATH, _AFTER_HASH).decode("ascii").split("\n")
    return columns[1::2], columns[::2]


def _columns(data: bytes) -> tuple[list[str], list[str]] | None:
    """The same of any listing; None when `data` is none."""
    try:
        rows = quick_json.loads(data)
        paths = [row["relpath"] for row in rows]
        hashes = [row["md5"] for row in rows]
    except (ValueError, TypeError, KeyError):
        return None
    return (paths, hashes) if {*map(type, paths), *map(type, hashes)} <= {str} else None


def place_of(listing: bytes | bytearray, path: str) -> int:
    """Where the MD5 of a file ends in a listing of ours; −1 if it has no such file.

    What is looked for cannot be part of a name: there its quotes would be escaped.
    """
    return listing.find(f'", "relpath": {quote(path)}}}'.encode("ascii"))


def hashes_in(listing: bytes, prefixes: Collection[str]) -> list[str]:
    """The MD5s in a listing of ours that start with any of these two digits, one for each file."""
    if len(prefixes) > _FEW_PREFIXES:
        wanted = frozenset(prefixes)
        _, *pieces = listing.split(_ROW_START)
        found = [piece[:MD5_LENGTH].decode("ascii", "replace") for piece in pieces]
        return [md5 for md5 in found if md5[:2] in wanted]
    found = []
    for prefix in prefixes:
        _, *pieces = listing.split(_ROW_START + prefix.encode("ascii"))
        rest = MD5_LENGTH - len(prefix)
        found += [prefix + piece[:rest].decode("ascii", "replace") for piece in pieces]
    return found


class Difference(NamedTuple):
    """The entries that only one of two listings has."""

    old: tuple[TreeEntry, ...]
    new: tuple[TreeEntry, ...]


def is_plainly_written(listing: bytes) -> bool:
    """Whether a listing looks as DVC and we write it, and is not empty."""
    return listing.startswith(_OPEN) and listing.endswith(_CLOSE)


def difference(old: bytes, new: bytes) -> Difference | None:
    """How two listings that are plainly written differ, parsing no more than that; None if it takes
    parsing all of them.

    Raises UnsafePath as `parse_tree` for an entry that differs. The text between two entries may
    stand in a name as well, so each piece that differs must start as an entry does and parse as
    one: what follows that text in a name does not, since the quotes of a name are escaped.
    """
    rows, others = _rows(old), _rows(new)
    only_old, only_new = _parsed(rows - others), _parsed(others - rows)
    return None if only_old is None or only_new is None else Difference(only_old, only_new)


def _rows(listing: bytes) -> set[bytes]:
    """The entries of a listing, without their braces."""
    return set(listing[len(_OPEN) : -len(_CLOSE)].split(_BETWEEN))


def _parsed(rows: set[bytes]) -> tuple[TreeEntry, ...] | None:
    if not rows:
        return ()
    if not all(row.startswith(_ROW_START) for row in rows):
        return None
    return parse_tree(_OPEN + _BETWEEN.join(rows) + _CLOSE)
