"""A remote with a URL, opened: the object of the library, and what it can do."""

from __future__ import annotations

from assay.remotes.retry import DELAYS_S
from assay.typed import TYPE_CHECKING, Any, Callable, NamedTuple, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping


class Opened(NamedTuple):
    """A file system of fsspec, and where in it the remote is.

    `rename` gives an upload its name; without it an upload appears whole by itself. `exists` is how
    to ask for one file; without `can_list` there is no other way. `delays_s` are the pauses before
    a call that failed is tried again.
    """

    filesystem: Any
    base: str
    rename: Callable[[str, str], object] | None = None
    exists: Callable[[str], bool] | None = None
    can_list: bool = True
    upload_options: Mapping[str, Any] = {}
    delays_s: Sequence[float] = DELAYS_S
