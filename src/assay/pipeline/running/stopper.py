"""While shells run, SIGINT, SIGTERM and SIGHUP are for them: passed on, the second time as SIGKILL.

A third one ends us, whatever we are doing. A signal that was ignored when we started stays so.
"""

from __future__ import annotations

from types import FrameType

from assay import signals
from assay.errors import Interrupted
from assay.pipeline.running.shell import Shell
from assay.typed import Callable

_PATIENCE = 2
_NUMBERS = (signals.SIGINT, signals.SIGTERM, signals.SIGHUP)


class Stopper:
    """Passes signals on to the shells it launched; for `with`.

    `count` says how many signals came, `terminated` whether not all of them were SIGINT. With
    `ends_idle` a signal that finds no shell running interrupts us at once.
    """

    __slots__ = ("_ends_idle", "_last", "_launching", "_old", "_shells", "count", "terminated")

    def __init__(self, *, ends_idle: bool = False) -> None:
        self._ends_idle = ends_idle
        self._shells: list[Shell] = []
        self._old: dict[int, object] = {}
        self._launching = False
        self._last: int = signals.SIGTERM
        self.count = 0
        self.terminated = False

    def __enter__(self) -> Stopper:
        for number in _NUMBERS:
            if signals.getsignal(number) == signals.SIG_IGN:
                continue
            try:
                self._old[number] = signals.signal(number, self._handle)
            except ValueError:  # not in the main thread: whoever runs there gets the signals
                break
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._old.items():
            signals.signal(number, handler)  # type: ignore[arg-type]  # what signal() gave us

    def launch(self, start: Callable[[], Shell]) -> Shell:
        """Start a shell so that no signal is lost between its start and our knowing it."""
        before = self.count
        self._launching = True
        try:
            shell = start()
            is_late = self.count > before
            self._shells = [one for one in self._shells if one.is_running] + [shell]
        finally:
            self._launching = False
        if is_late:
            shell.send(self._last)
        return shell

    def _handle(self, number: int, _: FrameType | None) -> None:
        self.count += 1
        self._last = number
        self.terminated = self.terminated or number != signals.SIGINT
        running = [shell for shell in self._shells if shell.is_running]
        idle = self._ends_idle and not running and not self._launching
        if idle or self.count > _PATIENCE:
            raise KeyboardInterrupt if number == signals.SIGINT else Interrupted
        for shell in running:
            if self.count > 1:
                shell.send(signals.SIGKILL)
            else:
                shell.send(number, typed=number == signals.SIGINT)
