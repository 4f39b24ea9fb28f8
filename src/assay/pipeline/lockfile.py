"""dvc.lock: what each stage of the dvc.yaml beside it was last made from (spec/pipelines.md §6).

Entries are replaced one at a time; every other byte of the file – comments, stale stages, the order
– stays. A write is atomic, so that the file is never half old and half new (P2).
"""

from __future__ import annotations

import os

from assay.fs.atomic import write_text
from assay.fs.reading import read_text
from assay.pipeline.records import Entry
from assay.typed import TYPE_CHECKING, Any, Iterable

if TYPE_CHECKING:
    from assay.formats.yaml_blocks import Section
    from assay.pipeline.memory import Memory, Told

LOCK_NAME = "dvc.lock"
_EMPTY = "schema: '2.0'\n"


def lock_key(location: str) -> str:
    """Under what the meaning of a dvc.lock is kept in the memory."""
    return f"lock {location}"


def lock_location(stage_file: str) -> str:
    """The lock file of the dvc.yaml at `stage_file`."""
    return os.path.join(os.path.dirname(stage_file), LOCK_NAME)


class LockWrite:
    """How a dvc.lock changed: was it made, is the entry another than before."""

    __slots__ = ("changed", "created")

    def __init__(self, *, created: bool, changed: bool) -> None:
        self.created = created
        self.changed = changed


class LockFile:
    """The dvc.lock at `location` for one command: scanned again only if others edit it.

    Whoever writes holds the project's lock.
    """

    __slots__ = ("_location", "_meaning", "_memory", "_path", "_stages")

    def __init__(self, root: str, location: str, memory: Memory | None = None) -> None:
        self._path = os.path.join(root, location)
        self._location = location
        self._memory = memory
        self._stages: Section | None = None
        self._meaning: dict[str, Any] | None = None

    def write(
        self, name: str, entry: Entry, old: Entry | None, *, before: str | None = None
    ) -> LockWrite:
        """Record `entry` for the stage `name`.

        A new entry comes before that of the stage `before`, or last.
        """
        text = read_text(self._path)
        created = not text.strip()
        changed = created or entry != old
        if changed:
            stages = self._section(_EMPTY if created else text)
            stages.put(name, entry, before=before)
            write_text(self._path, stages.text)
            if self._meaning is not None:
                self._meaning["stages"][name] = entry
        return LockWrite(created=created, changed=changed)

    def _section(self, text: str) -> Section:
        from assay.formats.yaml_blocks import Section  # 15 ms that readers do not pay

        if self._stages is None or self._stages.text != text:
            self._stages = Section(text, "stages")
            self._meaning = self._known(text)
            if self._memory is not None and self._meaning is not None:
                self._memory.keep_written(lock_key(self._location), self._location, self._told)
        return self._stages

    def _known(self, text: str) -> dict[str, Any] | None:
        """What the text means, if this command has read it; the next need not read it again."""
        if text == _EMPTY:
            return {"stages": {}, "datasets": None}
        if self._memory is None or not self._memory.is_unchanged(self._location):
            return None
        known = self._memory.recall(lock_key(self._location))
        return known and {**known, "stages": dict(known["stages"])}

    def _told(self) -> Told:
        """The file as it was last written."""
        assert self._stages is not None
        return self._stages.text, self._meaning


def lock_dataset(path: str, name: str, locked: Entry) -> bool:
    """Record what the data set `name` stands for; whether that changed anything.

    DVC wants a section `stages` in every file, so a new one has it, too.
    """
    from assay.formats.yaml_blocks import replace_block  # as above

    text = read_text(path)
    edited = replace_block(text if text.strip() else _EMPTY, "datasets", name, locked)
    if not text.strip():
        edited += "stages: {}\n"
    if edited != text:
        write_text(path, edited)
    return edited != text


def remove_entries(path: str, names: Iterable[str]) -> None:
    """Forget the stages `names`; the file goes with the last entry that it has."""
    from assay.formats.yaml_blocks import remove_block  # as above

    text = rest = read_text(path)
    for name in names:
        rest = remove_block(rest, "stages", name)
    if text and rest.strip() in ("", _EMPTY.strip()):
        os.unlink(path)
    elif rest != text:
        write_text(path, rest)
