"""Which part of the tracked data a command looks at. Pure."""

from __future__ import annotations

from assay.typed import Iterable, Iterator


class DataScope:
    """What to look at: everything, or only what is at or below some `locations`.

    `granular`: at the files in directories too.
    """

    __slots__ = ("_around", "_locations", "granular", "is_whole")

    def __init__(self, *, granular: bool, locations: Iterable[str] | None = None) -> None:
        self.granular = granular
        self.is_whole = locations is None
        self._locations = frozenset(locations or ())
        self._around = {folder for place in self._locations for folder in _folders(place)}

    def is_meant(self, path: str) -> bool:
        """Whether a path is one of the locations or inside of one."""
        if self.is_whole or path in self._locations:
            return True
        return any(folder in self._locations for folder in _folders(path))

    def is_touched(self, location: str) -> bool:
        """Whether an output is meant, or something in it."""
        return self.is_meant(location) or location in self._around

    def is_open(self, location: str) -> bool:
        """Whether to look into a directory: also if only a part of it is meant."""
        return self.granular or not self.is_meant(location)


EVERYTHING = DataScope(granular=True)


def _folders(path: str) -> Iterator[str]:
    """The folders around a location, the project itself (".") last."""
    folder = path.rpartition("/")[0]
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    if path != ".":
        yield "."
