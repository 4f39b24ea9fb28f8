"""A remote that keeps versions, seen as one of objects: those that records tell where to find.

So that data comes from there as from any other remote: verified, listings last. A listing is made
of what the record says; nobody believes it before its name and the names in it were checked.
"""

from __future__ import annotations

from assay.remotes.object_info import Version
from assay.remotes.remote import NotListable, Outgoing, StoredFile
from assay.remotes.versioned import VersionedRemote
from assay.typed import Collection, Iterable, Iterator, Mapping, NamedTuple, Sequence


class Whereabouts(NamedTuple):
    """Where the bytes of an object are on the remote."""

    path: str
    version: Version


class RecordedVersions:
    """`files` are by the path of their object, `listings` are the bytes of those."""

    __slots__ = ("_files", "_listings", "_remote")

    def __init__(
        self,
        remote: VersionedRemote,
        files: Mapping[str, Whereabouts],
        listings: Mapping[str, bytes],
    ) -> None:
        self._remote = remote
        self._files = files
        self._listings = listings

    @property
    def name(self) -> str:
        """What the configuration calls the remote."""
        return self._remote.name

    @property
    def jobs(self) -> int | None:
        """How many transfers it takes at once."""
        return self._remote.jobs

    def address(self, path: str) -> str:
        """The URL of the version that has the object's bytes."""
        place = self._files.get(path)
        if place is None:
            return f"{self._remote.address('')}: {path}"
        return self._remote.address(place.path, place.version.id)

    def existing(self, paths: Collection[str]) -> set[str]:
        """Those of `paths` that records know of."""
        return {path for path in paths if path in self._files or path in self._listings}

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Raises NotListable: it has paths and not objects."""
        raise NotListable(self._remote.address(folder))

    def read(self, path: str) -> bytes:
        """A listing."""
        if path not in self._listings:
            raise FileNotFoundError(2, "No version was recorded", path)
        return self._listings[path]

    def fetch(self, path: str, target_abs: str) -> str:
        """Bring the version that was recorded for an object."""
        place = self._files.get(path)
        if place is None:
            raise FileNotFoundError(2, "No version was recorded", path)
        return self._remote.fetch(place.path, place.version, target_abs)

    def put(self, files: Sequence[Outgoing]) -> Iterator[OSError | None]:
        """Nothing goes there by the name of an object."""
        raise NotImplementedError

    def remove(self, paths: Iterable[str]) -> None:
        """Nothing goes away by the name of an object."""
        raise NotImplementedError
