"""The whole terminal for one picture that is drawn again and again.

    with Screen(console.out) as screen:
        screen.draw(text)

The user's own screen comes back at the end, whatever ended it.
"""

from __future__ import annotations

import os
from types import TracebackType

from assay.typed import TextIO

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l"
"""Second screen, no cursor, long lines cut; and back."""
_HOME, _REST_OF_LINE, _REST = "\x1b[H", "\x1b[K", "\x1b[J"


class Screen:
    """A terminal's second screen, without a cursor (xterm's alternate screen buffer)."""

    __slots__ = ("_out",)

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def __enter__(self) -> Screen:
        self._write(_ENTER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._write(_LEAVE)

    def draw(self, text: str) -> None:
        """Show `text` from the top; what has no room is counted in the last line."""
        lines = text.split("\n")
        height = self._height()
        if len(lines) > height:
            hidden = len(lines) - height + 1
            lines = [*lines[: height - 1], f"  … {hidden} more lines"]
        # Line by line over the old picture: clearing it first would flicker.
        body = "\r\n".join(line + _REST_OF_LINE for line in lines)
        self._write(f"{_HOME}{body}{_REST}")

    def _height(self) -> int:
        try:
            return max(os.get_terminal_size(self._out.fileno()).lines, 2)
        except (OSError, ValueError):
            return 24

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
