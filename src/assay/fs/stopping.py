"""Work in a thread that nobody waits for any more: it ends at the next piece, and clears up.

A thread that is left to itself when the program ends leaves half a file under a temporary name.
"""

from __future__ import annotations

from _thread import _local  # `threading` is the same, and a file more to load

from assay.typed import Protocol


class Stopped(BaseException):
    """Raised where a thread was told to stop; no error, so nothing tries again."""


class _Signal(Protocol):
    def is_set(self) -> bool:
        """Whether it is time to stop."""


_mine = _local()


def obey(signal: _Signal) -> None:
    """From now on `check` of this thread stops it once `signal` is set."""
    _mine.signal = signal


def check() -> None:
    """Between two pieces of long work. Raises Stopped."""
    signal: _Signal | None = getattr(_mine, "signal", None)
    if signal is not None and signal.is_set():
        raise Stopped
