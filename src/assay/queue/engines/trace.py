"""What people see here of an attempt elsewhere: its log, and what its experiment holds so far."""

from __future__ import annotations

import os

from assay.contexts import contextmanager
from assay.fs.atomic import write_bytes
from assay.fs.reading import read_file
from assay.fs.remove import remove
from assay.queue.hosts.job import LOG, SO_FAR
from assay.queue.places import Places
from assay.queue.records import Attempt
from assay.queue.so_far import MOST_BYTES
from assay.typed import Iterator
from assay.ui.console import Console


class Trace:
    """The files of one attempt below `.dvc/tmp/exps/queue/`."""

    __slots__ = ("_log", "_so_far")

    def __init__(self, places: Places, attempt: Attempt) -> None:
        self._log = places.log(attempt.task, attempt.number)
        self._so_far = places.so_far(attempt.task, attempt.number)

    def follow(self, folder: str) -> None:
        """Let them be the files of a cluster that writes them by itself; "" if it does not."""
        for path, name in ((self._log, LOG), (self._so_far, SO_FAR)):
            if folder and not os.path.lexists(path):
                os.symlink(os.path.join(folder, name), path)

    def add(self, piece: bytes) -> None:
        """The next bytes of the log."""
        with open(self._log, "ab") as file:
            file.write(piece)

    def say(self, line: str) -> None:
        """A line of our own."""
        self.add(f"{line}\n".encode())

    def hold(self, text: bytes) -> None:
        """What the experiment holds now; too much is left out."""
        if len(text) <= MOST_BYTES:
            write_bytes(self._so_far, text)

    def keep(self) -> None:
        """The attempt has ended: the log becomes our own, what the experiment held goes."""
        remove(self._so_far)
        if os.path.islink(self._log):
            content = read_file(self._log) if os.path.exists(self._log) else b""
            os.unlink(self._log)
            write_bytes(self._log, content)

    def complete(self, whole: bytes) -> None:
        """The log as the host has it, in place of what came of it meanwhile."""
        with open(self._log, "a+b") as file:
            file.seek(0)
            there = file.read()
            if not whole.startswith(there):
                file.truncate(0)
                there = b""
            file.write(whole[len(there) :])

    @contextmanager
    def console(self) -> Iterator[Console]:
        """Words about the attempt go to the end of the log."""
        with open(self._log, "a", encoding="utf-8") as file:
            yield Console(out=file, err=file)
