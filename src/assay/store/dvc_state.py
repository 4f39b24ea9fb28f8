"""What DVC knows of files that did not change since it hashed or placed them.

DVC keeps that outside of the project: `<site cache>/repo/<MD5 of what tells projects apart>/hashes/
local/cache.db`, SQLite, absolute path → checksum of inode, mtime and size, and a hash (spec/data.md
§3). It is asked only where much would have to be hashed, as after a switch from DVC, whose word is
taken as DVC takes it; and only for files of the workspace, never for objects of the cache (P5).
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.walked import WalkedFile
from assay.store.hashes import are_md5s, md5_bytes
from assay.typed import Mapping, NamedTuple, Sequence

_AT_ONCE = 500  # older SQLite takes 999 parameters at most
_VERSION = 1  # what has none was hashed as DVC 2.x did
_MAJOR, _SALT = 3, 0
_WRITABLE_BY_ALL = 0o002


class DvcState(NamedTuple):
    """The database for one project: `root` is that of the project, `tmp_dir` its `.dvc/tmp`,
    `site_cache` the configured place of all such databases, if there is one."""

    root: str
    tmp_dir: str
    site_cache: str | None
    environ: Mapping[str, str]

    def hashes(self, folder: str, files: Sequence[WalkedFile]) -> dict[str, str]:
        """Path → MD5 of those files below `folder` (absolute), by their stats, that DVC knows."""
        database = self._database()
        if database is None or not _is_private(database):
            return {}
        found = _ask(database, {f"{folder}/{file.path}": file for file in files})
        # Of a symbolic link DVC notes the stat of the link; of what it leads to, that of the file.
        left = [file for file in files if file.path not in found]
        links = [file for file in left if os.path.islink(f"{folder}/{file.path}")]
        if links:
            found |= _ask(
                database, {os.path.realpath(f"{folder}/{one.path}"): one for one in links}
            )
        return found

    def _database(self) -> str | None:
        """Where it is, if DVC has ever been used here."""
        top = self.environ.get("DVC_SITE_CACHE_DIR") or self.site_cache or "/var/tmp/dvc"
        if not os.path.isdir(f"{top}/repo"):
            return None
        from getpass import getuser

        try:
            made = os.stat(f"{self.tmp_dir}/btime").st_mtime
            told = (self.root, None, made, getuser(), _MAJOR, _SALT)
        except (OSError, KeyError):
            return None
        name = md5_bytes(str(told).encode("utf-8", "surrogateescape"))
        return os.path.join(top, "repo", name, "hashes", "local", "cache.db")


def _ask(database: str, files: Mapping[str, WalkedFile]) -> dict[str, str]:
    """The MD5s of those files, by the absolute paths that DVC knows them by, that have the stats
    that it noted; none of a database that cannot be read, or is none."""
    from assay import sqlite

    places = list(files)
    found: dict[str, str] = {}
    try:
        connection = sqlite.connect(sqlite.file_uri(database, "mode=ro"), uri=True, timeout=1)
        try:
            for start in range(0, len(places), _AT_ONCE):
                part = places[start : start + _AT_ONCE]
                marks = ", ".join("?" * len(part))
                query = f"SELECT key, value FROM Cache WHERE raw = 1 AND key IN ({marks})"
                for at, text in connection.execute(query, part):
                    md5 = _hash_in(text, files[at])
                    if md5 is not None:
                        found[files[at].path] = md5
        finally:
            connection.close()
    except (sqlite.DatabaseError, UnicodeError, KeyError):
        return {}
    return found


def _is_private(database: str) -> bool:
    """Whether nobody but we, and those whom we let, can have written it: the place of all such
    databases is open to every user of a machine."""
    place = database
    for _ in range(4):  # the file, `local`, `hashes`, and the folder of the project
        try:
            status = os.stat(place)
        except OSError:
            return False
        if status.st_uid != os.getuid() or status.st_mode & _WRITABLE_BY_ALL:
            return False
        place = os.path.dirname(place)
    return True


def _hash_in(text: object, file: WalkedFile) -> str | None:
    """The MD5 that a row tells of a file with that stat; None if it is about another."""
    try:
        row = quick_json.loads(str(text))
        md5 = str(row["hash_info"]["md5"])
        is_same = row["version"] == _VERSION and row["checksum"] == _checksum(file)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return md5 if is_same and are_md5s([md5]) else None


def _checksum(file: WalkedFile) -> str:
    """What DVC tells a stat by: the MD5 of its text as a number, the time in seconds as Python's
    `st_mtime`."""
    seconds, ns = divmod(file.mtime_ns, 1_000_000_000)
    told = ([file.inode, seconds + 1e-9 * ns, file.size],)
    return str(int(md5_bytes(str(told).encode("ascii")), 16))
