"""A cache and a remote, both folders, and what to put into them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from assay.remotes.exchange import Exchange
from assay.remotes.layout import object_path
from assay.remotes.local import LocalRemote
from assay.remotes.remote import Remote
from assay.remotes.wanted import Wanted
from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, MD5
from assay.store.vouchers import Vouchers
from assay.ui.console import Console


def md5_of(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def store(top: Path, data: bytes, *, name: str = "", mode: int = 0o444) -> Wanted:
    """Put an object below `top`, under its own name unless it gets another."""
    wanted = Wanted(name or md5_of(data))
    place = top / wanted.path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    place.chmod(mode)
    return wanted


def listing(files: Mapping[str, bytes]) -> bytes:
    """The listing of a directory."""
    rows = [{"md5": md5_of(files[path]), "relpath": path} for path in sorted(files)]
    return json.dumps(rows, sort_keys=True).encode()


def store_tree(top: Path, files: Mapping[str, bytes], *, without: tuple[str, ...] = ()) -> Wanted:
    """Put a directory below `top`: its listing, and its files but for some."""
    for path, data in files.items():
        if path not in without:
            store(top, data)
    return store_raw_listing(top, listing(files))


def store_raw_listing(top: Path, data: bytes) -> Wanted:
    """Put a listing of any content below `top`."""
    return store(top, data, name=md5_of(data) + ".dir")


def path_of(data: bytes) -> str:
    """Where the object with that content stands."""
    return object_path(md5_of(data))


def objects(top: Path) -> set[str]:
    """The paths of all files below `top`."""
    return {one.relative_to(top).as_posix() for one in top.rglob("*") if one.is_file()}


class Sides:
    """Two folders, `cache` and `remote`, and exchanges between them."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self.remote = folder / "remote"
        self.said = StringIO()
        self._state = folder / "state"

    def exchange(self, there: Remote | None = None, *, jobs: int | None = 4) -> Exchange:
        """A new exchange, as a new command would open it."""
        top = str(self.cache)
        return Exchange(
            here=LocalRemote(top),
            there=there or LocalRemote(str(self.remote), name="there"),
            caches={MD5: ObjectCache(top), LEGACY_MD5: ObjectCache(top, kind=LEGACY_MD5)},
            vouchers=Vouchers(str(self._state)),
            console=Console(out=self.said, err=self.said),
            jobs=jobs,
        )
