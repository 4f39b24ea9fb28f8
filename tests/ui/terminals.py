"""Stand-ins for a terminal in tests of what is shown only there."""

from __future__ import annotations

import io
import os
import pty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


@contextmanager
def pseudo_terminal() -> Iterator[tuple[TextIO, TextIO]]:
    """A real terminal device for programs that need one: what they write to, and what we read."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as written, os.fdopen(ours, "r") as read:
        yield written, read
