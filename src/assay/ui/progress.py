"""A progress bar for what takes long: on stderr, on a terminal, and only after half a second.

rich draws it; it is imported when the bar appears, so quick work pays two clock readings.
"""

from __future__ import annotations

import time

from assay.typed import TYPE_CHECKING, Callable
from assay.ui.console import NORMAL, Console
from assay.ui.sizes import size_text
from assay.ui.style import is_terminal

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as RichProgress
    from rich.progress import ProgressColumn

SHOW_AFTER_S = 0.5
"""Work that is done by then shows no bar."""

BYTES = "B"
"""The unit whose numbers are shown as kB, MB and so on."""


class Progress:
    """How far a piece of work is; use it as a context manager, from one thread.

    `title` says what is done ("Adding data"), `total` how many `unit`s there are (None: unknown).
    Nothing is ever shown with `-q` or when stderr is not a terminal; the bar vanishes at the end.
    """

    __slots__ = (
        "_bar",
        "_bytes",
        "_clock",
        "_console",
        "_done",
        "_show_at",
        "_started",
        "_title",
        "_total",
        "_unit",
    )

    def __init__(
        self,
        console: Console,
        title: str,
        *,
        total: int | None = None,
        unit: str = "file",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._title = title
        self._total = total
        self._unit = unit
        self._clock = clock
        self._done = 0
        self._bytes = 0
        self._started = clock()
        self._bar: RichProgress | None = None
        visible = console.level >= NORMAL and is_terminal(console.err)
        self._show_at = self._started + SHOW_AFTER_S if visible else float("inf")

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    @property
    def is_visible(self) -> bool:
        """Whether anything will ever be shown: else nobody needs to find out about sizes."""
        return self._show_at != float("inf")

    def advance(self, count: int = 1, size: int = 0) -> None:
        """`count` more units are done, of `size` bytes together."""
        self._done += count
        self._bytes += size
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, completed=self._done, moved=self._moved())
        elif self._clock() >= self._show_at:
            self._bar = self._started_bar()

    def _moved(self) -> str:
        """How many bytes, and how quickly; nothing as long as there are none."""
        if not self._bytes:
            return ""
        passed = max(self._clock() - self._started, 0.001)
        return f"{size_text(self._bytes)}B  {size_text(int(self._bytes / passed))}B/s"

    def _started_bar(self) -> RichProgress:
        from rich.console import Console as RichConsole  # slow: only when there is time to show it
        from rich.progress import Progress as RichProgress

        screen = RichConsole(file=self._console.err)
        # Results go to stdout while the bar is drawn on stderr: leave the streams as they are.
        bar = RichProgress(
            *_columns(self._unit),
            console=screen,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        bar.add_task(
            self._title,
            total=self._total,
            completed=self._done,
            unit=self._unit,
            moved=self._moved(),
        )
        bar.start()
        return bar


def _columns(unit: str) -> list[ProgressColumn]:
    from rich import progress  # slow, see above

    counted: ProgressColumn = progress.TextColumn(
        "{task.completed}/{task.total} {task.fields[unit]}"
    )
    if unit == BYTES:
        counted = progress.DownloadColumn()
    return [
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        counted,
        progress.TextColumn("{task.fields[moved]}", markup=False),
        progress.TimeRemainingColumn(compact=True),
    ]
