"""All progress bars that a terminal shows at one moment, each on a line of its own.

rich draws them. A console has at most one such display; bars come and go with their work, from any
thread.
"""

from __future__ import annotations

from _thread import allocate_lock

from assay.typed import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Bars:
    """The display on `screen`, which is there as long as there are bars."""

    __slots__ = ("_display", "_lock", "_screen")

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._lock = allocate_lock()
        self._display: RichProgress | None = None

    def add(self, title: str, total: int | None) -> TaskID:
        """A new bar, to be shown with the first numbers; its own number."""
        with self._lock:
            if self._display is None:
                self._display = _display(self._screen)
            return self._display.add_task(title, total=total, counted="", moved="")

    def show(self, bar: TaskID, done: int, counted: str, moved: str) -> None:
        """How far the work is, in numbers and in words."""
        with self._lock:
            if self._display is not None:
                self._display.update(bar, completed=done, counted=counted, moved=moved)
                self._display.start()  # text may have come between

    def remove(self, bar: TaskID) -> None:
        """The work of a bar is over; with the last one the display is gone."""
        with self._lock:
            if self._display is None:
                return
            if len(self._display.task_ids) == 1:
                self._display.stop()
                self._display = None
            else:
                self._display.remove_task(bar)

    def step_aside(self) -> None:
        """Text is to be written: clear the lines until there is something new to show."""
        with self._lock:
            if self._display is not None:
                self._display.stop()


def _display(screen: TextIO) -> RichProgress:
    from rich.console import Console as RichConsole  # slow: only when there is time to show it
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    # Results go to stdout while the bars are drawn on stderr: leave the streams as they are.
    return RichProgress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[counted]}", markup=False),
        TextColumn("{task.fields[moved]}", markup=False),
        TimeRemainingColumn(compact=True),
        console=RichConsole(file=screen),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
