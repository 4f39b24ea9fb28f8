"""A remote with a URL, opened: the object of the library, and what it can do."""

from __future__ import annotations

from assay.typed import Any, Callable, Mapping, NamedTuple


class Opened(NamedTuple):
    """A file system of fsspec, and where in it the remote is.

    `rename` gives an upload its name; without it an upload appears whole by itself. `exists` is how
    to ask for one file; without `can_list` there is no other way.
    """

    filesystem: Any
    base: str
    rename: Callable[[str, str], object] | None = None
    exists: Callable[[str], bool] | None = None
    can_list: bool = True
    upload_options: Mapping[str, Any] = {}
