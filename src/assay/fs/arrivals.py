"""New files on their way into a folder of this machine: nobody sees one before it is whole.

Into a folder that is not there yet they are written under their own names, and then the folder
gets its name: one rename for all, which counts on network disks. Into a folder that is there each
is renamed on its own. A kill leaves a name that ends in `.tmp`, which every reader passes over
(spec/data.md §3).
"""

from __future__ import annotations

import errno
import os

from assay.fs.atomic import TemporaryNames
from assay.fs.folders import make_folders
from assay.fs.stopping import check

_GROUP_FOLDER_MODE = 0o2775
_LARGE_BYTES = 1 << 20
"""A file of that size is shown at once: a kill before the whole folder is there would cost it."""


class Arrivals:
    """A folder (absolute) that one thread fills, between `open` and `show` or for `with`.

    `shared`: new folders belong to the group. At the end, also after an exception, everything that
    is there is shown; the caller has discarded what was not finished.
    """

    __slots__ = ("_folder", "_hidden", "_names", "_shared")

    def __init__(self, folder: str, *, shared: bool) -> None:
        self._folder = folder
        self._shared = shared
        self._hidden = ""
        self._names = TemporaryNames()

    def open(self) -> None:
        """Begin."""
        if not os.path.isdir(self._folder):
            parent = os.path.dirname(self._folder)
            make_folders(parent, shared=self._shared)
            self._hidden = self._names.new(parent)
            os.mkdir(self._hidden)
            if self._shared:
                os.chmod(self._hidden, _GROUP_FOLDER_MODE)

    @property
    def is_hidden(self) -> bool:
        """Whether the folder is new, and nobody else sees it yet."""
        return bool(self._hidden)

    def __enter__(self) -> Arrivals:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.show()

    def place(self, name: str) -> str:
        """Where to write the file `name`. Raises Stopped."""
        check()
        return f"{self._hidden}/{name}" if self._hidden else self._names.new(self._folder)

    def keep(self, place: str, name: str, size: int) -> None:
        """The file that was written at `place` is whole, and has `size` bytes."""
        if not self._hidden:
            os.rename(place, f"{self._folder}/{name}")
        elif size >= _LARGE_BYTES:
            self.show()

    def show(self) -> None:
        """Let everybody see what is there; what comes after is shown as it comes."""
        hidden, self._hidden = self._hidden, ""
        if not hidden:
            return
        try:
            os.rmdir(hidden)  # nothing came
        except OSError:
            try:
                os.rename(hidden, self._folder)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                self._join(hidden)

    def _join(self, hidden: str) -> None:
        """Somebody else made the folder in the meantime: put our files to theirs."""
        for name in os.listdir(hidden):
            os.rename(f"{hidden}/{name}", f"{self._folder}/{name}")
        os.rmdir(hidden)
