"""What is read of one revision: files of values, and what was recorded of its data."""

from __future__ import annotations

from assay.typed import Mapping, NamedTuple


class Failure(NamedTuple):
    """Why a file or a revision could not be read; readers show it and carry on."""

    type: str
    """Name of the kind, e.g. `FileNotFoundError`; "" when there is none."""
    msg: str
    """The text for people."""


Files = Mapping[str, object]
"""File → its parsed content, or the `Failure` to read it. Paths are relative to the project root,
except where a caller has made them relative to the current directory for display."""


class DependencyContent(NamedTuple):
    """What dvc.lock says of one dependency. All are None before the stage has run."""

    hash: str | None
    size: int | None
    """In bytes."""
    nfiles: int | None
    """None for a file."""


class OutputContent(NamedTuple):
    """What dvc.lock or a .dvc file says of one output. The first three as for a dependency."""

    hash: str | None
    size: int | None
    nfiles: int | None
    use_cache: bool
    """False for `cache: false`."""
    is_data_source: bool
    """Whether it was added by hand, not written by a stage."""
