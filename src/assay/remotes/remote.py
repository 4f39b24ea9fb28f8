"""What a remote is to the rest of the product: a place that keeps files by path, and no more.

A seam. `local.py` is a folder of this machine, `fsspec_remote.py` is everything with a URL. Every
method may be called from several threads at once. A file that is not there is FileNotFoundError,
any other trouble is another OSError whose text can be shown to people; retries are over by then.
"""

from __future__ import annotations

from assay.typed import Collection, Iterable, Iterator, NamedTuple, Protocol, Sequence


class StoredFile(NamedTuple):
    """One file of a remote: its path, and its size in bytes if a listing tells it."""

    path: str
    size: int | None


class Outgoing(NamedTuple):
    """A file of this machine, the path that it gets, and the MD5 that its bytes must have."""

    source_abs: str
    path: str
    md5: str | None = None


class Remote(Protocol):
    """A place for objects, from the outside."""

    @property
    def name(self) -> str:
        """What the configuration calls it."""

    @property
    def jobs(self) -> int | None:
        """How many transfers it takes at once; None if that is to be found out."""

    def address(self, path: str) -> str:
        """How people call the file at `path`."""

    def existing(self, paths: Collection[str]) -> set[str]:
        """Those of `paths` that are there and can be believed. A place without any is empty."""

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Every file below `folder`, in no order; none if there is no such folder."""

    def read(self, path: str) -> bytes:
        """The bytes of a small file, such as a listing."""

    def fetch(self, path: str, target_abs: str) -> str:
        """Bring a file to `target_abs`, which is new; the MD5 of the bytes that are there now."""

    def put(self, files: Sequence[Outgoing]) -> Iterator[OSError | None]:
        """Send files, all into one folder; for each, in order, None or why it was not kept.

        Each appears whole or not at all; what was kept stays when the iterator is left early.
        """

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files; those that are not there are fine."""


class DamagedObject(OSError):
    """Bytes are not what the name of their object says."""

    def __init__(self, place: str) -> None:
        super().__init__(f"'{place}' is damaged: its bytes have another hash than its name says")


class NotListable(OSError):
    """The remote has no way to say which files it holds."""

    def __init__(self, place: str) -> None:
        super().__init__(f"'{place}' cannot be listed")
