"""Outputs that we put into the workspace or took from it, so that `checkout` can clear them away.

`.dvc/tmp/assay/state/placed.json`: location → object id. An output that no stage names any more is
only removed while it still holds that object. Only a hint: without the file nothing is removed.
"""

from __future__ import annotations

import os

from assay import quick_json
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_hint


class Placed:
    """The list of one project. Changes are kept in memory until `save`."""

    __slots__ = ("_changed", "_path")

    def __init__(self, folder: str) -> None:
        self._path = os.path.join(folder, "placed.json")
        self._changed: dict[str, str | None] = {}

    def note(self, location: str, object_id: str) -> None:
        """The workspace holds the object at the location."""
        self._changed[location] = object_id

    def forget(self, location: str) -> None:
        """The location was cleared."""
        self._changed[location] = None

    def all(self) -> dict[str, str]:
        """Location → object id of everything that was placed and not cleared."""
        return _merged(_read(self._path), self._changed)

    def save(self) -> None:
        """Merge what changed into the file; a full or read-only disk costs only the hint."""
        if not self._changed:
            return
        known = _read(self._path)
        merged = _merged(known, self._changed)
        self._changed = {}
        if merged == known:
            return
        try:
            os.makedirs(os.path.dirname(self._path), exist_ok=True)
            write_bytes(self._path, quick_json.dumps(merged, separators=(",", ":")).encode("ascii"))
        except OSError:
            pass


def _merged(known: dict[str, str], changed: dict[str, str | None]) -> dict[str, str]:
    everything = {**known, **changed}
    return {location: value for location, value in everything.items() if value is not None}


def _read(path: str) -> dict[str, str]:
    data = read_hint(path)
    if not isinstance(data, dict):
        return {}
    return {str(key): value for key, value in data.items() if isinstance(value, str)}
