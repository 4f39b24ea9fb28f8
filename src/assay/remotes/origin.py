"""Where `import-url` and `get-url` take data from: a path of this machine or a URL.

An origin tells what it holds without moving anything, in the form of a record of a .dvc file, and
brings it to a new place of this machine.
"""

from __future__ import annotations

import os

from assay.config import Config
from assay.errors import AssayError, ConfigError
from assay.fs.folders import make_folders
from assay.fs.link import Linker
from assay.fs.paths import check_entries
from assay.fs.walk import walk_files
from assay.remotes.options import Options, flag
from assay.remotes.source import SourceFile, UrlSource, open_source
from assay.store.hashes import TREE_SUFFIX, md5_bytes
from assay.store.scan import NotAFile, Scanner, Unreadable
from assay.typed import Any, Mapping, Protocol, Sequence
from assay.ui.console import Console
from assay.ui.progress import Progress
from assay.workers import in_parallel, most_jobs


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
                make_folders(os.path.dirname(target))
                linker.place(os.path.join(self.place, file.path), target)
                progress.advance()


class UrlOrigin:
    """A file or directory at a URL, asked about once.

    `keeps_versions`: what it holds is told, and brought, version by version.
    """

    __slots__ = ("_files", "_options", "_source", "keeps_versions", "place")

    def __init__(self, url: str, options: Options, *, shown: str) -> None:
        self.place = shown
        self.keeps_versions = bool(flag(options, "version_aware"))
        self._options = {**options, "url": url}
        self._source: UrlSource | None = None
        self._files: Sequence[SourceFile] | None = None

    def pin(self, record: Mapping[str, Any]) -> None:
        """Hold the versions that a record names, if any, whatever is newer. Raises UnsafePath."""
        rows = record.get("files")
        if rows is None:
            self._files = [_recorded_file("", record)] if "version_id" in record else None
            return
        check_entries([str(row["relpath"]) for row in rows])
        self._files = [_recorded_file(str(row["relpath"]), row) for row in rows]

    @property
    def source(self) -> UrlSource:
        """The opened URL."""
        if self._source is None:
            self._source = open_source(str(self._options["url"]), self._options)
        return self._source

    def look(self) -> dict[str, Any] | None:
        """Token and size; a directory is called by the MD5 of the listing of its tokens."""
        if self._files is None:
            self._files = self._found()
        files, key = self._files, self.source.token_key
        if not files:
            return None
        if files[0].path == "":
            return self._told(files[0])
        if self.keeps_versions:
            return {"files": [{"relpath": file.path, **self._told(file)} for file in files]}
        listing = ", ".join(_row(key, file) for file in files)
        return {
            "md5": md5_bytes(f"[{listing}]".encode()) + TREE_SUFFIX,
            "size": sum(file.size for file in files),
            "nfiles": len(files),
        }

    def bring(self, target_abs: str, console: Console, jobs: int | None) -> None:
        """Download, several files at a time."""
        source = self.source
        files = self._found(with_token=False) if self._files is None else self._files
        if files is None:
            raise _not_there(self.place)
        if files and files[0].path == "":
            source.bring("", target_abs, self._version(files[0]), console)
            return
        os.makedirs(target_abs)

        def work(file: SourceFile) -> SourceFile:
            target = os.path.join(target_abs, file.path)
            make_folders(os.path.dirname(target))
            source.bring(file.path, target, self._version(file), console)
            return file

        with Progress(console, "Downloading", total=len(files)) as progress:
            for _ in in_parallel(work, list(files), jobs=jobs or most_jobs()):
                progress.advance()

    def _found(self, *, with_token: bool = True) -> Sequence[SourceFile] | None:
        """The file, whose path is "", or those below; None if nothing is there."""
        one = self.source.file(with_token=with_token)
        if one is not None:
            return [one]
        if not self.source.is_directory():
            return None
        return self.source.files(with_token=with_token)

    def _told(self, file: SourceFile) -> dict[str, Any]:
        told = self.keeps_versions or self.source.tells_versions
        version = {"version_id": file.version} if told and file.version else {}
        return {self.source.token_key: file.token, "size": file.size, **version}

    def _version(self, file: SourceFile) -> str:
        return file.version if self.keeps_versions else ""


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


def keeps_versions(origin: Origin) -> bool:
    """Whether the origin tells and brings versions."""
    return isinstance(origin, UrlOrigin) and origin.keeps_versions


def parsed_options(words: Sequence[str] | None) -> dict[str, str]:
    """`name=value` words of the command line as a mapping. Raises ConfigError."""
    found = {}
    for word in words or ():
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise ConfigError(f"'{word}' should look like NAME=VALUE")
        found[name] = value
    return found


def option_texts(options: Mapping[str, Any] | None) -> dict[str, str]:
    """The `fs_config` of a record as options are written on the command line."""
    return {
        str(name): str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in (options or {}).items()
    }


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


def _recorded_file(path: str, row: Mapping[str, Any]) -> SourceFile:
    tag, version = str(row.get("etag") or ""), str(row.get("version_id") or "")
    return SourceFile(path, int(row.get("size") or 0), tag, version)


def _row(key: str, file: SourceFile) -> str:
    from json import dumps

    return f'{{"{key}": {dumps(file.token)}, "relpath": {dumps(file.path)}}}'


def _not_there(place: str) -> FileNotFoundError:
    return FileNotFoundError(2, "No such file or directory", place)
