"""Where `import-url` and `get-url` take data from: a path of this machine or a URL.

An origin tells what it holds without moving anything, in the form of a record of a .dvc file, and
brings it to a new place of this machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from assay.config import Config
from assay.errors import AssayError, ConfigError
from assay.fs.link import Linker
from assay.fs.walk import walk_files
from assay.remotes.options import Options
from assay.remotes.source import SourceFile, UrlSource, open_source
from assay.remotes.workers import in_parallel, most_jobs
from assay.store.hashes import TREE_SUFFIX, md5_bytes
from assay.store.scan import NotAFile, Scanner, Unreadable
from assay.typed import Any, Protocol
from assay.ui.console import Console
from assay.ui.progress import Progress


class Origin(Protocol):
    """Data elsewhere."""

    @property
    def place(self) -> str:
        """How errors name it."""

    def look(self) -> dict[str, Any] | None:
        """Hash or token, `size` and, for a directory, `nfiles`; None if nothing is there."""

    def bring(self, target_abs: str, console: Console, jobs: int | None) -> None:
        """Copy it to `target_abs`, which does not exist; FileNotFoundError if nothing is there."""


class LocalOrigin:
    """A file or directory of this machine."""

    __slots__ = ("_scanner", "place")

    def __init__(self, path_abs: str, scanner: Scanner) -> None:
        self.place = path_abs
        self._scanner = scanner

    def look(self) -> dict[str, Any] | None:
        """Its MD5, taken anew only if it was touched since. Raises NotAFile for a pipe."""
        found = self._scanner.fingerprint(self.place)
        if found is None:
            return None
        record: dict[str, Any] = {"md5": found.md5, "size": found.size}
        if found.nfiles is not None:
            record["nfiles"] = found.nfiles
        if found.is_executable:
            record["isexec"] = True
        return record

    def bring(self, target_abs: str, console: Console, jobs: int | None) -> None:
        """Copy, by reference where the file system can."""
        linker = Linker(("reflink", "copy"))
        if not os.path.isdir(self.place):
            if not os.path.isfile(self.place):
                raise _not_there(self.place)
            linker.place(self.place, target_abs, executable=os.access(self.place, os.X_OK))
            return
        files = walk_files(self.place)
        os.makedirs(target_abs)
        with Progress(console, "Copying", total=len(files)) as progress:
            for file in files:
                target = os.path.join(target_abs, file.path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                linker.place(os.path.join(self.place, file.path), target)
                progress.advance()


class UrlOrigin:
    """A file or directory at a URL, asked about once."""

    __slots__ = ("_files", "_options", "_source", "place")

    def __init__(self, url: str, options: Options, *, shown: str) -> None:
        self.place = shown
        self._options = {**options, "url": url}
        self._source: UrlSource | None = None
        self._files: Sequence[SourceFile] | None = None

    @property
    def source(self) -> UrlSource:
        """The opened URL."""
        if self._source is None:
            self._source = open_source(str(self._options["url"]), self._options)
        return self._source

    def look(self) -> dict[str, Any] | None:
        """Token and size; a directory is called by the MD5 of the listing of its tokens."""
        source = self.source
        one = source.file()
        if one is not None:
            return {source.token_key: one.token, "size": one.size}
        if not source.is_directory():
            return None
        self._files = source.files()
        listing = ", ".join(_row(source.token_key, file) for file in self._files)
        return {
            "md5": md5_bytes(f"[{listing}]".encode()) + TREE_SUFFIX,
            "size": sum(file.size for file in self._files),
            "nfiles": len(self._files),
        }

    def bring(self, target_abs: str, console: Console, jobs: int | None) -> None:
        """Download, several files at a time."""
        source = self.source
        files = self._files
        if files is None:
            if source.file(with_token=False) is not None:
                source.bring("", target_abs)
                return
            if not source.is_directory():
                raise _not_there(self.place)
            files = source.files(with_token=False)
        os.makedirs(target_abs)

        def work(file: SourceFile) -> SourceFile:
            target = os.path.join(target_abs, file.path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            source.bring(file.path, target)
            return file

        with Progress(console, "Downloading", total=len(files)) as progress:
            for _ in in_parallel(work, list(files), jobs=jobs or most_jobs()):
                progress.advance()


def open_origin(
    url: str,
    *,
    directory: str,
    config: Config,
    scanner: Scanner,
    options: Mapping[str, str] | None = None,
) -> Origin:
    """The origin that `url` means to someone in `directory`; `options` are for its library.

    `remote://name/path` is a place in a configured remote. Raises ConfigError for an unknown one.
    """
    place, below = address(url, config)
    known: Options = {**below, **(options or {})}
    place = place.removeprefix("file://")
    if "://" in place:
        return UrlOrigin(place, known, shown=url)
    path_abs = os.path.normpath(os.path.join(directory, os.path.expanduser(place)))
    return LocalOrigin(path_abs, scanner)


def address(url: str, config: Config) -> tuple[str, Options]:
    """Where `url` leads, and the options of the remote if it is `remote://name/path`."""
    if not url.startswith("remote://"):
        return url, {}
    name, _, path = url.removeprefix("remote://").partition("/")
    below = config.remote(name)
    return f"{str(below['url']).rstrip('/')}/{path}".rstrip("/"), below


def parsed_options(words: Sequence[str] | None) -> dict[str, str]:
    """`name=value` words of the command line as a mapping. Raises ConfigError."""
    found = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise ConfigError(f"'{word}' should look like NAME=VALUE")
        found[name] = value
    return found


def require(origin: Origin) -> dict[str, Any]:
    """What the origin holds. Raises MissingOrigin if that is nothing."""
    try:
        found = origin.look()
    except (NotAFile, Unreadable) as error:
        raise MissingOrigin(error.message) from None
    if found is None:
        raise MissingOrigin(f"dependency '{origin.place}' does not exist")
    return found


class MissingOrigin(AssayError):
    """Nothing is where data should come from."""


def _row(key: str, file: SourceFile) -> str:
    from json import dumps

    return f'{{"{key}": {dumps(file.token)}, "relpath": {dumps(file.path)}}}'


def _not_there(place: str) -> FileNotFoundError:
    return FileNotFoundError(2, "No such file or directory", place)
