"""What is new of an attempt, from the files of its job, for those who look elsewhere."""

from __future__ import annotations

import os

from assay.queue.hosts.job import LOG, SO_FAR
from assay.typed import Callable

Tell = Callable[[bytes], object]
"""Passes on what the attempt prints, piece by piece; or what its experiment holds, as a whole."""

_PIECE = 64 * 1024


class News:
    """Of the job in `folder`: `tell` gets what is printed, `show` what the experiment holds."""

    __slots__ = ("_folder", "_seen", "_show", "_tell", "_told")

    def __init__(self, folder: str, tell: Tell, show: Tell) -> None:
        self._folder = folder
        self._tell = tell
        self._show = show
        self._told = 0
        self._seen = b""

    def pass_on(self) -> None:
        """Pass on what has changed since the last call."""
        with open(os.path.join(self._folder, LOG), "rb") as file:
            file.seek(self._told)
            while piece := file.read(_PIECE):
                self._tell(piece)
                self._told += len(piece)
        try:
            with open(os.path.join(self._folder, SO_FAR), "rb") as file:
                text = file.read()
        except FileNotFoundError:
            return
        if text != self._seen:
            self._show(text)
            self._seen = text
