"""The bar: when it is shown, and that it costs nothing when it is not."""

from __future__ import annotations

import io
import sys
import time

from assay.ui.console import NORMAL, QUIET, Console
from assay.ui.progress import BYTES, SHOW_AFTER_S, Progress
from support.waiting import until
from ui.terminals import Screen


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def shown(err: io.StringIO, *, after_s: float, level: int = NORMAL, unit: str = "file") -> str:
    """What a piece of work of 10 units leaves on `err` when its 4th ends `after_s` seconds in."""
    clock = Clock()
    console = Console(level, out=io.StringIO(), err=err)
    with Progress(console, "Adding", total=10, unit=unit, clock=clock) as progress:
        progress.advance(3)
        clock.now += after_s
        progress.advance()
    return err.getvalue()


def test_quick_work_shows_nothing() -> None:
    assert shown(Screen(), after_s=SHOW_AFTER_S - 0.01) == ""


def test_long_work_shows_title_and_numbers() -> None:
    text = shown(Screen(), after_s=SHOW_AFTER_S)
    assert "Adding" in text
    assert "4/10 file" in text


def test_bytes_are_shown_in_readable_units() -> None:
    assert "4B/10B" in shown(Screen(), after_s=1, unit=BYTES)


def test_the_bar_is_gone_at_the_end() -> None:
    assert shown(Screen(), after_s=1).endswith("\x1b[2K")


def test_nothing_is_shown_off_a_terminal_or_when_quiet() -> None:
    assert shown(io.StringIO(), after_s=60) == ""
    assert shown(Screen(), after_s=60, level=QUIET) == ""


def test_work_of_unknown_size_has_a_bar_too() -> None:
    clock, console = Clock(), Console(out=io.StringIO(), err=Screen())
    with Progress(console, "Fetching", clock=clock) as progress:
        clock.now += 1
        progress.advance()
        progress.advance()
    assert isinstance(console.err, Screen)
    assert "Fetching" in console.err.getvalue()


def test_two_pieces_of_work_at_once_have_a_line_each() -> None:
    clock, screen = Clock(), Screen()
    console = Console(out=io.StringIO(), err=screen)
    with Progress(console, "Adding", total=2, clock=clock) as files:
        clock.now += 1
        files.advance(1, 7 << 20)
        with Progress(console, "large.bin", total=4 << 20, unit=BYTES, clock=clock) as one:
            clock.now += 1
            one.advance(1 << 20)
            until(lambda: "1.00MB/4.00MB 1.00MB/s" in screen.getvalue())
        until(lambda: "large.bin" not in screen.getvalue().rpartition("Adding")[2])
    assert screen.getvalue().endswith("\x1b[2K")


def test_text_does_not_run_into_a_bar() -> None:
    clock, screen = Clock(), Screen()
    console = Console(out=io.StringIO(), err=screen)
    with Progress(console, "Adding", total=3, clock=clock) as progress:
        clock.now += 1
        progress.advance()
        console.warning("look")
        before = screen.getvalue().partition("WARNING")[0]
        assert "Adding" not in before.rpartition("\x1b[2K")[2]
        progress.advance()
        assert "2/3 file" in screen.getvalue()


def test_a_failure_inside_still_removes_the_bar() -> None:
    clock, screen = Clock(), Screen()
    try:
        with Progress(Console(out=io.StringIO(), err=screen), "Adding", clock=clock) as progress:
            clock.now += 1
            progress.advance()
            raise OSError
    except OSError:
        assert screen.getvalue().endswith("\x1b[2K")


def test_an_unseen_advance_costs_about_a_function_call() -> None:
    with Progress(Console(err=io.StringIO()), "Hashing", total=None) as progress:
        started = time.process_time()
        for _ in range(100_000):
            progress.advance()
        assert time.process_time() - started < 1.0


def test_importing_the_module_does_not_import_rich() -> None:
    import subprocess

    line = "import assay.ui.progress, sys; print('rich' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_bytes_and_their_rate_stand_beside_the_files() -> None:
    clock, screen = Clock(), Screen()
    with Progress(Console(out=io.StringIO(), err=screen), "Pushing", total=4, clock=clock) as bar:
        clock.now += 2
        bar.advance(2, 4 << 20)
    assert "4.00MB  2.00MB/s" in screen.getvalue()
