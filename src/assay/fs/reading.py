"""Reading a file that may not be there."""

from __future__ import annotations


def read_or_none(path: str) -> bytes | None:
    """The bytes of a file; None if there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
