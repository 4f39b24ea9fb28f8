"""Data at a URL that is no remote of ours: looked at and brought, never written.

A file has a `token` that changes with its content: what the server says (an entity tag) or, where
it says nothing, the MD5 of the bytes, which costs reading them.
"""

from __future__ import annotations

import os

from assay.errors import AssayError, UnexpectedError
from assay.fs.folders import walk
from assay.fs.paths import check_entry
from assay.remotes.object_info import at_version, entity_tag, version_id
from assay.remotes.opened import Opened
from assay.remotes.options import Options
from assay.remotes.retry import patiently
from assay.remotes.schemes import SCHEMES, open_url
from assay.store.hashes import CHUNK_BYTES, new_md5
from assay.typed import Any, Callable, Iterator, Mapping, NamedTuple, TypeVar
from assay.ui.console import Console

TOKEN_KEYS: Mapping[str, str] = {
    "http": "checksum",
    "https": "checksum",
    "s3": "etag",
    "gs": "etag",
    "azure": "etag",
    "webdav": "etag",
    "webdavs": "etag",
}
"""Scheme → the key of a .dvc file that holds the token; others have their MD5."""

Result = TypeVar("Result")


class SourceFile(NamedTuple):
    """A file at or below a URL: its path from there ("" for the URL itself), bytes, token.

    `version` is what a bucket that keeps versions calls this one, "" where nobody was asked.
    """

    path: str
    size: int
    token: str
    version: str = ""


class UrlSource:
    """What is at `url`; opened by `open_source`."""

    __slots__ = ("_base", "_delays_s", "_fs", "_scheme", "url")

    def __init__(self, url: str, opened: Opened) -> None:
        self.url = url
        self._fs = opened.filesystem
        self._base = opened.base
        self._delays_s = opened.delays_s
        self._scheme = url.partition("://")[0].lower()

    @property
    def token_key(self) -> str:
        """The key of .dvc files under which the token of a file stands."""
        return TOKEN_KEYS.get(self._scheme, "md5")

    @property
    def tells_versions(self) -> bool:
        """Whether a file has a version on record even if nobody asked for one, as DVC has it."""
        return self._scheme == "gs"

    def file(self, *, with_token: bool = True) -> SourceFile | None:
        """The file at the URL; None if there is none, or a directory."""
        try:
            info = self._call(lambda: self._fs.info(self._base))
        except FileNotFoundError:
            return None
        if info.get("type") == "directory":
            return None
        return self._source_file("", self._base, info, with_token=with_token)

    def is_directory(self) -> bool:
        """Whether there is anything below the URL."""
        if self._scheme in ("http", "https"):
            return False
        try:
            return bool(self._call(lambda: self._fs.isdir(self._base)))
        except FileNotFoundError:
            return False

    def files(self, *, with_token: bool = True) -> list[SourceFile]:
        """Every file below the URL, sorted. Raises UnsafePath for a name that leads elsewhere."""
        found = self._call(lambda: self._fs.find(self._base, detail=True))
        top = len(self._base.rstrip("/")) + 1
        files = []
        for place, info in found.items():
            path = place[top:]
            check_entry(path)
            files.append(self._source_file(path, place, info, with_token=with_token))
        return sorted(files)

    def children(self) -> list[tuple[str, int | None]]:
        """Names right below the URL, and the sizes of those that are files."""
        found = self._call(lambda: self._fs.ls(self._base, detail=True))
        rows = []
        for info in found:
            name = str(info["name"]).rstrip("/").rpartition("/")[2]
            rows.append((name, None if info.get("type") == "directory" else info.get("size")))
        return rows

    def bring(
        self, path: str, target_abs: str, version: str = "", console: Console | None = None
    ) -> None:
        """Copy the file at `path`, or that version of it, to `target_abs`, which is new."""
        place = f"{self._base.rstrip('/')}/{path}" if path else self._base
        place = at_version(self._scheme, place, version)

        from assay.remotes.transfer_bar import transfer_bar  # its library is loaded by now

        def bring() -> None:
            with transfer_bar(console, place) as bar:
                self._fs.get_file(place, target_abs, callback=bar)

        self._call(bring)

    def _source_file(
        self, path: str, place: str, info: Mapping[str, Any], *, with_token: bool
    ) -> SourceFile:
        token = self._token(place, info) if with_token else ""
        version = version_id(self._scheme, info)
        return SourceFile(path, int(info.get("size") or 0), token, version)

    def _token(self, place: str, info: Mapping[str, Any]) -> str:
        if self.token_key == "md5":
            return self._call(lambda: self._md5(place))
        return entity_tag(self._scheme, info) or str(self._fs.checksum(place))

    def _md5(self, place: str) -> str:
        digest = new_md5()
        with self._fs.open(place, "rb") as file:
            while data := file.read(CHUNK_BYTES):
                digest.update(data)
        return digest.hexdigest()

    def _call(self, call: Callable[[], Result]) -> Result:
        try:
            return patiently(call, delays_s=self._delays_s)
        except FileNotFoundError:
            raise
        except AssayError:
            raise
        except Exception as error:  # whatever a library makes of a host or a password
            raise UnexpectedError(f"{self.url}: {error or type(error).__name__}") from None


def open_source(url: str, options: Options) -> UrlSource:
    """What is at `url`, reached as `options` say. Raises UnexpectedError without its library."""
    kind = url.partition("://")[0]
    scheme = SCHEMES.get(kind.lower())
    if scheme is None:
        raise AssayError(f"unsupported URL '{url}': nothing here speaks '{kind}'")
    return UrlSource(url, open_url(scheme, url, options, called=f"'{url}'"))


def local_files(folder: str) -> Iterator[tuple[str, int]]:
    """Path from `folder` and size of each file below it, as `list-url` shows them."""
    for top, _, names in walk(folder):
        for name in names:
            place = os.path.join(top, name)
            yield os.path.relpath(place, folder), os.stat(place).st_size
