"""A remote that keeps versions: files under their paths of the workspace, each in all its versions.

Objects are not found by their hash there: a record says which version of which path it means
(`cloud` in .dvc files and dvc.lock). Every method may be called from several threads at once; a
file that is not there is FileNotFoundError, other trouble another OSError.
"""

from __future__ import annotations

from assay.errors import AssayError, ConfigError
from assay.remotes.connect import is_mirror
from assay.remotes.object_info import VERSIONING, Version, at_version, entity_tag, version_id
from assay.remotes.opened import Opened
from assay.remotes.options import Options, flag
from assay.remotes.remote import DamagedObject
from assay.remotes.retry import patiently
from assay.remotes.schemes import SCHEMES, open_url
from assay.store.hashes import md5_file
from assay.typed import Any, Callable, Mapping, NamedTuple, TypeVar
from assay.ui.console import Console
from assay.workers import most_jobs

Result = TypeVar("Result")


class Stored(NamedTuple):
    """The latest version of a path, and its size in bytes."""

    version: Version
    size: int


def connect_versioned(
    name: str, options: Options, console: Console | None = None
) -> VersionedRemote:
    """The remote `name`. Raises AssayError for a kind of store that keeps no versions."""
    url = str(options["url"])
    scheme = url.partition("://")[0].lower()
    mirror = is_mirror(options)
    if mirror and flag(options, "version_aware") is False:
        raise ConfigError(
            "config file error: worktree remotes require version_aware cloud",
            hint=f"unset it with `dvc remote modify --unset {name} version_aware`",
        )
    if scheme not in VERSIONING:
        option = "worktree" if mirror else "version_aware"
        raise AssayError(
            f"remote '{name}' is set to `{option}`, and '{url}' keeps no versions",
            hint=f"unset it with `dvc remote modify --unset {name} {option}`",
        )
    telling = {**options, "version_aware": "true"}
    opened = open_url(SCHEMES[scheme], url, telling, called=f"remote '{name}' at '{url}'")
    jobs = int(str(options["jobs"])) if "jobs" in options else most_jobs()
    return VersionedRemote(
        name, url.rstrip("/"), opened, jobs=jobs, is_mirror=mirror, console=console
    )


class VersionedRemote:
    """Paths below `url`, as `opened`; opened by `connect_versioned`.

    Of one that `is_mirror` people use the latest versions: those are what was pushed last.
    """

    __slots__ = ("_console", "_fs", "_opened", "_scheme", "_url", "is_mirror", "jobs", "name")

    def __init__(
        self,
        name: str,
        url: str,
        opened: Opened,
        *,
        jobs: int,
        is_mirror: bool,
        console: Console | None,
    ) -> None:
        self._console = console
        self.name = name
        self.is_mirror = is_mirror
        self.jobs = jobs
        self._url = url
        self._scheme = url.partition("://")[0].lower()
        self._opened = opened
        self._fs = opened.filesystem

    def address(self, path: str, version: str = "") -> str:
        """The URL of a path, or of one version of it."""
        return at_version(self._scheme, f"{self._url}/{path}", version)

    def latest(self, path: str) -> Stored | None:
        """The latest version of the file at `path`; None if there is none, or it was deleted."""
        try:
            info = self._call(path, lambda: self._fs.info(self._place(path)))
        except FileNotFoundError:
            return None
        return self._stored(info)

    def latest_below(self, folder: str) -> dict[str, Stored]:
        """The same for every file below `folder`, by path."""
        top = len(self._place(""))
        try:
            found = self._call(folder, lambda: self._fs.find(self._place(folder), detail=True))
        except FileNotFoundError:
            return {}
        stored = ((place[top:], self._stored(info)) for place, info in found.items())
        return {path: one for path, one in stored if one is not None}

    def has(self, path: str, version: Version) -> bool:
        """Whether that version of `path` is still there."""
        place = at_version(self._scheme, self._place(path), version.id)
        try:
            info = self._call(path, lambda: self._fs.info(place))
        except FileNotFoundError:
            return False
        return str(info.get("type")) != "directory"

    def upload(self, source_abs: str, path: str, *, md5: str | None) -> Stored:
        """Send a file of this machine, whose bytes must have that MD5; the version that it got.

        Raises DamagedObject. It appears whole, as the latest version, or not at all.
        """
        if md5 is not None and md5_file(source_abs) != md5:
            raise DamagedObject(source_abs)

        from assay.remotes.transfer_bar import transfer_bar  # its library is loaded by now

        def send() -> None:
            with transfer_bar(self._console, path) as bar:
                self._fs.put_file(source_abs, self._place(path), callback=bar)

        self._call(path, send)
        stored = self.latest(path)
        if stored is None:
            raise OSError(f"{self.address(path)}: it was sent, and it is not there")
        if not stored.version.id:
            raise OSError(
                f"{self.address(path)}: the store gave it no version, so that it could not be had "
                "back later; switch versioning of the bucket on"
            )
        return stored

    def fetch(self, path: str, version: Version, target_abs: str) -> str:
        """Download a version to `target_abs`, which is new; the MD5 of what arrived."""
        place = at_version(self._scheme, self._place(path), version.id)

        from assay.remotes.transfer_bar import transfer_bar  # its library is loaded by now

        def bring() -> None:
            with transfer_bar(self._console, path) as bar:
                self._fs.get_file(place, target_abs, callback=bar)

        self._call(path, bring)
        return md5_file(target_abs)

    def _stored(self, info: Mapping[str, Any]) -> Stored | None:
        if info.get("type") == "directory":
            return None
        version = Version(entity_tag(self._scheme, info), version_id(self._scheme, info))
        return Stored(version, int(info.get("size") or 0))

    def _place(self, path: str) -> str:
        return f"{self._opened.base}/{path}"

    def _call(self, path: str, call: Callable[[], Result]) -> Result:
        """What `call` gives; errors as OSErrors that name the file."""
        try:
            return patiently(call, delays_s=self._opened.delays_s)
        except FileNotFoundError:
            raise FileNotFoundError(2, "No such file or directory", self.address(path)) from None
        except Exception as error:  # whatever a library makes of hosts and passwords
            words = str(error) or type(error).__name__
            raise OSError(f"{self.address(path)}: {words}") from error
