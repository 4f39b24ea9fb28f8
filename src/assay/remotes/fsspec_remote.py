"""Everything with a URL as a remote, through the libraries that speak fsspec's language.

Failures of a moment are tried again. Where an upload could be seen half done, it is sent under
another name and renamed.
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.fs.atomic import temporary_name
from assay.remotes.opened import Opened
from assay.remotes.options import Options, flag
from assay.remotes.remote import DamagedObject, NotListable, Outgoing, StoredFile
from assay.remotes.retry import patiently
from assay.remotes.schemes import SCHEMES, open_url
from assay.store.hashes import md5_file
from assay.typed import Callable, Collection, Iterable, Iterator, Sequence, TypeVar
from assay.ui.console import Console
from assay.workers import in_parallel

_FEW = 3  # so many files of one folder are asked for one by one, more by listing it

Result = TypeVar("Result")


def open_fsspec(
    name: str, url: str, options: Options, *, jobs: int, console: Console | None = None
) -> FsspecRemote:
    """The remote at `url`; how far large files are is shown on `console`.

    Raises UnexpectedError without its library or its consent.
    """
    scheme = SCHEMES.get(url.partition("://")[0].lower())
    if scheme is None:
        kind = url.partition("://")[0]
        raise AssayError(
            f"remotes of the kind '{kind}' are not supported",
            hint=f"supported are local directories and {', '.join(sorted(SCHEMES))}",
        )
    opened = open_url(scheme, url, options, called=f"remote '{name}' at '{url}'")
    can_list = opened.can_list and not flag(options, "no_traverse")
    return FsspecRemote(name, url, opened, jobs=jobs, lists_to_look=can_list, console=console)


class FsspecRemote:
    """Files below a URL. `lists_to_look`: folders are listed when much is asked for in them."""

    __slots__ = ("_console", "_fs", "_lists_to_look", "_made", "_opened", "_url", "jobs", "name")

    def __init__(
        self,
        name: str,
        url: str,
        opened: Opened,
        *,
        jobs: int,
        lists_to_look: bool,
        console: Console | None,
    ) -> None:
        self._console = console
        self.name = name
        self.jobs = jobs
        self._url = url.rstrip("/")
        self._opened = opened
        self._fs = opened.filesystem
        self._lists_to_look = lists_to_look
        self._made: set[str] = set()

    def address(self, path: str) -> str:
        """The URL of a file."""
        return f"{self._url}/{path}"

    def existing(self, paths: Collection[str]) -> set[str]:
        """Those of `paths` that are there."""
        by_folder: dict[str, list[str]] = {}
        for path in paths:
            by_folder.setdefault(path.rpartition("/")[0], []).append(path)
        questions: list[list[str]] = []
        for members in by_folder.values():
            together = self._lists_to_look and len(members) > _FEW
            questions += [members] if together else [[path] for path in members]
        found: set[str] = set()
        for answer in in_parallel(self._existing, questions, jobs=self.jobs):
            found.update(answer)
        return found

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Every file below `folder`. Raises NotListable where there are no listings."""
        if not self._opened.can_list:
            raise NotListable(self.address(folder))
        start = len(self._place("")) if self._opened.base else 0
        try:
            found = self._call(folder, lambda: self._fs.find(self._place(folder), detail=True))
        except FileNotFoundError:
            return
        for place, info in found.items():
            path = place[start:] if start else place.lstrip("/")
            if not path.endswith(".tmp"):
                yield StoredFile(path, info.get("size"))

    def read(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._call(path, lambda: bytes(self._fs.cat_file(self._place(path))))

    def fetch(self, path: str, target_abs: str) -> str:
        """Download a file; the MD5 of what arrived."""

        from assay.remotes.transfer_bar import transfer_bar  # its library is loaded by now

        def bring() -> None:
            with transfer_bar(self._console, path) as bar:
                self._fs.get_file(self._place(path), target_abs, callback=bar)

        self._call(path, bring)
        return md5_file(target_abs)

    def put(self, files: Sequence[Outgoing]) -> Iterator[OSError | None]:
        """Upload files; for each, in order, what went wrong."""
        for file in files:
            try:
                self._put(file)
            except OSError as error:
                yield error
            else:
                yield None

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files."""

        def delete(path: str) -> None:
            try:
                self._call(path, lambda: self._fs.rm_file(self._place(path)))
            except FileNotFoundError:
                pass

        for _ in in_parallel(delete, list(paths), jobs=self.jobs):
            pass

    def _put(self, file: Outgoing) -> None:
        if file.md5 is not None and md5_file(file.source_abs) != file.md5:
            raise DamagedObject(file.source_abs)
        place = self._place(file.path)
        rename = self._opened.rename
        if rename is None:
            self._upload(file, place)
            return
        folder = os.path.dirname(place)
        self._make_folder(file.path, folder)
        temporary = temporary_name(folder)
        self._upload(file, temporary)
        self._call(file.path, lambda: rename(temporary, place))

    def _upload(self, file: Outgoing, place: str) -> None:
        options = self._opened.upload_options

        from assay.remotes.transfer_bar import transfer_bar  # its library is loaded by now

        def send() -> None:
            with transfer_bar(self._console, file.path) as bar:
                self._fs.put_file(file.source_abs, place, callback=bar, **options)

        self._call(file.path, send)

    def _make_folder(self, path: str, folder: str) -> None:
        if folder not in self._made:
            self._call(path, lambda: self._fs.makedirs(folder, exist_ok=True))
            self._made.add(folder)

    def _existing(self, paths: list[str]) -> list[str]:
        """Those of the paths that are there; several are of one folder, which is listed."""
        if len(paths) == 1:
            return paths if self._exists(paths[0]) else []
        folder = paths[0].rpartition("/")[0]
        try:
            found = self._call(folder, lambda: self._fs.ls(self._place(folder), detail=False))
        except FileNotFoundError:
            return []
        names = {place.rstrip("/").rpartition("/")[2] for place in found}
        return [path for path in paths if path.rpartition("/")[2] in names]

    def _exists(self, path: str) -> bool:
        ask = self._opened.exists
        if ask is not None:
            return self._call(path, lambda: ask(self._place(path)))
        try:
            self._call(path, lambda: self._fs.info(self._place(path)))
        except FileNotFoundError:
            return False
        return True

    def _place(self, path: str) -> str:
        """The file as the library calls it."""
        return f"{self._opened.base}/{path}" if self._opened.base else path

    def _call(self, path: str, call: Callable[[], Result]) -> Result:
        """What `call` gives; errors as OSErrors that name the file."""
        try:
            return patiently(call, delays_s=self._opened.delays_s)
        except FileNotFoundError:
            raise FileNotFoundError(2, "No such file or directory", self.address(path)) from None
        except Exception as error:
            raise OSError(f"{self.address(path)}: {_words(error)}") from error


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
