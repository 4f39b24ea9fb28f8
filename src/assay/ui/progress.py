"""A progress bar for what takes long: on stderr, on a terminal, and only after half a second.

rich is imported when the bar appears, so quick work pays two clock readings.
"""

from __future__ import annotations

import time

from assay.typed import TYPE_CHECKING, Callable, Protocol
from assay.ui.sizes import size_text

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import TaskID

    from assay.ui.bars import Bars

SHOW_AFTER_S = 0.5
"""Work that is done by then shows no bar."""

BYTES = "B"
"""The unit whose numbers are shown as kB, MB and so on."""


class Screen(Protocol):
    """Where bars are shown: a console."""

    @property
    def has_bars(self) -> bool:
        """Whether there is somebody to look at them."""

    def bars(self) -> Bars:
        """All of them."""


class Progress:
    """How far a piece of work is; use it as a context manager, from one thread.

    `title` says what is done ("Adding data"), `total` how many `unit`s there are (None: unknown).
    Nothing is ever shown with `-q` or when stderr is not a terminal; the bar vanishes at the end.
    """

    __slots__ = (
        *("_bar", "_bars", "_bytes", "_clock", "_done", "_screen", "_show_at", "_started"),
        *("_title", "_total", "_unit"),
    )

    def __init__(
        self,
        screen: Screen,
        title: str,
        *,
        total: int | None = None,
        unit: str = "file",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._screen = screen
        self._title = title
        self._total = total
        self._unit = unit
        self._clock = clock
        self._done = 0
        self._bytes = 0
        self._started = clock()
        self._bars: Bars | None = None
        self._bar: TaskID | None = None
        self._show_at = self._started + SHOW_AFTER_S if screen.has_bars else float("inf")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """The work is over, and so is the bar."""
        if self._bars is not None and self._bar is not None:
            self._bars.remove(self._bar)
            self._bar = None

    @property
    def is_visible(self) -> bool:
        """Whether anything will ever be shown: else nobody needs to find out about sizes."""
        return self._show_at != float("inf")

    def advance(self, count: int = 1, size: int = 0) -> None:
        """`count` more units are done, of `size` bytes together."""
        self._done += count
        self._bytes += size
        if self._show_at != float("inf") and self._clock() >= self._show_at:
            self._show()

    def _show(self) -> None:
        if self._bars is None or self._bar is None:
            self._bars = self._screen.bars()
            self._bar = self._bars.add(self._title, self._total)
        self._bars.show(self._bar, self._done, self._counted(), self._moved())

    def _counted(self) -> str:
        if self._unit == BYTES:
            total = "" if self._total is None else f"/{size_text(self._total)}B"
            return f"{size_text(self._done)}B{total}"
        return f"{self._done}/{'?' if self._total is None else self._total} {self._unit}"

    def _moved(self) -> str:
        """How many bytes, and how quickly; nothing as long as there are none."""
        moved = self._done if self._unit == BYTES else self._bytes
        if not moved:
            return ""
        passed = max(self._clock() - self._started, 0.001)
        rate = f"{size_text(int(moved / passed))}B/s"
        return rate if self._unit == BYTES else f"{size_text(moved)}B  {rate}"
