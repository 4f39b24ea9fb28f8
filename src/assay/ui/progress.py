"""A progress bar for what takes long: on stderr, on a terminal, and only after half a second.

rich draws it; it is imported when the bar appears, so quick work pays two clock readings.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from assay.typed import TYPE_CHECKING
from assay.ui.console import NORMAL, Console
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

    __slots__ = ("_bar", "_clock", "_console", "_done", "_show_at", "_title", "_total", "_unit")

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
        self._bar: RichProgress | None = None
        visible = console.level >= NORMAL and is_terminal(console.err)
        self._show_at = clock() + SHOW_AFTER_S if visible else float("inf")

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

    def advance(self, count: int = 1) -> None:
        """`count` more units are done."""
        self._done += count
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self._done)
        elif self._clock() >= self._show_at:
            self._bar = self._started_bar()

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
        bar.add_task(self._title, total=self._total, completed=self._done, unit=self._unit)
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
        progress.TimeRemainingColumn(compact=True),
    ]
