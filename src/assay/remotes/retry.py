"""Trying again: networks fail for a moment, and a long transfer must not end with that."""

from __future__ import annotations

import time

from assay.typed import Callable, Sequence, TypeVar

DELAYS_S = (0.5, 1.0, 2.0, 4.0)

_FINAL = (
    FileNotFoundError,
    FileExistsError,
    PermissionError,
    IsADirectoryError,
    NotADirectoryError,
    ImportError,
    NotImplementedError,
    TypeError,
    ValueError,
)
# Libraries have no common base for these; their names tell.
_FINAL_WORDS = ("auth", "credential", "hostkey", "permission")
_WORTH_A_RETRY = (408, 429)  # HTTP: request timeout, too many requests

Result = TypeVar("Result")


def patiently(
    call: Callable[[], Result],
    *,
    delays_s: Sequence[float] = DELAYS_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Result:
    """What `call` gives; tried again with growing pauses while its failures may pass."""
    for delay in delays_s:
        try:
            return call()
        except Exception as error:
            if is_final(error):
                raise
        sleep(delay)
    return call()


def is_final(error: Exception) -> bool:
    """Whether the same call would fail again: wrong names, rights and credentials do."""
    status = getattr(error, "status", None)
    if isinstance(status, int) and 400 <= status < 500:
        return status not in _WORTH_A_RETRY
    name = type(error).__name__.lower()
    return isinstance(error, _FINAL) or any(word in name for word in _FINAL_WORDS)
