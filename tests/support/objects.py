"""The objects of a cache or a remote."""

from __future__ import annotations

import hashlib
from pathlib import Path


def assert_objects_are_sound(place: Path) -> None:
    """Each file is what its name says, but for those that have no name yet: a kill may leave
    them, in folders that were about to get theirs, too."""
    top = place / "files/md5"
    for file in top.rglob("*"):
        is_named = not any(part.endswith(".tmp") for part in file.relative_to(top).parts)
        if is_named and file.is_file():
            name = file.parent.name + file.name.removesuffix(".dir")
            assert hashlib.md5(file.read_bytes()).hexdigest() == name, file
