"""A bar for a large file on its way from or to a URL, from what the libraries tell meanwhile."""

from __future__ import annotations

from fsspec.callbacks import DEFAULT_CALLBACK, Callback

from assay.remotes.layout import object_name
from assay.typed import Any
from assay.ui.console import Console
from assay.ui.progress import BYTES, Progress

_LARGE_BYTES = 1 << 24


def transfer_bar(console: Console | None, path: str) -> Callback:
    """What `get_file` and `put_file` are to tell how far the file at `path` is; close it."""
    if console is None:
        return DEFAULT_CALLBACK
    name = object_name(path)
    return _TransferBar(console, path.rpartition("/")[2] if name is None else name.id[:8])


class _TransferBar(Callback):  # type: ignore[misc]  # fsspec has no types
    """Called by one thread at a time; small files show nothing."""

    def __init__(self, console: Console, title: str) -> None:
        super().__init__()
        self._console = console
        self._title = title
        self._seen = 0
        self._progress: Progress | None = None

    def call(self, hook_name: str | None = None, **kwargs: Any) -> None:
        """`size` or `value` has changed; both are in bytes."""
        if self._progress is None:
            if not self.size or self.size < _LARGE_BYTES:
                return
            self._progress = Progress(self._console, self._title, total=self.size, unit=BYTES)
        self._progress.advance(self.value - self._seen)
        self._seen = self.value

    def close(self) -> None:
        """The file is there, or never will be."""
        if self._progress is not None:
            self._progress.close()
